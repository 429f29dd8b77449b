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
from initiatives.exchange.ftm.parts import ACTOR_SCHEMAS, entity, own_id, record_id, source_id
from initiatives.exchange.linking import ACTORS, INITIATIVES, Linked, linked
from initiatives.exchange.moments import moment

SHARED = "LegalEntity"  # the schema of parties, which several records may bring along
_text = json.JSONEncoder(ensure_ascii=False).encode


def write(selection) -> Iterator[bytes]:
    """Every entity once; records that are only named come as short entities."""
    seen: set[str] = set()
    for record in linked(selection):
        yield "".join(f"{_text(one)}\n" for one in entities(record, seen)).encode()


def entities(record: Linked, seen: set[str]) -> Iterator[dict]:
    """Short entities of what a record names, then the record and its edges.

    ``seen`` are the ids that need not come again; edges are not noted, no other record has them.
    """
    yield from neighbours(record, seen)
    seen.add(own_id(record))
    for one in initiative(record) if record.noun == "initiative" else actor(record):
        if one["schema"] != SHARED or _new(one["id"], seen):
            yield one


def _new(id_: str, seen: set[str]) -> bool:
    """Whether an id is not yet among those seen; notes it."""
    if id_ in seen:
        return False
    seen.add(id_)
    return True


def neighbours(record: Linked, seen: set[str]) -> Iterator[dict]:
    for row in record.named("actor", *ACTORS):
        if _new(id_ := record_id("actor", row), seen):
            schema = ACTOR_SCHEMAS.get(row["kind"], "Organization")
            address = record.address("actor", row["slug"])
            yield entity(id_, schema, {"name": row["name"], "sourceUrl": address})
    for row in record.named("initiative", *INITIATIVES):
        if _new(id_ := record_id("initiative", row), seen):
            address = record.address("initiative", row["slug"])
            yield entity(id_, "Project", {"name": row["title"], "sourceUrl": address})
    for row in record.all_sources():
        if _new(source_id(row["slug"]), seen):
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
