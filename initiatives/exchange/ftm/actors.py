"""Organisations, the bodies above them, and the members of groups."""

from collections.abc import Iterator

from initiatives.exchange.ftm.parts import (
    ACTOR_SCHEMAS,
    codes,
    dated,
    entity,
    event,
    modified,
    names,
    own_id,
    proved,
    record_id,
)
from initiatives.exchange.linking import Linked
from initiatives.exchange.selection import label


def actor(record: Linked) -> Iterator[dict]:
    """An organisation and its edges."""
    yield organisation(record)
    yield from parent(record)
    for row in record.rows("memberships"):
        yield from membership(record, row)
    for row in record.rows("events"):
        yield event(record, row, organizer=own_id(record))


def organisation(record: Linked) -> dict:
    document = record.document
    found, proof = codes(record), proved(record)
    wikidata = [code.partition(":")[2] for code in found if code.startswith("wikidata:")]
    return entity(
        own_id(record),
        ACTOR_SCHEMAS.get(document["kind"], "Organization"),
        {
            **names(record),
            "country": (document["country"] or "").lower(),
            "website": document["website"],
            "classification": label("actors", "kind", document["kind"]),
            "summary": document["summary"],
            "wikidataId": wikidata,
            "idNumber": [code for code in found if not code.startswith("wikidata:")],
            **proof,
            "sourceUrl": [record.url, *proof["sourceUrl"]],
            "modifiedAt": modified(record),
        },
    )


def parent(record: Linked) -> Iterator[dict]:
    if above := record.get("actor", record.document["parent"]):
        yield entity(
            f"{own_id(record)}-parent",
            "UnknownLink",
            {
                "subject": own_id(record),
                "object": record_id("actor", above),
                "role": "Part of",
                **proved(record, field="parent"),
            },
        )


def membership(record: Linked, row: dict) -> Iterator[dict]:
    """Who belongs to a group; a country is a member as the legal entity that a state is."""
    if member := record.get("actor", row["member_actor"]):
        id_ = record_id("actor", member)
    elif country := record.get("country", row["member_country"]):
        id_ = f"atlas-country-{country['iso2'].lower()}"
        properties = {"name": country["name"], "country": country["iso2"].lower()}
        yield entity(id_, "LegalEntity", properties)
    else:
        return
    yield entity(
        f"atlas-membership-{row['key']}",
        "Membership",
        {
            "member": id_,
            "organization": own_id(record),
            "role": label("memberships", "status", row["status"]),
            **dated(row["since"], row["until"]),
            "summary": row["note"],
            "recordId": row["key"],
            **proved(record, "memberships", row["key"]),
        },
    )
