"""Claims: what sources say, one for each value that they give of one fact."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from atlas.kit.evidence import CONTRADICTS, OUTDATED
from atlas.kit.facts import PROSE_MARK, REGISTRY
from atlas.kit.naming import field_words
from atlas.kit.wording import sentence
from initiatives.exchange.jsonld.terms import filled, link_address, ref
from initiatives.exchange.linking import Linked


def claims(record: Linked) -> Iterator[dict]:
    """The claims about a record and its links, in the order of the facts' keys.

    Citations of the same value are one claim with several appearances.  Prose that was checked
    against an older wording is left out: what its source says today is not known.
    """
    grouped: dict[tuple, list[dict]] = defaultdict(list)
    for citation in record.rows("citations"):
        if record.stance(citation) != OUTDATED and record.get("source", citation["source"]):
            place = [citation.get(name) or "" for name in ("link_table", "link_key", "field")]
            grouped[(*place, citation["says"])].append(citation)
    counts: dict[tuple, int] = defaultdict(int)
    for (table, key, field, says), citations in sorted(grouped.items()):
        counts[(table, key, field)] += 1
        number = counts[(table, key, field)]
        yield _claim(record, table, key, field, says, citations, number)


def _claim(record, table, key, field, says, citations, number) -> dict:
    row = link_row(record, table, key)
    statement = table == "statements"
    address = link_address(record, table, key) if table else f"{record.url}#record"
    otherwise = any(record.stance(citation) == CONTRADICTS for citation in citations)
    return filled(
        {
            "@id": f"{address}--{field.replace('_', '-')}--{number}",
            "@type": "Claim",
            "additionalType": row.get("nature") if statement else "",
            "name": sentence(row["property"]) if statement else _label(record.noun, table, field),
            "text": _text(record, row, table, field, says),
            "about": about(record, table, key, row),
            "temporalCoverage": row.get("date") if statement else "",
            "creditText": row.get("voice") if statement else "",
            "disambiguatingDescription": "Another value is followed here." if otherwise else "",
            "appearance": _appearances(record, citations),
        }
    )


def link_row(record: Linked, table: str, key: str) -> dict:
    """The row of the document that a citation is about: a link, or the record itself."""
    return record.row(table, key) if table else record.document


def _appearances(record: Linked, citations: list[dict]) -> list[dict]:
    slugs = dict.fromkeys(citation["source"] for citation in citations)
    return [ref(record.address("source", slug)) for slug in slugs]


def _model(noun: str, table: str) -> type:
    evidence = REGISTRY[noun]
    return evidence.links[table] if table else evidence.model


@cache
def _label(noun: str, table: str, field: str) -> str:
    return field_words(_model(noun, table), field)


@cache
def _comparison(noun: str, table: str, field: str) -> tuple[str, dict]:
    """How a field is compared, and the labels of its codes."""
    model = _model(noun, table)
    kind = {fact.field: fact.kind for fact in model.FACTS}.get(field, "")
    known = dict(model._meta.get_field(field).flatchoices) if kind == "choice" else {}
    return kind, {code: str(words) for code, words in known.items()}


def _text(record: Linked, row: dict, table: str, field: str, says: str) -> str:
    """The source's value; for prose our own wording, which was checked against it."""
    if says.startswith(PROSE_MARK):
        return str(row.get(field) or "")
    kind, words = _comparison(record.noun, table, field)
    if kind == "ref":
        return record.words(says)
    if kind == "choice":
        return words.get(says, says)
    if table == "results":
        return f"{row['indicator']}: {says} {row['unit'] or ''}".strip()
    return says


# the links that have a node of their own
NODES = ("participations", "funding_links", "events")


def about(record: Linked, table: str, key: str, row: dict) -> dict | list[dict]:
    """The node that a claim is about; a link without one leads to the records at its ends."""
    if table in NODES and (table != "participations" or record.get("actor", row.get("actor"))):
        return ref(link_address(record, table, key))
    if table == "funding_joint_funders":
        return ref(link_address(record, "funding_links", row["link"]))
    if table == "statements" and row.get("event"):
        return ref(link_address(record, "events", row["event"]))
    if table == "memberships" and record.get("actor", row.get("member_actor")):
        return ref(link_address(record, table, key))
    ends = [
        (noun, row[column])
        for noun, column in (
            ("country", "country"),
            ("country", "member_country"),
            ("actor", "group"),
            ("initiative", "target"),
        )
        if table and row.get(column) and record.get(noun, row[column])
    ]
    others = [ref(record.address(*end)) for end in ends if record.address(*end) != record.url]
    return [ref(record.url), *others] if others else ref(record.url)
