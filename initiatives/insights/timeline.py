"""The timeline: when each initiative ran, as far as uncertain dates let anybody say.

``filters.periods`` says when an initiative possibly and surely ran; a bar shows the same.  It
begins between the bounds of the start.  It is sure until the earliest end or, where no end is
stated, until a dated status says that it ran; from there it is possible until the latest end, the
planned end, the day a status says it was over, or today.
"""

import datetime
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.dates import moment, words
from atlas.kit.filters import BadValue
from atlas.kit.pictures import Column, Insight, LeftOut, Parameter, Picture, Search, choice
from initiatives.choices import InitiativeKind
from initiatives.insights.evidence import cited, slugs_of

MARKS = set("?~%")
PART = 150  # bars of one picture

SQL = """
WITH found AS ({found})
SELECT i.id, i.slug, i.title, i.kind, coalesce(i.regions[1], ''), i.status, i.status_on,
       i.actual_start, i.planned_start, i.actual_end, i.planned_end,
       coalesce(i.actual_start_earliest, CASE WHEN i.actual_start = ''
                THEN i.planned_start_earliest END),
       coalesce(i.actual_start_latest, CASE WHEN i.actual_start = ''
                THEN i.planned_start_latest END),
       i.actual_end_earliest, i.actual_end_latest, i.planned_end_latest,
       i.status_on_earliest, i.status_on_latest, count(*) OVER ()
FROM initiatives_initiative i JOIN found f ON f.id = i.id
WHERE i.actual_start <> '' OR i.planned_start <> '' OR i.actual_end <> '' OR i.planned_end <> ''
ORDER BY {order} coalesce(i.actual_start_earliest, i.planned_start_earliest,
         i.actual_start_latest, i.actual_end_earliest, i.planned_end_earliest), i.sort_key, i.slug
LIMIT {limit} OFFSET {offset}
"""
ORDERS = {
    "kind": "array_position(ARRAY[{kinds}]::varchar[], i.kind), ",
    "region": "coalesce(i.regions[1], '~'), ",
    "none": "",
}
COUNT = "SELECT count(*) FROM ({found}) f"
EVENTS = """
SELECT e.initiative_id, e.title, e.date, e.date_earliest, e.date_latest FROM initiatives_event e
WHERE e.initiative_id = ANY(%s) AND e.date_earliest IS NOT NULL AND e.date_latest IS NOT NULL
ORDER BY e.date_earliest, e.key
"""
HELD = """
SELECT DISTINCT ON (e.initiative_id) e.initiative_id, e.date FROM initiatives_event e
WHERE e.initiative_id = ANY(%s) AND e.date_latest <= CURRENT_DATE
ORDER BY e.initiative_id, e.date_earliest, e.key
"""
FOLLOWS = """
SELECT t.initiative_id, t.target_id FROM initiatives_initiativetie t
WHERE t.kind = 'follows' AND t.initiative_id = ANY(%s) AND t.target_id = ANY(%s)
"""


@dataclass(frozen=True)
class Mark:
    """An event."""

    title: str
    when: str
    earliest: datetime.date
    latest: datetime.date


@dataclass
class Bar:
    """One initiative; dates are None where nobody knows a bound."""

    pk: int
    title: str
    url: str
    kind: str
    kind_label: str
    region: str
    start: str
    end: str
    planned: bool  # the start is a plan
    vague: bool  # a source marks the start as doubtful, so that nothing is sure
    begins: datetime.date | None
    begun: datetime.date | None
    sure_until: datetime.date | None
    possible_until: datetime.date | None
    until_plan: bool  # it is possible until the end of a plan
    open: bool  # nothing says that it ended
    marks: list[Mark] = field(default_factory=list)
    after: tuple[int, ...] = ()  # ids of what it follows

    @property
    def ids(self) -> tuple[int]:
        return (self.pk,)

    @property
    def events(self) -> int:
        return len(self.marks)

    @property
    def events_url(self) -> str:
        return f"{self.url}#events" if self.marks else self.url


def read(search: Search, options: dict) -> Insight:
    """Bars of one part of the search, and what stands on other parts or has no dates."""
    found, parameters = Search.sql(search.found)
    kinds = ", ".join(f"'{kind}'" for kind in InitiativeKind.values)
    order = ORDERS[options["by"]].format(kinds=kinds)
    part = options["part"]
    statement = SQL.format(found=found, order=order, limit=PART, offset=(part - 1) * PART)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        raw = cursor.fetchall()
        cursor.execute(COUNT.format(found=found), parameters)
        count = cursor.fetchone()[0]
        rows = [_bar(row[:-1]) for row in raw]
        _tie(cursor, {row.pk: row for row in rows})
    dated = raw[0][-1] if raw else _dated(found, parameters)
    return Insight(
        title=_title(rows),
        reading=_(
            "A bar for each initiative. It is full where the initiative surely ran, fades where"
            " sources leave its beginning or end open, and is hollow where there is only a plan."
            " Diamonds are events; a thin line leads from an initiative to the one that follows"
            " it."
        ),
        count=count,
        drawn=len(rows),
        columns=COLUMNS,
        rows=rows,
        left_out=_left_out(search, options, count, dated, len(rows)),
        notes=[],
        empty=_("This timeline has no such part.") if dated and not rows else "",
        sources_of=cited(
            fields=("actual_start", "actual_end", "planned_start", "planned_end", "status"),
        ),
        slugs_of=slugs_of,
    )


