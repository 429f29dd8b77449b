"""The record as we hold it, in our own namespace at the end of its activity.

IATI has no place for a source, a locator, a disagreement, a reason why a value is missing, a date
known to the month or a sum known roughly.  All of it stands here, whether or not a standard
element says part of it too: ``docs/iati.md`` describes the elements, ``docs/iati.xsd`` checks them.
"""

from atlas.kit.tables import TABLES
from initiatives.exchange.iati.around import Around
from initiatives.exchange.iati.codes import NAMESPACE
from initiatives.exchange.iati.elements import add
from initiatives.exchange.selection import Entry

APART = ("citations", "missing", "source_records")  # the last: a file of somebody else
IDENTITY = ("slug", "uid", "state", "key")
SAID = ("table", "key", "field", "source", "stance", "says", "locator", "credibility", "checked_on")


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def append(activity, entry: Entry, around: Around) -> None:
    """Add ``atlas:record`` with fields, links, citations, missing values and sources."""
    document = entry.document
    values = {"slug": document["slug"], "uid": document["uid"], "url": entry.url}
    record = add(activity, tag("record"), {**values, "version": entry.version})
    _fields(record, document)
    for table, rows in document.items():
        if table in TABLES and table not in APART:
            for row in rows:
                _fields(add(record, tag("link"), {"table": table, "key": row["key"]}), row)
    for row in document["citations"]:
        about = {"table": row["link_table"], "key": row["link_key"]}
        stance = around.stances.get(row["key"])
        said = {name: {**row, **about, "stance": stance}.get(name) for name in SAID}
        said["checked"] = said.pop("checked_on")
        add(record, tag("citation"), said, row["note"] or "")
    for row in document["missing"]:
        about = {"table": row["link_table"], "key": row["link_key"]}
        add(record, tag("missing"), {**about, "field": row["field"], "reason": row["reason"]},
            row["note"] or "")  # fmt: skip
    _sources(record, document, around)


def _fields(parent, row: dict) -> None:
    """One element a filled field, in the order of the data package."""
    for name, value in row.items():
        if name in IDENTITY or name in TABLES or value in (None, ""):
            continue
        for item in value if isinstance(value, list) else [value]:
            text = str(item).lower() if isinstance(item, bool) else str(item)
            add(parent, tag("field"), {"name": name}, text)


def _sources(record, document: dict, around: Around) -> None:
    for slug in sorted({row["source"] for row in document["citations"]} & around.sources.keys()):
        row = around.sources[slug]
        publisher = around.publishers[row["publisher"]]
        values = {
            "id": slug,
            "publisher": publisher["name"],
            "reliability": publisher["reliability"],
            "author": row["author"],
            "url": row["url"],
            "archived": row["archived_url"],
            "published": row["published"],
            "accessed": row["accessed"],
            "language": row["language"],
            "kind": row["kind"],
        }
        add(record, tag("source"), values, row["title"])
