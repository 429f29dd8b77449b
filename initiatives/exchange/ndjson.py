"""NDJSON: one document a line, with the address of its page as ``url``."""

import json
from collections.abc import Iterator

from initiatives.exchange.selection import Selection


def write(selection: Selection) -> Iterator[bytes]:
    for entry in selection.entries():
        line = json.dumps({**entry.document, "url": entry.url}, ensure_ascii=False)
        yield line.encode() + b"\n"
