"""Reads over countries, actors and memberships."""

from django.db import models
from django.db.models import Count, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from actors.choices import INTERMEDIATE, MembershipStatus
from atlas.kit.choices import State
from atlas.kit.filling import fill
from atlas.kit.languages import countries_called
from atlas.kit.search import SearchedQuerySet, containing
from atlas.kit.search.showing import alike, fold

LIKE = 0.75  # of a country's name, misspelt


def _links(model, name: str):
    """Public links of one kind, whichever app they live in."""
    return model._meta.get_field(name).related_model._default_manager.published()


def _with(model, name: str, *ends: str) -> Prefetch:
    return Prefetch(name, _links(model, name).select_related(*ends))


def _first(participations, most: int):
    """By title so many initiatives of each actor and role, with their whole number."""
    role = [F("actor"), F("role")]
    by_title = ("initiative__sort_key", "initiative__slug")
    return participations.annotate(
        of_role=Window(Count("pk"), partition_by=role),
        place=Window(RowNumber(), partition_by=role, order_by=by_title),
    ).filter(place__lte=most)


def _joint(model) -> Prefetch:
    """Shares in sums for published initiatives, each with its link."""
    joint = model._meta.get_field("joint_funding_links").related_model._default_manager
    links = joint.filter(link__initiative__state=State.PUBLISHED)
    money = Prefetch("link", _links(model, "funding_given").for_money())
    return Prefetch("joint_funding_links", links.prefetch_related(money))


class CountryQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(containing(text, "name") | self._coded(text))

    def alike(self, text: str):
        """Countries whose name is spelt like the text, where it holds none."""
        names = self.values_list("pk", "name")
        return self.filter(pk__in=[code for code, name in names if alike(name, text) >= LIKE])

    def in_regions(self, words):
        """Countries of any of these regions of M49: regions, subregions or those between."""
        between = set().union(*(INTERMEDIATE.get(word, ()) for word in words))
        return self.filter(Q(region__in=words) | Q(subregion__in=words) | Q(pk__in=between))

    def called(self, text: str):
        """The country of which this is a whole name, or the code."""
        return self.filter(Q(name__folded=fold(text)) | self._coded(text))

    def meant(self, text: str):
        """Countries that have the text in their name or as their code, else those spelt like it."""
        return self.search(text) if self.search(text).exists() else self.alike(text)

    def _coded(self, text: str) -> Q:
        return Q(iso2__iexact=text) | Q(iso3__iexact=text) | Q(pk__in=countries_called(text))

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

    def places(self, codes):
        """(code, name, latitude, longitude) of these countries."""
        return list(
            self.filter(iso2__in=codes).values_list("iso2", "name", "latitude", "longitude")
        )

    def with_counts(self):
        """Initiatives that reach the country itself or a group it is a member of now; actors."""
        reach, current = self._reach().values("country_id", "group_id", "initiative_id"), _now(self)
        parts = [found.order_by().query.sql_with_params() for found in (reach, current, reach)]
        counted = REACHING.format(*(sql for sql, _parameters in parts))
        given = [value for _sql, parameters in parts for value in parameters]
        actors = _links(self.model, "actors").filter(country=OuterRef("pk")).order_by()
        actors = actors.values("country").annotate(found=Count("pk"))  # no join: it would repeat
        return self.annotate(
            initiative_count=RawSQL(counted, given, models.IntegerField()),
            actor_count=Coalesce(Subquery(actors.values("found")), 0),
        ).order_by("region", "subregion", "name")

    def reached(self):
        """Countries that a public initiative names, or whose group it names."""
        groups = self._reach().filter(group__isnull=False).values("group")
        named = self._reach().filter(country__isnull=False).values("country")
        members = _now(self).filter(group__in=groups).values("member_country_id")
        return self.filter(Q(pk__in=named) | Q(pk__in=members))

    def _reach(self):
        return _links(self.model, "reached_by")


# all countries at once and then looked up: asked for each, every reach would be read for each
REACHING = """coalesce(((SELECT jsonb_object_agg(country, found) FROM (
    SELECT country, count(*) AS found FROM (
        SELECT named.country_id AS country, named.initiative_id FROM ({}) named
        WHERE named.country_id IS NOT NULL
        UNION
        SELECT now.member_country_id, through.initiative_id FROM ({}) now
        JOIN ({}) through ON through.group_id = now.group_id) ways
    GROUP BY country) counts) ->> actors_country.iso2)::int, 0)"""


def _now(countries):
    """Memberships of countries as of today."""
    members = countries.model._meta.get_field("memberships").related_model
    current = MembershipQuerySet(members).current().filter(member_country__isnull=False)
    return current.values("group_id", "member_country_id")


class ActorQuerySet(SearchedQuerySet):
    """Searched by any of its names, then by full text of name and summary."""

    OWN, NAMES, WEIGHT = "sort_key", "names", "digest__sources"
    PROSE = ("name", "names__name", "summary")
    PASSAGE = ("summary",)

    def with_digest(self):
        return self.select_related("digest")

    def published(self):
        return self.filter(state=State.PUBLISHED)

    def groups(self):
        """Public actors that have members, or that an initiative is addressed to."""
        addressed = _links(self.model, "reached_by").values("group")
        with_members = self.filter(members__isnull=False).values("pk")
        return self.published().filter(Q(pk__in=with_members) | Q(pk__in=addressed))

    def kinds(self, ids) -> dict[int, str]:
        return dict(self.filter(pk__in=ids).values_list("pk", "kind"))

    def names(self, slugs):
        """(slug, name) of these actors."""
        return self.filter(slug__in=slugs).values_list("slug", "name")

    def for_page(self):
        return self.with_ends().prefetch_related("names")

    def for_row(self):
        """What a row of the API shows."""
        return self.with_ends()

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

    def for_record(self, most: int | None = None):
        """Everything an actor's page shows; what joins nouns comes by reverse relations.

        With ``most``, so many initiatives of each role, each row with the number ``of_role``.
        """
        return self.with_ends().prefetch_related(*self._shown(most))

    def with_ends(self):
        """With what stands in its own row and its digest."""
        return self.select_related("country", "parent", "digest")

    def complete(self, record, most: int) -> None:
        """As ``for_record``, of one record ``with_ends``, in as few queries as it needs."""
        fill([record], self._shown(most, "with_ends"))
        _links(self.model, "funding_received").complete(list(record.funding_received.all()))

    def _shown(self, most: int | None, money: str = "for_money") -> list:
        received = getattr(_links(self.model, "funding_received"), money)()
        taken = _links(self.model, "participations").select_related("initiative")
        return [
            Prefetch("funding_received", received),
            Prefetch("participations", _first(taken, most) if most else taken),
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
        ]

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
