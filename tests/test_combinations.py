"""Random combinations of filters: page, JSON, CSV and NDJSON agree, and so does every count."""

import csv
import io
import json
import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from initiatives.filters import InitiativeFilterSet

pytestmark = pytest.mark.django_db

VALUES = {
    "kind": ["centre", "dialogue", "fund", "project", "training-scheme"],
    "status": ["implementation", "closed", "unstated"],
    "theme": ["cybercrime", "culture-and-skills", "diplomacy-and-norms", "unstated"],
    "country": ["TH", "JP", "VN", "AU", "unstated"],
    "group": ["asean", "arf", "unstated"],
    "actor": ["japan-gov", "asean", "nec", "unstated"],
    "role": ["funding", "partner", "implementing", "host", "unstated"],
    "funder": ["japan-gov", "jaif", "unstated"],
    "region": ["asia", "south-eastern-asia", "unstated"],
    "reaches": ["asia-pacific", "southeast-asia"],
    "year": ["2016", "2019", "2024", "unstated"],
    "evidence": ["disputed", "accounts-differ", "dates-disputed", "single-source", "stale"],
    "active_on": ["2018", "2019-05-31"],
    "start_after": ["2016", "unstated"],
    "certainty": ["possible", "sure"],
    "q": ["training", "japan", "centre"],
    "currency": ["USD", "JPY"],
}
MOST = 3  # values of a facet that are clicked in one search, others in the next
SINGLE = ("certainty", "q")
COUNTED = ("theme", "kind", "status", "country", "group", "funder", "actor", "role", "year")
COUNTED += ("reaches", "evidence")


def combinations():
    names = st.lists(st.sampled_from(sorted(VALUES)), min_size=0, max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.tuples(*map(values_of, chosen)))


def values_of(name: str):
    most = 1 if name in SINGLE else 2
    values = st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=most, unique=True)
    negated = st.booleans() if name not in ("certainty", "q") else st.just(False)
    return st.tuples(st.just(name), values, negated)


def query_of(combination) -> str:
    pairs = [
        (f"{name}__not" if negated else name, value)
        for name, values, negated in combination
        for value in values
    ]
    return urlencode(pairs)


def on_page(client, query: str) -> str:
    return client.get(f"/initiatives/?{query}").content.decode()


def in_file(client, query: str, name: str) -> list[str]:
    answer = client.get(f"/api/v1/initiatives/?{query}&format={name}&fields=slug")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    if name == "csv":
        return sorted(row["slug"] for row in csv.DictReader(io.StringIO(text)))
    return sorted(json.loads(line)["slug"] for line in text.splitlines())


def counts(html: str, name: str) -> dict[str, int]:
    """The numbers beside the boxes of one facet, and those of what can be typed or chosen."""
    field = html.partition(f'name="{name}" ')[2].partition("</fieldset>")[0]
    boxes = re.findall(r'value="([^"]+)"[^>]*> <span>[^<]*</span> <i>([^<]*)</i>', field)
    others = re.findall(r'<option value="([^"]+)">[^<]* \((\d+)\)</option>', field)
    return {value: int(number) for value, number in [*boxes, *others]}


def clicked(query: str, name: str, value: str) -> int:
    """How many there are once this value alone is chosen in its facet."""
    data = QueryDict(query, mutable=True)
    data.pop(f"{name}__not", None)
    data[name] = value
    return InitiativeFilterSet(data).qs.count()


@settings(
    max_examples=200,
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # a case that fails is short enough
    suppress_health_check=list(HealthCheck),
)
@given(combination=combinations(), name=st.sampled_from(COUNTED))
def test_page_json_csv_and_ndjson_find_the_same_and_counts_are_right(client, combination, name):
    """200 searches, the same on every run; a count is right when clicking it finds as many."""
    query = query_of(combination)
    answer = client.get(f"/api/v1/initiatives/?{query}&page_size=200&fields=slug")
    assert answer.status_code == 200, (query, answer.content)
    found = {row["slug"] for row in answer.json()["results"]}
    assert answer.json()["count"] == len(found)
    html = on_page(client, query)
    assert set(re.findall(r'<h3><a href="/initiatives/([^/"]+)/">', html)) == found, query
    for file in ("csv", "ndjson"):
        assert in_file(client, query, file) == sorted(found), (query, file)
    every = list(counts(html, name).items())
    shown = dict((every[len(query) % (len(every) or 1) :] + every)[:MOST])
    assert {value: clicked(query, name, value) for value in shown} == shown, (query, name)
