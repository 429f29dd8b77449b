"""JSON-LD, FollowTheMoney and the network: what readers of others make of them."""

import json
import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib

from actors.models import Actor
from initiatives.exchange.jsonld import data_block
from initiatives.models import FundingLink, Initiative
from tests.linking import (
    AMOUNTS,
    AWKWARD,
    BOUNDS,
    amounts_in_database,
    graph_of,
    listed,
    paid_project,
    read,
)
from tests.making import ungated  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),  # rdflib's own
]
SCHEMA = rdflib.Namespace("https://schema.org/")
STANDARDS = Path(__file__).resolve().parents[2] / "shared" / "standards"
VOCABULARY = STANDARDS / "schemaorg" / "schemaorg-current-https.jsonld"
FTM = os.environ.get("FTM") or shutil.which("ftm")
SECRETS = ("secret-draft", "Secret Draft", "hidden-actor", "Hidden Actor")
needs = pytest.mark.usefixtures


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


# ------------------------------------------------------------------ JSON-LD


@pytest.mark.parametrize("noun", ["initiatives", "actors", "sources"])
def test_jsonld_is_read_without_network_and_holds_the_search(noun, api):
    graph = rdflib.Graph().parse(data=listed(noun, "jsonld"), format="json-ld")
    count = api(f"{noun}/").json()["count"]
    type_ = {"initiatives": SCHEMA.Project, "actors": None, "sources": None}[noun]
    described = {s for s in graph.subjects(SCHEMA.url) if f"/{noun}/" in str(s)}
    assert len(described) >= count
    if type_:
        assert count <= len(set(graph.subjects(rdflib.RDF.type, type_)))


def test_a_search_gives_its_records_and_no_others():
    nodes = graph_of(listed("initiatives", "jsonld", kind="centre"))
    full = {n["@id"] for n in nodes if n["@type"] == "Project" and "additionalType" in n}
    slugs = Initiative.objects.published().filter(kind="centre").values_list("slug", flat=True)
    assert {address.split("/")[-2] for address in full} == set(slugs)


def test_every_claim_appears_in_a_source_of_the_graph():
    nodes = graph_of(listed("initiatives", "jsonld"))
    known = {node["@id"] for node in nodes}
    claims = [node for node in nodes if node["@type"] == "Claim"]
    assert len(claims) > 100
    for claim in claims:
        assert claim["appearance"] and claim["text"], claim
        about = claim["about"] if isinstance(claim["about"], list) else [claim["about"]]
        for end in (*claim["appearance"], *about):
            assert end["@id"] in known, claim


def test_claims_say_what_sources_say_and_never_a_hash():
    text = listed("initiatives", "jsonld")
    assert "sha256:" not in text
    nodes = {node["@id"]: node for node in graph_of(text)}
    starts = [n for id_, n in nodes.items() if "ajccbc/#record--actual-start" in id_]
    assert any(claim["text"].startswith("2018") for claim in starts)


@needs("ungated")
def test_grants_carry_the_amounts_of_the_database():
    paid_project()
    grants = {
        node["@id"].partition("#funding-links--")[2]: node
        for node in graph_of(listed("initiatives", "jsonld"))
        if node["@type"] == "MonetaryGrant"
    }
    links = FundingLink.objects.published()
    assert set(grants) == {link.key for link in links}
    for link in links:
        money, kind = grants[link.key].get("amount"), link.amount_kind
        if kind == "undisclosed":
            assert money is None
            assert "undisclosed" in grants[link.key]["description"]
            continue
        assert Decimal(str(money[BOUNDS.get(kind, "value")])) == link.amount
        assert money["currency"] == link.currency
        assert (kind in ("range", "at-most")) == ("maxValue" in money)


@needs("ungated")
@pytest.mark.parametrize(
    ("noun", "format_"),
    [(n, f) for n in ("initiatives", "actors") for f in ("jsonld", "ftm", "bibtex", "csl")]
    + [("graph", "json"), ("graph", "gexf")],
)
def test_drafts_are_nowhere(noun, format_):
    paid_project()
    text = listed(noun, format_)
    assert [secret for secret in SECRETS if secret in text] == []


@needs("ungated")
def test_a_data_block_cannot_be_ended_by_a_title():
    paid_project()
    page = read("/initiatives/paid-project/")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    project = next(n for n in json.loads(block)["@graph"] if n["@id"].endswith("/paid-project/"))
    assert project["name"] == AWKWARD
    assert "<" not in block
    assert json.loads(data_block({"name": "\u2028</script>"})) == {"name": "\u2028</script>"}


@pytest.mark.parametrize("path", ["initiatives/ajccbc/", "actors/asean/", "sources/{source}/"])
def test_the_page_carries_the_graph_of_its_record(path):
    source = Initiative.objects.get(slug="ajccbc").citations.order_by("key")[0].source.slug
    path = path.format(source=source)
    page = read(f"/{path}")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    answer = graph_of(read(f"/api/v1/{path}", format="jsonld"))
    assert json.loads(block)["@graph"] == answer[1:]  # after the data set


def test_about_describes_the_data_set():
    page = read("/about/")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    graph = rdflib.Graph().parse(data=block, format="json-ld")
    (dataset,) = graph.subjects(rdflib.RDF.type, SCHEMA.Dataset)
    downloads = list(graph.objects(dataset, SCHEMA.distribution))
    assert len(downloads) > 3
    assert all(graph.value(one, SCHEMA.contentUrl) for one in downloads)


