"""NDJSON: one document a line, with the address of its page (``url``; ``page_url`` of sources)."""

from collections.abc import Iterator

from initiatives.exchange.selection import Selection, written

# signs that JSON never holds as such, so that each line stands as the database made it
PLAIN = r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"


def write(selection: Selection) -> Iterator[bytes]:
    """``fields`` chooses parts of the document."""

    def sql(part) -> str:
        return f"COPY ({written(selection.noun, part, (), selection.fields)}) TO STDOUT {PLAIN}"

    yield from selection.copied(sql)
