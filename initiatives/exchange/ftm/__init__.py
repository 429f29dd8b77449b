"""FollowTheMoney: entities as NDJSON, one a line, with stable ids and a source on every edge.

An initiative is a Project; roles, payments, memberships and ties are entities between two others.
Where a source names no receiving body, the initiative itself is the party that is paid (or that
pays, where it is a fund): a LegalEntity that stands for the project, marked as such, for a Payment
must run between legal entities.  An undisclosed sum is a Payment without an amount; a range has no
amount either, as it would be two sums; both say in words what is stated.
"""

import json
from collections.abc import Iterator

from initiatives.exchange.ftm.actors import actor
from initiatives.exchange.ftm.initiatives import initiative
from initiatives.exchange.ftm.parts import ACTOR_SCHEMAS, entity, record_id, source_id
from initiatives.exchange.linking import ACTORS, INITIATIVES, Linked, linked
from initiatives.exchange.moments import moment


def write(selection) -> Iterator[bytes]:
    """Every entity once; records that are only named come as short entities."""
    full: set[str] = set()
    short: set[str] = set()
    for record in linked(selection):
        for one in entities(record):
            seen = short if one.pop("short", False) else full
            if one["id"] not in full and one["id"] not in seen:
                seen.add(one["id"])
                yield json.dumps(one, ensure_ascii=False).encode() + b"\n"


def entities(record: Linked) -> Iterator[dict]:
    """Short entities of everything that a record names, then the record and its edges."""
    yield from neighbours(record)
    yield from initiative(record) if record.noun == "initiative" else actor(record)


def neighbours(record: Linked) -> Iterator[dict]:
    for row in record.named("actor", *ACTORS):
        schema = ACTOR_SCHEMAS.get(row["kind"], "Organization")
        properties = {"name": row["name"], "sourceUrl": record.address("actor", row["slug"])}
        yield entity(record_id("actor", row), schema, properties, short=True)
    for row in record.named("initiative", *INITIATIVES):
        properties = {"name": row["title"], "sourceUrl": record.address("initiative", row["slug"])}
        yield entity(record_id("initiative", row), "Project", properties, short=True)
    for row in record.all_sources():
        yield document_of(record, row)


def document_of(record: Linked, row: dict) -> dict:
    """A source."""
    publisher = record.publisher(row)
    properties = {
        "title": row["title"],
        "name": row["title"],
        "author": row["author"],
        "publisher": publisher["name"],
        "publisherUrl": publisher.get("website"),
        "sourceUrl": record.readable(row),
        "retrievedAt": row["accessed"],
        "publishedAt": moment(row["published"]).at,
        "language": row["language"],
    }
    return entity(source_id(row["slug"]), "Document", properties)
