"""Uncertain dates: for each pair of dates and filter, whether it possibly and surely matches."""

import csv
from pathlib import Path

import pytest
from django.http import QueryDict

from atlas.kit import facets
from initiatives.filters import InitiativeFilterSet
from tests import making
from tests.filtering import initiatives
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

FIELDS = ("status", "status_on", "planned_start", "planned_end", "actual_start", "actual_end")
TABLE = Path(__file__).parent / "data" / "date_filters.csv"
with open(TABLE, encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


@pytest.fixture
def records():
    """A record for each row of the table."""
    for number, case in enumerate(CASES):
        making.initiative(f"case-{number}", **{name: case[name] for name in FIELDS})


def test_every_pair_matches_as_the_table_says(records):
    wrong = []
    for number, case in enumerate(CASES):
        query = f"{case['filter']}={case['value']}"
        for certainty in ("possible", "sure"):
            matches = f"case-{number}" in initiatives(f"{query}&certainty={certainty}")
            if matches != (case[certainty] == "yes"):
                wrong.append((case["case"], certainty, matches))
    assert wrong == []
    assert len(CASES) >= 30


def test_the_years_of_the_index_are_those_of_the_filter(records):
    """Every year in which anything begins or ends, possibly and surely, on all these dates."""
    for certainty in ("possible", "sure"):
        filterset = InitiativeFilterSet(QueryDict(f"certainty={certainty}"))
        for count in facets.select("initiatives", filterset).counts("year"):
            found = initiatives(f"certainty={certainty}&year={count.value}")
            assert len(found) == count.count, (certainty, count)
