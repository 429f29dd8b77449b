"""Every filter of every list: page, JSON, CSV and NDJSON find the same records by it.

A filter without a case fails, and so does a case that finds nothing or leaves nothing out.  Of a
filter that can be turned round (``__not``), that is asked too, but of pages, which are slow.
"""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from rest_framework.routers import BaseRouter

from actors.urls import api as of_actors
from atlas.kit.api.views import RecordViewSet
from atlas.kit.filters import NOT
from initiatives.urls import api as of_initiatives
from sources.urls import api as of_sources

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

ROUTERS: tuple[BaseRouter, ...] = (of_initiatives.router, of_actors.router, of_sources.router)
LISTS = {
    basename.removeprefix("api-"): view
    for router in ROUTERS
    for _prefix, view, basename in router.registry
    if issubclass(view, RecordViewSet)
}
PAGES = ("initiatives", "actors", "sources")  # lists that are pages, too
MOST, LATEST = 200, "latest"
LONG = 1000  # the rest of so many citations is told by count and first page, not by files
# a value by itself, or a whole query where the filter needs another
CASES: dict[str, dict[str, str]] = {
    "initiatives": {
        "q": "training",
        "kind": "centre",
        "status": "closed",
        "scope": "national",
        "theme": "cybercrime",
        "country": "TH",
        "region": "southeast-asia",
        "reaches": "pacific",
        "group": "asean",
        "actor": "japan-gov",
        "role": "host",
        "funder": "jaif",
        "recipient": "unodc",
        "source": "jpcert-tsubame",
        "parent": "ajccbc",
        "year": "2019",
        "active_on": "2018-09",
        "start_after": "2020",
        "start_before": "2012",
        "certainty": "year=2018&certainty=sure",
        "evidence": "disputed",
        "currency": "EUR",
        "amount_min": "currency=USD&amount_min=6000000",
        "amount_max": "currency=USD&amount_max=6000000",
        "uid": "30ca6c31-29f0-5c97-848b-fb43c9e055b0",
        "updated_since": LATEST,
        "also_country": "TH",
        "also_group": "asean",
        "also_theme": "cybercrime",
        "also_actor": "japan-gov",
        "also_funder": "jaif",
        "also_recipient": "unodc",
        "also_source": "jpcert-tsubame",
        "also_year": "2019",
        "also_start_after": "2020",
        "also_start_before": "2012",
    },
    "actors": {
        "q": "police",
        "kind": "cert",
        "country": "JP",
        "group": "asean",
        "region": "south-eastern-asia",
        "role": "funding",
        "funder": "jaif",
        "theme": "cybercrime",
        "parent": "japan-gov",
        "evidence": "single-source",
        "uid": "367ba36c-f330-5330-bf05-aae55b2e1925",
        "updated_since": LATEST,
    },
    "participations": {"initiative": "ajccbc", "actor": "japan-gov", "role": "host"},
    "funding-links": {
        "initiative": "ajccbc",
        "actor": "japan-gov",
        "funder": "jaif",
        "recipient": "unodc",
        "type": "pledge",
        "amount_kind": "approximate",
        "currency": "EUR",
        "amount_min": "currency=USD&amount_min=6000000",
        "amount_max": "currency=USD&amount_max=6000000",
        "year": "2021",
        "certainty": "year=2018&certainty=sure",
    },
    "events": {
        "q": "dialogue",
        "initiative": "ajcd",
        "actor": "japan-gov",
        "country": "JP",
        "year": "2019",
        "date": "2018-09",
        "certainty": "year=2018&certainty=sure",
    },
    "results": {
        "q": "trained",
        "initiative": "accdp-1",
        "actor": "interpol",
        "year": "2017",
        "certainty": "year=2017&certainty=sure",
    },
    "statements": {
        "q": "training",
        "initiative": "ajccbc",
        "actor": "japan-gov",
        "property": "type",
        "nature": "plan",
        "year": "2019",
        "certainty": "year=2019&certainty=sure",
    },
    "citations": {
        "initiative": "ajccbc",
        "actor": "asean",
        "source": "ipdf-japan-leads",
        "publisher": "coe",
        "field": "title",
        "credibility": "4",
    },
    "themes": {"q": "cybercrime"},
    "countries": {"q": "Thai", "region": "asia", "group": "asean"},
    "sources": {
        "q": "cybercrime",
        "kind": "news",
        "publisher": "coe",
        "reliability": "A",
        "language": "ja",
        "year": "2019",
        "published": "2018-09",
        "derived_from": "st-reuters-ajccbc",
        "certainty": "year=2018&certainty=sure",
        "slug": "ipdf-japan-leads",
    },
    "publishers": {"q": "japan", "reliability": "A", "slug": "coe"},
}


