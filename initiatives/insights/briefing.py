"""A search in brief: figures that link to their lists, its records, and its sources."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.kit.differing import differing_sql
from atlas.kit.pictures import Insight, Picture, Search
from atlas.kit.pictures.files import left_out
from initiatives.choices import Status
from initiatives.insights.behind import Source, sources
from initiatives.insights.funding.noted import Noted, noted
from initiatives.insights.funding.of_search import GIVERS, money_of, wherever
from initiatives.insights.map import AREAS
from initiatives.insights.money import Total
from initiatives.insights.pictures import PICTURES
from initiatives.insights.standing_out import Line, standing_out
from initiatives.models import Initiative

MOST_RECORDS, MOST_SOURCES, MOST_NOTES = 12, 8, 6
READABLE = 22  # bars of a timeline that fit; more are told by year


def _nothing(search: Search, options: dict) -> Insight:
    raise NotImplementedError("a briefing is put together of several pictures")


BRIEFING = Picture(
    "briefing",
    gettext_lazy("Briefing"),
    gettext_lazy("One search in brief: figures, pictures, sums, records and sources."),
    _nothing,
)

EVIDENCE = """
SELECT coalesce(sum(d.facts), 0), coalesce(sum(d.disputed), 0), coalesce(sum(d.single_source), 0)
FROM initiatives_initiativedigest d WHERE d.initiative_id IN ({search})
"""


@dataclass(frozen=True)
class Figure:
    """One number, what it counts and where that is listed."""

    number: int
    words: str
    url: str = ""


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
    wherever: str
    standing_out: list[Line]
    noted: list[Noted]
    more_noted: int

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
        cursor.execute(
            f"SELECT count(*) FROM ({differing_sql('initiative', sql[0])}) x", sql[1] * 2
        )
        differ = cursor.fetchone()[0]
    money = money_of(search, GIVERS)
    named, every_source = sources(search, MOST_SOURCES)
    figures = [
        Figure(count, _("initiatives"), search.list_url),
        Figure(running, _("stated to be running"), search.link(status="implementation")),
        Figure(len(places.rows), _("countries reached"), _page("map", search)),
        Figure(money.parties, _("payers"), _page("funding", search)),
        Figure(facts, _("facts, each with its source"), _page("briefing/facts", search)),
        Figure(disputed, _("facts on which sources disagree"), _facts("disputed", search)),
        Figure(
            differ, _("initiatives whose accounts differ"), search.link(evidence="accounts-differ")
        ),
        Figure(single, _alone(single, facts), _facts("single-source", search)),
        Figure(every_source, _("sources"), _page("briefing/sources", search)),
    ]
    records = search.found.for_list().order_by("-digest__sources", "sort_key", "slug")
    shown = records[:MOST_RECORDS]
    whole = money.whole
    notes = noted(search, MOST_NOTES) if search.parameters else ([], 0)
    return Brief(
        figures, shown, count, whole.sums, whole.undisclosed, named, every_source,
        wherever(search), standing_out(search, count), *notes,
    )  # fmt: skip


def _alone(single: int, facts: int) -> str:
    if single and single == facts:
        return _("facts on one source alone: all of them")
    return _("facts on one source alone")


def pictures(search: Search) -> dict[str, tuple[dict, Insight]]:
    """Map, timeline (years, where it would be too long to read) and money by name: (options,
    insight)."""
    chosen = {name: _read(name, search) for name in ("map", "timeline", "funding")}
    if len(chosen["timeline"][1].rows) > READABLE:
        del chosen["timeline"]
        chosen["years"] = _read("years", search)
    return chosen


def _read(name: str, search: Search) -> tuple[dict, Insight]:
    options, _problems = PICTURES[name].options(search.data)
    return options, PICTURES[name].read(search, options)


def data(search: Search, site: str) -> dict:
    """What ``serializers.BriefSerializer`` describes."""
    shown = pictures(search)
    found = brief(search, shown["map"][1])
    return {
        "count": found.count,
        "figures": [
            {"words": one.words, "number": one.number, "url": one.url and f"{site}{one.url}"}
            for one in found.figures
        ],
        "sums": [
            {"currency": one.currency, "type": one.type, "words": one.words}
            | {"figures": one.links, "low": f"{one.low:.2f}", "high": f"{one.high:.2f}"}
            | {"weak": _weak(one.weak) if one.weak else None}
            for one in found.sums
        ],
        "noted": [
            {"amount": one.amount, "type": one.kind, "note": one.note, "url": f"{site}{one.url}"}
            for one in found.noted
        ],
        "more_noted": found.more_noted,
        "undisclosed": found.undisclosed,
        "stands_out": [_line(line, site) for line in found.standing_out],
        "pictures": [_told(name, one, search, site) for name, (_o, one) in shown.items()],
        "initiatives": [
            {"title": record.title, "url": f"{site}{record.get_absolute_url()}"}
            for record in found.records
        ],
        "more_initiatives": found.more_records,
        "sources": [
            {"title": one.title, "url": f"{site}{one.url}", "publisher": one.publisher}
            | {"reliability": one.reliability, "initiatives": one.initiatives}
            for one in found.sources
        ],
        "more_sources": found.more_sources,
        "url": f"{site}{_page('briefing', search)}",
    }


def _line(line: Line, site: str) -> dict:
    named = [{"title": words, "url": f"{site}{url}"} for words, url in line.named]
    return {"words": line.words, "url": f"{site}{line.url}", "aside": line.aside, "named": named}


def _weak(one: Total) -> dict:
    return {"words": one.words, "figures": one.links} | {
        "low": f"{one.low:.2f}",
        "high": f"{one.high:.2f}",
    }


def _told(name: str, insight: Insight, search: Search, site: str) -> dict:
    page = _page(name, search)
    return {
        "name": name,
        "title": insight.title,
        "caveats": insight.caveats,
        "count": insight.count,
        "drawn": insight.drawn,
        "left_out": left_out(insight, site),
        "url": f"{site}{page}",
        "data": f"{site}/api/v1/insights{page}",
    }


def _page(name: str, search: Search) -> str:
    return f"/{name}/?{search.parameters}" if search.parameters else f"/{name}/"


def _facts(which: str, search: Search) -> str:
    own = f"of={which}"
    return (
        f"/briefing/facts/?{own}&{search.parameters}"
        if search.parameters
        else f"/briefing/facts/?{own}"
    )


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
