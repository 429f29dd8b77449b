"""The timeline drawn: one row an initiative, time from left to right."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from atlas.kit.pictures import Insight
from initiatives.insights.timeline import Bar
from initiatives.views.pictures.bars import short

WIDTH, LEFT, ROW, HEAD, THICK = 960, 330, 22, 30, 11
EARLIEST, LATEST = 1990, 2040
LETTERS = 48  # of a title
LEAST = 3  # width of what would not be seen


@dataclass(frozen=True)
class Piece:
    """A part of a bar: ``sure``, ``in`` and ``out`` (fading), ``maybe`` (pale), ``plan``
    (hollow)."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Line:
    y: int
    bar: Bar
    pieces: list[Piece]
    marks: list[tuple[float, str]]
    head: str

    @property
    def said(self) -> str:
        """Made here, since a template takes ten times as long."""
        words = {"title": self.bar.title, "start": self.bar.start, "end": self.bar.end}
        return _("%(title)s: start %(start)s; end %(end)s") % words

    @property
    def name(self) -> str:
        return short(self.bar.title, LETTERS)

    @property
    def text_y(self) -> int:
        return self.y + 15

    @property
    def top(self) -> int:
        return self.y + 5

    @property
    def head_y(self) -> int:
        return self.y - 6


class Axis:
    """Days to units, for the years of these bars."""

    def __init__(self, bars: list[Bar]):
        today = datetime.date.today()
        days = [d for bar in bars for d in (bar.begins, bar.begun, bar.possible_until) if d]
        years = [day.year for day in days] or [today.year]
        self.first = max(min(years), EARLIEST)
        self.last = min(max(years) + 1, LATEST)
        self.today = self.at(today)

    def at(self, day: datetime.date) -> float:
        year = day.year + (day.timetuple().tm_yday - 1) / 366
        share = (year - self.first) / max(self.last - self.first, 1)
        return round(LEFT + min(max(share, 0), 1) * (WIDTH - LEFT), 1)

    def ticks(self) -> list[tuple[float, int]]:
        span = self.last - self.first
        step = 1 if span <= 12 else 2 if span <= 24 else 5
        years = [y for y in range(self.first, self.last + 1) if y % step == 0]
        return [(self.at(datetime.date(year, 1, 1)), year) for year in years]


def draw(insight: Insight, options: dict) -> dict:
    """Lines, ticks and ties for ``pictures/_timeline.svg``."""
    axis = Axis(insight.rows)
    lines, y, group = [], HEAD, None
    for bar in insight.rows:
        own = {"kind": bar.kind_label, "region": bar.region}.get(options["by"], "")
        head = own if own != group else ""
        group = own
        y += 28 if head else 0
        marks = [
            (
                axis.at(mark.earliest + (mark.latest - mark.earliest) / 2),
                f"{mark.title}, {mark.when}",
            )
            for mark in bar.marks
        ]
        lines.append(Line(y, bar, _pieces(bar, axis), marks, head))
        y += ROW
    return {
        "lines": lines,
        "ticks": axis.ticks(),
        "today_x": axis.today,
        "ties": _ties(lines),
        "bottom": y,
        "height": y + 12,
        "left": LEFT,
        "thick": THICK,
    }


def _pieces(bar: Bar, axis: Axis) -> list[Piece]:
    """From the earliest beginning to the latest end, none of them narrower than is seen."""
    end = axis.at(bar.possible_until)
    if bar.begins is None and bar.begun is None:
        known = axis.at(bar.sure_until) if bar.sure_until else end
        return [Piece("in", max(LEFT, known - 40), max(LEAST, min(40, end - LEFT)))]
    begins = axis.at(bar.begins or bar.begun)
    begun = axis.at(bar.begun or bar.begins)
    if bar.planned:
        return [Piece("plan", begins, max(LEAST, end - begins))]
    if bar.vague:
        return [Piece("maybe", begins, max(LEAST, end - begins))]
    sure = axis.at(bar.sure_until or bar.begun or bar.begins)
    pieces = []
    if begun - begins >= 1:
        pieces.append(Piece("in", begins, round(begun - begins, 1)))
    pieces.append(Piece("sure", begun, round(max(LEAST, sure - begun), 1)))
    if end - sure >= 1:
        kind = "plan" if bar.until_plan else "out"
        pieces.append(Piece(kind, sure, round(end - sure, 1)))
    return pieces


def _ties(lines: list[Line]) -> list[str]:
    """A path from the end of each predecessor to the beginning of what follows it."""
    at = {line.bar.pk: line for line in lines}
    paths = []
    for line in lines:
        for target in line.bar.after:
            before = at[target]
            x1, y1 = before.pieces[0].x, before.y + ROW / 2
            x2, y2 = line.pieces[0].x, line.y + ROW / 2
            left = min(x1, x2) - 7
            paths.append(f"M{x1 - 1} {y1}H{left}V{y2}H{x2 - 1}")
    return paths
