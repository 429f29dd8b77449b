"""Reading an editor's file: sheets of one table each, rows by number, cells as our text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from atlas.kit.tables import TABLES, Column, Table
from initiatives.exchange.sheets.cells import trimmed

MAX_ROWS = 20_000  # of all sheets together; `manage.py load` takes any number
MAX_COLUMNS = 100
CLOSED = ("source_records",)  # word for word what a source file says: only its import writes it
TOO_LONG = "(too long for a cell: left as it is)"  # stands in downloads, changes nothing


class Unreadable(Exception):
    """Nothing of the file can be taken; the text goes on from “This file …”."""


@dataclass
class Row:
    """One row; ``number`` is the spreadsheet's own, the header being row 1."""

    number: int
    cells: dict[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    table: Table
    columns: list[str]
    rows: list[Row]


@dataclass
class Book:
    """What a file holds; ``format`` and ``delimiter`` let it be written again in its own way."""

    sheets: list[Sheet]
    format: str
    delimiter: str = ","
    skipped: list[str] = field(default_factory=list)


def reason_header(table: Table) -> str:
    """What the column of reasons is called; ignored on the way in."""
    return "reason" if "reason" not in table.headers else "refusal reason"


def open_tables() -> list[str]:
    return [name for name in TABLES if name not in CLOSED]


def table_named(name: str) -> Table | None:
    """The table that a file or sheet is named after: ``initiatives-refused (2)`` is initiatives."""
    words = re.sub(r"[\s-]+", "_", name.strip().lower())
    fits = [t for t in open_tables() if re.match(rf"{t}(?![a-z])", words)]
    return TABLES[max(fits, key=len)] if fits else None


def known_table(name: str, where: str) -> Table:
    if found := table_named(name):
        return found
    raise Unreadable(f"does not say which table it is: {where}.")


def columns_of(table: Table) -> dict[str, Column]:
    """The table's columns that are fields, by name; its parts agree on those they share."""
    return {column.name: column for part in table.parts for column in part.columns}


class Heading:
    """The header of one sheet: which place holds which column."""

    def __init__(self, table: Table, names: Iterable[str]):
        self.table, self.fields = table, columns_of(table)
        self.places: list[str] = [re.sub(r"[\s_]+", "_", trimmed(n).lower()) for n in names]
        while self.places and not self.places[-1]:
            self.places.pop()
        ignored = reason_header(table).replace(" ", "_")
        self.ignored = {i for i, name in enumerate(self.places) if name == ignored}
        self.columns = [n for i, n in enumerate(self.places) if n and i not in self.ignored]
        if flaws := self._flaws():
            raise Unreadable(f"cannot be read as {table.name}: " + "; ".join(flaws) + ".")

    def _flaws(self) -> list[str]:
        known, flaws = self.table.headers, []
        unknown = [name for name in self.columns if name not in known]
        if not set(self.columns) & set(known):
            return [f"row 1 names none of its columns ({', '.join(known)})"]
        flaws += [f"“{name[:60]}” is not one of its columns" for name in dict.fromkeys(unknown)]
        if unknown:
            flaws.append(f"its columns are {', '.join(known)}")
        twice = [n for n in dict.fromkeys(self.columns) if self.columns.count(n) > 1]
        flaws += [f"column {name} stands twice" for name in twice]
        if self.table.key not in self.columns and self.table.key != "key":
            flaws.append(f"column {self.table.key} is missing")
        return flaws

    def row(self, number: int, cells: list, read) -> Row | None:
        """The row; None when nothing stands in it.  ``read(cell, column)`` gives a ``Cell``."""
        row = Row(number, dict.fromkeys(self.columns, ""))
        found = False
        for place, cell in enumerate(cells):
            name = self.places[place] if place < len(self.places) else ""
            if place in self.ignored:
                continue
            text, fault, note = value = read(cell, self.fields.get(name))
            found = found or any(value)
            if not name:
                if text:
                    said = f"holds “{text[:60]}”, but row 1 gives the column no name"
                    row.faults.append((f"column {place + 1}", said))
                continue
            row.cells[name] = text
            row.faults += [(name, fault)] if fault else []
            row.notes += [note] if note else []
        return row if found else None


def taken(rows: list[Row], row: Row | None, before: int = 0) -> None:
    """Put a row to the others, within the limit."""
    if row is None:
        return
    if len(rows) + before >= MAX_ROWS:
        raise Unreadable(
            f"has more than {MAX_ROWS:,} rows: split it, or load it with manage.py load."
        )
    rows.append(row)
