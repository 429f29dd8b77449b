"""BibTeX, CSL-JSON and the catalogue: entries and descriptions that others can read."""

import json
import re
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.compare import isomorphic

from initiatives.exchange.bibtex import address, escape
from initiatives.exchange.citing import csl_date
from initiatives.models import Initiative, InitiativeCitation
from sources.models import Source
from tests.linking import AWKWARD, listed, paid_project, read
from tests.making import ungated  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),  # rdflib's own
]
SHAPES = Path(__file__).resolve().parents[2] / "shared" / "standards" / "dcat"
# what the CSL 1.0.2 data schema allows of what we write
CSL_TYPES = {
    "article-newspaper",
    "dataset",
    "entry-encyclopedia",
    "post-weblog",
    "report",
    "webpage",
}
CSL_TEXTS = {"id", "type", "title", "container-title", "publisher", "version", "URL", "language"}
CSL_TEXTS |= {"archive_location"}
CSL_DATES = {"issued", "accessed"}
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


def entries(text: str) -> dict[str, dict[str, str]]:
    """A small BibTeX reader of its own: braces must balance, fields end with a comma."""
    found = {}
    for match in re.finditer(r"@(\w+)\{([^,\s]+),\n(.*?)\n\}\n", text, re.S):
        fields = {}
        for line in match[3].split("\n"):
            name, value = re.fullmatch(r"  (\w+) = (.*),", line).groups()
            plain = re.sub(r"\\[{}]", "", value)
            assert plain.count("{") == plain.count("}"), line
            fields[name] = value.removeprefix("{").removesuffix("}")
        found[match[2]] = {"type": match[1], **fields}
    assert text.count("\n@") + 1 == len(found)
    return found


def test_a_record_is_cited_with_version_dates_and_address():
    record = Initiative.objects.get(slug="ajccbc")
    text = read("/api/v1/initiatives/ajccbc/", format="bibtex", accessed="2026-11-22")
    (entry,) = entries(text).values()
    assert entry["title"] == f"{{{record.title}}}"
    assert entry["author"] == "{Cyber Capacity Atlas}"
    assert entry["version"] == str(record.digest.version)
    assert entry["date"] == record.digest.updated_at.date().isoformat()
    assert entry["urldate"] == "2026-11-22"
    assert entry["url"].endswith("/initiatives/ajccbc/")


def test_a_list_is_cited_record_by_record(api):
    slugs = {r["slug"] for r in api("initiatives/", kind="dialogue").json()["results"]}
    assert slugs
    found = entries(listed("initiatives", "bibtex", kind="dialogue"))
    assert set(found) == {f"atlas-initiative-{slug}" for slug in slugs}
    items = json.loads(listed("initiatives", "csl", kind="dialogue"))
    assert {item["id"] for item in items} == set(found)


def test_sources_come_along_when_asked_for():
    text = read("/api/v1/initiatives/ajccbc/", **{"format": "csl", "with": "sources"})
    own, *sources = json.loads(text)
    cited = InitiativeCitation.objects.filter(initiative__slug="ajccbc")
    assert own["id"] == "atlas-initiative-ajccbc"
    assert {one["id"] for one in sources} == {f"atlas-source-{c.source.slug}" for c in cited}


def test_every_source_can_be_cited():
    found = entries(listed("sources", "bibtex"))
    assert len(found) == Source.objects.count()
    items = {item["id"]: item for item in json.loads(listed("sources", "csl"))}
    assert set(items) == set(found)
    for source in Source.objects.all():
        item = items[f"atlas-source-{source.slug}"]
        assert item["title"] == source.title
        assert item.get("URL", "") == (source.url or source.archived_url)


@pytest.mark.usefixtures("ungated")
@pytest.mark.parametrize("noun", ["initiatives", "actors", "sources"])
def test_csl_keeps_to_its_data_model(noun):
    paid_project()
    items = json.loads(listed(noun, "csl", accessed="2026-11-22"))
    assert items
    for item in items:
        assert set(item) <= CSL_TEXTS | CSL_DATES | {"author"}
        assert item["type"] in CSL_TYPES
        assert all(isinstance(item[name], str) for name in CSL_TEXTS & set(item))
        assert all(set(one) == {"literal"} for one in item.get("author", []))
        for name in CSL_DATES & set(item):
            date = item[name]
            assert set(date) <= {"date-parts", "circa", "literal"}
            for part in date.get("date-parts", []):
                assert 1 <= len(part) <= 3
                assert all(isinstance(number, int) for number in part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018", {"date-parts": [[2018]]}),
        ("2018-09-14", {"date-parts": [[2018, 9, 14]]}),
        ("2018-09~", {"date-parts": [[2018, 9]], "circa": True}),
        ("2016/2018-02", {"date-parts": [[2016], [2018, 2]]}),
        ("2016/..", {"literal": "2016/.."}),
        ("", None),
    ],
)
def test_dates_for_csl(text, expected):
    assert csl_date(text) == expected


