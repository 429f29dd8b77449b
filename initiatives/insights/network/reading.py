"""The network of one search as plain values: nodes, ties and what is too much to draw.

At most ``LARGEST`` nodes and ``MOST_TIES`` ties are given, the nearest and strongest; how many
there are beside them is said.  Nothing here has a place on paper yet.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations

from django.db import connection
from django.utils.translation import gettext as _
from pyroaring import BitMap

from actors.models import Actor
from atlas.kit import facets
from atlas.kit.packing import array
from initiatives.choices import Role
from initiatives.insights.network import queries
from initiatives.querysets import AMONG

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
    initiatives: BitMap
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
    node, where a list holds exactly these; ``acronyms`` has short names by that id.
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
    acronyms: dict[str, str] = field(default_factory=dict)

    @property
    def records(self) -> int:
        return len(self.searched)

    @property
    def centred(self) -> bool:
        return any(node.distance == 0 for node in self.nodes)

    @property
    def initiatives(self) -> BitMap:
        """The records behind what is drawn."""
        return BitMap.union(BitMap(), *(edge.initiatives for edge in self.edges))


def role_words(role: str) -> str:
    """A role read out; that somebody pays or is paid follows from funding links."""
    derived = {queries.FUNDS: _("Funds"), queries.PAID: _("Is paid")}
    return str(derived.get(role) or dict(Role.choices)[role])


def network(
    searched: BitMap,
    by: str = SHARED,
    centre: Collection[int] = (),
    largest: int = LARGEST,
    ties: BitMap | None = None,
    shelf=None,
) -> Network:
    """The network of these initiatives.

    ``by`` is ``shared`` (actors tied by shared initiatives) or ``role`` (actors and initiatives);
    ``centre`` are ids of actors drawn whatever their weight.  ``ties`` are the initiatives that
    tie the actors found and are their weight, where these are more than those in which they are
    found.  ``shelf`` is the index of initiatives, if the caller has it.
    """
    shelf = shelf or facets.current().shelves["initiatives"]
    world = shelf.world
    with connection.cursor() as cursor:
        if by == BY_ROLE:
            ask = _asking(cursor, searched)
            cover = ask(queries.COVER)
            found = Network(by, searched, BitMap(pk for pk, actors in cover if actors))
            _by_role(found, ask, _asking(cursor, ties) if ties else None, sorted(centre), largest)
        else:
            held = acting(searched, shelf)
            found = Network(by, searched, _joined(held))
            tying = acting(ties, shelf) if ties else held
            _by_sharing(found, world, (held, tying), set(centre), largest)
        _sources(found, world, cursor)
    return found


def around(every: BitMap, actors: Collection[int], depth: int, shelf=None) -> BitMap:
    """Of these initiatives those in which the actors act; with depth 2 also those in which the
    ones act that act beside them.
    """
    held = acting(every, shelf or facets.current().shelves["initiatives"])
    near = BitMap.union(BitMap(), *(held[pk] for pk in actors if pk in held))
    if depth == 1:
        return near
    return BitMap.union(BitMap(), *(ids for ids in held.values() if ids.intersect(near)))


def _asking(cursor, ids: BitMap):
    """A function that runs a query over these initiatives."""

    def ask(query: str, *more) -> list[tuple]:
        cursor.execute(query.replace("{search}", AMONG), (array(ids), *more))
        return cursor.fetchall()

    return ask


Held = dict[int, BitMap]  # of actors the initiatives in which they, or parts of them, act


def acting(among: BitMap, shelf) -> Held:
    """Of every public actor that acts in some of these initiatives, in which, as the filter
    ``actor`` means it: it or a part of it takes part, pays (alone or jointly) or is paid."""
    facet = shelf.kind.facets["actor"]
    found = ((pk, shelf.expanded(facet, pk) & among) for pk in facet.keys(shelf))
    return {pk: ids for pk, ids in found if ids}


def _joined(held: Held) -> BitMap:
    """Initiatives of two actors or more."""
    once, twice = BitMap(), BitMap()
    for ids in held.values():
        twice |= once & ids
        once |= ids
    return twice


def _by_sharing(found: Network, world, acts: tuple[Held, Held], centre: set, largest: int) -> None:
    """``acts`` gives the initiatives of each actor: those that find it, and that tie it."""
    held, tying = acts
    near = BitMap.union(BitMap(), *(held[pk] for pk in centre & set(held)))
    ranked = sorted(
        (
            0 if pk in centre else 1 if ids.intersect(near) else 2,
            -len(ids),
            world.actors[pk].slug,
            pk,
        )
        for pk, ids in held.items()
    )
    drawn = {pk: distance for distance, _few, _slug, pk in ranked[:largest]}
    kinds = Actor.objects.kinds(drawn)
    nodes = {pk: _node(world.actors[pk], pk, kinds[pk], len(tying[pk]), far)
             for pk, far in drawn.items()}  # fmt: skip
    found.nodes, found.every_node = list(nodes.values()), len(ranked)
    pairs = _pairs(nodes, tying, world)
    found.every_edge = len(pairs)
    found.edges = [
        Edge(*_first_larger(nodes[one], nodes[other]), tying[one] & tying[other])
        for _shared, one, other in pairs[:MOST_TIES]
    ]


def _first_larger(one: Node, other: Node) -> list[Node]:
    """The centre, or what is nearer to it, before the other; of two as near the larger one."""
    return sorted((one, other), key=lambda node: (node.distance, -node.weight, node.slug))


def _node(known, pk: int, kind: str, weight: int, distance: int) -> Node:
    return Node("actor", pk, known.slug, known.name, kind, weight, distance)


def _pairs(nodes: dict[int, Node], tying: Held, world) -> list[tuple[int, int, int]]:
    """How many initiatives two actors share and which two, most first; no body with its part."""
    above = {pk: world.above([pk]) for pk in nodes}
    shared = [
        (number, one, other)
        for one, other in combinations(sorted(nodes), 2)
        if (number := tying[one].intersection_cardinality(tying[other]))
        and one not in above[other]
        and other not in above[one]
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
        Edge(nodes["actor", a], nodes["initiative", i], BitMap([i]), tuple(roles))
        for a, i, roles in ties[:MOST_TIES]
    ]


def _sources(found: Network, world, cursor) -> None:
    """The sources behind most of the ties that are drawn."""
    ends = {n.pk for e in found.edges for n in (e.source, e.target) if n.noun == "actor"}
    initiatives = found.initiatives
    if not initiatives:
        return
    actors = {part for pk in ends for part in world.parts(pk)}
    given = {"actors": array(actors), "initiatives": array(initiatives), "most": MOST_SOURCES}
    cursor.execute(queries.SOURCES, given)
    rows = cursor.fetchall()
    found.sources = [Source(*row[:3]) for row in rows]
    found.sourced_ties, found.every_source = rows[0][3:] if rows else (0, 0)