COLUMNS = (
    Column("title", gettext_lazy("Initiative"), "url"),
    Column("kind_label", gettext_lazy("Kind")),
    Column("start", gettext_lazy("Start")),
    Column("end", gettext_lazy("End")),
    Column("events", gettext_lazy("Dated events"), "events_url", number=True),
)


def _title(rows: list[Bar]) -> str:
    known = [bar.begins.year for bar in rows if bar.begins]
    text = ngettext("When %d initiative ran", "When %d initiatives ran", len(rows)) % len(rows)
    return _("%(what)s, since %(year)d") % {"what": text, "year": min(known)} if known else text


def _bar(row: tuple) -> Bar:
    pk, slug, title, kind, region, status, status_on, start, plan, end, plan_end, *bounds = row
    begins, begun, end_first, end_last, plan_last, said_first, said_last = bounds
    ran = status in ("implementation", "finalisation")
    over = status in ("closed", "cancelled")
    vague = bool(start) and bool(set(start) & MARKS)
    seen = ran and not start and said_last is not None and not set(status_on) & MARKS
    if seen:  # it ran that day, so it had begun, whenever that was planned
        begun = said_last
    if end:
        sure = begun if set(end) & MARKS else end_first
        possible = end_last
    else:
        sure = max(filter(None, (begun, said_first if ran else None)), default=None)
        possible = plan_last or (said_last if over else None)
    is_open = possible is None and not over
    ends = [day for day in (sure, begun, begins) if day]
    today = datetime.date.today()
    possible = possible or (max([today, *ends]) if is_open else max(ends, default=today))
    return Bar(
        *(pk, title, f"/initiatives/{slug}/", kind, InitiativeKind(kind).label),
        wording.place(region),
        _start_words(start, plan),
        _end_words(end, plan_end, status, status_on),
        planned=not start and not seen,
        vague=vague,
        begins=begins,
        begun=begun,
        sure_until=max(filter(None, (sure, begun)), default=None),
        possible_until=max([possible, *ends]),
        until_plan=bool(not end and plan_end),
        open=is_open,
    )


def _start_words(start: str, plan: str) -> str:
    if start:
        return words(start)
    return _("planned for %s") % words(plan) if plan else _("not stated")


def _end_words(end: str, plan: str, status: str, status_on: str) -> str:
    if end:
        return words(end)
    if plan:
        return _("planned for %s") % words(plan)
    if status in ("closed", "cancelled"):
        return _("over by %s") % words(status_on) if status_on else _("over, not stated when")
    if status in ("implementation", "finalisation") and status_on:
        return _("still ran %s") % moment(status_on)
    return _("not stated")


def _tie(cursor, bars: dict[int, Bar]) -> None:
    """Give bars their events and what they follow among these."""
    ids = list(bars)
    cursor.execute(EVENTS, [ids])
    for pk, title, date, earliest, latest in cursor.fetchall():
        bar = bars[pk]
        if bar.planned and not bar.marks and latest <= datetime.date.today():
            ran = _("%(start)s; ran by %(event)s, its first event on file")
            bar.start = ran % {"start": bar.start, "event": words(date)}
        bar.marks.append(Mark(title, words(date), earliest, latest))
    cursor.execute(FOLLOWS, [ids, ids])
    for pk, target in cursor.fetchall():
        bars[pk].after += (target,)


def first_held(ids: list[int]) -> dict[int, str]:
    """By initiative the date, in words, of the first event on file that has taken place."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [ids])
        return {pk: words(date) for pk, date in cursor.fetchall()}


def _dated(found: str, parameters: tuple) -> int:
    statement = SQL.format(found=found, order="", limit=1, offset=0)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return row[-1] if row else 0


def _left_out(search, options: dict, count: int, dated: int, drawn: int) -> list[LeftOut]:
    found = []
    if bare := count - dated:
        text = ngettext(
            "%d initiative has no dates on file and no bar.",
            "%d initiatives have no dates on file and no bars.",
            bare,
        )
        found.append(LeftOut(text % bare, bare, search.link(year="unstated")))
    if more := dated - drawn:
        text = ngettext(
            "%d more stands on another part of this timeline.",
            "%d more stand on other parts of this timeline.",
            more,
        )
        parts = -(-dated // PART)
        turn = options["part"] % parts + 1
        data = search.data.copy()
        data["part"], data["by"] = turn, options["by"]
        found.append(LeftOut(text % more, more, f"/timeline/?{data.urlencode()}"))
    return found


def part_number(text: str) -> int:
    """A part of a long timeline, from 1."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        expected = [_("a whole number from 1")]
        raise BadValue(_("“%s” is not the number of a part.") % text[:20], expected)
    return int(text)


TIMELINE = Picture(
    "timeline",
    gettext_lazy("Timeline"),
    gettext_lazy("When initiatives ran, with faded ends where sources leave it open."),
    read,
    (
        choice(
            "by",
            gettext_lazy("Grouped by"),
            (
                ("kind", gettext_lazy("Kind")),
                ("region", gettext_lazy("Region")),
                ("none", gettext_lazy("Start only")),
            ),
        ),
        Parameter(
            "part",
            gettext_lazy("Part"),
            gettext_lazy("A long timeline is drawn 150 bars at a time."),
            parse=part_number,
            default=1,
            example="1",
        ),
    ),
)
