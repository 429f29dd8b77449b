"""How to cite: a record of the atlas, or a source, as one entry that every style can be made of.

A record's entry names the atlas as author and publisher, the version of the record and the day of
its last change; a source's entry is about the source itself.  The day of access is a parameter,
``accessed=2026-11-22``; without it a record's entry has none (equal data, equal bytes).
"""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict

from atlas.kit.downloads import Option
from initiatives.exchange.linking import Linked, linked
from sources.choices import SourceKind

DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)


def is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


OPTIONS = {
    "accessed": Option(
        "Day on which you read the record, for its entry.", is_day, ["a day such as 2026-11-22"]
    ),
    "with": Option(
        "`sources`: also an entry for each source of the records.",
        lambda text: text == "sources",
        ["sources"],
    ),
}
# CSL 1.0.2 types of our kinds of sources; whatever else has an address is a web page
TYPES = {
    SourceKind.NEWS: "article-newspaper",
    SourceKind.REPORT: "report",
    SourceKind.DATASET: "dataset",
    SourceKind.REFERENCE: "entry-encyclopedia",
    SourceKind.BLOG: "post-weblog",
}


@dataclass(frozen=True)
class Reference:
    """One thing to be cited; dates are of the EDTF profile."""

    id: str
    type: str
    title: str
    author: str
    container: str
    publisher: str
    url: str
    issued: str = ""
    accessed: str = ""
    version: str = ""
    language: str = ""
    archive: str = ""


def references(selection) -> Iterator[Reference]:
    """The entries of a selection; with ``with=sources`` each source that they rest on, once."""
    query = QueryDict(selection.parameters)
    accessed = query.get("accessed", "")
    also = "sources" in query.getlist("with")
    seen: set[str] = set()
    for record in linked(selection):
        if record.noun == "source":
            yield source_reference(record, record.document)
            continue
        yield record_reference(record, accessed)
        for source in record.all_sources() if also else ():
            if source["slug"] not in seen:
                seen.add(source["slug"])
                yield source_reference(record, source)


def record_reference(record: Linked, accessed: str = "") -> Reference:
    """A record of the atlas in the state that its version names."""
    name, version = settings.SPECTACULAR_SETTINGS["TITLE"], record.entry.version
    return Reference(
        id=f"atlas-{record.noun}-{record.slug}",
        type="webpage",
        title=record.name,
        author=name,
        container=name,
        publisher=name,
        url=record.url,
        issued=(record.entry.updated_at or "")[:10],
        accessed=accessed,
        version="" if version is None else str(version),
        language="en",
    )


def source_reference(record: Linked, row: dict) -> Reference:
    """A source as its publisher put it out; accessed when an editor read it."""
    return Reference(
        id=f"atlas-source-{row['slug']}",
        type=TYPES.get(row["kind"], "webpage"),
        title=row["title"],
        author=row["author"] or "",
        container="",
        publisher=record.publisher(row)["name"],
        url=row["url"] or row["archived_url"] or "",
        issued=row["published"] or "",
        accessed=row["accessed"] or "",
        language=row["language"] or "",
        archive=(row["archived_url"] or "") if row["url"] else "",
    )


# ------------------------------------------------------------------ CSL-JSON


def write_csl(selection) -> Iterator[bytes]:
    """CSL-JSON: a list of items, as citation managers read it."""
    yield b"["
    for number, reference in enumerate(references(selection)):
        text = json.dumps(csl(reference), ensure_ascii=False)
        yield (b",\n" if number else b"\n") + text.encode()
    yield b"\n]\n"


def csl(reference: Reference) -> dict:
    item = {
        "id": reference.id,
        "type": reference.type,
        "title": reference.title,
        "author": [{"literal": reference.author}] if reference.author else None,
        "container-title": reference.container,
        "publisher": reference.publisher,
        "version": reference.version,
        "issued": csl_date(reference.issued),
        "accessed": csl_date(reference.accessed),
        "URL": reference.url,
        "archive_location": reference.archive,
        "language": reference.language,
    }
    return {name: value for name, value in item.items() if value}


def csl_date(text: str) -> dict | None:
    """Date parts of one day, month or year or of an interval; ``circa`` where it is unsure."""
    if not text:
        return None
    matches = [DAY.fullmatch(end) for end in text.split("/") if end != ".."]
    parts = [[int(part) for part in match.groups()[:3] if part] for match in matches if match]
    if ".." in text:  # an open interval cannot be said in date parts
        return {"literal": text}
    value: dict = {"date-parts": parts}
    if any(match and match[4] for match in matches):
        value["circa"] = True
    return value
