"""What surely ran, and where two surely met: by a dated status, and by members at that time."""

import csv
import io

import pytest

from initiatives.insights.overlap import overlap
from initiatives.models import Initiative
from tests import making
from tests.page import Page

pytestmark = [pytest.mark.django_db]

PLAN = {"planned_start": "2013", "status": "implementation", "status_on": "2023-12"}


def sure_in(client, year: int) -> set[str]:
    answer = client.get(f"/api/v1/initiatives/?year={year}&certainty=sure&page_size=200")
    return {one["slug"] for one in answer.json()["results"]}


@pytest.mark.usefixtures("corpus")
def test_what_a_source_says_was_running_surely_ran_that_day(client):
    """However vaguely its start is known: only planned, or not stated beside a planned end."""
    vague = Initiative.objects.published().filter(
        actual_start="", status__in=("implementation", "finalisation"), status_on="2023-12"
    )
    known = set(vague.exclude(planned_start="").values_list("slug", flat=True))
    assert known and known <= sure_in(client, 2023)
    assert not known & sure_in(client, 2022) and not known & sure_in(client, 2024)
    rows = {row["year"]: row for row in client.get("/api/v1/insights/years/").json()["rows"]}
    assert rows[2023]["running_sure"] == len(sure_in(client, 2023))
    one = Initiative.objects.get(slug=sorted(known)[0])
    assert one.title in Page(client.get("/timeline/")).text


@pytest.mark.usefixtures("corpus")
def test_a_country_is_shared_only_while_it_was_a_member_and_both_ran(client):
    """Timor-Leste joined ASEAN on 26 October 2025."""
    pks = dict(Initiative.objects.filter(slug__in=["acice", "ascce"]).values_list("slug", "pk"))
    found = overlap(("SELECT unnest(%s::bigint[])", (list(pks.values()),)))
    [pair] = found.pairs
    assert pair.sure and pair.until.isoformat() < "2025-10-26"
    assert "TL" not in pair.countries and len(pair.countries) == 10
    text = Page(client.get("/compare/?id=acice&id=ascce")).text
    assert "10 countries that both reach" in text
    surely = [
        row
        for row in client.get("/api/v1/insights/overlap/").json()["rows"]
        if row["time"].startswith("surely") and "Timor-Leste" in row["where"]
    ]
    assert all("2025" in row["time"] or "2026" in row["time"] for row in surely)


@pytest.mark.usefixtures("corpus")
def test_overlaps_are_counted_by_how_sure_they_are_and_listed_whole(client):
    found = client.get("/api/v1/insights/overlap/").json()
    sure = sum(row["time"].startswith("surely") for row in found["rows"])
    tied = sum(bool(row["tie"]) for row in found["rows"])
    every = len(found["rows"])
    assert found["title"] == f"{every} overlaps: {sure} surely, {every - sure} possibly"
    assert sure and every - sure and f"{tied} of them are between" in found["how_to_read"]
    text = client.get("/overlap/?format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == every > 200
    for row in rows:
        assert len(row["where"].replace(" and ", ", ").split(", ")) >= int(row["countries"])
        assert " more" not in row["where"]


def test_a_plan_that_was_seen_to_run_is_not_drawn_as_a_plan_alone(client):
    making.initiative("zebra", title="Zebra", **PLAN)
    making.initiative("giraffe", title="Giraffe", planned_start="2013")
    seen, plan = (client.get(f"/timeline/?q={q}").content.decode() for q in ("zebra", "giraffe"))
    assert 'class="bar bar-plan"' in plan
    assert 'class="bar bar-plan"' not in seen and 'class="bar bar-sure"' in seen
