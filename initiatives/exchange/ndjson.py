"""NDJSON: one document a line, with the address of its page (``url``; ``page_url`` of sources)."""

from collections.abc import Iterator

from initiatives.exchange.selection import Pieces, Selection, written

SIGNATURE, HEAD, END = b"PGCOPY\n\xff\r\n\0", 19, b"\xff\xff"
SIZE = 6  # bytes before a row of one column: how many columns, and how long it is


class Lines(Pieces):
    """What COPY writes in its binary format, which hands a text on without looking through it."""

    between = b"\n"

    def write(self, data: bytes) -> None:
        begun = SIZE + (HEAD if data.startswith(SIGNATURE) else 0)
        if data != END:
            self.rows.append(data[begun:])


def write(selection: Selection) -> Iterator[bytes]:
    """``fields`` chooses parts of the document."""

    def sql(part) -> str:
        documents = written(selection.noun, part, (), selection.fields)
        return f"COPY ({documents}) TO STDOUT (FORMAT binary)"

    yield from selection.copied(sql, Lines)
