"""Reading CSV as spreadsheets write it: comma, semicolon or tab; UTF-8, or UTF-16 with its mark."""

import codecs
import csv
import io
from itertools import islice

from atlas.kit.tables import TABLES
from initiatives.exchange.reader import MAX_CELL
from initiatives.exchange.sheets.cells import plain, trimmed
from initiatives.exchange.sheets.reading import (
    MAX_COLUMNS,
    Book,
    Heading,
    Sheet,
    Unreadable,
    known_table,
    taken,
)

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
DELIMITERS = ",;\t|"
REMEDY = "Save it as “CSV UTF-8” or as XLSX."


def read_csv(name: str, content: bytes, table: str = "") -> Book:
    """The one table of a CSV file; ``table`` is its name unless the file's own says it."""
    chosen = TABLES.get(table) or known_table(name, "choose it, or name the file after it")
    text = decoded(content)
    first = 1
    if text[:4].lower() == "sep=":  # Excel's own line, before the header
        text, first = text.partition("\n")[2], 2
    delimiter = _delimiter(text, set(chosen.headers))
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, found = first, []
    try:
        header = next(rows, [])
        heading = Heading(chosen, header[:MAX_COLUMNS])
        for number, cells in enumerate(rows, first + 1):
            taken(found, _row(heading, number, cells, len(header)))
    except csv.Error as error:
        raise Unreadable(f"cannot be read as CSV after row {number}: {error}.") from error
    return Book([Sheet(chosen, heading.columns, found)], "csv", delimiter)


def _row(heading: Heading, number: int, cells: list[str], width: int):
    row = heading.row(number, cells[:MAX_COLUMNS], plain)
    if row and len(cells) < width and any(heading.places[len(cells) :]):
        row.faults.append(("", f"has {len(cells)} cells, the header {width}"))
    return row


def decoded(content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(f"is broken {encoding.upper()}: {error.reason}.") from error
    if content[:1000].count(0) > len(content[:1000]) // 4:
        raise Unreadable(f"looks like UTF-16 without its mark. {REMEDY}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        around = content[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        around = " ".join(around.split())
        said = f"is not UTF-8: line {line} holds the byte 0x{content[error.start]:02X}"
        raise Unreadable(f"{said} (in Windows-1252 it reads “{around}”). {REMEDY}") from error


def _delimiter(text: str, known: set[str]) -> str:
    """The one that gives most of the table's columns."""
    head = "".join(islice(io.StringIO(text, newline=""), 1))

    def hits(delimiter: str) -> int:
        names = head.split(delimiter)
        return sum(trimmed(name.strip(" \"'\r\n")).lower() in known for name in names)

    return max(DELIMITERS, key=hits)
