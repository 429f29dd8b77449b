"""Two to four records of one kind side by side: where they agree and where they differ."""

from initiatives.insights.compare.files import data, table_csv
from initiatives.insights.compare.records import FEWEST, MOST, Unfit, comparison, find
from initiatives.insights.compare.shared import Shared, shared
from initiatives.insights.compare.table import Cell, Comparison, Row, Value

__all__ = [
    "FEWEST",
    "MOST",
    "Cell",
    "Comparison",
    "Row",
    "Shared",
    "Unfit",
    "Value",
    "comparison",
    "data",
    "find",
    "shared",
    "table_csv",
]
