"""Every number on every picture, in its drawing and in its table, leads to so many records."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from urllib.parse import urldefrag

import pytest
from django.http import QueryDict

from actors.models import Actor, Country
from initiatives.filters import InitiativeFilterSet
from initiatives.models import Initiative
from tests.page import Page
from tests.test_pictures import SITE, data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

LIST = "/initiatives/?"
MOST = 30  # numbers looked up of each table and each drawing, from first to last
# what a label in the drawing counts, where it leads to a list
SAYS = {
    "map": r": ([\d\u202f]+)(?: \(|$)",
    "coverage": r": (\d+)$",
    "funding": r": (\d+) initiatives?;",
    "network": r"(\d+) (?:shared initiative|of these initiative)",
}
WALKS = [
    "map", "map?by=theme&theme=cybercrime", "map?group=asean",
    "coverage?within=pacific-islands", "coverage?by=group&theme=cybercrime",
    "years", "years?certainty=sure&theme=cybercrime", "years?year=2019",
    "network?country=FJ", "network?actor=japan-gov&depth=2",
    "funding", "funding?side=receivers", "funding?funder=japan-gov&country=TH",
]  # fmt: skip


@pytest.fixture(scope="module")
def counts():
    """How many records each list holds, counted once."""
    return {}


def held(url: str, counts: dict) -> int:
    """The number of records of the list at an address, which asks nothing that is wrong."""
    query = url.removeprefix(LIST)
    if query not in counts:
        filterset = InitiativeFilterSet(QueryDict(query))
        assert not filterset.problems and not filterset.unknown_parameters, url
        counts[query] = filterset.qs.count()
    return counts[query]


def drawn(response) -> list[tuple[str, str]]:
    """(address, label) of every part of the drawing that leads somewhere."""
    text = response.content.decode()
    start = text.index('<svg xmlns="http://www.w3.org/2000/svg" class="picture')
    root = ET.fromstring(text[start : text.rindex("</svg>", 0, text.index("<figcaption")) + 6])
    space = "{http://www.w3.org/2000/svg}"
    links = [e for e in root.iter(f"{space}a") if e.get("tabindex") != "-1"]
    return [(e.get("href"), (e.findtext(f"{space}title") or "")) for e in links]


@pytest.mark.parametrize("walk", WALKS)
def test_every_number_leads_to_so_many_records(client, counts, walk):
    name, _mark, query = walk.partition("?")
    numbers = [
        (address.removeprefix(SITE), row[column])
        for row in data(client, name, query)["rows"]
        for column, address in row["urls"].items()
        if isinstance(row[column], int)
    ]
    labels = [
        (url, said(name, url, label))
        for url, label in drawn(client.get(f"/{name}/?{query}"))
        if url.startswith(LIST) and label
    ]
    assert numbers and labels
    for every in (numbers, labels):
        for url, number in every[:: 1 + len(every) // MOST]:
            assert held(url, counts) == number, url


def said(name: str, url: str, label: str) -> int:
    """The number that a label tells; of a year the sure one where the list is of what is sure."""
    if name == "years":
        sure, possible = re.search(r": (\d+) – (\d+)$", label).groups()
        return int(sure if "certainty=sure" in url else possible)
    return int(re.search(SAYS[name], label)[1].replace("\u202f", ""))


@pytest.mark.parametrize(
    "walk",
    ["timeline?theme=cybercrime", "overlap?of=cyber-safety-pasifika", "funding?of=japan-gov"],
)
def test_every_part_leads_to_its_records(client, walk):
    name, _mark, query = walk.partition("?")
    addresses = {url for url, _label in drawn(client.get(f"/{name}/?{query}"))}
    known = {r.get_absolute_url() for r in Initiative.objects.published()}
    known |= {r.get_absolute_url() for r in Actor.objects.published()}
    compared = {url for url in addresses if url.startswith("/compare/")}
    assert {urldefrag(url)[0] for url in addresses - compared} <= known
    for url in sorted(compared)[:2]:
        assert client.get(url).status_code == 200
    assert addresses


def test_every_sum_leads_to_the_figures_it_adds(client):
    found = data(client, "years", "of=money&funder=japan-gov")
    response = client.get("/years/?of=money&funder=japan-gov")
    text = response.content.decode()
    ids = Page(response).ids
    rows = [(row, row["url"].partition("#")[2]) for row in found["rows"]]
    rows += [(one, one["url"].partition("#")[2]) for one in found["left_out"] if "#" in one["url"]]
    assert len(rows) > 3
    for row, anchor in rows:
        assert anchor in ids, row
        if anchor != "figures":
            body = text.split(f'<tbody id="{anchor}">')[1].split("</tbody>")[0]
            shown = len(re.findall("<tr><td>", body))
            assert shown == (row["figures"] if "figures" in row else row["count"]), row
    whole = Page(client.get("/funding/?funder=japan-gov"))
    sums = [url for url in whole.links if "of=money" in url and "#sum-" in url]
    assert sums and {url.partition("#")[2] for url in sums} <= set(ids)


def test_numbers_of_a_briefing_lead_to_their_records(client, counts):
    found = data(client, "briefing", "region=pacific")
    figures = {one["words"]: one for one in found["figures"]}
    for words in ("initiatives", "stated to be running"):
        one = figures[words]
        assert held(one["url"].removeprefix(SITE), counts) == one["number"], words
    pictures = {one["name"]: one for one in found["pictures"]}
    rows = {name: data(client, name, "region=pacific")["rows"] for name in ("map", "funding")}
    assert figures["countries reached"]["number"] == len(rows["map"])
    assert figures["payers named"]["number"] == len(rows["funding"])
    sources = client.get(figures["sources"]["url"].removeprefix(SITE))
    rows = csv.DictReader(io.StringIO(b"".join(sources.streaming_content).decode()))
    named = {slug for row in rows for slug in row["sources"].split("; ") if slug}
    assert len(named) == figures["sources"]["number"]
    assert {name: one["count"] for name, one in pictures.items()} == dict.fromkeys(
        pictures, found["count"]
    )


def test_the_map_of_the_front_page_is_the_map(client):
    dots = set(drawn_small(client.get("/")))
    assert dots == {row["url"].removeprefix(SITE) for row in data(client, "map")["rows"]}
    assert len(dots) == Country.objects.reached().count()


def drawn_small(response) -> list[str]:
    text = response.content.decode()
    return re.findall(r'<a href="(/initiatives/\?country=\w\w)" tabindex="-1">', text)
