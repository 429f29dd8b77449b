"""CSV: one row a record, UTF-8, with a header; written by the database chunk by chunk.

A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage
return) gets an apostrophe before it; numbers are left as they are.
"""

import csv
import io
from collections.abc import Iterator
from functools import cache

from atlas.kit.tables import Part
from initiatives.exchange.columns import chosen_columns, columns, flat_sql
from initiatives.exchange.selection import Selection

DANGEROUS = "=+-@\t\r"


def write(selection: Selection) -> Iterator[bytes]:
    head = io.StringIO()
    names = [column.header for column in chosen_columns(selection)]
    csv.writer(head, lineterminator="\n").writerow(names)
    yield head.getvalue().encode()
    yield from selection.copied(lambda part: copy_sql(selection.noun, part, selection.fields))


@cache
def copy_sql(noun: str, part: Part, chosen: tuple[str, ...]) -> str:
    kinds = {column.header: column.kind for column in columns(noun, part)}
    cells = ", ".join(
        f'd."{header}"' if kinds[header] in ("number", "boolean") else defused(f'd."{header}"')
        for header in chosen or kinds
    )
    return f"COPY (SELECT {cells} FROM ({flat_sql(noun, part, chosen)}) d) TO STDOUT (FORMAT csv)"


def defused(value: str) -> str:
    """SQL of the text, made harmless to spreadsheets."""
    codes = ", ".join(str(ord(mark)) for mark in DANGEROUS)
    return f"CASE WHEN ascii({value}) IN ({codes}) THEN '''' || {value} ELSE {value} END"
