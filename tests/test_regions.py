"""Regions of M49 between a subregion and its countries, and what is told beside a place."""

import pytest

from actors.choices import INTERMEDIATE
from actors.models import Country
from initiatives.filters import InitiativeFilterSet
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

BETWEEN = {
    "latin-america-and-the-caribbean": ("caribbean", "central-america", "south-america"),
    "sub-saharan-africa": (
        *("eastern-africa", "middle-africa", "southern-africa", "western-africa"),
    ),
}


@pytest.mark.parametrize("subregion", BETWEEN)
def test_regions_between_divide_a_subregion(subregion):
    whole = set(Country.objects.filter(subregion=subregion).values_list("pk", flat=True))
    parts = [
        set(Country.objects.in_regions([word]).values_list("pk", flat=True))
        for word in BETWEEN[subregion]
    ]
    assert all(parts) and set().union(*parts) == whole
    assert sum(map(len, parts)) == len(whole)


def slugs(**query) -> set[str]:
    found = InitiativeFilterSet({name: [value] for name, value in query.items()}).qs
    return set(found.values_list("slug", flat=True))


def test_west_africa_holds_what_reaches_a_country_of_it():
    reaching = slugs(reaches="west-africa")
    assert slugs(region="west-africa") < reaching
    assert slugs(country="GH") | slugs(country="SN") | slugs(country="NG") <= reaching
    assert slugs(reaches="western-africa") == set().union(
        *(slugs(country=code) for code in Country.objects.in_regions(["western-africa"])
          .values_list("pk", flat=True)),
    )  # fmt: skip


def test_a_country_leads_to_its_region_between(client):
    page = Page(client.get("/countries/TT/"))
    assert "/initiatives/?reaches=caribbean" in page.links
    found = client.get("/api/v1/insights/coverage/?region=caribbean").json()
    assert found["rows"] and {row["part"] for row in found["rows"]} == {"Caribbean"}


def test_actors_are_asked_by_it_too(client):
    listed = client.get("/api/v1/actors/?region=western-africa&page_size=200").json()["results"]
    codes = {actor["country"] for actor in listed}
    assert codes and codes <= INTERMEDIATE["western-africa"]


@pytest.mark.parametrize("query", ["group=caricom", "country=JM&theme=standards", "group=oas"])
def test_what_names_no_place_is_told_beside_a_search_for_one(client, query):
    page = Page(client.get(f"/initiatives/?{query}"))
    ways = [link for link in page.links if link.endswith("&country=unstated")]
    found = {one["slug"] for one in listed(client, f"/initiatives/?{query}")}
    more = [listed(client, way) for way in ways]
    assert ways and all(more)
    for records in more:
        assert str(len(records)) in page.text
        assert not found & {one["slug"] for one in records}
    every = {one["slug"] for records in more for one in records}
    told = client.get(f"/api/v1/insights/coverage/?{query}").json()["how_to_read"]
    assert f"{len(every)} more initiatives may concern these places" in told


@pytest.mark.parametrize(
    "path",
    ["/coverage/?by=group&group=caricom", "/map/?area=pacific&group=caricom"]
    + ["/initiatives/?view=table&ordering=-start&group=caricom"],
)
def test_the_way_to_what_names_no_place_takes_filters_alone(client, path):
    ways = [link for link in Page(client.get(path)).links if link.endswith("&country=unstated")]
    assert ways
    for way in ways:
        names = {pair.partition("=")[0] for pair in way.partition("?")[2].split("&")}
        assert names <= {"region", "actor", "country"}
        assert "does not know" not in Page(client.get(way)).text


def test_a_community_and_what_it_runs_itself(client):
    page = Page(client.get("/initiatives/?group=caricom"))
    assert "3 that name none have Caribbean Community among their actors" in page.text
    run = {one["slug"] for one in listed(client, "/initiatives/?actor=caricom&country=unstated")}
    assert "ccscap" in run
    assert "may concern" not in Page(client.get("/initiatives/?group=caricom&region=africa")).text


def listed(client, path: str) -> list[dict]:
    return client.get(f"/api/v1{path}&page_size=200").json()["results"]
