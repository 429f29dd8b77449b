"""By year: how many initiatives started and ran, surely and possibly, as the filters count them.

``filters.periods`` holds the rules; this is the same in one statement over all years.  Money by
year is told by currency and by type of figure, and never added across either.
"""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit.pictures import Column, Insight, LeftOut, Picture, Search, choice
from initiatives.insights import years_money
from initiatives.insights.evidence import cited, slugs_of, titles_of

SPAN = (1990, 2040)  # first years a picture may begin with

# every condition of filters.periods on a year is that it lies between two years, which are worked
# out once for each initiative; 0 and 9999 stand for a bound that nobody knows
SQL = """
WITH possible AS ({possible}), sure AS ({sure}),
i AS MATERIALIZED (
  SELECT x.*, p.id IS NOT NULL AS in_possible, s.id IS NOT NULL AS in_sure,
         actual_start <> '' AND actual_start !~ '[?~%%]' AS start_sure,
         actual_end <> '' AND actual_end !~ '[?~%%]' AS end_sure,
         status_on <> '' AND status_on !~ '[?~%%]' AS said_sure,
         actual_start = '' AND planned_start = '' AS no_start,
         actual_end = '' AND planned_end = '' AS no_end,
         status IN ('implementation', 'finalisation') AS runs,
         status IN ('closed', 'cancelled') AS over
  FROM (SELECT id, status, actual_start, planned_start, actual_end, planned_end, status_on,
          {years} FROM initiatives_initiative) x
  LEFT JOIN possible p ON p.id = x.id LEFT JOIN sure s ON s.id = x.id
  WHERE p.id IS NOT NULL OR s.id IS NOT NULL),
told AS MATERIALIZED (
  SELECT id,
    CASE WHEN in_possible AND NOT no_start THEN coalesce(
      CASE WHEN actual_start <> '' THEN start_1 ELSE plan_1 END, 0) END AS may_start,
    coalesce(CASE WHEN actual_start <> '' THEN start_2 ELSE plan_2 END, 9999) AS may_start_to,
    CASE WHEN in_sure AND start_sure THEN start_1 END AS starts,
    CASE WHEN start_sure THEN start_2 END AS starts_to,
    CASE WHEN in_possible AND NOT (no_start AND no_end) THEN coalesce(
      CASE WHEN actual_start <> '' THEN start_1 ELSE plan_1 END, 0) END AS may_run,
    CASE WHEN actual_end <> '' THEN coalesce(end_2, 9999)
      WHEN NOT no_end THEN greatest(coalesce(plan_end_2, 9999),
        CASE WHEN runs AND status_on <> '' THEN coalesce(said_2, 9999) END)
      WHEN NOT over THEN 9999
      WHEN status_on <> '' THEN coalesce(said_2, 9999)
      ELSE extract(year FROM CURRENT_DATE)::int END AS may_run_to,
    CASE WHEN in_sure AND NOT (no_start AND no_end)
      THEN least(CASE WHEN start_sure THEN start_2 END, CASE WHEN end_sure THEN end_2 END,
                 CASE WHEN runs AND said_sure THEN said_2 END) END AS runs,
    greatest(CASE WHEN end_sure THEN end_1 END,
             CASE WHEN actual_end = '' AND runs AND said_sure THEN said_1 END,
             CASE WHEN start_sure THEN start_1 END) AS runs_to
  FROM i)
SELECT CASE WHEN starts = starts_to THEN starts END, starts_to, may_start, may_start_to,
  runs, runs_to, may_run, may_run_to, array_agg(id)
FROM told GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
BOUNDS = {
    "start_1": "actual_start_earliest",
    "start_2": "actual_start_latest",
    "plan_1": "planned_start_earliest",
    "plan_2": "planned_start_latest",
    "end_1": "actual_end_earliest",
    "end_2": "actual_end_latest",
    "plan_end_2": "planned_end_latest",
    "said_1": "status_on_earliest",
    "said_2": "status_on_latest",
}
YEARS_OF = ", ".join(f"extract(year FROM {date})::int AS {name}" for name, date in BOUNDS.items())
LIMITS = """
WITH found AS ({found})
SELECT count(*), count(*) FILTER (WHERE i.actual_start = '' AND i.planned_start = ''
                                  AND i.actual_end = '' AND i.planned_end = ''),
  extract(year FROM min(coalesce(i.actual_start_earliest, i.planned_start_earliest,
                                 i.actual_start_latest, i.actual_end_earliest,
                                 i.planned_end_latest)))::int
