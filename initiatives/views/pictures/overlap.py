"""Overlap drawn: a bar for each pair, filled where both surely ran at once."""

from dataclasses import dataclass

from atlas.kit.pictures import Insight

BARS, ROW, NAMES, BAR, TOP = 24, 28, 560, 330, 8
LETTERS = 84


@dataclass(frozen=True)
class Bar:
    y: float
    width: float
    row: object
    name: str

    @property
    def text_y(self) -> float:
        return self.y + 17


def draw(insight: Insight, options: dict) -> dict:
    """The context of ``pictures/_overlap.svg``."""
    rows = insight.rows[:BARS]
    largest = max((row.countries for row in rows), default=1)
    bars = [
        Bar(
            TOP + place * ROW,
            round(max(3.0, BAR * row.countries / largest), 1),
            row,
            _name(row, alone=options["of"] is not None),
        )
        for place, row in enumerate(rows)
    ]
    more = len(insight.rows) - len(rows)
    height = TOP + len(rows) * ROW + (30 if more else 8)
    return {"bars": bars, "height": height, "names": NAMES, "more": more, "last_y": height - 10}


def _name(row, alone: bool) -> str:
    if alone:
        return _short(row.other, LETTERS)
    half = LETTERS // 2 - 2
    return f"{_short(row.one, half)} · {_short(row.other, half)}"


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,;") + "…"
