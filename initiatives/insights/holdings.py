"""What is on file per actor and per country: coverage shows where we looked, not only what is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from atlas.kit import facets
from initiatives.models import InitiativeDigest

MOST = 200  # rows of one table; the lists hold them all
FACTS = ("facts", "single_source", "disputed")


@dataclass(frozen=True)
class Held:
    """One actor or country; ``count`` initiatives are what its filter finds, facts are theirs."""

    label: str
    url: str
    query: str
    count: int
    itself: int | None
    facts: int
    single_source: int
    disputed: int

    @property
    def list_url(self) -> str:
        return f"{reverse('initiatives')}?{self.query}"

    @property
    def single_share(self) -> int:
        """Percentage of the facts that rest on one source alone, rounded down."""
        return 100 * self.single_source // self.facts if self.facts else 0


def by_actor(selection: facets.Selection) -> list[Held]:
    """Actors with most initiatives first, their parts included; at most 200."""
    return _held(selection, "actor", lambda slug: reverse("actor", args=[slug]))


def by_country(selection: facets.Selection) -> list[Held]:
    """Countries with most initiatives first, group membership included; at most 200."""
    return _held(selection, "country", lambda code: reverse("country", args=[code]))


def _held(selection: facets.Selection, name: str, page: Callable[[str], str]) -> list[Held]:
    facts = _facts()
    found = []
    for count, ids in selection.found(name, MOST):
        query, sums = urlencode({name: count.value}), _sums(facts, ids)
        found.append(Held(count.label, page(count.value), query, count.count, count.itself, *sums))
    return found


def _facts() -> dict[int, tuple[int, ...]]:
    """Facts, those on one source and those disputed, of every initiative."""
    return {pk: tuple(row) for pk, *row in InitiativeDigest.objects.values_list("pk", *FACTS)}


def _sums(facts: dict[int, tuple[int, ...]], ids: Iterable[int]) -> tuple[int, ...]:
    rows = [facts[pk] for pk in ids if pk in facts]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * len(FACTS)
