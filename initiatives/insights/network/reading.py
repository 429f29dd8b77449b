"""The network of one search as plain values: nodes, ties and what is too much to draw.

At most ``LARGEST`` nodes and ``MOST_TIES`` ties are given, the nearest and strongest; how many
there are beside them is said.  Nothing here has a place on paper yet.
"""

import sys
from array import array
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations

from django.db import connection
from django.utils.translation import gettext as _
from pyroaring import BitMap

from actors.models import Actor
from initiatives.choices import Role
from initiatives.insights.network import queries

LARGEST = 80  # nodes in one picture
MOST_TIES = 240  # lines in one picture
MOST_SOURCES = 5
SHARED, BY_ROLE = "shared", "role"


@dataclass(frozen=True)
class Node:
    """An actor or an initiative; ``weight`` counts its initiatives, or of an initiative its actors.

    ``distance`` is 0 for the centre, 1 beside it, 2 beyond; without a centre it says nothing.
    """

    noun: str
    pk: int
    slug: str
    label: str
    kind: str
    weight: int
    distance: int = 1

    @property
    def id(self) -> str:
        return f"{self.noun}:{self.slug}"

    @property
    def url(self) -> str:
        return f"/{self.noun}s/{self.slug}/"


@dataclass(frozen=True)
class Edge:
    """A tie: the initiatives two actors share, or an actor's roles in one."""

    source: Node
    target: Node
    initiatives: tuple[int, ...]
    roles: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return len(self.initiatives)

    @property
    def words(self) -> str:
        """Roles read out; nothing between two actors."""
        return ", ".join(role_words(role) for role in self.roles)


@dataclass(frozen=True)
class Source:
    """A source and how many of the ties drawn it speaks of."""

    slug: str
    title: str
    ties: int

    @property
    def url(self) -> str:
        return f"/sources/{self.slug}/"


@dataclass
class Network:
    """Everything the picture shows.

    ``searched`` are all initiatives of the search, ``joined`` those with enough public actors for
    a line; ``every_node`` and ``every_edge`` count what there is with what is not drawn
    (``every_edge`` among the nodes drawn only).
    ``lists`` gives the address of the initiatives that an actor's weight counts, by the id of its
    node, where a list holds exactly these.
    """

    by: str
    searched: BitMap
    joined: BitMap
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    every_node: int = 0
    every_edge: int = 0
    sources: list[Source] = field(default_factory=list)
    sourced_ties: int = 0
    every_source: int = 0
    lists: dict[str, str] = field(default_factory=dict)

    @property
    def records(self) -> int:
        return len(self.searched)

    @property
    def centred(self) -> bool:
        return any(node.distance == 0 for node in self.nodes)

    @property
    def initiatives(self) -> set[int]:
        """The records behind what is drawn."""
        return {pk for edge in self.edges for pk in edge.initiatives}


def role_words(role: str) -> str:
    """A role read out; that somebody pays or is paid follows from funding links."""
    derived = {queries.FUNDS: _("Funds"), queries.PAID: _("Is paid")}
    return str(derived.get(role) or dict(Role.choices)[role])


def network(
    sql: tuple[str, tuple],
    by: str = SHARED,
    centre: Collection[int] = (),
    largest: int = LARGEST,
    ties: tuple[str, tuple] | None = None,
) -> Network:
    """The network of the initiatives whose ids the query ``sql`` (text, parameters) gives.

    ``by`` is ``shared`` (actors tied by shared initiatives) or ``role`` (actors and initiatives);
    ``centre`` are ids of actors drawn whatever their weight.  ``ties`` gives the initiatives that
    tie the actors found and are their weight, where these are more than those in which they are
    found.
    """
    with connection.cursor() as cursor:
        ask = _asking(cursor, *sql)
        if by == BY_ROLE:
            cover = ask(queries.COVER)
            joined = BitMap(pk for pk, actors in cover if actors)
            found = Network(by, BitMap(pk for pk, _actors in cover), joined)
            _by_role(found, ask, _asking(cursor, *ties) if ties else None, sorted(centre), largest)
        else:
            held, searched = _held(ask(queries.HELD))
            found = Network(by, searched, _joined(held))
            tying = _held(_asking(cursor, *ties)(queries.HELD))[0] if ties else held
            _by_sharing(found, ask, (held, tying), set(centre), largest)
        _sources(found, cursor)
    return found


def around(sql: tuple[str, tuple], actors: Collection[int], depth: int) -> tuple[str, tuple]:
    """Of these initiatives those in which the actors act; with depth 2 also those in which the
    ones act that act beside them.
    """
    ids = [sorted(actors)]
    text = "SELECT initiative_id FROM acts WHERE actor_id = ANY(%s)"
    if depth > 1:
        beside = f"SELECT actor_id FROM acts WHERE initiative_id IN ({text})"
        text = f"SELECT initiative_id FROM acts WHERE actor_id IN ({beside})"
    text = f"SELECT DISTINCT initiative_id FROM ({text}) found"
    return queries.ACTS.replace("{search}", sql[0]) + text, (*sql[1], *ids)


