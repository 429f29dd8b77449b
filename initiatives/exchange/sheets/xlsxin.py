"""Reading workbooks: sheets named after tables, typed cells, size bounded before opening."""

import io
import zipfile
from zlib import error as ZlibError

from openpyxl import load_workbook

from atlas.kit.tables import TABLES
from initiatives.exchange.sheets.cells import typed
from initiatives.exchange.sheets.reading import (
    MAX_COLUMNS,
    Book,
    Heading,
    Row,
    Sheet,
    Unreadable,
    table_named,
    taken,
)

OLD, ZIP = b"\xd0\xcf\x11\xe0", b"PK"
UNPACKED = 150 * 2**20  # bytes, of all parts
PARTS = 500
LAST_ROW = 1_048_576  # of any spreadsheet
PIECE = 2**20
REFUSED = {
    b"<!DOCTYPE": "declares entities, as no spreadsheet does",
    b"<mergeCell ": "has merged cells, of which only the first holds a value: unmerge them",
}
BROKEN = (zipfile.BadZipFile, ZlibError, KeyError, ValueError, TypeError, OSError, IndexError)
DAMAGED = (
    "is damaged, or no spreadsheet though it is packed like one: open it in a spreadsheet program,"
    " save it as .xlsx and upload that."
)


def read_xlsx(name: str, content: bytes, table: str = "") -> Book:
    """Every sheet that is named after a table; where none is, the one sheet is ``table``."""
    if content.startswith(OLD):
        raise Unreadable("has a password or is an old .xls: save it as .xlsx without a password.")
    try:
        _look_inside(content)
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except BROKEN + (SyntaxError,) as error:
        raise Unreadable(DAMAGED) from error
    book = Book([], "xlsx")
    try:
        for sheet, chosen in _tables(workbook, table, book):
            book.sheets.append(_sheet(sheet, chosen, book))
    except BROKEN + (SyntaxError,) as error:
        raise Unreadable(DAMAGED) from error
    finally:
        workbook.close()
    order = list(TABLES)
    book.sheets.sort(key=lambda sheet: order.index(sheet.table.name))
    return book


def _look_inside(content: bytes) -> None:
    """Refuse what would not fit into memory, and marks that would lose or bring values."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if "mimetype" in archive.namelist():
            raise Unreadable("is an OpenDocument file: save it as .xlsx.")
        size = sum(part.file_size for part in parts)
        if len(parts) > PARTS or size > UNPACKED:
            raise Unreadable(f"unpacks to {size // 2**20:,} MB in {len(parts)} parts: too large.")
        for part in parts:
            if part.filename.endswith(".xml"):
                _scan(archive, part)


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as file:
        last = b""
        while piece := file.read(PIECE):
            for mark, said in REFUSED.items():
                if mark in last + piece:
                    raise Unreadable(f"{said} ({part.filename}).")
            last = piece[-20:]


def _tables(workbook, table: str, book: Book):
    """(sheet, table) of what shall be read; other sheets are named as left out."""
    sheets = workbook.worksheets
    if table and not any(table_named(sheet.title) for sheet in sheets):
        if len(sheets) != 1:
            raise Unreadable(f"has several sheets, none of them named {table}.")
        yield sheets[0], TABLES[table]
        return
    seen = set()
    for sheet in sheets:
        found = table_named(sheet.title)
        if found is None:
            book.skipped.append(sheet.title)
        elif found.name in seen:
            raise Unreadable(f"has two sheets for the table {found.name}.")
        else:
            seen.add(found.name)
            yield sheet, found
    if not seen:
        raise Unreadable("has no sheet named after a table: choose the table, or name its sheet.")


def _sheet(sheet, table, book: Book) -> Sheet:
    sheet.reset_dimensions()  # they may lie
    before = sum(len(other.rows) for other in book.sheets)
    heading, rows = None, []
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        if number > LAST_ROW:
            break
        if heading is None:
            heading = Heading(table, [str(c.value or "") for c in cells])
        else:
            taken(rows, _row(heading, number, cells), before)
    if heading is None:
        raise Unreadable(f"has nothing on the sheet {sheet.title}.")
    return Sheet(table, heading.columns, rows)


def _row(heading: Heading, number: int, cells) -> Row | None:
    def read(cell, column):
        shown = (
            cell.number_format if cell.data_type in ("d", "n") and cell.value is not None else ""
        )
        return typed(cell.value, cell.data_type, shown or "", column)

    last = max((i for i, c in enumerate(cells) if c.value is not None), default=-1)
    return heading.row(number, cells[: last + 1], read) if last >= 0 else None
