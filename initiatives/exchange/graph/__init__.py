"""The network of a search, as JSON and as GEXF 1.3 (the format of Gephi).

Nodes of the search itself are ``matched``; the others are there because an edge leads to them.
Edges wait in a file while nodes are written, so that memory holds the names of nodes only.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from tempfile import SpooledTemporaryFile

from lxml import etree

from actors.models import Actor
from initiatives.exchange.graph.edges import Edge, edges, parent_edges
from initiatives.exchange.linking import CHUNK, linked
from initiatives.models import Initiative

IN_MEMORY = 2**22  # bytes of edges before they go to disk
NAMESPACE = "http://gexf.net/1.3"


@dataclass(frozen=True)
class Node:
    """A record: ``id`` is noun and slug, ``kind`` our classification, ``url`` its page."""

    id: str
    label: str
    noun: str
    slug: str
    kind: str
    url: str
    matched: bool


class Graph:
    """Nodes first, then edges: read ``nodes`` to its end before ``edges``."""

    def __init__(self, selection):
        self.selection = replace(selection, noun="initiatives")
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by ``edges``

    def __del__(self):
        self.file.close()  # also where the reader left before the edges

    def nodes(self) -> Iterator[Node]:
        """Initiatives of the search in its order, then what their edges lead to, by slug."""
        site = self.selection.site
        ends: dict[str, set[str]] = {"actor": set(), "initiative": set()}
        matched: set[str] = set()
        for record in linked(self.selection):
            matched.add(record.slug)
            yield _node("initiative", record.slug, record.name, record.document, site, True)
            for edge in edges(record):
                self._keep(edge, ends)
        for edge in parent_edges(set(ends["actor"]), site):
            self._keep(edge, ends)
        yield from _others("initiative", Initiative, ends["initiative"] - matched, site)
        yield from _others("actor", Actor, ends["actor"], site)

    def _keep(self, edge: Edge, ends: dict[str, set[str]]) -> None:
        for end in (edge.source, edge.target):
            noun, _colon, slug = end.partition(":")
            ends[noun].add(slug)
        self.file.write(json.dumps(asdict(edge), ensure_ascii=False).encode() + b"\n")

    def edges(self) -> Iterator[dict]:
        with self.file as file:
            file.seek(0)
            for line in file:
                yield json.loads(line)


def _node(noun: str, slug: str, label: str, columns: dict, site: str, matched: bool) -> Node:
    url = f"{site}/{noun}s/{slug}/"
    return Node(f"{noun}:{slug}", label, noun, slug, columns["kind"], url, matched)


def _others(noun: str, model, slugs: set[str], site: str) -> Iterator[Node]:
    ordered = sorted(slugs)
    for start in range(0, len(ordered), CHUNK):
        found = model.objects.published().filter(slug__in=ordered[start : start + CHUNK])
        for record in found.order_by("slug"):
            yield _node(noun, record.slug, str(record), {"kind": record.kind}, site, False)


def write_json(selection) -> Iterator[bytes]:
    """``{"nodes": [...], "edges": [...]}``."""
    graph = Graph(selection)
    yield b'{"nodes": ['
    yield from _listed(asdict(node) for node in graph.nodes())
    yield b'], "edges": ['
    yield from _listed(graph.edges())
    yield b"]}\n"


def _listed(values: Iterator[dict]) -> Iterator[bytes]:
    for number, value in enumerate(values):
        yield (b",\n" if number else b"\n") + json.dumps(value, ensure_ascii=False).encode()


# ------------------------------------------------------------------ GEXF

NODE_ATTRIBUTES = {"noun": "string", "slug": "string", "kind": "string", "url": "string"}
NODE_ATTRIBUTES |= {"matched": "boolean"}
EDGE_ATTRIBUTES = dict.fromkeys(
    "type role since until date amount_kind amount amount_max currency sources".split(), "string"
)


def write_gexf(selection) -> Iterator[bytes]:
    """GEXF 1.3, directed.  Amounts are texts: a decimal is not to be rounded on the way."""
    graph = Graph(selection)
    out = BytesIO()
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("gexf", nsmap={None: NAMESPACE}, version="1.3"):
            meta = etree.Element("meta", lastmodifieddate=f"{selection.as_of.changed_at:%Y-%m-%d}")
            etree.SubElement(meta, "creator").text = "Cyber Capacity Atlas"
            etree.SubElement(meta, "description").text = selection.page
            xml.write(meta)
            with xml.element("graph", defaultedgetype="directed", mode="static"):
                xml.write(_declared("node", NODE_ATTRIBUTES))
                xml.write(_declared("edge", EDGE_ATTRIBUTES))
                with xml.element("nodes"):
                    for node in graph.nodes():
                        values = asdict(node)
                        xml.write(_item("node", values, NODE_ATTRIBUTES, ("id", "label")))
                        yield from _drained(xml, out)
                with xml.element("edges"):
                    for edge in graph.edges():
                        own = ("id", "source", "target", "label")
                        xml.write(_item("edge", edge, EDGE_ATTRIBUTES, own))
                        yield from _drained(xml, out)
    yield out.getvalue()


def _drained(xml, out: BytesIO) -> Iterator[bytes]:
    """What is written so far, in pieces of some size."""
    xml.flush()
    if out.tell() > 2**15:
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _declared(kind: str, names: dict[str, str]) -> etree._Element:
    element = etree.Element("attributes", {"class": kind})
    for name, type_ in names.items():
        etree.SubElement(element, "attribute", id=name, title=name, type=type_)
    return element


def _item(tag: str, values: dict, attributes: dict[str, str], own: tuple) -> etree._Element:
    element = etree.Element(tag, {name: clean(values[name]) for name in own if values[name]})
    rest = etree.SubElement(element, "attvalues")
    for name in attributes:
        if (value := values[name]) not in (None, "", []):
            etree.SubElement(rest, "attvalue", {"for": name, "value": clean(value)})
    return element


def clean(value) -> str:
    """A value as text that XML can hold; a list of addresses is separated by spaces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(value) if isinstance(value, list) else str(value)
    return "".join(c for c in text if c >= " " or c in "\t\n\r")
