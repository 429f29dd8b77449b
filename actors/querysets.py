"""Reads over countries, actors and memberships."""

from django.db import models
from django.db.models import Count, ExpressionWrapper, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from actors.choices import MembershipStatus
from atlas.kit.choices import State
from atlas.kit.search import SearchedQuerySet, containing


def _links(model, name: str):
    """Public links of one kind, whichever app they live in."""
    return model._meta.get_field(name).related_model._default_manager.published()


def _with(model, name: str, *ends: str) -> Prefetch:
    return Prefetch(name, _links(model, name).select_related(*ends))


def _joint(model) -> Prefetch:
    """Shares in sums for published initiatives, each with its link."""
    joint = model._meta.get_field("joint_funding_links").related_model._default_manager
    links = joint.filter(link__initiative__state=State.PUBLISHED)
    money = Prefetch("link", _links(model, "funding_given").for_money())
    return Prefetch("joint_funding_links", links.prefetch_related(money))


class CountryQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(containing(text, "name") | self._coded(text))

    def _coded(self, text: str) -> Q:
        return Q(iso2__iexact=text) | Q(iso3__iexact=text)

    def best_first(self, text: str):
        """The country whose code the text is before those whose names contain it."""
        coded = ExpressionWrapper(self._coded(text), output_field=models.BooleanField())
        return self.order_by(coded.desc(), "name")

    def with_memberships(self):
        """With the groups each belongs or belonged to."""
        members = self.model._meta.get_field("memberships").related_model._default_manager
        public = members.filter(group__state=State.PUBLISHED)
        named = public.select_related("group", "member_country", "member_actor")
        return self.prefetch_related(Prefetch("memberships", named))

    def names(self, codes):
        """(code, name) of these countries."""
        return self.filter(iso2__in=codes).values_list("iso2", "name")

    def with_counts(self):
        """Initiatives that reach the country itself or a group it is a member of now; actors."""
        reach = self.model._meta.get_field("reached_by").related_model._default_manager
        members = self.model._meta.get_field("memberships").related_model
        groups = (
            MembershipQuerySet(members).current().filter(member_country=OuterRef(OuterRef("pk")))
        )
        reached = (
            reach.published()
            .filter(Q(country=OuterRef("pk")) | Q(group__in=groups.values("group")))
            .order_by()
            .values(one=Value(1))
            .annotate(found=Count("initiative", distinct=True))
        )
        public = Q(actors__state=State.PUBLISHED)
        return self.annotate(
            initiative_count=Coalesce(Subquery(reached.values("found")), 0),
            actor_count=Count("actors", filter=public),
        ).order_by("region", "subregion", "name")

    def reached(self):
        return self.with_counts().filter(initiative_count__gt=0)


