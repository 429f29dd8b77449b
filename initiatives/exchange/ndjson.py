"""NDJSON: one document a line, with the address of its page (``url``; ``page_url`` of sources)."""

from collections.abc import Iterator

from initiatives.exchange.selection import Selection


def write(selection: Selection) -> Iterator[bytes]:
    for chunk in selection.lines():
        yield ("\n".join(chunk) + "\n").encode()
