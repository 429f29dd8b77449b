"""The nodes of one record's graph: itself, its links, what sources say, and what it names."""

from collections.abc import Iterator

from initiatives.choices import AmountKind, ReachKind, TieKind
from initiatives.exchange.jsonld.claims import claims
from initiatives.exchange.jsonld.terms import (
    ACTOR_TYPES,
    SOURCE_TYPES,
    amount,
    filled,
    link_address,
    postal,
    ref,
)
from initiatives.exchange.linking import ACTORS, COUNTRIES, INITIATIVES, Linked
from initiatives.exchange.moments import moment
from initiatives.exchange.selection import label


def described(record: Linked) -> Iterator[dict]:
    """The record's own node first, then its links and claims."""
    if record.noun == "source":
        yield source(record, record.document)
        return
    yield from initiative(record) if record.noun == "initiative" else actor(record)
    yield from events(record)
    yield from claims(record)


def neighbours(record: Linked, seen: set[str]) -> Iterator[dict]:
    """Short nodes of the actors, initiatives, countries and sources that the record names and
    that are not yet ``seen``, which notes them."""
    for row in record.named("actor", *ACTORS):
        if address := _new(record, "actor", row["slug"], seen):
            yield _short(address, ACTOR_TYPES.get(row["kind"], "Organization"), row["name"])
    for row in record.named("initiative", *INITIATIVES):
        if address := _new(record, "initiative", row["slug"], seen):
            yield _short(address, "Project", row["title"])
    for row in record.named("country", *COUNTRIES):
        if address := _new(record, "country", row["iso2"], seen):
            yield {**_short(address, "Country", row["name"]), "identifier": row["iso2"]}
    for row in record.all_sources():
        if _new(record, "source", row["slug"], seen):
            yield source(record, row)


def _new(record: Linked, noun: str, key: str, seen: set[str]) -> str:
    """The address of a record's node, noted in ``seen``; empty where it was there before."""
    address = record.address(noun, key)
    if address in seen:
        return ""
    seen.add(address)
    return address


def _short(address: str, type_: str, name: str) -> dict:
    return {"@id": address, "@type": type_, "name": name, "url": address}


# ------------------------------------------------------------------ initiatives


def initiative(record: Linked) -> Iterator[dict]:
    document = record.document
    roles = [r for r in record.rows("participations") if record.get("actor", r["actor"])]
    ties = record.rows("initiative_ties")
    whole = [row["target"] for row in ties if row["kind"] == TieKind.PART_OF]
    node = {
        "@id": record.url,
        "@type": "Project",
        "additionalType": document["kind"],
        **common(record),
        "foundingDate": moment(document["actual_start"]).at,
        "dissolutionDate": moment(document["actual_end"]).at,
        "keywords": [r["name"] for r in record.named("theme", ("initiative_themes", "theme"))],
        "areaServed": places(record, ReachKind.BENEFICIARY, ReachKind.PARTICIPATING),
        "location": places(record, ReachKind.LOCATION),
        "member": addresses(record, "participations", roles),
        "parentOrganization": [
            ref(record.address("initiative", slug))
            for slug in whole
            if record.get("initiative", slug)
        ],
        "funding": addresses(record, "funding_links"),
        "event": addresses(record, "events"),
    }
    yield filled(node)
    for row in roles:
        yield role(
            record,
            "participations",
            row,
            label("participations", "role", row["role"]),
            row["actor"],
        )
    for row in record.rows("funding_links"):
        yield grant(record, row)


def common(record: Linked) -> dict:
    """Names, words, addresses and codes, which projects and organisations share."""
    document, noun = record.document, record.noun
    return {
        "name": record.name,
        "alternateName": [row["name"] for row in record.rows(f"{noun}_names")],
        "description": document["summary"],
        "url": record.url,
        "sameAs": document["website"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": row["scheme"], "value": row["code"]}
            for row in record.rows(f"{noun}_identifiers")
        ],
    }


def addresses(record: Linked, table: str, rows: list[dict] | None = None) -> list[dict]:
    rows = record.rows(table) if rows is None else rows
    return [ref(link_address(record, table, row["key"])) for row in rows]


