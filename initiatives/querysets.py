"""Reads over initiatives and their links."""

from django.db import models
from django.db.models import Count, F, Func, Prefetch, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from atlas.kit.choices import State
from atlas.kit.filling import fill
from atlas.kit.querysets import weakly
from atlas.kit.search import SearchedQuerySet, containing
from initiatives.choices import AMOUNT, InitiativeKind, TieKind

MONEY_ENDS = ("initiative", "funder_actor", "funder_initiative")
PLAIN = ("names", "identifiers", "themes", "results", "statements", "events__statements", "missing")
AMONG = "SELECT unnest(%s::bigint[])"  # thousands of ids as one value


def _with(model, name: str, *ends: str) -> Prefetch:
    """Links of one kind with the records at their other ends, in one query."""
    links = model._meta.get_field(name).related_model._default_manager
    return Prefetch(name, links.select_related(*ends))


def _naming(model, name: str, *ends: str) -> Prefetch:
    """The same with nothing of the other ends but slug and name."""
    links = model._meta.get_field(name).related_model
    shown = [field.name for field in links._meta.concrete_fields]
    for end in ends:
        other = links._meta.get_field(end).related_model
        shown += [f"{end}__{other.KEY}", f"{end}__{'title' if other is model else 'name'}"]
    return Prefetch(name, links._default_manager.select_related(*ends).only(*shown))


def _public(model, name: str):
    return model._meta.get_field(name).related_model._default_manager.published()


