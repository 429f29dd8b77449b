"""Files as spreadsheets write them, and what the import tells of them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from initiatives.actions import accept_import_file, import_tables, preview_tables
from initiatives.exchange.sheets.telling import lines
from initiatives.models import ImportFile

ADD = "/admin/initiatives/importrun/add/"
Rows = list[list]


def as_csv(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(sheets: dict[str, Rows], formats: dict[str, str] | None = None, change=None) -> bytes:
    """A workbook; ``formats`` gives cells ("participations!E2") their number format."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for place, shown in (formats or {}).items():
        name, _mark, cell = place.partition("!")
        book[name][cell].number_format = shown
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def waiting(by, content: bytes, name: str, table: str = "") -> ImportFile:
    file = accept_import_file(owner=by, name=name, content=content, table=table)
    preview_tables(file=file, by=by)
    file.refresh_from_db()
    return file


def told(by, content: bytes, name: str = "participations.csv", table: str = "") -> list[dict]:
    """What the preview says of each row."""
    return lines(waiting(by, content, name, table).report)


def brought(by, content: bytes, name: str) -> ImportFile:
    """Previewed and applied."""
    file = waiting(by, content, name)
    import_tables(file=file, by=by)
    return file


def uploaded(client, content: bytes, name: str, table: str = ""):
    """The page an editor sees after uploading."""
    data = {"file": SimpleUploadedFile(name, content), "table": table}
    return client.post(ADD, data, follow=True)


def csv_rows(content: bytes, delimiter: str = ",") -> Rows:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def xlsx_rows(content: bytes) -> dict[str, Rows]:
    book = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [["" if cell is None else cell for cell in row] for row in sheet.values]
        for sheet in book.worksheets
    }
