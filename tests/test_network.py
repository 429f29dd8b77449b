"""The network of a search: every link once, with its sources; Gephi's readers take it."""

import io
import json
from collections import Counter
from decimal import Decimal

import networkx
import pytest

from initiatives.models import FundingLink, Initiative, Participation
from tests.linking import amounts_in_database, listed, paid_project
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db
needs = pytest.mark.usefixtures


def network(**query) -> dict:
    return json.loads(listed("graph", "json", **query))


@needs("ungated")
def test_the_network_holds_every_link_with_its_sources():
    paid_project()
    graph = network()
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert len(nodes) == len(graph["nodes"])
    matched = {node["slug"] for node in graph["nodes"] if node["matched"]}
    assert matched == set(Initiative.objects.published().values_list("slug", flat=True))
    kinds = Counter(edge["type"] for edge in graph["edges"])
    taking_part = Participation.objects.published().count()
    assert kinds["participation"] == taking_part
    assert kinds["funding"] == FundingLink.objects.published().count() + 1  # one is shared
    assert kinds["parent"] > 0
    for edge in graph["edges"]:
        assert edge["source"] in nodes and edge["target"] in nodes, edge
        assert edge["sources"] and all(a.startswith("http") for a in edge["sources"]), edge


@needs("ungated")
def test_money_in_the_network_is_said_once():
    paid_project()
    edges = {e["id"]: e for e in network()["edges"] if e["type"] == "funding"}
    for key, (amount, currency) in amounts_in_database().items():
        edge = edges.pop(f"funding_links:{key}")
        assert (edge["amount"] and Decimal(edge["amount"])) == amount
        assert (edge["currency"] or "") == currency
    (shared,) = edges.values()
    assert (shared["amount"], shared["amount_kind"]) == (None, "shared")


def test_the_network_follows_the_filters(api):
    graph = network(kind="centre")
    found = {record["slug"] for record in api("initiatives/", kind="centre").json()["results"]}
    assert {node["slug"] for node in graph["nodes"] if node["matched"]} == found
    beside = {node["id"] for node in graph["nodes"] if not node["matched"]}
    assert {"initiative:jaif", "actor:japan-gov"} <= beside  # both pay for the centre in Bangkok
    ends = {end for edge in graph["edges"] for end in (edge["source"], edge["target"])}
    assert beside <= ends


@needs("ungated")
def test_networkx_reads_the_same_network():
    paid_project()
    plain = network()
    graph = networkx.read_gexf(io.BytesIO(listed("graph", "gexf").encode()))
    assert set(graph.nodes) == {node["id"] for node in plain["nodes"]}
    assert graph.number_of_edges() == len(plain["edges"])
    for _a, _b, data in graph.edges(data=True):
        assert data["sources"].startswith("http")
    for node in plain["nodes"]:
        assert graph.nodes[node["id"]]["label"] == node["label"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"page_size": "5"}, "page_size"),
        ({"ordering": "title"}, "ordering"),
        ({"fields": "slug"}, "fields"),
    ],
)
@pytest.mark.parametrize("format_", ["json", "gexf"])
def test_bad_parameters_of_the_network_are_named(api, query, named, format_):
    response = api("graph/", format=format_, **query)
    assert response.status_code == 400
    assert named in {error["parameter"] for error in response.json()["errors"]}


def test_unknown_formats_of_the_network_are_named(api):
    response = api("graph/", format="png")
    assert response.status_code == 406
    assert response.json()["errors"][0]["allowed"] == ["json", "gexf"]
