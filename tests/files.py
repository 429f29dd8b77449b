"""Reading downloaded files as others do."""

import csv
import io

import openpyxl


def body(response) -> bytes:
    """The whole file; a stream that is not read to its end would keep its transaction."""
    assert response.status_code == 200, response.content
    return response.getvalue()


def rows_of(content: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def sheet_of(content: bytes, name: str) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return list(book[name].iter_rows(values_only=True))