def vocabulary() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(parents of each class, domains of each property) of schema.org."""
    parents: dict[str, set[str]] = {}
    domains: dict[str, set[str]] = {}

    def names(value) -> set[str]:
        values = value if isinstance(value, list) else [value]
        return {one["@id"].removeprefix("schema:") for one in values if one}

    for node in json.loads(VOCABULARY.read_text())["@graph"]:
        name = node["@id"].removeprefix("schema:")
        assert not ("schema:supersededBy" in node and name in parents)
        if "rdfs:Class" in str(node["@type"]):
            parents[name] = names(node.get("rdfs:subClassOf"))
        elif "rdf:Property" in str(node["@type"]) and "schema:supersededBy" not in node:
            domains[name] = names(node.get("schema:domainIncludes"))
    return parents, domains


def above(parents: dict[str, set[str]], name: str) -> set[str]:
    found = {name}
    for parent in parents.get(name, ()):
        found |= above(parents, parent)
    return found


def described(value, through: str = ""):
    """Every node inside, with the property that leads to it."""
    if isinstance(value, list):
        for one in value:
            yield from described(one, through)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value, through
        for name, inner in value.items():
            yield from described(inner, name)


@needs("ungated")
@pytest.mark.skipif(not VOCABULARY.exists(), reason="the vocabulary of schema.org is not here")
@pytest.mark.parametrize("path", ["initiatives", "actors", "sources", "/about/"])
def test_every_term_is_of_schema_org_and_fits_its_node(path):
    paid_project()
    if path.startswith("/"):
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', read(path), re.S)
        graph = json.loads(block[1])["@graph"]
    else:
        graph = graph_of(listed(path, "jsonld"))
    parents, domains = vocabulary()
    wrong = set()
    for node, _through in described(graph):
        classes = above(parents, node["@type"])
        if "Thing" not in classes:
            wrong.add(node["@type"])
        for name in node:
            # a Role repeats the property that leads to it (schema.org/Role)
            repeated = "Role" in classes and name == "member"
            if not name.startswith("@") and not repeated and not classes & domains.get(name, set()):
                wrong.add((node["@type"], name))
    assert wrong == set()


# ------------------------------------------------------------------ FollowTheMoney


def entities(**query) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for one in lines(listed("initiatives", "ftm", **query)):
        kept = found.setdefault(one["id"], {"schema": one["schema"], "properties": {}})
        assert kept["schema"] == one["schema"]
        kept["properties"] |= one["properties"]
    return found


EDGES = ("ProjectParticipant", "Payment", "Membership", "UnknownLink")
ENDS = ("project", "participant", "payer", "beneficiary", "member", "organization", "subject")


@needs("ungated")
def test_every_edge_has_a_source_and_leads_to_entities():
    paid_project()
    found = entities()
    edges = {id_: one for id_, one in found.items() if one["schema"] in EDGES}
    assert len(edges) > 30
    for id_, one in edges.items():
        values = one["properties"]
        assert values["sourceUrl"] and values["publisher"] and values["proof"], id_
        for name in (*ENDS, "object", "proof"):
            assert set(values.get(name, [])) <= set(found), (id_, name)


@needs("ungated")
def test_payments_equal_the_database_and_undisclosed_stays_so():
    paid_project()
    payments = {
        id_.removeprefix("atlas-payment-"): one["properties"]
        for id_, one in entities().items()
        if one["schema"] == "Payment"
    }
    stated = amounts_in_database()
    assert set(payments) == set(stated)
    unsaid = {r.key for r in FundingLink.objects.filter(amount_kind__in=("range", "at-most"))}
    for key, (amount, currency) in stated.items():
        given = payments[key].get("amount")
        if amount is None or key in unsaid:
            assert given is None, key
            assert payments[key]["summary"], key
        else:
            assert [Decimal(one) for one in given] == [amount], key
        assert payments[key].get("currency", [""]) == [currency]
    assert "0" not in [a for one in payments.values() for a in one.get("amount", [])]


@needs("ungated")
def test_a_shared_sum_is_one_payment_of_several_payers():
    one = paid_project()
    link = one.funding.get(amount_kind="exact")
    payment = entities()[f"atlas-payment-{link.key}"]
    uids = Actor.objects.filter(slug__in=["paying-body", "sharing-body"])
    assert set(payment["properties"]["payer"]) == {f"atlas-actor-{a.uid}" for a in uids}


@needs("ungated")
@pytest.mark.skipif(not FTM, reason="followthemoney needs pyicu: name its program in FTM")
@pytest.mark.parametrize("noun", ["initiatives", "actors"])
def test_ftm_validates(noun, tmp_path):
    paid_project()
    text = listed(noun, "ftm")
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(text)
    done = subprocess.run(
        [FTM, "validate", "-i", str(file), "-o", str(out)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""
    kept = lines(out.read_text())
    assert len(kept) == len(text.splitlines())
    for before, after in zip(lines(text), kept, strict=True):
        assert set(before["properties"]) == set(after["properties"]), before


@pytest.mark.parametrize("format_", ["jsonld", "ftm", "bibtex", "csl"])
def test_equal_data_gives_equal_bytes(format_):
    assert listed("initiatives", format_) == listed("initiatives", format_)
    assert listed("graph", "gexf") == listed("graph", "gexf")


def test_amounts_of_every_kind_are_tried():
    assert {kind for kind, _label in FundingLink._meta.get_field("amount_kind").choices} == {
        *AMOUNTS
    }