def _asking(cursor, search: str, parameters: tuple):
    """A function that runs a query over the initiatives of the search."""

    def ask(query: str, *more) -> list[tuple]:
        values = (*parameters, *more) if "{search}" in query else more
        cursor.execute(query.replace("{search}", search), values)
        return cursor.fetchall()

    return ask


Held = dict[int, BitMap]  # of actors the initiatives in which they, or parts of them, act


def bitmap(ids: bytes | None) -> BitMap:
    """Ids from PostgreSQL's ``int4send``, which writes the high byte first."""
    numbers = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        numbers.byteswap()
    return BitMap(numbers)


def _held(rows: list[tuple]) -> tuple[Held, BitMap]:
    """What each actor holds, and everything searched."""
    held: Held = defaultdict(BitMap)
    searched = BitMap()
    for actor, ids in rows:
        if actor is None:
            searched = bitmap(ids)
        else:
            held[actor] |= bitmap(ids)
    return held, searched


def _joined(held: Held) -> BitMap:
    """Initiatives of two actors or more."""
    once, twice = BitMap(), BitMap()
    for ids in held.values():
        twice |= once & ids
        once |= ids
    return twice


def _by_sharing(found: Network, ask, acting: tuple[Held, Held], centre: set, largest: int) -> None:
    """``acting`` gives the initiatives of each actor: those that find it, and that tie it."""
    held, tying = acting
    near = BitMap.union(BitMap(), *(held[pk] for pk in centre & set(held)))
    known = Actor.objects.filter(pk__in=list(held)).values_list("pk", "slug", "name", "kind")
    every = []
    for pk, *told in known:
        distance = 0 if pk in centre else 1 if held[pk].intersect(near) else 2
        every.append(Node("actor", pk, *told, len(tying[pk]), distance))
    every.sort(key=lambda node: (node.distance, -len(held[node.pk]), node.slug))
    nodes = {node.pk: node for node in every[:largest]}
    found.nodes, found.every_node = list(nodes.values()), len(every)
    pairs = _pairs(nodes, tying, ask) if nodes else []
    found.every_edge = len(pairs)
    found.edges = [
        Edge(nodes[one], nodes[other], tuple(tying[one] & tying[other]))
        for _shared, one, other in pairs[:MOST_TIES]
    ]


def _pairs(nodes: dict[int, Node], tying: Held, ask) -> list[tuple[int, int, int]]:
    """How many initiatives two actors share and which two, most first; no body with its part."""
    above = {frozenset(pair) for pair in ask(queries.ABOVE, list(nodes), list(nodes))}
    acting = sorted(pk for pk in nodes if pk in tying)
    shared = [
        (number, one, other)
        for one, other in combinations(acting, 2)
        if (number := tying[one].intersection_cardinality(tying[other]))
        and frozenset((one, other)) not in above
    ]
    slugs = {pk: node.slug for pk, node in nodes.items()}
    return sorted(shared, key=lambda p: (-p[0], slugs[p[1]], slugs[p[2]]))


def _by_role(found: Network, ask, ask_ties, centre: list[int], largest: int) -> None:
    rows = ask(queries.ENDS, centre, largest)
    ids = {noun: [r[1] for r in rows if r[0] == noun] for noun in ("actor", "initiative")}
    wider = dict(ask_ties(queries.WEIGHTS, ids["actor"])) if ask_ties and rows else {}
    nodes = {
        (noun, pk): Node(noun, pk, *told, wider.get(pk, weight) if noun == "actor" else weight, far)
        for noun, pk, *told, weight, far, _actors, _ends in rows
    }
    found.nodes = list(nodes.values())
    found.every_node = rows[0][8] if rows else 0
    ties = ask(queries.ROLES, ids["actor"], ids["initiative"]) if rows else []
    found.every_edge = len(ties)
    found.edges = [
        Edge(nodes["actor", a], nodes["initiative", i], (i,), tuple(roles))
        for a, i, roles in ties[:MOST_TIES]
    ]


def _sources(found: Network, cursor) -> None:
    """The sources behind most of the ties that are drawn."""
    initiatives = sorted(found.initiatives)
    actors = sorted({n.pk for e in found.edges for n in (e.source, e.target) if n.noun == "actor"})
    if not initiatives:
        return
    cursor.execute(queries.SOURCES, [actors, initiatives, initiatives, MOST_SOURCES])
    rows = cursor.fetchall()
    found.sources = [Source(*row[:3]) for row in rows]
    found.sourced_ties, found.every_source = rows[0][3:] if rows else (0, 0)
