"""Small parts that every node of the graph is made of."""

from decimal import Decimal

from actors.choices import ActorKind
from initiatives.choices import AmountKind
from initiatives.exchange.linking import Linked
from sources.choices import SourceKind

ACTOR_TYPES = {
    ActorKind.GOVERNMENT: "GovernmentOrganization",
    ActorKind.LAW_ENFORCEMENT: "GovernmentOrganization",
    ActorKind.COMPANY: "Corporation",
    ActorKind.NGO: "NGO",
}
SOURCE_TYPES = {
    SourceKind.ARTICLE: "Article",
    SourceKind.NEWS: "NewsArticle",
    SourceKind.REPORT: "Report",
    SourceKind.DATASET: "Dataset",
}


def filled(node: dict) -> dict:
    """The node without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def ref(address: str) -> dict:
    return {"@id": address}


def link_address(record: Linked, table: str, key: str) -> str:
    """The address of a link: its record's, with table and key as fragment."""
    return f"{record.url}#{table.replace('_', '-')}--{key}"


def number(text: str) -> int | str:
    """An amount as a number where JSON keeps it exactly, else as its decimal text."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else text


def amount(row: dict) -> dict | None:
    """The stated sum in its own currency; ends of a range and lower bounds stay what they are."""
    if row["amount_kind"] == AmountKind.UNDISCLOSED:
        return None
    money = {"@type": "MonetaryAmount", "currency": row["currency"]}
    first = number(row["amount"])
    match row["amount_kind"]:
        case AmountKind.RANGE:
            return {**money, "minValue": first, "maxValue": number(row["amount_max"])}
        case AmountKind.AT_LEAST:
            return {**money, "minValue": first}
        case AmountKind.AT_MOST:
            return {**money, "maxValue": first}
        case AmountKind.APPROXIMATE:
            return {**money, "value": first, "description": AmountKind.APPROXIMATE.label}
    return {**money, "value": first}


def postal(country: str | None) -> dict | None:
    return {"@type": "PostalAddress", "addressCountry": country} if country else None
