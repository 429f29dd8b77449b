"""Asking a FilterSet what a query string finds, and what it complains about."""

from django.http import QueryDict

from initiatives.filters import InitiativeFilterSet


def found(filterset, query: str) -> set[str]:
    given = filterset(QueryDict(query))
    assert given.is_valid(), [str(problem) for problem in given.problems]
    assert given.unknown_parameters == []
    name = getattr(given._meta.model, "KEY", "slug")
    rows = [getattr(row, name) for row in given.qs]
    assert len(rows) == len(set(rows)), "a row came twice"
    return set(rows)


def initiatives(query: str) -> set[str]:
    return found(InitiativeFilterSet, query)


def problems(filterset, query: str) -> dict:
    return {p.parameter: p for p in filterset(QueryDict(query)).problems}
