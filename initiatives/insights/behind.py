"""What stands behind a briefing's figures: the facts of a search and its sources, one by one."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.footnotes import anchor_of
from atlas.kit.pictures import Column, Insight, Parameter, Picture, Search, choice
from initiatives.insights.facts import Told, facts
from initiatives.insights.timeline import part_number
from initiatives.models import Initiative

PART = 400  # facts, or sources, of one page

# a record is on the page on which its first fact falls; digests count what ``facts`` finds
HELD = """
WITH found AS ({search}),
held AS (
  SELECT i.id, d.{count} AS n, sum(d.{count}) OVER (ORDER BY i.sort_key, i.slug) AS upto,
    sum(d.{count}) OVER () AS every
  FROM initiatives_initiativedigest d JOIN initiatives_initiative i ON i.id = d.initiative_id
  JOIN found f ON f.id = i.id WHERE d.{count} > 0)
SELECT id, every FROM held WHERE (upto - n) / {part} = %s ORDER BY upto
"""
COUNTS = {"all": "facts", "disputed": "disputed", "single-source": "single_source"}
SOURCES_SQL = """
SELECT s.slug, s.title, p.name, p.reliability, count(DISTINCT c.initiative_id), count(*) OVER ()
FROM initiatives_initiativecitation c
JOIN sources_source s ON s.id = c.source_id JOIN sources_publisher p ON p.id = s.publisher_id
WHERE c.initiative_id IN ({search})
GROUP BY s.id, p.id ORDER BY 5 DESC, p.reliability, s.slug LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class Fact:
    """A row: one fact; ``url`` is where it stands with its sources."""

    record: str
    page: str
    told: Told

    @property
    def url(self) -> str:
        return f"{self.page}#{anchor_of(self.told.address)}"

    @property
    def ids(self) -> tuple[int]:
        return (self.told.root,)

    @property
    def label(self) -> str:
        return self.told.label

    @property
    def value(self) -> str:
        """As pages say it; who or what is named stands in the label."""
        if self.told.kind == "ref":
            return _("as named")
        return words(self.told.value) if self.told.kind == "edtf" else self.told.value

    @property
    def independent(self) -> int:
        return self.told.sources

    @property
    def disputed(self) -> str:
        return _("yes") if self.told.contradicted else _("no")


@dataclass(frozen=True)
class Source:
    """A source and how many of the initiatives it speaks of, which stand at ``list_url``."""

    slug: str
    title: str
    publisher: str
    reliability: str
    initiatives: int
    list_url: str

    @property
    def url(self) -> str:
        return f"/sources/{self.slug}/"


def read_facts(search: Search, options: dict) -> Insight:
    """A part of the facts of a search; ``count`` is how many there are in all."""
    found, parameters = Search.sql(search.found)
    statement = HELD.format(search=found, count=COUNTS[options["of"]], part=PART)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, options["part"] - 1])
        held = cursor.fetchall()
        if held or options["part"] == 1:
            every = int(held[0][1]) if held else 0
        else:  # beyond the last part
            cursor.execute(statement, [*parameters, 0])
            every = int((cursor.fetchone() or (0, 0))[1])
    ids = [pk for pk, _every in held]
    named = {pk: rest for pk, *rest in Initiative.objects.cells(ids, "title", "slug")}
    short = "" if options["of"] == "all" else options["of"]
    told = facts("initiative", ids, short) if ids else []
    place = {pk: number for number, pk in enumerate(ids)}
    rows = [
        Fact(named[one.root][0], f"/initiatives/{named[one.root][1]}/", one)
        for one in sorted(told, key=lambda one: place[one.root])
    ]
    text = ngettext("%s fact", "%s facts", every) % wording.number(every)
    return _part(text, every, rows, FACT_COLUMNS)


def read_sources(search: Search, options: dict) -> Insight:
    """A part of the sources of a search, those that speak of most of it first."""
    rows, every = sources(search, PART, (options["part"] - 1) * PART)
    text = ngettext("%s source", "%s sources", every) % wording.number(every)
    return _part(text, every, rows, SOURCE_COLUMNS)


def sources(search: Search, most: int, start: int = 0) -> tuple[list[Source], int]:
    """Some sources of a search, and how many it has."""
    found, parameters = Search.sql(search.found)
    with connection.cursor() as cursor:
        cursor.execute(SOURCES_SQL.replace("{search}", found), [*parameters, most, start])
        rows = cursor.fetchall()
    if start and not rows:  # beyond the last part
        return [], sources(search, 1)[1]
    named = [Source(*row[:5], search.also(("source", row[0]))) for row in rows]
    return named, rows[0][5] if rows else 0


def _part(title: str, every: int, rows: list, columns: tuple[Column, ...]) -> Insight:
    return Insight(title, "", every, len(rows), columns, rows)


FACT_COLUMNS = (
    Column("record", gettext_lazy("Initiative"), "page"),
    Column("label", gettext_lazy("Fact, with its sources"), "url"),
    Column("value", gettext_lazy("As on file")),
    Column("independent", gettext_lazy("Independent sources"), "url", number=True),
    Column("disputed", gettext_lazy("Disputed")),
)
SOURCE_COLUMNS = (
    Column("title", gettext_lazy("Source"), "url"),
    Column("publisher", gettext_lazy("Publisher")),
    Column("reliability", gettext_lazy("Reliability")),
    Column("initiatives", gettext_lazy("Initiatives"), "list_url", number=True),
)
PAGE = Parameter(
    "part",
    gettext_lazy("Part"),
    gettext_lazy("A long list stands on several pages."),
    parse=part_number,
    default=1,
    example="1",
)
FACTS = Picture(
    "briefing/facts",
    gettext_lazy("Facts"),
    gettext_lazy("Every fact of a search, each with its sources."),
    read_facts,
    (
        choice(
            "of",
            gettext_lazy("Which"),
            (
                ("all", gettext_lazy("All facts")),
                ("disputed", gettext_lazy("Where sources disagree")),
                ("single-source", gettext_lazy("On one source alone")),
            ),
        ),
        PAGE,
    ),
)
SOURCES = Picture(
    "briefing/sources",
    gettext_lazy("Sources"),
    gettext_lazy("Every source of a search, with the initiatives it speaks of."),
    read_sources,
    (PAGE,),
)
