"""Filters over uncertain dates: what possibly and what surely was."""

import pytest

from initiatives.filters import (
    EventFilterSet,
    InitiativeFilterSet,
)
from tests import making
from tests.filtering import found, initiatives, problems
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


RUNS = [  # name, fields, years it possibly runs, years it surely runs, out of 2015-2024
    ("day-to-day", {"actual_start": "2016-05-01", "actual_end": "2018-03-01"}, "16-18", "16-18"),
    ("years", {"actual_start": "2016", "actual_end": "2018"}, "16-18", "16-18"),
    ("about", {"actual_start": "2016~", "actual_end": "2018"}, "16-18", "18-18"),
    ("doubtful", {"actual_start": "2016?", "actual_end": "2018?"}, "16-18", ""),
    ("wide-start", {"actual_start": "2016/2018", "actual_end": "2020"}, "16-20", "18-20"),
    ("no-end", {"actual_start": "2017"}, "17-24", "17-17"),
    ("not-before", {"actual_start": "2017/.."}, "17-24", ""),
    ("running-in-2021", {"actual_start": "2017", "status": "implementation", "status_on": "2021"},
     "17-24", "17-21"),
    ("perhaps-running", {"actual_start": "2017", "status": "implementation", "status_on": "2021~"},
     "17-24", "17-17"),
    ("closed-in-2021", {"actual_start": "2017", "status": "closed", "status_on": "2021-06"},
     "17-21", "17-17"),
    ("planned", {"planned_start": "2018", "planned_end": "2020"}, "18-20", ""),
    ("overran", {"actual_start": "2018", "planned_end": "2020", "status": "implementation",
                 "status_on": "2022"}, "18-22", "18-22"),
    ("only-end", {"actual_end": "2019-05"}, "15-19", "19-19"),
    ("nothing", {}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "fields", "possibly", "surely"), RUNS)
def test_years_in_which_an_initiative_possibly_and_surely_runs(slug, fields, possibly, surely):
    making.initiative(slug, **fields)

    def years(certainty):
        hits = [y for y in range(2015, 2025) if slug in initiatives(f"year={y}{certainty}")]
        return f"{hits[0] % 100}-{hits[-1] % 100}" if hits else ""

    assert years("") == years("&certainty=possible") == possibly
    assert years("&certainty=sure") == surely
    assert (slug in initiatives("year=unstated")) is (not fields)


def test_active_on_a_day_and_in_an_interval():
    making.initiative("spring", actual_start="2018-03", actual_end="2018-05")
    for day, possible, sure in [
        ("2018-03-01", True, False),
        ("2018-04-10", True, True),
        ("2018-05-31", True, False),
        ("2018-06-01", False, False),
        ("2018-05/2018-12", True, True),
    ]:
        assert ("spring" in initiatives(f"active_on={day}")) is possible, day
        assert ("spring" in initiatives(f"active_on={day}&certainty=sure")) is sure, day


def test_start_after_and_before_are_inclusive_and_a_planned_start_is_never_sure():
    making.initiative("actual", actual_start="2018-09")
    making.initiative("planned", planned_start="2018-09")
    making.initiative("undated")
    both = {"actual", "planned"}
    assert both <= initiatives("start_after=2018-09&start_before=2018-09")
    assert initiatives("start_after=2018-09-15&start_before=2018-09-15") & both == both
    assert initiatives("start_after=2018-09&certainty=sure") & both == {"actual"}
    assert not initiatives("start_after=2018-09-15&certainty=sure") & both
    assert not initiatives("start_after=2018-10") & both
    assert "undated" not in initiatives("start_after=1900") | initiatives("start_before=2100")
    assert "undated" in initiatives("start_after=unstated")
    assert "planned" not in initiatives("start_after=unstated")


@pytest.mark.parametrize("value", ["2018~", "2018/..", "1850", "2018-13", "2018-02-30", "spring"])
def test_dates_without_a_certain_beginning_and_end_are_refused(value):
    assert "active_on" in problems(InitiativeFilterSet, f"active_on={value}")
    assert "year" in problems(InitiativeFilterSet, f"year={value}")


def test_events_by_year_possibly_and_surely():
    key = "ajccbc--press-conference-announcing-the-centre"  # 2018-03-29?
    assert key in found(EventFilterSet, "year=2018")
    assert key not in found(EventFilterSet, "year=2018&certainty=sure")
