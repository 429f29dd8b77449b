"""Files for editors: empty templates, rows as they stand, refused rows with their reasons.

Every cell of a workbook is text, so that a spreadsheet leaves 2018-09 alone when it is typed.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile

from xlsxwriter import Workbook

from atlas.kit.tables import Column, Table
from initiatives.exchange.sheets.cells import defused
from initiatives.exchange.sheets.reading import TOO_LONG, Book, columns_of, reason_header
from initiatives.exchange.xlsx import MAX_TEXT

KINDS = {
    "edtf": "a date as exact as known: 2018, 2018-09, 2018-09-14, 2016/2018, 2018/..",
    "date": "a day: 2018-09-14",
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number with a point: 1250000.50",
    "url": "an address: https://...",
    "uuid": "permanent id; leave it empty for a new row",
    "list": "words joined by ;",
}
HELP = "Read me"
NOTES = (
    "One sheet a table, row 1 names the columns. Their order does not matter; a column left",
    "out keeps its values, an empty cell empties its value. A row is found by its first column;",
    "a new key is made when it is left empty. No row is ever deleted.",
    "A column “reason” is not read. This sheet is not read either.",
)
EMPTY_ROWS = 1000  # of a template, for which lists of words are offered
MAX_LIST = 255  # characters that a spreadsheet's list of choices holds


@dataclass
class Lines:
    """One table's rows for a file; ``reasons`` stand in a column of their own."""

    table: Table
    columns: list[str]
    rows: Iterable[list[str]]
    reasons: list[list[tuple[str, str]]] | None = None
    header: str = field(init=False)

    def __post_init__(self):
        self.header = reason_header(self.table)

    @property
    def heading(self) -> list[str]:
        return [*self.columns, *([self.header] if self.reasons is not None else [])]

    def __iter__(self) -> Iterator[tuple[list[str], set[int]]]:
        """(cells, places at fault) of each row."""
        for number, cells in enumerate(self.rows):
            if self.reasons is None:
                yield cells, set()
                continue
            reasons = self.reasons[number]
            words = "; ".join(f"{c}: {said}" if c else said for c, said in reasons)
            marked = {self.columns.index(c) for c, _said in reasons if c in self.columns}
            yield [*cells, words], marked | {len(cells)}


def refused(book: Book, reasons: dict[tuple[str, int], list]) -> list[Lines]:
    """The refused rows of a book, as they were read; ``reasons`` by table and row."""
    found = []
    for sheet in book.sheets:
        rows = [row for row in sheet.rows if (sheet.table.name, row.number) in reasons]
        if rows:
            cells = [[row.cells[c] for c in sheet.columns] for row in rows]
            why = [reasons[sheet.table.name, row.number] for row in rows]
            found.append(Lines(sheet.table, sheet.columns, cells, why))
    return found


def write_csv(lines: Lines, delimiter: str = ","):
    """An open file at its beginning; UTF-8 with the mark that spreadsheets need."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    out = csv.writer(text, delimiter=delimiter)
    out.writerow(lines.heading)
    numbers = _numbers(lines)
    for cells, _marked in lines:
        out.writerow([c if i in numbers else defused(c) for i, c in enumerate(cells)])
    text.detach()
    file.seek(0)
    return file


def _numbers(lines: Lines) -> set[int]:
    fields = columns_of(lines.table)
    kinds = [fields[c].kind if c in fields else "" for c in lines.columns]
    return {i for i, kind in enumerate(kinds) if kind in ("decimal", "integer")}


def write_xlsx(sheets: list[Lines]):
    """An open file at its beginning."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with Workbook(file, {"constant_memory": True}) as workbook:
        formats = {
            "text": workbook.add_format({"num_format": "@"}),
            "head": workbook.add_format({"bold": True, "num_format": "@"}),
            "required": workbook.add_format({"bold": True, "bg_color": "#E7F0F3"}),
            "bad": workbook.add_format({"num_format": "@", "bg_color": "#FBD9D3"}),
        }
        for lines in sheets:
            _sheet(workbook, lines, formats)
        _read_me(workbook, [lines.table for lines in sheets], formats)
    file.seek(0)
    return file


def _sheet(workbook: Workbook, lines: Lines, formats: dict) -> None:
    sheet = workbook.add_worksheet(lines.table.name)
    sheet.freeze_panes(1, 1)
    fields = columns_of(lines.table)
    needed = required(lines.table)
    for place, name in enumerate(lines.heading):
        wide = 40 if name in (lines.table.key, lines.header) else 20
        sheet.set_column(place, place, wide, formats["text"])
        sheet.write_string(0, place, name, formats["required" if name in needed else "head"])
        words = fields[name].choices if name in fields else []
        if words and len(",".join(words)) <= MAX_LIST:
            options = {"validate": "list", "source": words, "error_type": "warning"}
            sheet.data_validation(1, place, EMPTY_ROWS, place, options)
    for number, (cells, marked) in enumerate(lines, 1):
        for place, cell in enumerate(cells):
            text = cell if len(cell) <= MAX_TEXT else TOO_LONG
            style = formats["bad" if place in marked else "text"]
            if text:
                sheet.write_string(number, place, text, style)
            elif place in marked:
                sheet.write_blank(number, place, None, style)


def required(table: Table) -> list[str]:
    """The columns that a new row must fill; a key of links may be left to us."""
    names = [c.name for part in table.parts for c in part.columns if c.required]
    roots = {table.discriminator(part) for part in table.parts}
    return [n for n in dict.fromkeys(names) if n not in roots | {"key", "uid"}]


def _read_me(workbook: Workbook, tables: list[Table], formats: dict) -> None:
    sheet = workbook.add_worksheet(HELP)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 110)
    for number, line in enumerate(NOTES):
        sheet.write_string(number, 0, line)
    row = len(NOTES) + 1
    for place, words in enumerate(("table", "column", "what it holds")):
        sheet.write_string(row, place, words, formats["head"])
    for table in tables:
        fields, needed = columns_of(table), required(table)
        for name in table.headers:
            row += 1
            said = described(name, fields.get(name), name in needed)
            for place, words in enumerate((table.name, name, said)):
                sheet.write_string(row, place, words)


def described(name: str, column: Column | None, needed: bool) -> str:
    """What a column holds, in one line."""
    if column is None:
        said = "the table, or the key, of the row that this is about; empty: the record itself"
    elif column.choices:
        said = "one of: " + ", ".join(column.choices)
    elif column.target:
        said = f"{column.target.KEY} of one of the {column.target._meta.verbose_name_plural}"
    else:
        said = KINDS.get(column.kind, "text")
    return f"{said} (required)" if needed else said