class InitiativeQuerySet(SearchedQuerySet):
    """Searched by any of its names, then by full text of title, summary and objectives."""

    OWN, NAMES, WEIGHT = "sort_key", "names", "digest__sources"
    PROSE = ("title", "names__name", "summary", "objectives")
    PASSAGE = ("summary", "objectives")

    def with_digest(self):
        return self.select_related("digest")

    def published(self):
        return self.filter(state=State.PUBLISHED)

    def traits(self, ids) -> dict[int, dict]:
        """What, beside names and addresses, tells these initiatives from others; three queries."""
        acting = self.model._meta.get_field("participations").related_model._default_manager
        ties = self.model._meta.get_field("ties").related_model._default_manager
        bounds = [f"{a}_start_{b}" for a in ("actual", "planned") for b in ("earliest", "latest")]
        found = {}
        for pk, *dates in self.filter(pk__in=ids).values_list("pk", *bounds):
            start = tuple(dates[:2]) if any(dates[:2]) else tuple(dates[2:])
            found[pk] = {"start": start, "actors": set(), "related": set()}
        for pk, actor in acting.filter(initiative__in=ids).values_list("initiative_id", "actor_id"):
            found[pk]["actors"].add(actor)
        apart = ties.filter(initiative__in=ids, kind__in=(TieKind.PART_OF, TieKind.FOLLOWS))
        for pk, target in apart.values_list("initiative_id", "target_id"):
            found[pk]["related"].add(target)
        return found

    def names(self, slugs):
        """(slug, title) of these initiatives."""
        return self.filter(slug__in=slugs).values_list("slug", "title")

    def cells(self, ids, *names: str, dated: bool = False):
        """(id, values ...) of these initiatives, or of those among them that have a date."""
        found = self.filter(pk__in=RawSQL(AMONG, [list(ids)])).values_list("pk", *names)
        dates = ("planned_start", "planned_end", "actual_start", "actual_end")
        return found.exclude(**dict.fromkeys(dates, "")) if dated else found

    def for_list(self):
        """What a row of a list shows but places, themes and payers: those are read as values."""
        return self.for_hit().defer("search_vector", "objectives")

    def for_hit(self):
        """What the search shows of each."""
        return self.select_related("digest").prefetch_related("names")

    def for_record(self):
        """Everything a record's page shows, in a fixed number of queries."""
        return self.with_digest().prefetch_related(*self._shown())

    def complete(self, record) -> None:
        """The same for one record ``with_digest``, in as few queries as it needs."""
        fill([record], self._shown("with_ends"))
        record.funding.complete([*record.funding.all(), *record.funding_given.all()])

    def _shown(self, money: str = "for_money") -> list:
        paths = {
            "reach": ("country", "group"),
            "ties": ("target",),
            "participations": ("actor__country",),
            "events": ("country",),
        }
        funding = self.model._meta.get_field("funding").related_model._default_manager
        return [
            *[_with(self.model, name, *ends) for name, ends in paths.items()],
            Prefetch("tied_from", _public(self.model, "tied_from").select_related("initiative")),
            Prefetch("funding", getattr(funding, money)()),
            Prefetch("funding_given", getattr(funding.published(), money)()),
            *PLAIN,
            "reach__group__members__member_country",
            "reach__group__members__member_actor",
        ]

    def on_theme(self, theme):
        return self.filter(theme_links__theme=theme)

    def for_row(self):
        """What a row of the API shows."""
        return self.for_parts(("themes", "reach")).defer("objectives")

    def for_api(self):
        """Everything the API gives of a record, in a fixed number of queries."""
        return self.for_parts(self._parts())

    def for_parts(self, names):
        """What these parts of a record in the API show, and nothing else; one query a table."""
        parts = self._parts()
        wanted = [one for name in names for one in parts.get(name, ())]
        kept = {getattr(one, "prefetch_to", one): one for one in wanted}
        return self.select_related("digest").prefetch_related(*kept.values()).defer("search_vector")

    def _parts(self) -> dict[str, list]:
        """Part of a record -> what is fetched for it."""
        funding = self.model._meta.get_field("funding").related_model._default_manager
        tied_from = _public(self.model, "tied_from").select_related("initiative")
        events = _naming(self.model, "events", "country", "actor")
        return {
            **dict.fromkeys(("themes", "classification"), ["themes"]),
            "reach": [_naming(self.model, "reach", "country", "group")],
            "ties": [_naming(self.model, "ties", "target")],
            "tied_from": [Prefetch("tied_from", tied_from)],
            "participations": [_naming(self.model, "participations", "actor")],
            "funding": [Prefetch("funding", funding.for_money())],
            "funding_given": [Prefetch("funding_given", funding.published().for_money())],
            "events": [events],
            "statements": [events, "events__statements", "statements"],
            **{name: [name] for name in ("results", "names", "identifiers")},
        }

    def latest(self, count: int):
        return self.published().order_by("-digest__updated_at", "slug")[:count]

    def best_of_each_kind(self):
        """Of each kind the regional initiative with the most independent sources; running first."""
        best = ("kind", "-digest__sources", "digest__best_reliability", "-status", "slug")
        regional = self.published().filter(scope__in=["regional", "global"])
        chosen = regional.order_by(*best).distinct("kind").values("pk")
        return self.filter(pk__in=chosen).order_by("-digest__sources", "slug")

    def region_words(self) -> set[str]:
        """Every region word in use."""
        word = Func(F("regions"), function="unnest", output_field=models.TextField())
        return set(self.order_by().annotate(word=word).values_list("word", flat=True).distinct())

    def funds(self):
        """Published initiatives that pay for others, or are there to do so."""
        paying = Q(kind=InitiativeKind.FUND) | Q(funding_given__isnull=False)
        return self.published().filter(paying).distinct()


class LinkQuerySet(models.QuerySet):
    """Links of initiatives; they are public when their initiative is."""

    def published(self):
        return self.filter(initiative__state=State.PUBLISHED)

    def beside(self, ids, *names: str):
        """(id of the initiative, values ...) of the links of these initiatives, in their order."""
        return self.filter(initiative__in=ids).values_list("initiative_id", *names)

    def given_by(self, actor_ids):
        """Funding links given by any of the actors, alone or jointly."""
        joint = self.model.joint_links.rel.related_model.objects.filter(actor__in=actor_ids)
        return self.filter(Q(funder_actor__in=actor_ids) | Q(id__in=joint.values("link")))

    def of_actors(self, actor_ids):
        """Funding links in which any of the actors gives, shares or receives."""
        given, received = self.given_by(actor_ids), self.filter(recipient__in=actor_ids)
        return self.filter(Q(id__in=given.values("id")) | Q(id__in=received.values("id")))

    def for_money(self):
        """Money links with both ends, shared funders and contained sums."""
        return self.with_ends().prefetch_related(*self._within())

    def with_ends(self):
        found = self.select_related(*MONEY_ENDS, "recipient")
        return found.annotate(weak=weakly(self.model, *AMOUNT))

    def complete(self, links: list) -> None:
        """Links ``with_ends`` as ``for_money``, in as few queries as they need."""
        fill(links, self._within())

    def _within(self) -> list:
        included = self.model.include_links.rel.related_model._default_manager
        ends = [f"includes__{end}" for end in MONEY_ENDS]
        return ["joint_links__actor", Prefetch("include_links", included.select_related(*ends))]


