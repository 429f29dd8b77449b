"""The matrix drawn: a square for each place and theme."""

from dataclasses import dataclass

from atlas.kit.pictures import Insight

LEFT, ROW, HEAD, STEPS = 250, 24, 74, 4
WIDTH = 960


@dataclass(frozen=True)
class Square:
    x: float
    count: int
    url: str
    depth: int  # 0 (a gap) to STEPS
    title: str


@dataclass(frozen=True)
class Line:
    y: int
    row: object
    squares: list[Square]
    part: str  # the region, where a new one begins


def draw(insight: Insight, options: dict) -> dict:
    """Lines and heads for ``pictures/_coverage.svg``."""
    themes = insight.drawing
    width = (WIDTH - LEFT) / (len(themes) or 1)
    largest = max((getattr(row, slug) for row in insight.rows for slug, _n in themes), default=1)
    lines, y, part = [], HEAD, ""
    grouped = len({row.part for row in insight.rows}) > 1
    for row in insight.rows:
        new = row.part if grouped and row.part != part else ""
        part = row.part
        y += ROW if new else 0
        lines.append(Line(y, row, _squares(row, themes, width, largest), new))
        y += ROW
    return {
        "lines": lines,
        "heads": [_head(place, slug, name, width) for place, (slug, name) in enumerate(themes)],
        "square": round(width - 3, 1),
        "height": y + 8,
    }


def _head(place: int, slug: str, name: str, width: float) -> dict:
    return {"x": round(LEFT + place * width, 1), "slug": slug, "name": name}


def _squares(row, themes: list, width: float, largest: int) -> list[Square]:
    found = []
    for place, (slug, name) in enumerate(themes):
        count = getattr(row, slug)
        depth = min(STEPS, 1 + (count - 1) * STEPS // max(largest, 1)) if count else 0
        title = f"{row.place}, {name}: {count}"
        x = round(LEFT + place * width, 1)
        found.append(Square(x, count, getattr(row, f"{slug}_url"), depth, title))
    return found