class ActorQuerySet(SearchedQuerySet):
    """Searched by any of its names, then by full text of name and summary."""

    OWN, NAMES, WEIGHT = "sort_key", "names", "digest__sources"
    PROSE = ("name", "names__name", "summary")
    PASSAGE = ("summary",)

    def with_digest(self):
        return self.select_related("digest")

    def published(self):
        return self.filter(state=State.PUBLISHED)

    def names(self, slugs):
        """(slug, name) of these actors."""
        return self.filter(slug__in=slugs).values_list("slug", "name")

    def for_page(self):
        return self.select_related("country", "parent", "digest").prefetch_related("names")

    def for_row(self):
        """What a row of the API shows."""
        return self.select_related("country", "parent", "digest")

    def for_hit(self):
        """What the search shows of each."""
        return self.select_related("country", "digest").prefetch_related("names")

    def for_api(self):
        """Everything the API gives of an actor; what joins nouns comes by reverse relations."""
        return self.for_parts(self._parts())

    def for_parts(self, names):
        """What these parts of an actor in the API show, and nothing else; one query a table."""
        parts = self._parts()
        wanted = [one for name in dict.fromkeys(names) for one in parts.get(name, ())]
        prefetched = {getattr(one, "prefetch_to", one): one for one in wanted}
        return self.for_row().prefetch_related(*prefetched.values())

    def _parts(self) -> dict[str, list]:
        """Part of an actor -> what is fetched for it."""
        members = self.model._meta.get_field("members").related_model._default_manager
        members = members.select_related("group", "member_country", "member_actor")
        groups = members.filter(group__state=State.PUBLISHED)
        return {
            **{
                name: [Prefetch(name, _links(self.model, name).for_money())]
                for name in ("funding_given", "funding_received")
            },
            "funding_joint": [_joint(self.model)],
            "participations": [_with(self.model, "participations", "initiative", "actor")],
            "parts": [Prefetch("parts", self.model._default_manager.published())],
            "names": ["names"],
            "identifiers": ["identifiers"],
            "members": [Prefetch("members", members)],
            "memberships": [Prefetch("memberships", groups)],
            "events": ["events__country"],
            "statements": ["events__statements", "statements"],
        }

    def for_record(self):
        """Everything an actor's page shows; what joins nouns comes by reverse relations."""
        money = _links(self.model, "funding_received").for_money()
        return self.select_related("country", "parent", "digest").prefetch_related(
            Prefetch("funding_received", money),
            _with(self.model, "participations", "initiative"),
            _with(self.model, "reached_by", "initiative"),
            Prefetch("parts", self.model._default_manager.published()),
            "names",
            "identifiers",
            "missing",
            "events__country",
            "events__statements",
            "statements",
            "members__member_country",
            "members__member_actor",
            "memberships__group",
        )

    def with_parts(self, slugs):
        """Ids of the actors named and of everything below them in the tree of parents."""
        seen = set(self.filter(slug__in=slugs).values_list("id", flat=True))
        frontier = seen
        while frontier:
            frontier = set(self.filter(parent_id__in=frontier).values_list("id", flat=True)) - seen
            seen |= frontier
        return seen

    def below(self, actor) -> list:
        """The public actors below this one in the tree of parents."""
        found = self.published().filter(id__in=self.with_parts([actor.slug]) - {actor.id})
        return list(found.order_by("sort_key"))

    def with_ancestors(self, actors) -> set[int]:
        """Ids of the actors given and of everything above them in the tree of parents."""
        frontier = seen = set(actors.values_list("id", flat=True))
        while frontier:
            above = self.filter(parts__in=frontier).values_list("id", flat=True)
            frontier = set(above) - seen
            seen |= frontier
        return seen

    def traits(self, ids) -> dict[int, dict]:
        """What, beside names and addresses, tells these actors from others; one query."""
        rows = self.filter(pk__in=ids).values_list("pk", "country_id", "parent_id")
        return {
            pk: {"country": country or "", "related": {parent} if parent else set()}
            for pk, country, parent in rows
        }

    def funders(self):
        """Actors that give money, alone or jointly, to a published initiative."""
        return self.filter(
            Q(funding_given__initiative__state=State.PUBLISHED)
            | Q(joint_funding_links__link__initiative__state=State.PUBLISHED)
        ).distinct()

    def acting_in(self, initiatives):
        """Actors that take part in, pay for or are paid in any of the initiatives."""
        return self.filter(
            Q(id__in=self.filter(participations__initiative__in=initiatives).values("id"))
            | Q(id__in=self.filter(funding_given__initiative__in=initiatives).values("id"))
            | Q(id__in=self.filter(joint_funding__initiative__in=initiatives).values("id"))
            | Q(id__in=self.filter(funding_received__initiative__in=initiatives).values("id"))
        )


class MembershipQuerySet(models.QuerySet):
    def of_country(self, country):
        """Its memberships of public groups, by name of the group."""
        public = self.filter(member_country=country, group__state=State.PUBLISHED)
        return public.select_related("group").order_by("group__sort_key", "key")

    def current(self):
        """Memberships in full that have begun and not ended, as far as we know."""
        today = timezone.now().date()
        return self.filter(
            Q(since_earliest__isnull=True) | Q(since_earliest__lte=today),
            Q(until_latest__isnull=True) | Q(until_latest__gte=today),
            status=MembershipStatus.MEMBER,
        )