@pytest.mark.parametrize("query", [{"accessed": "yesterday"}, {"accessed": "2026-02-31"}])
def test_a_bad_day_of_access_is_named(api, query):
    response = api("initiatives/", format="bibtex", **query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "accessed"
    assert api("initiatives/", accessed="2026-11-22").status_code == 400  # JSON has no such thing


@pytest.mark.usefixtures("ungated")
def test_specials_do_not_break_an_entry():
    paid_project()
    found = entries(listed("initiatives", "bibtex"))
    title = found["atlas-initiative-paid-project"]["title"]
    for sign in "&%$#_":
        assert re.search(rf"(?<!\\)\{sign}", title) is None
    assert "日本" in title
    assert AWKWARD not in title


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("é", r"{\'e}"),
        ("ñ", r"{\~n}"),
        ("ç", r"{\c c}"),
        ("î", r"{\^\i}"),
        ("ß", r"{\ss}"),
        ("50 % & more", r"50 \% \& more"),
        ("a_b#c$d", r"a\_b\#c\$d"),
        ("{x}", r"\{x\}"),
        ("~^\\", r"\textasciitilde{}\textasciicircum{}\textbackslash{}"),
        ("2016–2018", "2016--2018"),
        ("two\nlines", "two lines"),
        ("日本", "日本"),
    ],
)
def test_escaping(plain, escaped):
    assert escape(plain) == escaped


def test_addresses_stay_addresses():
    assert address("https://a.org/x_y?a=1&b=%20#c") == "https://a.org/x_y?a=1&b=%20#c"
    assert address("https://a.org/{x} y\\") == "https://a.org/%7Bx%7D%20y%5C"


def test_the_page_offers_both_and_says_when_it_was_read():
    page = read("/initiatives/ajccbc/")
    for format_ in ("bibtex", "csl"):
        links = re.findall(rf'href="([^"]*format={format_}[^"]*accessed=[^"]*)"', page)
        assert len(links) == 2  # the record, and the record with its sources
        for link in links:
            assert re.search(r"accessed=\d{4}-\d{2}-\d{2}(&amp;with=sources)?$", link)
            assert read(*[link.partition("?")[0]], **query_of(link))


def query_of(link: str) -> dict[str, str]:
    pairs = link.partition("?")[2].replace("&amp;", "&").split("&")
    return dict(pair.split("=") for pair in pairs)


# ------------------------------------------------------------------ catalogue


def catalogue(extension: str) -> rdflib.Graph:
    format_ = {"jsonld": "json-ld", "ttl": "turtle"}[extension]
    return rdflib.Graph().parse(data=read(f"/data/catalog.{extension}"), format=format_)


def test_both_spellings_are_one_catalogue():
    assert isomorphic(catalogue("jsonld"), catalogue("ttl"))


def test_the_catalogue_leads_to_real_downloads(client):
    graph = catalogue("ttl")
    addresses = {str(address) for address in graph.objects(None, DCAT.downloadURL)}
    assert any(address.endswith("/data/atlas.zip") for address in addresses)
    for one in sorted(addresses):
        path = one.removeprefix("http://testserver")
        if path.startswith("/api/"):
            assert client.head(path).status_code == 200, path


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, within pyshacl
@pytest.mark.skipif(not SHAPES.exists(), reason="the shapes of DCAT-AP are not here")
@pytest.mark.parametrize("shapes", ["dcat-ap-3.0.1-shapes.ttl", "dcat-ap-3.0.1-dcat-ap-SHACL.ttl"])
def test_the_catalogue_conforms_to_dcat_ap(shapes):
    rules = rdflib.Graph().parse(SHAPES / shapes)
    # the full file refers to property shapes that it does not define
    for shape, rule in list(rules.subject_objects(SH.property)):
        if (rule, SH.path, None) not in rules:
            rules.remove((shape, SH.property, rule))
    good, _graph, report = pyshacl.validate(catalogue("jsonld"), shacl_graph=rules)
    assert good, report
    broken = catalogue("jsonld")
    broken.remove((None, rdflib.DCTERMS.title, None))
    assert not pyshacl.validate(broken, shacl_graph=rules)[0]
