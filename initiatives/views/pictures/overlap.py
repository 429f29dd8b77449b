"""Overlap drawn: a bar for each pair, filled where both surely ran at once."""

from atlas.kit.pictures import Insight
from initiatives.views.pictures.bars import bars_of, short

NAMES, BAR = 560, 330
LETTERS = 84


def draw(insight: Insight, options: dict) -> dict:
    """The context of ``pictures/_overlap.svg``."""
    alone = options["of"] is not None
    return bars_of(
        insight.rows,
        lambda row: row.countries,
        lambda row: _name(row, alone),
        widest=BAR,
        names=NAMES,
    )


def _name(row, alone: bool) -> str:
    if alone:
        return short(row.other, LETTERS)
    return " · ".join(row.short)