class OwnedQuerySet(models.QuerySet):
    """Rows of an initiative or an actor; they are public when their owner is."""

    def published(self):
        return self.filter(Q(initiative__state=State.PUBLISHED) | Q(actor__state=State.PUBLISHED))


class EventQuerySet(OwnedQuerySet):
    def in_country(self, country):
        """Public events held there, with the record each belongs to."""
        return self.published().filter(country=country).select_related("initiative", "actor")

    def search(self, text: str):
        return self.filter(containing(text, "title", "place"))


class ResultQuerySet(LinkQuerySet):
    def search(self, text: str):
        return self.filter(containing(text, "indicator", "unit"))


class StatementQuerySet(SearchedQuerySet):
    """Statements are public when their subject, or the owner of their event, is."""

    SLUG = False
    PROSE = ("value", "voice", "property")
    PASSAGE = ("value",)
    OWNERS = ("initiative", "actor", "event__initiative", "event__actor")

    def published(self):
        public = [(f"{owner}__state", State.PUBLISHED) for owner in self.OWNERS]
        return self.filter(Q(*public, _connector=Q.OR))

    def for_hit(self):
        """With the record each is about."""
        return self.select_related(*self.OWNERS)


class ThemeQuerySet(models.QuerySet):
    def with_counts(self):
        """Themes in their order, with how many public initiatives stand under each."""
        public = Q(initiative_links__initiative__state=State.PUBLISHED)
        return self.annotate(initiative_count=Count("initiative_links", filter=public))

    def search(self, text: str):
        return self.filter(containing(text, "name", "description") | Q(slug=text))


class CitationQuerySet(models.QuerySet):
    """Citations of one kind of record; they are public when their record is."""

    @property
    def noun(self) -> str:
        return "initiative" if hasattr(self.model, "initiative") else "actor"

    def published(self):
        return self.filter(**{f"{self.noun}__state": State.PUBLISHED})

    def speaking_of(self, ids, fields, links):
        """(id of the initiative, slug of the source) of what is cited for fields or links."""
        about = Q(field__in=fields, link_ref="")
        for name in links:
            about |= Q(**{f"{name}__isnull": False})
        cited = self.filter(about, initiative__in=RawSQL(AMONG, [list(ids)]))
        return cited.values_list("initiative", "source__slug").distinct()

    def for_api(self):
        """With record, source and the table and key of the link that each is about."""
        keys, text = [f"{name}__key" for name in self.model.LINKS], models.TextField()
        table = Func("link_ref", Value(":"), 1, function="split_part", output_field=text)
        found = self.select_related(self.noun, "source__publisher")
        return found.annotate(link_table=table, link_key=Coalesce(*keys, Value("")))


class ImportFileQuerySet(models.QuerySet):
    def expired(self):
        return self.filter(expires__lt=timezone.now())

    def of(self, user):
        return self.filter(owner=user, expires__gte=timezone.now())

    def one_of(self, user, pk: int):
        """The person's file with what its preview told, without its content; None if not there."""
        return self.of(user).filter(pk=pk).select_related("run").defer("content").first()

    def of_run(self, run):
        """The upload of an import, while it is kept."""
        return self.filter(run=run, expires__gte=timezone.now()).defer("content").first()

    def locked(self, file):
        """The file as it is, held until the transaction ends: a second confirmation waits."""
        return self.select_for_update(of=("self",)).get(pk=file.pk)
