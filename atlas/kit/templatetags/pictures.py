"""Template tags of pictures: sums of coordinates, lines of text, cells of a table."""

import textwrap

from django import template
from django.utils.html import format_html, format_html_join
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
def table_rows(rows, columns):
    """The rows of a table, numbers with thin separators; one template for each of thousands of
    cells would take most of the time of its page."""
    heads = [
        format_html(
            '<td data-label="{}"{}>{{}}</td>' if place else '<th scope="row">{{}}</th>',
            str(column.label).replace("{", "{{").replace("}", "}}"),
            SafeString(' class="n"' if column.number else ""),
        )
        for place, column in enumerate(columns)
    ]
    line = SafeString("<tr>{}</tr>").format("".join(heads))
    return format_html_join("", line, ([_cell(row, column) for column in columns] for row in rows))


def _cell(row, column) -> str:
    value = getattr(row, column.name)
    said = wording.number(value) if column.number and value is not None else str(value or "")
    url = getattr(row, column.link) if column.link else ""
    return format_html('<a href="{}">{}</a>', url, said) if url else said


@register.filter
def of(values: dict, key):
    """The value of a key."""
    return values[key]
