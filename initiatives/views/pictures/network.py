"""The network drawn: where each dot stands, which names find room, how strong a line is."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log2, sqrt

import igraph
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from atlas.kit.pictures import Insight
from initiatives.insights.network import Network, Node

WIDTH, MARGIN, SIDE = 960, 26, 110
LARGEST, SMALLEST = 20, 4.5
LOOSE, ROW = 4, 34  # nodes without a line: so many in a row, so high
LETTER, LINE = 6.8, 15  # of a name, in the units of the drawing
WHOLE = 20  # letters of a name that stands there though it has an acronym
LONGEST = 30  # letters of a name in the drawing; the whole name is its title
ALWAYS = 12  # of the largest dots that bear their name whatever else stands there
STATE = ("government", "cert", "law-enforcement")


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    node: Node
    classes: str
    url: str = ""
    label: str = ""
    label_x: float = 0
    label_y: float = 0
    anchor: str = "start"

    @property
    def said(self) -> str:
        n = self.node.weight
        if self.node.noun == "actor":
            text = ngettext("%d of these initiatives", "%d of these initiatives", n)
        else:
            text = ngettext("%d actor", "%d actors", n)
        return f"{self.node.label}: {text % n}"

    @property
    def left(self) -> float:
        return self.x - self.radius

    @property
    def top(self) -> float:
        return self.y - self.radius

    @property
    def side(self) -> float:
        return 2 * self.radius


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    row: object

    @property
    def said(self) -> str:
        """What ties the two; made here, since a template takes ten times as long."""
        n = self.row.initiatives
        shared = ngettext("%d shared initiative", "%d shared initiatives", n)
        return f"{self.row.one} – {self.row.other}: {self.row.roles or shared % n}"

    @property
    def at(self) -> SafeString:
        """The attributes of the line."""
        ends = f'x1="{self.x1}" y1="{self.y1}" x2="{self.x2}" y2="{self.y2}"'
        return SafeString(f'{ends} stroke-width="{self.width}"')


def draw(insight: Insight, options: dict) -> dict:
    """Dots, lines and height for ``pictures/_network.svg``."""
    network: Network = insight.drawing
    height = round(max(260, min(760, 120 + 76 * sqrt(len(network.nodes)))))
    places = layout(network, WIDTH - 2 * SIDE, height - 2 * MARGIN)
    largest = max((node.weight for node in network.nodes), default=1)
    dots = [
        _dot(node, places[i], largest, network.lists[node.id])
        for i, node in enumerate(network.nodes)
    ]
    at = {dot.node.id: dot for dot in dots}
    lines = [_line(at[e.source.id], at[e.target.id], e.weight, row)
             for e, row in zip(network.edges, insight.rows, strict=True)]  # fmt: skip
    return {
        "dots": named(dots, height, network.acronyms),
        "lines": lines[::-1],
        "height": height + 40,
        "legend_y": height + 20,
        "network": network,
        "by_role": options["by"] == "role",
    }


def layout(network: Network, width: float, height: float) -> list[tuple[float, float]]:
    """Where each node stands, in a box of this size; equal networks stand equally.

    Nodes without a line stand in rows below the others.
    """
    index = {node.id: i for i, node in enumerate(network.nodes)}
    edges = [(index[edge.source.id], index[edge.target.id]) for edge in network.edges]
    tied = sorted({end for edge in edges for end in edge})
    loose = [i for i in index.values() if i not in set(tied)]
    rows = -(-len(loose) // LOOSE)
    places = dict(zip(tied, _tied(network, tied, edges, width, height - rows * ROW), strict=True))
    for place, i in enumerate(loose):
        x = SIDE + (place % LOOSE + 0.5) * width / LOOSE
        y = height + MARGIN - (rows - 1 - place // LOOSE) * ROW - ROW / 2
        places[i] = (round(x, 1), round(y, 1))
    return [places[i] for i in index.values()]


def _tied(network: Network, tied: list[int], edges, width: float, height: float) -> list:
    """Places of the nodes that have lines: near where the lines are strong."""
    if not tied:
        return []
    igraph.set_random_number_generator(random.Random(7))
    at = {i: place for place, i in enumerate(tied)}
    graph = igraph.Graph(n=len(tied), edges=[(at[one], at[other]) for one, other in edges])
    bound = [sqrt(len(tied))] * len(tied)
    found = graph.layout_fruchterman_reingold(
        weights=[log2(1 + edge.weight) for edge in network.edges],
        seed=graph.layout_circle(),
        niter=500,
        grid=False,
        minx=[-b for b in bound],
        maxx=bound,
        miny=[-b for b in bound],
        maxy=bound,
    )
    return _fitted(found.coords, width, height)


def _fitted(coords, width: float, height: float) -> list[tuple[float, float]]:
    lows = [min(c[i] for c in coords) for i in (0, 1)]
    spans = [(max(c[i] for c in coords) - lows[i]) or 1 for i in (0, 1)]
    if len(coords) == 1:
        return [(SIDE + width / 2, MARGIN + height / 2)]
    return [
        (
            round(SIDE + (x - lows[0]) / spans[0] * width, 1),
            round(MARGIN + (y - lows[1]) / spans[1] * height, 1),
        )
        for x, y in coords
    ]


def _dot(node: Node, place: tuple[float, float], largest: int, url: str) -> Dot:
    radius = round(max(SMALLEST, LARGEST * sqrt(node.weight / largest)), 1)
    classes = ["node", f"node--{node.noun}"]
    classes += ["node--state"] if node.kind in STATE else []
    classes += ["node--centre"] if node.distance == 0 else []
    return Dot(*place, radius if node.noun == "actor" else 6, node, " ".join(classes), url)


def _line(one: Dot, other: Dot, weight: int, row) -> Line:
    return Line(one.x, one.y, other.x, other.y, round(min(8, 0.8 + log2(weight)), 1), row)


def named(dots: list[Dot], height: float, acronyms: Mapping[str, str]) -> list[Dot]:
    """The dots with a name wherever one finds room beside others, the largest first; the first few
    bear theirs over smaller dots, where there is no room.  A long name gives way to its acronym."""
    circles = [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in dots]
    names: list = []
    found = {}
    ranked = sorted(dots, key=lambda d: (d.node.distance, -d.node.weight, d.node.slug))
    for rank, dot in enumerate(ranked):
        text = dot.node.label
        if len(text) > WHOLE:
            text = acronyms.get(dot.node.id, text)
        text = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
        placed = _placed(dot, text, [*circles, *names], height)
        if placed is None and rank < ALWAYS:
            placed = _placed(dot, text, names, height)
        if placed:
            names.append(placed[1])
        found[dot.node.id] = placed[0] if placed else dot
    return [found[dot.node.id] for dot in dots]


def _placed(dot: Dot, text: str, taken: list, height: float) -> tuple[Dot, tuple] | None:
    """The dot with its name and the box of this, clear of what is taken; None without room."""
    long = len(text) * LETTER
    for anchor, x, y in (
        ("start", dot.x + dot.radius + 4, dot.y + 4),
        ("end", dot.x - dot.radius - 4, dot.y + 4),
        ("middle", dot.x, dot.y - dot.radius - 5),
        ("middle", dot.x, dot.y + dot.radius + 13),
        ("middle", dot.x, dot.y + 4),
    ):
        left = {"start": x, "end": x - long, "middle": x - long / 2}[anchor]
        box = (left, y - LINE + 4, left + long, y + 4)
        if box[0] < 0 or box[2] > WIDTH or box[1] < 0 or box[3] > height:
            continue
        if not any(_meet(box, other) for other in taken):
            spot = {"label_x": round(x, 1), "label_y": round(y, 1), "anchor": anchor}
            return replace(dot, label=text, **spot), box
    return None


def _meet(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
