"""Edges of the network: what ties initiatives and actors, each with the sources that say so."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from actors.models import Actor
from initiatives.choices import AmountKind, FundingType, Role, TieKind
from initiatives.exchange.linking import CHUNK, Linked, linked
from initiatives.exchange.selection import Selection


@dataclass(frozen=True)
class Edge:
    """One tie.  ``amount`` is the stated sum as decimal text, None where undisclosed; of a range
    it is the lower end.  ``sources`` are addresses.
    """

    id: str
    source: str
    target: str
    type: str
    role: str = ""
    label: str = ""
    since: str | None = None
    until: str | None = None
    date: str | None = None
    amount_kind: str | None = None
    amount: str | None = None
    amount_max: str | None = None
    currency: str | None = None
    sources: list[str] = field(default_factory=list)


def edges(record: Linked) -> Iterator[Edge]:
    """Who takes part, who pays, and what one initiative is tied to."""
    me = f"initiative:{record.slug}"
    for row in record.rows("participations"):
        if record.get("actor", row["actor"]):
            yield Edge(
                id=f"participations:{row['key']}",
                source=f"actor:{row['actor']}",
                target=me,
                type="participation",
                role=row["role"],
                label=str(dict(Role.choices)[row["role"]]),
                since=row["since"],
                until=row["until"],
                sources=addresses(record, "participations", row["key"]),
            )
    for row in record.rows("funding_links"):
        yield from paid(record, row)
    for row in record.rows("initiative_ties"):
        if record.get("initiative", row["target"]):
            yield Edge(
                id=f"initiative_ties:{row['key']}",
                source=me,
                target=f"initiative:{row['target']}",
                type="tie",
                role=row["kind"],
                label=str(dict(TieKind.choices)[row["kind"]]),
                sources=addresses(record, "initiative_ties", row["key"]),
            )


def paid(record: Linked, row: dict) -> Iterator[Edge]:
    """Money: the sum stands on one edge only.

    A further funder of a shared sum and a recipient get edges without an amount.
    """
    me = f"initiative:{record.slug}"
    money = {
        "type": "funding",
        "role": row["type"],
        "label": str(dict(FundingType.choices)[row["type"]]),
        "date": row["value_date"],
    }
    proof = addresses(record, "funding_links", row["key"])
    noun = "actor" if row["funder_actor"] else "initiative"
    funder = row["funder_actor"] or row["funder_initiative"]
    if record.get(noun, funder):
        undisclosed = row["amount_kind"] == AmountKind.UNDISCLOSED
        yield Edge(
            id=f"funding_links:{row['key']}",
            source=f"{noun}:{funder}",
            target=me,
            amount_kind=row["amount_kind"],
            amount=None if undisclosed else row["amount"],
            amount_max=row["amount_max"],
            currency=row["currency"],
            sources=proof,
            **money,
        )
    yield from sharing(record, row["key"], {"target": me, "amount_kind": "shared", **money})
    if record.get("actor", row["recipient"]):
        yield Edge(
            id=f"funding_links:{row['key']}:recipient",
            source=me,
            target=f"actor:{row['recipient']}",
            type="recipient",
            date=row["value_date"],
            sources=proof,
        )


def sharing(record: Linked, link: str, money: dict) -> Iterator[Edge]:
    """Further funders of one sum."""
    for row in record.rows("funding_joint_funders"):
        if row["link"] == link and record.get("actor", row["actor"]):
            yield Edge(
                id=f"funding_joint_funders:{row['key']}",
                source=f"actor:{row['actor']}",
                sources=addresses(record, "funding_joint_funders", row["key"]),
                **money,
            )


def addresses(record: Linked, table: str, key: str) -> list[str]:
    return [record.readable(source) for source in record.sources(table, key)]


def parent_edges(slugs: set[str], site: str) -> Iterator[Edge]:
    """From each of these actors to the body it is part of, and from that one further up."""
    done: set[str] = set()
    frontier = set(slugs)
    while frontier:
        done |= frontier
        above = set()
        ordered = sorted(frontier)
        for start in range(0, len(ordered), CHUNK):
            public = Actor.objects.published().filter(slug__in=ordered[start : start + CHUNK])
            for child in linked(Selection("actors", (public.order_by("slug"),), site=site)):
                if parent := child.get("actor", child.document["parent"]):
                    above.add(parent["slug"])
                    yield _parent(child, parent)
        frontier = above - done


def _parent(child: Linked, parent: dict) -> Edge:
    return Edge(
        id=f"actors:{child.slug}:parent",
        source=f"actor:{child.slug}",
        target=f"actor:{parent['slug']}",
        type="parent",
        role=TieKind.PART_OF.value,
        label=str(TieKind.PART_OF.label),
        sources=[child.readable(source) for source in child.sources(field="parent")],
    )
