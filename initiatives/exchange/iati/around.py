"""What activities refer to: actors, funds, places, sources and stances of a batch, set-based."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from actors.choices import MembershipStatus, NameKind
from actors.models import ActorName, Country, Membership
from atlas.kit.evidence import stances
from initiatives.exchange.iati.codes import LANGUAGES
from initiatives.exchange.selection import Entry
from initiatives.models import Initiative

SCHEME = "iati"  # of identifiers in the IATI register


@dataclass(frozen=True)
class Named:
    """A record that an activity names: ``code`` is its IATI identifier, ``names`` by language."""

    key: str
    name: str
    kind: str = ""
    code: str = ""
    uid: str = ""
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Around:
    """The records around a batch of documents; only public ones, by slug or code."""

    site: str
    today: date
    actors: dict[str, Named] = field(default_factory=dict)
    initiatives: dict[str, Named] = field(default_factory=dict)
    sources: dict[str, dict] = field(default_factory=dict)
    publishers: dict[str, dict] = field(default_factory=dict)
    themes: dict[str, dict] = field(default_factory=dict)
    countries: dict[str, Country] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)  # after ``weigh``

    def weigh(self, documents: list[dict]) -> None:
        """Read what each citation of these documents does to our value; one query."""
        slugs = [document["slug"] for document in documents]
        ids = Initiative.objects.filter(slug__in=slugs).values_list("pk", flat=True)
        self.stances = stances("initiative", ids)


def language(tag: str | None) -> str:
    """The two-letter code of a language tag (``pt-BR``: pt); empty where IATI lists none."""
    code = (tag or "").split("-")[0].lower()
    return code if code in LANGUAGES else ""


def around(
    entries: list[Entry], site: str, today: date, known: dict[str, Country] | None = None
) -> Around:
    """What these initiatives refer to; a fixed number of queries beside those of the entries.

    With ``known``, countries that were read already, actors have no names in other languages.
    """
    rows: dict[str, dict[str, dict]] = defaultdict(dict)
    for references in {id(entry.references): entry.references for entry in entries}.values():
        for table, found in references.items():
            rows[table].update(found)
    documents = [entry.document for entry in entries]
    members = _members(_named(documents, ("initiative_reach", "group")), today)
    countries = _named(documents, ("initiative_reach", "country")).union(*members.values())
    return Around(
        site=site,
        today=today,
        actors=_actors(_named(documents, *ACTORS), rows["actors"], known is None),
        initiatives={
            slug: Named(slug, row["title"], row["kind"], _code(row), row["uid"])
            for slug, row in rows["initiatives"].items()
        },
        sources=rows["sources"],
        publishers=rows["publishers"],
        themes=rows["themes"],
        countries=(known or {}) | Country.objects.in_bulk(countries.difference(known or ())),
        members=members,
    )


ACTORS = (
    ("participations", "actor"),
    ("funding_links", "funder_actor"),
    ("funding_links", "recipient"),
    ("funding_joint_funders", "actor"),
    ("initiative_reach", "group"),
)


def _named(documents: Iterable[dict], *places: tuple[str, str]) -> set[str]:
    """What these columns of these tables name."""
    rows = (
        (row, column) for d in documents for table, column in places for row in d.get(table, ())
    )
    return {row[column] for row, column in rows if row.get(column)}


def _code(row: dict) -> str:
    """The IATI identifier of a referenced record, if it has one."""
    return row["identifiers"].get(SCHEME, "").strip()


def _actors(slugs: set[str], rows: dict[str, dict], translated: bool) -> dict[str, Named]:
    names: dict[str, dict[str, str]] = defaultdict(dict)
    found = ActorName.objects.filter(actor__slug__in=slugs, kind=NameKind.TRANSLATION)
    found = found.order_by("name").values_list("actor__slug", "language", "name")
    for slug, tag, name in found if translated else ():
        if language(tag):
            names[slug].setdefault(language(tag), name)
    return {
        slug: Named(slug, row["name"], row["kind"], _code(row), names=names[slug])
        for slug, row in rows.items()
        if slug in slugs
    }


def _members(groups: set[str], today: date) -> dict[str, set[str]]:
    """The countries that belonged to each group in full on the day, as far as we know."""
    found: dict[str, set[str]] = defaultdict(set)
    if not groups:
        return found
    rows = Membership.objects.filter(
        Q(since_earliest__isnull=True) | Q(since_earliest__lte=today),
        Q(until_latest__isnull=True) | Q(until_latest__gte=today),
        group__slug__in=groups,
        member_country__isnull=False,
        status=MembershipStatus.MEMBER,
    )
    for group, country in rows.values_list("group__slug", "member_country_id"):
        found[group].add(country)
    return found
