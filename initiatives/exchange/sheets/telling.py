"""What a judged file is told as: a value of JSON, kept with the upload, read page by page."""

from initiatives.exchange.sheets.csvin import read_csv
from initiatives.exchange.sheets.judging import REFUSED, Report
from initiatives.exchange.sheets.reading import Book, Unreadable
from initiatives.exchange.sheets.xlsxin import OLD, ZIP, read_xlsx

SHOWN = 300  # characters of a value
LINE = ("table", "row", "key", "verdict", "changes", "reasons", "notes", "last")


NO_TABLE = {  # how files begin that people take for tables -> what they are
    b"<": "is XML or HTML, not a table: an IATI file goes in at “Import IATI” of the initiatives.",
    b"{": "is JSON, not a table: save it as .xlsx or CSV.",
    b"[": "is JSON, not a table: save it as .xlsx or CSV.",
    b"%PDF": "is a PDF, not a table: copy its rows into a spreadsheet.",
}


def read_book(name: str, content: bytes, table: str = "") -> Book:
    """Read CSV or XLSX, whatever the file is called; raises Unreadable."""
    begins = content[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, said in NO_TABLE.items():
        if begins.startswith(mark):
            raise Unreadable(said)
    read = read_xlsx if content.startswith((ZIP, OLD)) else read_csv
    book = read(name, content, table)
    if not any(sheet.rows for sheet in book.sheets):
        raise Unreadable("has no row beneath its header.")
    return book


def told(book: Book, report: Report) -> dict:
    return {
        "mark": report.mark,
        "counts": {name: dict(found) for name, found in report.counts.items()},
        "twins": report.twins,
        "skipped": book.skipped,
        "format": book.format,
        "lines": [
            [
                e.table.name,
                e.number,
                e.key,
                e.verdict,
                [[c, _short(old), _short(new)] for c, old, new in _shown(e)],
                e.reasons,
                e.row.notes,
                e.last,
            ]
            for e in report.entries
        ],
    }


def _shown(entry) -> list:
    """Of an unchanged row nothing is told, of a new one what it fills."""
    if entry.verdict == "unchanged":
        return []
    return [c for c in entry.changes if entry.before is not None or c[2]]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"


def lines(report: dict, verdict: str = "") -> list[dict]:
    """The rows of a kept report, all or those of one verdict."""
    rows = (dict(zip(LINE, line, strict=True)) for line in report["lines"])
    return [row for row in rows if not verdict or row["verdict"] == verdict]


def reasons(report: dict) -> dict[tuple[str, int], list]:
    """Why rows are refused, by table and row."""
    return {(row["table"], row["row"]): row["reasons"] for row in lines(report, REFUSED)}
