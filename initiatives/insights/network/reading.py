"""The network of one search as plain values: nodes, ties and what is too much to draw.

At most ``LARGEST`` nodes and ``MOST_TIES`` ties are given, the nearest and strongest; how many
there are beside them is said.  Nothing here has a place on paper yet.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations

from django.db import connection
from django.utils.translation import gettext as _

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

    ``acted`` gives how many public actors each initiative searched has; ``every_node`` and
    ``every_edge`` count what there is with what is not drawn (``every_edge`` among the nodes
    drawn only).  ``lists`` gives the address of the initiatives that an actor's weight counts, by
    the id of its node, where a list holds exactly these.
    """

    by: str
    acted: dict[int, int]
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
        return len(self.acted)

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
    tie the actors found, where these are more than those in which they are found.
    """
    with connection.cursor() as cursor:
        ask = _asking(cursor, *sql)
        if by == BY_ROLE:
            found = Network(by, dict(ask(queries.COVER)))
            _by_role(found, ask, sorted(centre), largest)
        else:
            members = dict(ask(queries.MEMBERS))
            found = Network(by, {pk: len(actors or ()) for pk, actors in members.items()})
            tying = dict(_asking(cursor, *ties)(queries.MEMBERS)) if ties else members
            _by_sharing(found, ask, (members, tying), set(centre), largest)
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


def _by_sharing(found: Network, ask, acting: tuple[dict, dict], centre: set, largest: int) -> None:
    """``acting`` gives the actors of each initiative: those that find them, and that tie them."""
    members, tying = acting
    counts = Counter(actor for actors in members.values() for actor in actors or ())
    beside = {a for actors in members.values() if centre & set(actors or ()) for a in actors}
    known = Actor.objects.filter(pk__in=list(counts)).values_list("pk", "slug", "name", "kind")
    every = [
        Node("actor", *row, counts[row[0]], 0 if row[0] in centre else 1 if row[0] in beside else 2)
        for row in known
    ]
    every.sort(key=lambda node: (node.distance, -node.weight, node.slug))
    nodes = {node.pk: node for node in every[:largest]}
    found.nodes, found.every_node = list(nodes.values()), len(every)
    pairs = _pairs(nodes, tying, ask) if nodes else []
    found.every_edge = len(pairs)
    found.edges = [Edge(nodes[a], nodes[b], tuple(ids)) for (a, b), ids in pairs[:MOST_TIES]]


def _pairs(nodes: dict[int, Node], tying: dict, ask) -> list[tuple[tuple[int, int], list[int]]]:
    """Two actors and the initiatives they share, most first; no body with a part of its own."""
    shared = defaultdict(list)
    for pk, actors in sorted(tying.items()):
        drawn = sorted(actor for actor in actors or () if actor in nodes)
        for pair in combinations(drawn, 2):
            shared[pair].append(pk)
    for one, above in ask(queries.ABOVE, list(nodes), list(nodes)):
        shared.pop((min(one, above), max(one, above)), None)
    slugs = {pk: node.slug for pk, node in nodes.items()}
    return sorted(shared.items(), key=lambda p: (-len(p[1]), slugs[p[0][0]], slugs[p[0][1]]))


def _by_role(found: Network, ask, centre: list[int], largest: int) -> None:
    rows = ask(queries.ENDS, centre, largest)
    nodes = {(row[0], row[1]): Node(*row[:7]) for row in rows}
    found.nodes = list(nodes.values())
    found.every_node = rows[0][8] if rows else 0
    ids = {noun: [n.pk for n in found.nodes if n.noun == noun] for noun in ("actor", "initiative")}
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