def filters_of(noun: str) -> set[str]:
    return {name for name in LISTS[noun].filterset_class.base_filters if not name.endswith(NOT)}


def test_every_filter_of_every_list_has_a_case():
    assert {noun: filters_of(noun) for noun in LISTS} == {n: set(c) for n, c in CASES.items()}


# ------------------------------------------------------------------ four ways to ask


def in_json(client, noun: str, key: str, query: str) -> list[str]:
    path, found = f"/api/v1/{noun}/?{query}&fields={key}&page_size={MOST}", []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.content)
        page = answer.json()
        found += [row[key] for row in page["results"]]
        path = page["next"]
    assert page["count"] == len(found), query
    return sorted(found)


def in_file(client, noun: str, key: str, query: str, name: str) -> list[str]:
    answer = client.get(f"/api/v1/{noun}/?{query}&fields={key}&format={name}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    if name == "csv":
        return sorted(row[key] for row in csv.DictReader(io.StringIO(text)))
    return sorted(json.loads(line)[key] for line in text.splitlines())


def on_pages(client, noun: str, key: str, query: str) -> list[str]:
    path, found = f"/{noun}/?{query}", []
    while path:
        html = client.get(path).content.decode()
        found += re.findall(rf'<h3><a href="/{noun}/([^/"]+)/">', html)
        more = re.search(r'<a rel="next" href="([^"]+)"', html)
        path = more and urljoin(path, unescape(more[1]))
    return sorted(found)


# ------------------------------------------------------------------ asking


def query_of(client, noun: str, name: str) -> str:
    """The case of a filter as a query string."""
    value = CASES[noun][name]
    if value == LATEST:  # a moment after the first change and before the last
        page = client.get(f"/api/v1/{noun}/?ordering=-updated&page_size=1").json()
        value = page["results"][0]["updated_at"]
    return value if "=" in value else f"{name}={value}"


def faults(client, noun: str, name: str, whole: list[str]) -> list[str]:
    """What is wrong with one filter of a list that holds ``whole``."""
    key, query = LISTS[noun].lookup_field, query_of(client, noun, name)
    found, wrong = in_json(client, noun, key, query), []
    if not 0 < len(found) < len(whole):
        wrong.append(f"{query} finds {len(found)} of {len(whole)}")
    if noun in PAGES and on_pages(client, noun, key, query) != found:
        wrong.append(f"{query}: pages")
    opposite, rest = query.replace("=", f"{NOT}="), sorted(set(whole) - set(found))
    asked = {query: found}
    if f"{name}{NOT}" in LISTS[noun].filterset_class.base_filters and "&" not in query:
        asked |= {opposite: rest} if len(rest) < LONG else {}
        path = f"/api/v1/{noun}/?{opposite}&ordering={key}&fields={key}&page_size={MOST}"
        page = client.get(path).json()
        first = [row[key] for row in page["results"]]
        if (page["count"], first) != (len(rest), rest[:MOST]):
            wrong.append(f"{opposite}: JSON")
    return wrong + [
        f"{each}: {format_}"
        for each, expected in asked.items()
        for format_ in ("csv", "ndjson")
        if in_file(client, noun, key, each, format_) != expected
    ]


@pytest.mark.parametrize("noun", LISTS)
def test_page_json_csv_and_ndjson_find_the_same_by_every_filter(client, noun):
    whole = in_json(client, noun, LISTS[noun].lookup_field, "")
    wrong = [fault for name in CASES[noun] for fault in faults(client, noun, name, whole)]
    assert not wrong