FROM initiatives_initiative i JOIN found f ON f.id = i.id
"""


Span = tuple[int | None, int | None]  # first and last year; None where there are none


@dataclass(frozen=True)
class Alike:
    """Initiatives of which the same is known: in which years they surely and possibly started, and
    surely and possibly ran."""

    ids: list[int]
    spans: tuple[Span, Span, Span, Span]

    def within(self, first: int, last: int) -> bool:
        return any(a is not None and a <= last and first <= b for a, b in self.spans if b)


@dataclass(frozen=True)
class Year:
    """One year; of each number the sure part and all that is possible, with their lists."""

    year: int
    started_sure: int
    started: int
    running_sure: int
    running: int
    known: list[Alike]
    url: str
    started_url: str
    started_sure_url: str
    running_sure_url: str

    @property
    def ids(self) -> list[int]:
        """Those of this year; looked up, since only files ask for them."""
        here = (alike.ids for alike in self.known if alike.within(self.year, self.year))
        return [pk for ids in here for pk in ids]


def read(search: Search, options: dict) -> Insight:
    """Years from the first date on file, at the earliest 1990, to the last in which any may run."""
    found, parameters = Search.sql(search.found)
    with connection.cursor() as cursor:
        cursor.execute(LIMITS.format(found=found), parameters)
        count, bare, first = cursor.fetchone()
    if options["of"] == "money":
        return years_money.insight(search, found, parameters, count, options["whose"])
    rows = _years(search, first) if first else []
    drawn = _drawn(rows)
    return Insight(
        title=_title(rows),
        reading=_(
            "A pair of bars for each year: initiatives that started in it, and initiatives that ran"
            " in it. The full part is sure; the pale part is possible, because sources leave a"
            " date open or give only a plan."
        ),
        count=count,
        drawn=len(drawn),
        columns=COLUMNS,
        rows=rows,
        left_out=_left_out(search, count, bare, drawn),
        notes=[
            _(
                "An initiative counts in every year it ran; years do not add up. Later years than"
                " this one are not drawn."
            )
        ],
        sources_of=cited(
            fields=("actual_start", "actual_end", "planned_start", "planned_end", "status")
        ),
        slugs_of=slugs_of,
        caveats=_falling(rows),
    )


def _years(search: Search, first: int) -> list[Year]:
    found, parameters = Search.sql(search.found)
    sure, sure_parameters = Search.sql(search.surely)
    first = min(max(first, SPAN[0]), SPAN[1])
    last = max(date.today().year, first)
    only_sure = search.data.get("certainty") == "sure"
    statement = SQL.format(possible=found, sure=sure, years=YEARS_OF)
    with connection.cursor() as cursor:
        cursor.execute(statement, (*parameters, *sure_parameters))
        known = [_alike(only_sure, *row) for row in cursor.fetchall()]
    counts = zip(*(_by_year(known, place, first, last) for place in range(4)), strict=True)
    rows = [_year(search, first + place, known, *found) for place, found in enumerate(counts)]
    while rows and not (rows[-1].started or rows[-1].running):
        rows.pop()
    return rows


def _alike(only_sure: bool, *row) -> Alike:
    *bounds, ids = row
    started, may_start, ran, may_run = zip(bounds[::2], bounds[1::2], strict=True)
    if only_sure:  # the search itself wants nothing less
        may_start, may_run = started, ran
    return Alike(ids, (started, may_start, ran, may_run))


def _by_year(known: list[Alike], place: int, first: int, last: int) -> list[int]:
    """How many have each of the years in one of their spans."""
    change = [0] * (last - first + 2)
    for alike in known:
        begin, end = alike.spans[place]
        if begin is not None and end is not None and max(begin, first) <= min(end, last):
            change[max(begin, first) - first] += len(alike.ids)
            change[min(end, last) - first + 1] -= len(alike.ids)
    return list(accumulate(change))[:-1]


def _drawn(rows: list[Year]) -> set[int]:
    """Initiatives of any of the years."""
    if not rows:
        return set()
    known, first, last = rows[0].known, rows[0].year, rows[-1].year
    return {pk for alike in known if alike.within(first, last) for pk in alike.ids}


COLUMNS = (
    Column("year", gettext_lazy("Year")),
    Column("started_sure", gettext_lazy("Surely started"), "started_sure_url", number=True),
    Column("started", gettext_lazy("Surely or possibly started"), "started_url", number=True),
    Column("running_sure", gettext_lazy("Surely ran"), "running_sure_url", number=True),
    Column("running", gettext_lazy("Surely or possibly ran"), "url", number=True),
)


def _falling(rows: list[Year]) -> list[str]:
    """That few surely run of late says when the sources were written."""
    last, most = rows[-1] if rows else None, max((row.running_sure for row in rows), default=0)
    if last is None or last.year < date.today().year or last.running_sure >= most:
        return []
    return [_(FALLING)]


FALLING = gettext_lazy(
    "“Surely” reaches only as far as a source confirms it: that the full bars fall towards today"
    " says how old the sources are, not that the work ended."
)


def _title(rows: list[Year]) -> str:
    if not rows:
        return _("Initiatives by year")
    most = max(rows, key=lambda row: (row.running_sure, row.year))
    if not most.running_sure:
        return _("Initiatives by year: of none is it sure when it ran")
    words = {"year": most.year, "n": most.running_sure}
    return _("Initiatives by year: most surely ran in %(year)d, %(n)d of them") % words


def _year(search: Search, year: int, known: list[Alike], *counts: int) -> Year:
    text = str(year)
    limits = {"start_after": text, "start_before": text}
    return Year(
        year,
        *counts,
        known,
        search.link(year=text),
        search.link(**limits),
        search.link(**limits, certainty="sure"),
        search.link(year=text, certainty="sure"),
    )


def _left_out(search: Search, count: int, bare: int, drawn: set) -> list[LeftOut]:
    found = []
    if bare:
        words = ngettext(
            "%d initiative has no dates on file.", "%d initiatives have no dates on file.", bare
        )
        found.append(LeftOut(words % bare, bare, search.link(year="unstated")))
    if rest := count - bare - len(drawn):
        words = ngettext(
            "%d with dates falls in none of these years.",
            "%d with dates fall in none of these years.",
            rest,
        )
        ids = set(search.found.values_list("pk", flat=True)) - drawn
        found.append(LeftOut(words % rest, rest, records=titles_of(ids, dated=True)))
    return found


YEARS = Picture(
    "years",
    gettext_lazy("By year"),
    gettext_lazy("How many initiatives started and ran in each year, and money by year."),
    read,
    (
        choice(
            "of",
            gettext_lazy("Count"),
            (
                ("initiatives", gettext_lazy("Initiatives")),
                ("money", gettext_lazy("Money, by currency")),
            ),
        ),
        choice(
            "whose",
            gettext_lazy("Money of"),
            (
                ("", gettext_lazy("The payer asked for, else everybody")),
                (years_money.EVERYBODY, gettext_lazy("Everybody who pays for these initiatives")),
            ),
        ),
    ),
)
