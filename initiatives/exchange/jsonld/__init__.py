"""JSON-LD in the words of schema.org: one graph for a search, or for one record.

An initiative is a ``Project``, money a ``MonetaryGrant``, a role or membership an
``OrganizationRole``.  Each thing that a source says is a ``Claim`` about the node it belongs to,
with the sources as its ``appearance``.  Uncertain and planned dates stand in claims only, where
nothing is lost.  The context is written into the file: nobody has to fetch one.
"""

import json
from collections.abc import Iterator

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from initiatives.exchange.jsonld.nodes import described, neighbours
from initiatives.exchange.linking import Linked, linked
from initiatives.exchange.selection import Selection

CONTEXT = {"@vocab": "https://schema.org/"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def write(selection: Selection) -> Iterator[bytes]:
    """The graph of a selection: where it is from, then every record with what it names.

    A record that others named before it comes again in full; the two nodes are one by their @id.
    """
    head = json.dumps({"@context": CONTEXT}, ensure_ascii=False)[:-1]
    yield f'{head}, "@graph": [\n{_text(description(selection))}'.encode()
    seen: set[str] = set()
    for record in linked(selection):
        seen.add(record.url)
        yield "".join(f",\n{_text(node)}" for node in graph(record, seen)).encode()
    yield b"\n]}\n"


def graph(record: Linked, seen: set[str]) -> Iterator[dict]:
    """Every node of one record, then those it names that are not in ``seen``."""
    yield from described(record)
    yield from neighbours(record, seen)


def description(selection: Selection) -> dict:
    """The data set that the records are out of: in which state, under which licence."""
    return {
        "@id": f"{selection.site}/data/#atlas",
        "@type": "Dataset",
        "name": settings.SPECTACULAR_SETTINGS["TITLE"],
        "url": f"{selection.site}/",
        "license": LICENCE,
        "version": str(selection.as_of.version),
        "dateModified": selection.as_of.changed_at.isoformat(),
    }


def embedded(record: Linked) -> SafeString:
    """The graph of one record, for the data block of its page."""
    return data_block({"@context": CONTEXT, "@graph": list(graph(record, {record.url}))})


def data_block(value: dict) -> SafeString:
    """JSON that is safe inside ``<script type="application/ld+json">``: nothing can end it."""
    text = _text(value)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
