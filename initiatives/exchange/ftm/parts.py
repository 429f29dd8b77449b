"""What every entity is made of: ids, dates, names and the sources that prove it."""

from actors.choices import ActorKind, NameKind
from atlas.kit.dates import words
from initiatives.exchange.linking import Linked
from initiatives.exchange.moments import moment

ACTOR_SCHEMAS = {
    ActorKind.GOVERNMENT: "PublicBody",
    ActorKind.LAW_ENFORCEMENT: "PublicBody",
    ActorKind.COMPANY: "Company",
}
NAME_PROPERTIES = {
    NameKind.ACRONYM: "weakAlias",
    NameKind.ALIAS: "alias",
    NameKind.FORMER: "previousName",
    NameKind.TRANSLATION: "alias",
}

UNPROVED = dict.fromkeys(("sourceUrl", "publisher", "publisherUrl", "retrievedAt", "proof"), ())


def entity(id_: str, schema: str, properties: dict) -> dict:
    """One entity; every property is a list of texts, empty ones are left out."""
    listed = {}
    for name, value in properties.items():
        if isinstance(value, list | tuple):
            value = [str(one) for one in dict.fromkeys(value) if one not in (None, "")]
        elif value not in (None, ""):
            value = [str(value)]
        if value:
            listed[name] = value
    return {"id": id_, "schema": schema, "properties": listed}


def record_id(noun: str, row: dict) -> str:
    return f"atlas-{noun}-{row['uid']}"


def own_id(record: Linked) -> str:
    return f"atlas-{record.noun}-{record.document['uid']}"


def source_id(slug: str) -> str:
    return f"atlas-source-{slug}"


def proved(record: Linked, table: str = "", key: str = "", field: str = "") -> dict:
    """The sources of an edge, or of one field of the record: address, publisher, date, document."""
    found = record.sources(table, key, field)
    if not found:
        return UNPROVED
    return {
        "sourceUrl": [record.readable(one) for one in found],
        "publisher": [record.publisher(one)["name"] for one in found],
        "publisherUrl": [record.publisher(one).get("website") for one in found],
        "retrievedAt": [one["accessed"] for one in found],
        "proof": [source_id(one["slug"]) for one in found],
    }


def dated(since: str | None = "", until: str | None = "", date: str | None = "") -> dict:
    """Plain dates as they are; what is uncertain is said in ``description`` instead."""
    first, last, on = moment(since), moment(until), moment(date)
    said = []
    if since and not first.at:
        said.append(f"From: {words(since)}.")
    if until and not last.at:
        said.append(f"Until: {words(until)}.")
    if on.words:
        said.append(f"Date: {on.words}.")
    return {
        "startDate": first.at or on.start,
        "endDate": last.at or on.end,
        "date": on.at,
        "description": said,
    }


def names(record: Linked) -> dict[str, list[str]]:
    """The name and the other names, by the property that each belongs to."""
    found: dict[str, list[str]] = {"name": [record.name]}
    for row in record.rows(f"{record.noun}_names"):
        found.setdefault(NAME_PROPERTIES[row["kind"]], []).append(row["name"])
    return found


def codes(record: Linked) -> list[str]:
    """Codes in registers, each with its scheme."""
    rows = record.rows(f"{record.noun}_identifiers")
    return [f"{row['scheme']}:{row['code']}" for row in rows]


def modified(record: Linked) -> str:
    return (record.entry.updated_at or "")[:10]


def link(record: Linked, where: tuple[str, str], other: str, role: str) -> dict:
    """A tie that has no schema of its own."""
    table, key = where
    properties = {"subject": own_id(record), "object": other, "role": role, "recordId": key}
    id_ = f"atlas-{table.replace('_', '-')}-{key}"
    return entity(id_, "UnknownLink", {**properties, **proved(record, table, key)})


def event(record: Linked, row: dict, **more) -> dict:
    country = record.get("country", row["country"])
    properties = {
        "name": row["title"],
        **dated(date=row["date"]),
        "location": ", ".join(filter(None, [row["place"], (country or {}).get("name")])),
        "country": (row["country"] or "").lower(),
        "summary": row["note"],
        "recordId": row["key"],
        **more,
        **proved(record, "events", row["key"]),
    }
    return entity(f"atlas-event-{row['key']}", "Event", properties)
