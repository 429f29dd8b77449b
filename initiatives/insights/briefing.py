"""A search in brief: figures that link to their lists, its records, and its sources."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from atlas.kit.pictures import Insight, Search
from initiatives.choices import Status
from initiatives.insights.funding.of_search import GIVERS, money_of
from initiatives.insights.map import AREAS
from initiatives.models import Initiative

MOST_RECORDS, MOST_SOURCES = 12, 8

EVIDENCE = """
SELECT coalesce(sum(d.facts), 0), coalesce(sum(d.disputed), 0), coalesce(sum(d.single_source), 0)
FROM initiatives_initiativedigest d WHERE d.initiative_id IN ({search})
"""
SOURCES = """
SELECT s.slug, s.title, p.name, p.reliability, count(DISTINCT c.initiative_id), count(*) OVER ()
FROM initiatives_initiativecitation c
JOIN sources_source s ON s.id = c.source_id JOIN sources_publisher p ON p.id = s.publisher_id
WHERE c.initiative_id IN ({search})
GROUP BY s.id, p.id ORDER BY 5 DESC, p.reliability, s.slug LIMIT %s
"""


@dataclass(frozen=True)
class Figure:
    """One number, what it counts and where that is listed."""

    number: int
    words: str
    url: str = ""


@dataclass(frozen=True)
class Source:
    """A source and how many of the initiatives it speaks of."""

    slug: str
    title: str
    publisher: str
    reliability: str
    initiatives: int

    @property
    def url(self) -> str:
        return f"/sources/{self.slug}/"


@dataclass(frozen=True)
class Brief:
    """What a briefing says beside its pictures."""

    figures: list[Figure]
    records: QuerySet
    count: int
    sums: list
    undisclosed: int
    sources: list[Source]
    every_source: int

    @property
    def more_records(self) -> int:
        return max(0, self.count - MOST_RECORDS)

    @property
    def more_sources(self) -> int:
        return max(0, self.every_source - len(self.sources))


def brief(search: Search, places: Insight) -> Brief:
    """The figures, the first records by start, and the sources of one search."""
    sql = Search.sql(search.found)
    count = search.found.count()
    running = Initiative.objects.filter(pk__in=search.found.values("pk"))
    running = running.filter(status=Status.IMPLEMENTATION).count()
    with connection.cursor() as cursor:
        cursor.execute(EVIDENCE.replace("{search}", sql[0]), sql[1])
        facts, disputed, single = map(int, cursor.fetchone())
        cursor.execute(SOURCES.replace("{search}", sql[0]), [*sql[1], MOST_SOURCES])
        rows = cursor.fetchall()
    money = money_of(search, GIVERS)
    every_source = rows[0][5] if rows else 0
    figures = [
        Figure(count, _("initiatives"), search.list_url),
        Figure(running, _("stated to be running"), search.link(status="implementation")),
        Figure(len(places.rows), _("countries reached"), _page("map", search)),
        Figure(len(money.rows), _("payers named"), _page("funding", search)),
        Figure(facts, _("facts, each with its source"), search.list_url),
        Figure(disputed, _("facts on which sources disagree"), search.link(evidence="disputed")),
        Figure(single, _("facts on one source alone"), search.link(evidence="single-source")),
        Figure(every_source, _("sources")),
    ]
    records = search.found.for_list().order_by("-digest__sources", "sort_key", "slug")
    sources = [Source(*row[:5]) for row in rows]
    shown = records[:MOST_RECORDS]
    return Brief(
        figures, shown, count, money.whole.sums, money.whole.undisclosed, sources, every_source
    )


def _page(name: str, search: Search) -> str:
    return f"/{name}/?{search.parameters}" if search.parameters else f"/{name}/"


def area_of(places: Insight) -> str:
    """The smallest part of the world that holds every country of a map."""
    boxes = [(name, box) for name, (_label, box) in AREAS.items() if box]
    boxes.sort(key=lambda pair: (pair[1][1] - pair[1][0]) * (pair[1][3] - pair[1][2]))
    for name, (west, east, south, north) in boxes:
        if places.rows and all(_inside(row, west, east, south, north) for row in places.rows):
            return name
    return next(iter(AREAS))


def _inside(row, west: float, east: float, south: float, north: float) -> bool:
    longitude = row.longitude if row.longitude >= west else row.longitude + 360
    return west <= longitude <= east and south <= row.latitude <= north
