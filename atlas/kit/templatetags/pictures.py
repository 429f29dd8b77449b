"""Template tags of pictures: sums of coordinates, lines of text, cells of a table."""

import textwrap
from dataclasses import dataclass

from django import template

from atlas.kit import wording

register = template.Library()


@dataclass(frozen=True)
class TableCell:
    text: str
    url: str
    number: bool
    label: str = ""


@register.filter
def add_number(value, more) -> str:
    """The sum of two coordinates, to a tenth."""
    return f"{float(value) + float(more):.1f}".removesuffix(".0")


@register.simple_tag
def line_y(first, step, place) -> str:
    """Where a line of text stands."""
    return add_number(first, float(step) * place)


@register.filter
def lines(text, width) -> list[str]:
    """Text broken into lines of so many characters."""
    return textwrap.wrap(str(text), int(width))


@register.filter
def cells(row, columns) -> list[TableCell]:
    """The cells of a row; numbers with thin separators."""
    found = []
    for column in columns:
        value = getattr(row, column.name)
        text = wording.number(value) if column.number and value is not None else str(value or "")
        url = getattr(row, column.link) if column.link else ""
        found.append(TableCell(text, url, column.number, str(column.label)))
    return found


@register.filter
def of(values: dict, key):
    """The value of a key."""
    return values[key]
