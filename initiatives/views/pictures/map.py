"""The map drawn: dots over outlines, or one small map a theme."""

from dataclasses import dataclass, replace
from math import ceil, sqrt

from atlas.kit.pictures import Insight
from initiatives.insights.map import AREAS
from initiatives.views.pictures.projection import project, window

WIDTH = 960
LARGEST, SMALLEST = 24, 3.2
COLUMNS, GAP = 2, 24
LETTER = 6.2  # of a country's name
LABELLED, LABEL = 9, (18, 11)  # least radius with a number; room that a number takes


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    middle: float  # radius without what the country's group did before it joined
    inner: float  # radius of the part that names the country
    row: object
    label: str = ""
    name: str = ""


@dataclass(frozen=True)
class Panel:
    """One map: its place, the part of the world it shows, its dots, largest first."""

    x: float
    y: float
    width: float
    height: float
    view: str
    thin: float
    dots: list[Dot]
    name: str = ""
    theme: str = ""


def draw(insight: Insight, options: dict) -> dict:
    """Panels and legend for ``pictures/_map.svg``."""
    view = window(AREAS[options["area"]][1])
    by_theme = options["by"] == "theme"
    rows = [row for row in insight.rows if _seen(row, view)]
    largest = max((row.initiatives for row in rows), default=1)
    if by_theme:
        panels = _themes(insight.drawing, rows, view, largest)
    else:
        height = WIDTH * view[3] / view[2]
        panel = _panel(rows, view, (0, 0, WIDTH, height), largest, LARGEST)
        panels = [panel if options["area"] == "world" else replace(panel, dots=_named(panel))]
    bottom = max(panel.y + panel.height for panel in panels)
    size = LARGEST / 2 if by_theme else LARGEST
    return {
        "panels": panels,
        "height": round(bottom + 78),
        "legend_y": round(bottom + 34),
        "legend": _legend(largest, size),
        "by_theme": by_theme,
        "inside": len({row.iso2 for row in rows}),
        "places": len({row.iso2 for row in insight.rows}),
    }


def _seen(row, view: tuple) -> bool:
    x, y = project(row.latitude, row.longitude)
    return 0 <= x - view[0] <= view[2] and 0 <= y - view[1] <= view[3]


def _themes(themes: list, seen: list, view: tuple, largest: int) -> list[Panel]:
    width = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
    height = width * view[3] / view[2]
    panels = []
    for place, (slug, name) in enumerate(themes):
        rows = [row for row in seen if row.theme == slug]
        x = place % COLUMNS * (width + GAP)
        y = place // COLUMNS * (height + 44) + 26
        box = (x, y, width, height)
        panels.append(_panel(rows, view, box, largest, LARGEST / 2, name=name, theme=slug))
    return panels


def _panel(rows, view, box, largest: int, size: float, *, name="", theme="") -> Panel:
    zoom = box[2] / view[2]
    dots = []
    for row in rows:
        x, y = project(row.latitude, row.longitude)
        x, y = (x - view[0]) * zoom, (y - view[1]) * zoom
        radius = _radius(row.initiatives, largest, size)
        named = getattr(row, "named", row.initiatives)
        then = row.initiatives - getattr(row, "later", 0)
        at = round(box[0] + x, 1), round(box[1] + y, 1)
        dots.append(Dot(*at, radius, _part(radius, then, row), _part(radius, named, row), row))
    dots = _labelled(sorted(dots, key=lambda dot: -dot.radius))
    shown = " ".join(f"{number:.1f}" for number in view)
    place = [round(number, 1) for number in box]
    return Panel(*place, shown, round(0.5 / zoom, 2), dots, name, theme)


def _labelled(dots: list[Dot]) -> list[Dot]:
    """Dots with their number where it is large enough and no other number stands."""
    taken: list[Dot] = []
    for place, dot in enumerate(dots):
        free = all(abs(dot.x - t.x) > LABEL[0] or abs(dot.y - t.y) > LABEL[1] for t in taken)
        if dot.radius >= LABELLED and free:
            dots[place] = replace(dot, label=str(dot.row.initiatives))
            taken.append(dot)
    return dots


def _named(panel: Panel) -> list[Dot]:
    """Dots with the country's name below them, wherever it finds room beside the others."""
    taken = [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in panel.dots]
    found = []
    for dot in panel.dots:
        half, top = len(dot.row.country) * LETTER / 2, dot.y + dot.radius + 2
        box = (dot.x - half, top, dot.x + half, top + LABEL[1])
        inside = box[0] > 0 and box[2] < panel.width and box[3] < panel.height
        if inside and all(box[0] > t[2] or t[0] > box[2] or box[1] > t[3] or t[1] > box[3]
                          for t in taken):  # fmt: skip
            taken.append(box)
            dot = replace(dot, name=dot.row.country)
        found.append(dot)
    return found


def _radius(count: int, largest: int, size: float) -> float:
    """The area follows the number; the smallest dot is still seen."""
    return round(max(SMALLEST, size * sqrt(count / largest)), 1)


def _part(radius: float, count: int, row) -> float:
    """The radius of a part of a dot, by area."""
    return round(radius * sqrt(count / row.initiatives), 1)


def _legend(largest: int, size: float) -> list[tuple[float, float, int]]:
    """(x, radius, number) of three dots to compare with."""
    steps = sorted({1, ceil(largest / 4), largest})
    x, found = 0.0, []
    for step in steps:
        radius = _radius(step, largest, size)
        x += radius + 4
        found.append((round(x, 1), radius, step))
        x += radius + 40
    return found
