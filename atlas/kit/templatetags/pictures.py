"""Template tags of pictures: sums of coordinates, lines of text, cells of a table."""

import textwrap
from html import escape

from django import template
from django.utils.safestring import SafeString

from atlas.kit import wording

register = template.Library()


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


@register.simple_tag
def table_rows(rows, columns) -> SafeString:
    """The rows of a table, numbers with thin separators; one template for each of thousands of
    cells would take most of the time of its page."""
    cells = [(column, *_ends(column, place)) for place, column in enumerate(columns)]
    lines = ("".join(_cell(row, *cell) for cell in cells) for row in rows)
    return SafeString("".join(f"<tr>{line}</tr>" for line in lines))


def _ends(column, place: int) -> tuple[str, str]:
    """What stands before and after each cell of a column."""
    if not place:
        return '<th scope="row">', "</th>"
    class_ = ' class="n"' if column.number else ""
    return f'<td data-label="{escape(str(column.label))}"{class_}>', "</td>"


def _cell(row, column, before: str, after: str) -> str:
    value = getattr(row, column.brief or column.name)
    said = wording.number(value) if column.number and value is not None else str(value or "")
    url = getattr(row, column.link) if column.link else ""
    if url:
        return f'{before}<a href="{escape(url)}">{escape(said)}</a>{after}'
    return f"{before}{escape(said)}{after}"


@register.simple_tag
def names(pairs) -> SafeString:
    """Items of a list that lead to records, each given as title and address."""
    return SafeString(
        "".join(f'<li><a href="{escape(url)}">{escape(title)}</a></li>' for title, url in pairs)
    )


@register.filter
def of(values: dict, key):
    """The value of a key."""
    return values[key]
