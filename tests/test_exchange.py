"""Every format of the registry, on every list that it says it can write."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.utils.html import escape

from atlas.kit import downloads
from initiatives.exchange.formats import FORMATS
from initiatives.models import Initiative
from tests import making
from tests.files import body, rows_of, sheet_of
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db

API = "/api/v1/{}/"
# the network is no list of records: see test_network
PAIRS = [(name, n) for name, format_ in FORMATS.items() for n in format_.nouns if n != "graph"]
WHOLE = [pair for pair in PAIRS if FORMATS[pair[0]].whole]
LISTED = {"initiatives": "kind=fund", "actors": "kind=government", "sources": "language=en"}


def readable(content: bytes) -> str:
    """The text of a file, of what is packed in it where it is a zip."""
    if content[:2] != b"PK":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def keys(client, noun: str, query: str = "") -> list[str]:
    """The keys of all records that a search shows in the API."""
    found, path = [], f"{API.format(noun)}?page_size=200&{query}"
    while path:
        page = client.get(path).json()
        found += [row.get("slug") or row.get("key") or row["iso2"] for row in page["results"]]
        path = page["next"]
    return found


@pytest.mark.parametrize(("name", "noun"), WHOLE)
def test_a_file_has_every_record_of_the_search(client, name, noun):
    format_ = FORMATS[name]
    response = client.get(API.format(noun), {"format": name})
    content = readable(body(response))
    assert response["Content-Type"].split(";")[0] == format_.media_type
    assert f"atlas-{noun}-" in response["Content-Disposition"]
    assert response["Content-Disposition"].endswith(f'.{format_.extension}"')
    wanted = keys(client, noun)
    assert wanted
    assert [key for key in wanted if key not in content] == []


@pytest.mark.parametrize(("name", "noun"), [pair for pair in WHOLE if pair[1] in LISTED])
def test_a_file_respects_the_query_string(client, name, noun):
    """Through API and page alike; the records are exactly those of the search."""
    query = LISTED[noun]
    wanted = keys(client, noun, query)
    others = set(keys(client, noun)) - set(wanted)
    assert wanted
    for path in (API.format(noun), f"/{noun}/"):
        content = body(client.get(f"{path}?{query}&format={name}"))
        found = FOUND[name](content, noun) if name in FOUND else None
        if found is not None:
            assert sorted(found) == sorted(wanted)
        assert all(key in readable(content) for key in wanted)
    assert others or noun == "sources"


def _of_package(content: bytes, noun: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [row["slug"] for row in rows_of(archive.read(f"{noun}.csv"))]


FOUND = {
    "csv": lambda content, _noun: [row["slug"] for row in rows_of(content)],
    "ndjson": lambda content, _noun: [json.loads(line)["slug"] for line in content.splitlines()],
    "xlsx": lambda content, noun: [row[0] for row in sheet_of(content, noun)[1:]],
    "datapackage": _of_package,
}


@pytest.mark.parametrize(("name", "noun"), WHOLE)
def test_no_file_has_a_draft(client, ungated, name, noun):  # noqa: F811
    making.initiative("not-public-yet", state="draft", title="Not public yet")
    making.initiative("public-now", title="Public now")
    content = readable(body(client.get(API.format(noun), {"format": name})))
    assert "not-public-yet" not in content and "Not public yet" not in content
    assert ("public-now" in content) == (noun == "initiatives")


SEARCHED = ("initiatives", "actors", "sources", "publishers", "events", "statements")


@pytest.mark.parametrize(("name", "noun"), [pair for pair in WHOLE if pair[1] in SEARCHED])
def test_an_empty_search_is_an_empty_file_and_no_error(client, name, noun):
    query = {"q": "there-is-nothing-of-this-name-anywhere", "format": name}
    body(client.get(API.format(noun), query))


@pytest.mark.parametrize(("name", "noun"), PAIRS)
def test_head_promises_what_get_gives(client, name, noun):
    head = client.head(API.format(noun), {"format": name})
    assert body(head) == b"" and "Content-Length" not in head
    got = client.get(API.format(noun), {"format": name})
    body(got)
    for header in ("Content-Type", "Content-Disposition"):
        assert head[header] == got[header]


@pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if f.one and f.whole])
def test_a_single_record_as_a_file(client, name):
    noun = FORMATS[name].nouns[0]
    slug = keys(client, noun)[0]
    response = client.get(f"{API.format(noun)}{slug}/", {"format": name})
    assert slug in readable(body(response))
    assert f"atlas-{slug}-" in response["Content-Disposition"]
    missing = client.get(f"{API.format(noun)}no-such-record/", {"format": name})
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"


# ------------------------------------------------------------------ asking


def test_accept_chooses_a_format_and_a_browser_still_gets_json(client):
    def kind(accept: str) -> str:
        response = client.get("/api/v1/themes/", headers={"accept": accept})
        response.getvalue()
        assert "Accept" in response["Vary"]
        return response["Content-Type"].split(";")[0]

    assert kind("text/csv") == "text/csv"
    assert kind("application/x-ndjson") == "application/x-ndjson"
    assert kind("*/*") == "application/json"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert kind(browser) == "application/json"


def test_a_parameter_wins_over_accept(client):
    response = client.get("/api/v1/themes/?format=csv", headers={"accept": "application/json"})
    assert body(response).startswith(b"slug,name")


def test_an_unknown_format_is_a_406_that_names_the_formats(client):
    response = client.get("/api/v1/initiatives/?format=docx")
    assert response.status_code == 406
    [error] = response.json()["errors"]
    assert error["allowed"] == ["json", *(f.name for f in downloads.offered("initiatives"))]
    assert client.get("/api/v1/themes/?format=datapackage").status_code == 406
    page = client.get("/initiatives/?format=docx")
    assert page.status_code == 406
    assert "csv" in page.content.decode() and "docx" in page.content.decode()


def test_a_file_has_no_pages(client):
    response = client.get("/api/v1/initiatives/?format=csv&page_size=5&cursor=abc")
    assert response.status_code == 400
    errors = {error["parameter"]: error["reason"] for error in response.json()["errors"]}
    assert "every match" in errors["page_size"] and "every match" in errors["cursor"]


def test_fields_choose_columns_in_their_order(client):
    content = body(client.get("/api/v1/initiatives/?format=csv&fields=title,slug&kind=fund"))
    assert content.splitlines()[0] == b"title,slug"
    line = body(client.get("/api/v1/initiatives/?format=ndjson&fields=slug,url")).splitlines()[0]
    assert list(json.loads(line)) == ["slug", "url"]


@pytest.mark.parametrize("path", ["/api/v1/initiatives/", "/initiatives/"])
def test_unknown_columns_are_refused_by_name(client, path):
    response = client.get(path, {"format": "csv", "fields": "slug,price"})
    assert response.status_code == 400
    assert "price" in response.content.decode() and "amounts" in response.content.decode()
    whole = client.get(path, {"format": "datapackage", "fields": "slug"})
    assert whole.status_code == 400 and "always whole" in whole.content.decode()


def test_a_wrong_filter_is_an_error_and_no_file(client):
    assert client.get("/api/v1/initiatives/?format=csv&kind=x").status_code == 400
    assert client.get("/initiatives/?format=csv&kind=x").status_code == 400


def test_pages_link_to_every_format_of_this_view(client):
    for noun in ("initiatives", "actors", "sources"):
        page = client.get(f"/{noun}/?q=cyber&page=1").content.decode()
        for format_ in downloads.offered(noun):
            assert f'href="/{noun}/?q=cyber&amp;format={format_.name}"' in page, format_
    page = client.get("/initiatives/ajccbc/").content.decode()
    assert "/api/v1/initiatives/ajccbc/?format=datapackage" in page
    search = "kind=centre&ordering=-start&page=1&unheard=of"
    page = client.get(f"/initiatives/?{search}").content.decode()
    network = "/api/v1/graph/?kind=centre&format=gexf"
    assert escape(network) in page and client.get(network).status_code == 200
    assert client.get("/api/v1/").json()["endpoints"]["graph"]["formats"] == ["json", "gexf"]
    assert 'href="/data/atlas.zip"' in page


def test_a_search_gives_its_file_the_best_match_first(client):
    answer = client.get("/initiatives/?format=csv&q=asean")
    found = [row["slug"] for row in rows_of(body(answer))]
    assert found and sorted(found) != found
    assert {f"/initiatives/{slug}/" in client.get("/initiatives/?q=asean").content.decode()
            for slug in found[:3]} == {True}  # fmt: skip


def test_a_page_gives_its_own_order(client):
    names = [row["slug"] for row in rows_of(body(client.get("/initiatives/?format=csv")))]
    most = [
        row["slug"]
        for row in rows_of(body(client.get("/initiatives/?format=csv&ordering=-sources")))
    ]
    assert sorted(names) == sorted(most) and names != most


def test_equal_data_gives_equal_bytes(client):
    for name in FORMATS:
        noun = FORMATS[name].nouns[0]
        first, second = (body(Client().get(API.format(noun), {"format": name})) for _ in "12")
        assert first == second, name
    assert Initiative.objects.count() > 3


@pytest.mark.parametrize("mistake", ["contry=FJ", "page_size=5", "cursor=abc"])
def test_a_page_makes_no_file_of_a_mistyped_search(client, mistake):
    response = client.get(f"/initiatives/?{mistake}&format=csv")
    assert response.status_code == 400
    assert mistake.split("=")[0] in response.content.decode()
    assert client.get(f"/initiatives/?{mistake}").status_code == 200  # a page names and ignores it
