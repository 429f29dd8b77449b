"""Projects, who takes part in them, who pays for them, and what they are tied to."""

from collections.abc import Iterator

from atlas.kit.wording import amount as amount_words
from initiatives.choices import AmountKind
from initiatives.exchange.ftm.parts import (
    codes,
    dated,
    entity,
    event,
    link,
    modified,
    names,
    own_id,
    proved,
    record_id,
)
from initiatives.exchange.linking import Linked
from initiatives.exchange.selection import label

CARRIED = (AmountKind.EXACT, AmountKind.APPROXIMATE, AmountKind.AT_LEAST)


def initiative(record: Linked) -> Iterator[dict]:
    """A project and its edges."""
    yield project(record)
    for row in record.rows("participations"):
        if record.get("actor", row["actor"]):
            yield participant(record, row)
    for row in record.rows("funding_links"):
        yield from payment(record, row)
    yield from ties(record)
    yield from groups_reached(record)
    for row in record.rows("events"):
        yield event(record, row)
        where = ("events", row["key"])
        yield link(record, where, f"atlas-event-{row['key']}", "Event of the project")


def project(record: Linked) -> dict:
    document = record.document
    reached = [row["country"] for row in record.rows("initiative_reach") if row["country"]]
    proof = proved(record)
    return entity(
        own_id(record),
        "Project",
        {
            **names(record),
            "projectId": codes(record),
            "status": label("initiatives", "status", document["status"] or ""),
            "goal": document["objectives"],
            "summary": document["summary"],
            **dated(document["actual_start"], document["actual_end"]),
            "country": [code.lower() for code in reached],
            "keywords": [row["theme"] for row in record.rows("initiative_themes")],
            **proof,
            "sourceUrl": [record.url, *proof["sourceUrl"]],
            "modifiedAt": modified(record),
        },
    )


def participant(record: Linked, row: dict) -> dict:
    actor = record.get("actor", row["actor"])
    when = dated(row["since"], row["until"])
    return entity(
        f"atlas-participation-{row['key']}",
        "ProjectParticipant",
        {
            "project": own_id(record),
            "participant": record_id("actor", actor),
            "role": label("participations", "role", row["role"]),
            **when,
            "summary": row["note"],
            "recordId": row["key"],
            **proved(record, "participations", row["key"]),
        },
    )


def payment(record: Linked, row: dict) -> Iterator[dict]:
    """A funding link; several payers share one sum, and no one's part of it is guessed."""
    joint = [
        other["actor"]
        for other in record.rows("funding_joint_funders")
        if other["link"] == row["key"]
    ]
    actors = [record.get("actor", slug) for slug in (row["funder_actor"], *joint)]
    payers = [record_id("actor", actor) for actor in actors if actor]
    if fund := record.get("initiative", row["funder_initiative"]):
        page = record.address("initiative", fund["slug"])
        yield party(fund["title"], record_id("initiative", fund), page)
        payers.append(f"{record_id('initiative', fund)}-party")
    recipient = record.get("actor", row["recipient"])
    beneficiary = record_id("actor", recipient) if recipient else f"{own_id(record)}-party"
    if not recipient:
        yield party(record.name, own_id(record), record.url)
    when = dated(date=row["value_date"])
    yield entity(
        f"atlas-payment-{row['key']}",
        "Payment",
        {
            "payer": payers,
            "beneficiary": beneficiary,
            "project": own_id(record),
            "amount": row["amount"] if row["amount_kind"] in CARRIED else "",
            "currency": row["currency"],
            "purpose": [label("funding_links", "type", row["type"]), row["in_kind"]],
            **when,
            "summary": [sum_words(row), *contained(record, row)],
            "description": [*when["description"], row["note"]],
            "recordId": row["key"],
            **proved(record, "funding_links", row["key"]),
        },
    )


def party(name: str, id_: str, page: str) -> dict:
    """An initiative as a party to payments, where no body is named."""
    return entity(
        f"{id_}-party",
        "LegalEntity",
        {
            "name": name,
            "sourceUrl": page,
            "description": "Stands for the initiative of this name as a party to payments: "
            "no source on file names a body.",
        },
    )


def sum_words(row: dict) -> str:
    """What is stated of the sum: bounds, ranges, or why there is none."""
    match row["amount_kind"]:
        case AmountKind.UNDISCLOSED:
            reason = label("funding_links", "undisclosed_reason", row["undisclosed_reason"] or "")
            return f"Amount undisclosed ({reason})."
        case AmountKind.RANGE:
            return amount_words(f"{row['amount']}..{row['amount_max']} {row['currency']}")
        case AmountKind.AT_LEAST:
            return amount_words(f">={row['amount']} {row['currency']}")
        case AmountKind.AT_MOST:
            return amount_words(f"<={row['amount']} {row['currency']}")
        case AmountKind.APPROXIMATE:
            return amount_words(f"~{row['amount']} {row['currency']}")
    return ""


def contained(record: Linked, row: dict) -> list[str]:
    """Sums that this one already contains, so that nobody adds them again."""
    inner = [
        other["includes"]
        for other in record.rows("funding_includes")
        if other["link"] == row["key"]
    ]
    return [f"Already contains the sum of atlas-payment-{key}." for key in inner]


def ties(record: Linked) -> Iterator[dict]:
    for row in record.rows("initiative_ties"):
        if target := record.get("initiative", row["target"]):
            words = label("initiative_ties", "kind", row["kind"])
            where = ("initiative_ties", row["key"])
            yield link(record, where, record_id("initiative", target), words)


def groups_reached(record: Linked) -> Iterator[dict]:
    for row in record.rows("initiative_reach"):
        if group := record.get("actor", row["group"]):
            words = f"Reach: {label('initiative_reach', 'kind', row['kind'])}"
            where = ("initiative_reach", row["key"])
            yield link(record, where, record_id("actor", group), words)