def places(record: Linked, *kinds: str) -> list:
    """Countries as nodes; a group of countries by its name, for it is no place."""
    found = []
    for row in record.rows("initiative_reach"):
        if row["kind"] not in kinds:
            continue
        if row["country"]:
            found.append(ref(record.address("country", row["country"])))
        elif group := record.get("actor", row["group"]):
            found.append(group["name"])
    return found


def role(record: Linked, table: str, row: dict, words: str, member: str) -> dict:
    """Who belongs to what, as what, from when to when."""
    return filled(
        {
            "@id": link_address(record, table, row["key"]),
            "@type": "OrganizationRole",
            "roleName": words,
            "member": ref(record.address("actor", member)),
            "startDate": moment(row["since"]).at,
            "endDate": moment(row["until"]).at,
            "description": row["note"],
        }
    )


def grant(record: Linked, row: dict) -> dict:
    """One funding link; an amount that nobody states has no number, and the reason is said."""
    shared = [
        other["actor"]
        for other in record.rows("funding_joint_funders")
        if other["link"] == row["key"]
    ]
    ends = [("actor", row["funder_actor"]), ("initiative", row["funder_initiative"])]
    ends += [("actor", slug) for slug in shared]
    said = [row["in_kind"], row["note"]]
    if row["amount_kind"] == AmountKind.UNDISCLOSED:
        reason = label("funding_links", "undisclosed_reason", row["undisclosed_reason"] or "")
        said.insert(0, f"Amount undisclosed ({reason}).")
    items = [ref(record.url)]
    if record.get("actor", row["recipient"]):
        items.append(ref(record.address("actor", row["recipient"])))
    return filled(
        {
            "@id": link_address(record, "funding_links", row["key"]),
            "@type": "MonetaryGrant",
            "additionalType": label("funding_links", "type", row["type"]),
            "funder": [ref(record.address(*end)) for end in ends if record.get(*end)],
            "fundedItem": items,
            "amount": amount(row),
            "description": " ".join(filter(None, said)),
        }
    )


def events(record: Linked) -> Iterator[dict]:
    """Meetings of an initiative are about it; those of a body are organised by it."""
    tie = "about" if record.noun == "initiative" else "organizer"
    for row in record.rows("events"):
        when = moment(row["date"])
        place = {"@type": "Place", "name": row["place"], "address": postal(row["country"])}
        yield filled(
            {
                "@id": link_address(record, "events", row["key"]),
                "@type": "Event",
                "name": row["title"],
                "startDate": when.at or when.start,
                "endDate": when.end,
                "location": filled(place) if row["place"] or row["country"] else None,
                tie: ref(record.url),
                "description": row["note"],
            }
        )


# ------------------------------------------------------------------ actors and sources


def actor(record: Linked) -> Iterator[dict]:
    document = record.document
    members = [
        row for row in record.rows("memberships") if record.get("actor", row["member_actor"])
    ]
    parent = record.get("actor", document["parent"])
    yield filled(
        {
            "@id": record.url,
            "@type": ACTOR_TYPES.get(document["kind"], "Organization"),
            "additionalType": document["kind"],
            **common(record),
            "address": postal(document["country"]),
            "parentOrganization": ref(record.address("actor", parent["slug"])) if parent else None,
            "member": addresses(record, "memberships", members),
            "event": addresses(record, "events"),
        }
    )
    for row in members:
        words = label("memberships", "status", row["status"])
        yield role(record, "memberships", row, words, row["member_actor"])


def source(record: Linked, row: dict) -> dict:
    """A source with its own address; who wrote it is only words, for a person is no record."""
    publisher = record.publisher(row)
    return filled(
        {
            "@id": record.address("source", row["slug"]),
            "@type": SOURCE_TYPES.get(row["kind"], "WebPage"),
            "name": row["title"],
            "url": row["url"],
            "archivedAt": row["archived_url"],
            "datePublished": moment(row["published"]).at,
            "inLanguage": row["language"],
            "creditText": row["author"],
            "publisher": filled(
                {
                    "@type": "Organization",
                    "name": publisher["name"],
                    "url": publisher.get("website"),
                }
            ),
        }
    )
