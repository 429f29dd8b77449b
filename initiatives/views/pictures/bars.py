"""Rows drawn as bars: the share of the largest, a name before it."""

from collections.abc import Callable
from dataclasses import dataclass

ROW, TOP, MOST = 28, 8, 24


@dataclass(frozen=True)
class Bar:
    y: float
    width: float
    row: object
    name: str
    said: str = ""

    @property
    def text_y(self) -> float:
        return self.y + 17


def bars_of(
    all_rows: list,
    number: Callable[[object], int],
    name: Callable[[object], str],
    *,
    widest: int,
    names: int,
    said: Callable[[object], str] = lambda _row: "",
    most: int = MOST,
) -> dict:
    """The context of a template of bars; ``widest`` and ``names`` are pixels."""
    rows = all_rows[:most]
    largest = max((number(row) for row in rows), default=1)
    bars = [
        Bar(
            TOP + place * ROW,
            round(max(2.0, widest * number(row) / largest), 1),
            row,
            name(row),
            said(row),
        )
        for place, row in enumerate(rows)
    ]
    more = len(all_rows) - len(rows)
    height = TOP + len(rows) * ROW + (30 if more else 8)
    return {"bars": bars, "height": height, "names": names, "more": more, "last_y": height - 10}


def short(text: str, letters: int) -> str:
    """The text, cut where it is longer."""
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,;") + "…"
