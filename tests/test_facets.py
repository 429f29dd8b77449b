"""Counts beside every choice: each equals what its filter finds, whatever was chosen before."""

import pytest
from django.http import QueryDict

from actors.filters import ActorFilterSet
from atlas.kit import facets
from atlas.kit.filters import UNSTATED
from initiatives.filters import InitiativeFilterSet
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

LISTS = {"initiatives": InitiativeFilterSet, "actors": ActorFilterSet}


def chosen(noun: str, query: str = ""):
    filterset = LISTS[noun](QueryDict(query))
    assert filterset.is_valid(), filterset.problems
    return facets.select(noun, filterset)


def by_database(noun: str, query: str) -> int:
    filterset = LISTS[noun](QueryDict(query))
    assert filterset.is_valid(), (query, filterset.problems)
    return filterset.qs.count()


def counts(noun: str, facet: str, query: str = "") -> dict[str, int]:
    return {c.value: c.count for c in chosen(noun, query).counts(facet)}


QUERIES = {
    "initiatives": [
        "",
        "certainty=sure",
        "kind=project&status__not=closed",
        "country=TH",
        "actor=japan-gov&role=partner",
        "role=funding&role=host",
        "role__not=partner&group=asean",
        "funder=unstated",
        "year=2019&certainty=sure",
        "q=training&start_after=2016",
    ],
    "actors": [
        "",
        "role=funding",
        "country=JP&kind=government",
        "group=asean",
        "theme__not=cybercrime",
    ],
}


@pytest.mark.parametrize(("noun", "query"), [(n, q) for n, qs in QUERIES.items() for q in qs])
def test_every_count_is_what_its_filter_finds(noun, query):
    """All values of all facets, those that nothing has and ``unstated`` included."""
    selection = chosen(noun, query)
    assert len(selection.ids()) == by_database(noun, query)
    wrong = {}
    for name in selection.shelf.kind.facets:
        kept = QueryDict(query, mutable=True)
        for gone in (name, f"{name}__not"):
            kept.pop(gone, None)
        for count in selection.counts(name):
            given = kept.copy()
            given[name] = count.value
            found = by_database(noun, given.urlencode())
            if found != count.count:
                wrong[name, count.value] = (count.count, found)
    assert wrong == {}


@pytest.mark.parametrize("noun", LISTS)
def test_every_value_that_a_record_has_is_counted(noun):
    """What the facets leave out of their values, nothing on the list has."""
    selection = chosen(noun)
    for name in selection.shelf.kind.facets:
        filter_ = LISTS[noun].base_filters[name]
        if filter_.has_choices:
            words = {word for word, _label in filter_.all_choices()}
            counted = {c.value for c in selection.counts(name)}
            left_out = words - counted
            if name == "reaches":  # any region can be asked; choices are those filed under
                found = {w: len(chosen(noun, f"{name}={w}").ids()) for w in left_out}
                assert found == {w: by_database(noun, f"{name}={w}") for w in left_out}
                continue
            assert all(by_database(noun, f"{name}={word}") == 0 for word in left_out), name
        if filter_.missing is not None:
            assert UNSTATED in counts(noun, name), name
