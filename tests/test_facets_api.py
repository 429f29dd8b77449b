"""``facets/`` of the API, its errors, and addresses and pages around the counts."""

import re
from urllib.parse import unquote

import pytest

from tests.page import Page

SAFE = re.compile(r"/[A-Za-z0-9/?=&%._-]*[A-Za-z0-9/]")


@pytest.fixture
def get(client, db):
    return lambda path: client.get(path)


def test_answer_has_every_facet_with_values_labels_and_counts(get):
    answer = get("/api/v1/initiatives/facets/?kind=centre").json()
    assert {"kind", "status", "theme", "country", "group", "actor", "role", "funder"} <= set(answer)
    kinds = {c["value"]: c for c in answer["kind"]}
    found = get("/api/v1/initiatives/?kind=fund").json()["count"]
    assert kinds["fund"] == {"value": "fund", "label": "Fund", "count": found}
    assert answer["theme"][-1]["value"] == "unstated"
    assert set(get("/api/v1/actors/facets/").json()) >= {"kind", "country", "region", "role"}


def test_what_names_asean_is_told_apart_from_what_reaches_its_members(get):
    groups = get("/api/v1/initiatives/facets/?facet=group").json()["group"]
    asean = next(c for c in groups if c["value"] == "asean")
    assert 0 < asean["itself"] < asean["count"]
    page = Page(get("/initiatives/"))
    assert f"{asean['itself']} directly" in page.text


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=bogus", "kind"),
        ("facet=colour", "facet"),
        ("most=many", "most"),
        ("most=5000", "most"),
        ("colour=red", "colour"),
        ("amount_min=5", "amount_min"),
    ],
)
def test_a_bad_parameter_is_named(get, query, parameter):
    answer = get(f"/api/v1/initiatives/facets/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_long_facets_give_as_many_values_as_asked_for(get):
    answer = get("/api/v1/initiatives/facets/?facet=actor&most=3").json()
    assert list(answer) == ["actor"]
    counts = [c["count"] for c in answer["actor"] if c["value"] != "unstated"]
    assert len(counts) == 3 and counts == sorted(counts, reverse=True)


def test_an_exclusion_is_offered_and_keeps_the_rest(get):
    page = Page(get("/initiatives/?theme=cybercrime"))
    out = "/initiatives/?theme=cybercrime&kind__not=dialogue"
    assert out in page.links
    text = Page(get(out)).text
    assert "Kind is not Dialogue" in text


def test_an_empty_list_says_which_filter_to_drop_and_what_there_is_then(get):
    page = Page(get("/initiatives/?kind=fund&country=TH&status=cancelled&q=zzzz"))
    assert "Nothing on file matches all of these filters" in page.text
    page = Page(get("/initiatives/?kind=fund&status=cancelled"))
    funds = get("/api/v1/initiatives/?kind=fund").json()["count"]
    assert f"without “Status: Cancelled”: {funds}" in page.text
    assert "/initiatives/?kind=fund" in page.links


def test_table_shows_the_columns_chosen_and_sorts_by_its_heads(get):
    answer = get("/initiatives/?view=table&columns=title&columns=sources&ordering=-sources")
    html = answer.content.decode()
    heads = re.findall(r'<th scope="col"( aria-sort="\w+")?>', html)
    assert heads == ["", ' aria-sort="descending"']
    assert get("/initiatives/?view=pie").status_code == 400
    assert "There is no column “colour”" in Page(get("/initiatives/?columns=colour")).text


def test_titles_say_the_search(get):
    html = get("/initiatives/?kind=centre&country__not=TH").content.decode()
    title = re.search("<title>(.*?)</title>", html)[1]
    assert "Kind: Centre" in title and "Country is not Thailand" in title


def test_a_form_leaves_no_empty_fields_in_the_address(get):
    answer = get("/initiatives/?q=&kind=centre&year=&country=")
    assert answer.status_code == 302 and answer["Location"] == "/initiatives/?kind=centre"


@pytest.mark.parametrize(
    "query",
    ["q=%22a%20b%22%20(c)%20%3Cd%3E.", "q=日本~&kind=centre", "q=A.&view=table&columns=title"],
)
def test_addresses_survive_a_mail_client(get, query):
    """Only signs at which no program stops, and nothing at the end that it would cut off."""
    page = Page(get(f"/initiatives/?{query}"))
    ours = [link for link in page.links if link.startswith("/initiatives/?")]
    assert ours
    assert [link for link in ours if not SAFE.fullmatch(link)] == []
    assert any(unquote(link).count("q=") for link in ours)


def test_unknown_starts_are_announced_and_stand_last(get):
    text = Page(get("/initiatives/?ordering=-start")).text
    assert re.search(r"\d+ without a stated start stands? at the end", text)
