"""Every number on every picture, in its drawing and in its table, leads to so many records."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import urldefrag

import lxml.html
import pytest
from django.http import QueryDict

from actors.models import Actor, Country
from atlas.kit import facets
from initiatives.filters import InitiativeFilterSet
from initiatives.models import Event, Initiative
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
    query = url.partition("?")[2]
    if query not in counts:
        filterset = InitiativeFilterSet(QueryDict(query))
        assert not filterset.problems and not filterset.unknown_parameters, url
        counts[query] = filterset.qs.count()
        assert counts[query] == len(facets.select("initiatives", filterset).ids()), url
    return counts[query]


def drawn(response) -> list[tuple[str, str]]:
    """(address, label) of every part of the drawing that leads somewhere."""
    text = response.content.decode()
    start = text.index('<svg xmlns="http://www.w3.org/2000/svg" class="picture')
    root = ET.fromstring(text[start : text.rindex("</svg>", 0, text.index("<figcaption")) + 6])
    space = "{http://www.w3.org/2000/svg}"
    links = [
        e
        for e in root.iter(f"{space}a")
        if e.get("tabindex") != "-1" or e.find(f"{space}title") is not None
    ]
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
            shown = len(re.findall("<tr><td ", body))
            assert shown == (row["figures"] if "figures" in row else row["count"]), row
    whole = Page(client.get("/funding/?funder=japan-gov"))
    sums = [url for url in whole.links if "of=money" in url and "#sum-" in url]
    every = Page(client.get("/years/?of=money&whose=everybody&funder=japan-gov")).ids
    assert sums and all("whose=everybody" in url for url in sums)
    assert {url.partition("#")[2] for url in sums} <= set(every)


# numbers that are no link, by where they stand: why each needs none
JUSTIFIED = {
    "legend": "sizes to compare dots with",
    "ticks": "years and heights along the axes",
    "labels": "written over the dot that is the link, whose title says the same number",
    "bar-label": "written over the bar of a sum, which is the link",
}
PAGES = [
    "map/?group=asean", "map/?by=theme&theme=cybercrime&area=pacific", "timeline/?country=TH",
    "years/?theme=cybercrime", "years/?of=money&funder=japan-gov", "coverage/?within=polynesia",
    "network/?actor=interpol", "network/?actor=japan-gov&depth=2&theme=cybercrime",
    "network/?by=role&country=FJ", "network/?by=role&actor=jica&depth=2",
    "funding/?country=TH", "funding/?of=ajccbc", "overlap/?of=cyber-safety-pasifika",
    "briefing/?country=TO", "briefing/sources/?country=TO", "briefing/facts/?country=TO&part=1",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_number_stands_without_its_records(client, counts, path):
    """In drawings, tables and figures every number is a link to so many, or is justified."""
    response = client.get(f"/{path}")
    found = list(numbers_of(response))
    assert found and not [number for number, url in found if url is None], path
    told = list(dict.fromkeys(found))
    for number, url in told[:: 1 + len(told) // MOST]:
        counted = behind(client, url, response, counts)
        assert counted is None or counted == number, (number, url)


def numbers_of(response):
    """(number, address or None) of all that the page counts, but what is ``JUSTIFIED``."""
    root = lxml.html.fromstring(response.content.decode())
    drawn = root.xpath("//svg//text[not(ancestor::svg[1][@aria-hidden])]")
    cells = root.xpath(
        "//table[contains(@class, 'numbers')]//td | //dl[@class='brief-figures']//dd"
    )
    captions = root.xpath("//p[@class='drawn']//a | //div[@class='wrap briefing']//section/p/a")
    for element in (*drawn, *cells, *captions):
        text = "".join(element.itertext()).replace("\u202f", "").strip()
        count = re.fullmatch(
            r"(\d+)( initiatives?| actors?| sums?| records?)?(, two steps away)?", text
        )
        classes = {c for e in (element, *element.iterancestors()) for c in e.classes}
        date = element.tag == "td" and not (count and count[2]) and "n" not in element.classes
        if count and not date and not classes & set(JUSTIFIED):
            links = element.xpath("ancestor-or-self::a/@href | .//a/@href")
            yield int(count[1]), next(iter(links), None)


def behind(client, url: str, response, counts: dict) -> int | None:
    """How much stands at an address; None where what stands there is told in other words."""
    path, anchor = urldefrag(url)
    if path.startswith(LIST) or path == "/initiatives/":
        return held(url, counts)
    if path.startswith("/briefing/") or "/drawn/" in path or "/payments/" in path:
        return len(one_by_one(client, path))
    if not path:
        body = response.content.decode().split(f'<tbody id="{anchor}">')[1]
        return len(re.findall("<tr><td ", body.split("</tbody>")[0]))
    if anchor == "shared":
        page = client.get(path).content.decode().partition('id="shared"')[2]
        return len(re.findall(r'href="/countries/', page.partition("</section>")[0]))
    if anchor == "events":
        slug = path.split("/")[2]
        return Event.objects.filter(initiative__slug=slug, date_latest__isnull=False).count()
    if path in ("/map/", "/funding/") or path.startswith(("/map/?", "/funding/?")):
        name, _slash, query = path.strip("/").partition("/?")
        rows = data(client, name, query)["rows"]
        return sum(row.get("named") != "only a part of it" for row in rows)
    known = ("money", "who", "evidence", *(f"{t}-" for t in ("sum", "fact")), "figures")
    assert anchor.startswith(known) or path.startswith(("/initiatives/", "/actors/")), url
    return None  # its sources, actors or figures, named there


def one_by_one(client, path: str) -> list[list[str]]:
    """Every row of a list of facts or of sources, over all its pages."""
    rows = []
    while path:
        root = lxml.html.fromstring(client.get(path).content.decode())
        rows += [[c.text_content() for c in row] for row in root.xpath("//tbody/tr")]
        path = next(iter(root.xpath("//a[@rel='next']/@href")), "")
    return rows


def test_facts_of_a_search_stand_one_by_one(client, monkeypatch):
    monkeypatch.setattr("initiatives.insights.behind.PART", 60)
    monkeypatch.setattr("initiatives.views.pictures.behind.PART", 60)
    shown = data(client, "briefing", "country=TO")
    figures = {one["words"]: one for one in shown["figures"]}
    found = {
        words: one_by_one(client, figures[words]["url"].removeprefix(SITE))
        for words in figures
        if "fact" in words or words == "sources"
    }
    assert {w: len(rows) for w, rows in found.items()} == {w: figures[w]["number"] for w in found}
    assert {one["count"] for one in shown["pictures"]} == {shown["count"]}
    assert len(found) == 4 and {row[4] for row in found["facts on which sources disagree"]} == {
        "yes"
    }
    assert {row[3] for row in found["facts on one source alone"]} == {"1"}
    page = Page(client.get("/briefing/facts/?country=TO"))
    facts = [link for link in page.links if "#fact-" in link]
    record, _hash, anchor = facts[0].partition("#")
    assert anchor in Page(client.get(record)).ids


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("facts/?of=love", "“love” is not one of the words used here."),
        ("facts/?part=0", "“0” is not the number of a part."),
        ("sources/?country=ZZ", "There is no “ZZ”."),
        ("sources/?part=999", "35 sources"),
    ],
)
def test_bad_input_to_what_stands_behind_a_briefing(client, query, words):
    response = client.get(f"/briefing/{query}{'&country=TO' if 'ZZ' not in query else ''}")
    assert response.status_code == (200 if "sources" in words else 400)
    assert words in Page(response).text and b"<form" in response.content
    assert client.get("/briefing/facts/?format=csv").status_code == 406


def test_the_map_of_the_front_page_is_the_map(client):
    dots = set(drawn_small(client.get("/")))
    assert dots == {row["url"].removeprefix(SITE) for row in data(client, "map")["rows"]}
    assert len(dots) == Country.objects.reached().count()


def drawn_small(response) -> list[str]:
    text = response.content.decode()
    return re.findall(r'<a href="(/initiatives/\?country=\w\w)" tabindex="-1">', text)
