"""Lists: counts, keyset pages, order with missing values last, chosen fields, the same filters."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from initiatives.filters import InitiativeFilterSet
from initiatives.models import FundingLink, Initiative
from tests import making
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

API = "/api/v1"
LISTS = {
    "initiatives": ("slug", ("title", "slug", "start", "updated")),
    "actors": ("slug", ("name", "slug", "updated")),
    "participations": ("key", ("key", "since")),
    "funding-links": ("key", ("key", "date", "amount")),
    "events": ("key", ("key", "date")),
    "results": ("key", ("key", "period")),
    "statements": ("key", ("key", "date")),
    "citations": ("key", ("key",)),
    "sources": ("slug", ("slug", "title", "published", "accessed")),
    "publishers": ("slug", ("slug", "name")),
    "countries": ("iso2", ("iso2", "name")),
    "themes": ("slug", ("position", "slug", "name")),
}
ORDERS = [
    (noun, f"{sign}{order}")
    for noun, (_key, orders) in LISTS.items()
    for order in orders
    for sign in ("", "-")
]


def get(client, path: str) -> dict:
    response = client.get(path if path.startswith("http") else f"{API}{path}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def walk(client, path: str, link: str = "next") -> list[dict]:
    """Every page from ``path`` on, in the direction of ``link``."""
    pages = [get(client, path)]
    while pages[-1][link]:
        pages.append(get(client, pages[-1][link]))
        assert len(pages) < 1000
    return pages


def rows(pages: list[dict], key: str) -> list[str]:
    return [row[key] for page in pages for row in page["results"]]


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_says_how_many_there_are_and_gives_at_most_fifty(client, noun):
    page = get(client, f"/{noun}/")
    assert set(page) == {"count", "next", "previous", "results"}
    assert len(page["results"]) == min(page["count"], 50)
    assert page["previous"] is None
    assert (page["next"] is None) == (page["count"] <= 50)


@pytest.mark.parametrize(("noun", "order"), ORDERS)
def test_paging_forwards_and_back_gives_every_row_once(client, noun, order):
    key = LISTS[noun][0]
    whole = get(client, f"/{noun}/?ordering={order}&page_size=200&fields={key}")
    expected = rows([whole], key)
    if whole["next"]:
        expected = rows(walk(client, f"/{noun}/?ordering={order}&page_size=200&fields={key}"), key)
    assert len(expected) == len(set(expected)) == whole["count"]
    size = max(2, whole["count"] // 3)
    pages = walk(client, f"/{noun}/?ordering={order}&page_size={min(size, 200)}&fields={key}")
    assert rows(pages, key) == expected
    assert {page["count"] for page in pages} == {whole["count"]}
    back = walk(client, pages[-1]["previous"], "previous") if len(pages) > 1 else []
    assert rows(back[::-1] + pages[-1:], key) == expected
    if back:
        assert back[-1]["previous"] is None and back[-1]["next"]


def test_missing_values_come_last_both_ways(client):
    for order, reverse in (("start", False), ("-start", True)):
        found = get(client, f"/initiatives/?ordering={order}")["results"]
        starts = [row["actual_start"] or row["planned_start"] for row in found]
        known = [start for start in starts if start]
        assert starts == [*sorted(known, reverse=reverse), *[None] * (len(starts) - len(known))]
        assert None in starts


def test_equal_keys_follow_the_slug(client):
    for name in ("bb", "aa", "cc"):
        making.initiative(name, title="Same title")
    for order in ("title", "-title"):
        pages = walk(client, f"/initiatives/?ordering={order}&q=same+title&page_size=1&fields=slug")
        assert rows(pages, "slug") == ["aa", "bb", "cc"]


def test_a_row_added_between_two_pages_moves_nothing(client):
    first = get(client, "/initiatives/?ordering=slug&page_size=3&fields=slug")
    making.initiative("aaa-new")
    second = get(client, first["next"])
    assert not {r["slug"] for r in first["results"]} & {r["slug"] for r in second["results"]}
    assert second["count"] == first["count"] + 1


def test_links_keep_filters_order_and_fields(client):
    path = "/initiatives/?kind=dialogue&kind=centre&page_size=2&ordering=-title&fields=slug,kind"
    page = get(client, path)
    query = parse_qs(urlsplit(page["next"]).query)
    assert query.pop("cursor")
    assert query == {
        "kind": ["dialogue", "centre"],
        "page_size": ["2"],
        "ordering": ["-title"],
        "fields": ["slug,kind"],
    }
    everything = [row for page in walk(client, path) for row in page["results"]]
    assert {row["kind"] for row in everything} == {"dialogue", "centre"}
    assert all(set(row) == {"slug", "kind"} for row in everything)


def test_filters_of_the_api_are_those_of_the_filterset(client):
    for query in (
        "country=TH&kind__not=fund",
        "group=asean&year=2019&certainty=sure",
        "evidence=disputed&evidence=stale",
        "funder=jaif&currency=unstated",
        "q=centre&status=unstated&status=implementation",
    ):
        slugs = {row["slug"] for row in get(client, f"/initiatives/?{query}")["results"]}
        assert slugs == set(InitiativeFilterSet(QueryDict(query)).qs.values_list("slug", flat=True))


def test_a_row_of_initiatives_carries_labels_places_and_marks(client):
    rows = get(client, "/initiatives/?q=ajccbc&kind=centre")["results"]
    row = next(row for row in rows if row["slug"] == "ajccbc")
    assert (row["kind"], row["kind_label"]) == ("centre", "Centre")
    assert (row["status"], row["status_label"]) == ("implementation", "Running")
    assert row["actual_start"] == "2018-09-14" and row["actual_end"] is None
    assert {"slug": "culture-and-skills", "name": "Culture and skills"} in row["themes"]
    places = {(reach["country"], reach["group"], reach["kind_label"]) for reach in row["reach"]}
    assert (None, "asean", "Beneficiary") in places and ("TH", None, "Located in") in places
    assert row["digest"]["uncited"] == 0 and row["digest"]["sources"] > 3
    assert row["url"] == "http://testserver/initiatives/ajccbc/"
    assert row["api_url"] == "http://testserver/api/v1/initiatives/ajccbc/"


def test_a_draft_is_in_no_list_and_no_count(client):
    before = {noun: get(client, f"/{noun}/")["count"] for noun in LISTS}
    draft = making.initiative("draft-one", state="draft")
    FundingLink.objects.create(
        initiative=draft,
        funder_initiative=Initiative.objects.get(slug="jaif"),
        undisclosed_reason="unknown",
    )
    assert {noun: get(client, f"/{noun}/")["count"] for noun in LISTS} == before


def test_citations_of_initiatives_and_actors_are_one_list(client):
    whole = walk(client, "/citations/?page_size=200")
    found = [row for page in whole for row in page["results"]]
    assert [row["key"] for row in found] == sorted(row["key"] for row in found)
    assert {bool(row["initiative"]) for row in found} == {True, False}
    assert all(bool(row["initiative"]) != bool(row["actor"]) for row in found)
    odd = {r["key"] for r in found if r["stance"] not in ("supports", "contradicts")}
    assert odd == set()
    one = get(client, "/citations/?actor=asean&field=name")["results"]
    assert one and all(row["actor"] == "asean" and row["initiative"] is None for row in one)


def test_a_contradicting_citation_says_so_wherever_it_is_read(client):
    row = get(client, "/citations/?initiative=ajcd&field=date")["results"]
    against = [r for r in row if r["stance"] == "contradicts"]
    assert against and against[0]["address"].startswith("events/ajcd--")
    detail = get(client, "/initiatives/ajcd/")
    cited = {c["key"]: c["stance"] for c in detail["evidence"][against[0]["address"]]}
    assert cited[against[0]["key"]] == "contradicts"


def test_the_root_lists_every_endpoint_in_words(client):
    endpoints = get(client, "/")["endpoints"]
    assert set(LISTS) < set(endpoints)
    for entry in endpoints.values():
        assert entry["holds"].endswith(".")
        given = "?id=TH&id=FJ" if entry["url"].endswith("/compare/") else ""
        expected = 401 if entry["url"].endswith("/proposals/") else 200
        assert client.get(entry["url"] + given).status_code == expected


def test_head_and_options(client):
    assert client.head(f"{API}/initiatives/").status_code == 200
    options = client.options(f"{API}/initiatives/")
    assert options.status_code == 204 and options["Allow"] == "GET, HEAD, OPTIONS, POST"
