"""Spreadsheets: typed cells, a frozen header, links, and a sheet that says what this is.

Rows go to a temporary file one by one, so memory does not grow.  What a sheet cannot hold is said
on the sheet "About": longer texts are cut, more rows go on in a further sheet.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlsxwriter import Workbook

from initiatives.exchange.columns import Flat, chosen_columns, flat_sql
from initiatives.exchange.selection import Selection

MAX_ROWS = 1_048_575  # beside the header
MAX_TEXT = 32_767  # characters a cell
MAX_LINKS = 60_000  # a sheet; the rest is plain text
MAX_LINK = 2_000  # characters
EXACT = 15  # digits that a number of a spreadsheet keeps
WIDTHS = {"text": 24, "number": 12, "boolean": 10, "date": 12, "link": 30}
CUT = " … (cut: a cell holds no more; the whole text is in the CSV)"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PIECE = 2**16  # bytes


@dataclass
class Book:
    """The workbook being written."""

    workbook: Workbook
    columns: tuple[Flat, ...]
    name: str
    sheet: object = None
    sheets: int = 0
    row: int = 0
    rows: int = 0
    links: int = 0
    cut: int = 0

    def begin(self) -> None:
        """A further sheet with its header."""
        self.sheets += 1
        more = f" {self.sheets}" if self.sheets > 1 else ""
        self.sheet = self.workbook.add_worksheet(f"{self.name[:28]}{more}")
        self.sheet.freeze_panes(1, 1)
        self.row = self.links = 0
        bold = self.workbook.add_format({"bold": True})
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, WIDTHS[column.kind])
            self.sheet.write_string(0, place, column.header, bold)

    def add(self, values: tuple) -> None:
        if self.row == MAX_ROWS:
            self.begin()
        self.row += 1
        self.rows += 1
        for place, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            if value not in (None, ""):
                self._cell(place, column.kind, value)

    def _cell(self, place: int, kind: str, value) -> None:
        if kind == "number" and _is_exact(value):
            self.sheet.write_number(self.row, place, float(value))
        elif kind == "boolean":
            self.sheet.write_boolean(self.row, place, value in (True, "true"))
        elif kind == "date" and (day := _day(value)):
            self.sheet.write_datetime(self.row, place, day, self.days)
        elif kind == "link" and self.links < MAX_LINKS and len(value) <= MAX_LINK:
            self.links += 1
            self.sheet.write_url(self.row, place, value, string=value)
        else:
            self.sheet.write_string(self.row, place, self._short(str(value)))

    def _short(self, text: str) -> str:
        if len(text) <= MAX_TEXT:
            return text
        self.cut += 1
        return text[: MAX_TEXT - len(CUT)] + CUT

    @property
    def days(self):
        if not hasattr(self, "_days"):
            self._days = self.workbook.add_format({"num_format": "yyyy-mm-dd"})
        return self._days


def _is_exact(value) -> bool:
    return len(str(value).replace(".", "").strip("-0")) <= EXACT


def _day(value: str) -> date | None:
    """A full day; other dates (2018-09, 2016/2018, 2018?) stay text."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def write(selection: Selection) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "atlas.xlsx"
        _fill(selection, file, folder)
        with open(file, "rb") as done:
            while piece := done.read(PIECE):
                yield piece


def _fill(selection: Selection, file: Path, folder: str) -> None:
    options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
    with Workbook(str(file), options) as workbook:
        workbook.set_properties({"created": selection.as_of.changed_at.replace(tzinfo=None)})
        book = Book(workbook, chosen_columns(selection), selection.noun)
        book.begin()
        about = workbook.add_worksheet("About")
        for part, ids in selection.chunks():
            for row in selection.run(flat_sql(selection.noun, part, selection.fields), ids):
                book.add(row)
        _about(about, selection, book)


def _about(sheet, selection: Selection, book: Book) -> None:
    """What the file holds, of when, and what could not be put into it."""
    lines = [
        ("Cyber Capacity Atlas", ""),
        ("Records", f"{book.rows} {selection.noun}"),
        ("Search", selection.page),
        ("Data version", str(selection.as_of.version)),
        ("Data last changed", selection.as_of.changed_at.strftime("%Y-%m-%d %H:%M UTC")),
        ("Licence", f"CC BY 4.0, {LICENCE}"),
        ("Cells with several values", "separated by “; ”, in the same order in code and label"),
        ("Dates", "full days are dates; others (2018-09, 2016/2018, 2018?) are text in EDTF"),
        ("Cells cut", str(book.cut)),
        ("Sheets of records", str(book.sheets)),
    ]
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (label, words) in enumerate(lines):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, words)
