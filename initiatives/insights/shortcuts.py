"""Filters that somebody who typed a name may want: “5 initiatives reach Fiji”.

A search finds what says the words; a filter finds what is so.  Counts come from the index of
facets, so each is what its list then shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext_lazy

from actors.models import Actor, Country
from atlas.kit import facets, wording
from atlas.kit.listing.parts import address
from atlas.kit.search import Asked
from atlas.kit.search.matching import INSIDE, NEARLY, STEP
from atlas.kit.search.showing import fold
from initiatives.models import Initiative

MOST = 6  # offered together
NAMES = 10  # actors and funds of a name that are looked at
SHORTEST = 3  # letters of a word that names a theme, a kind or a region by its beginning
LABELLED = ("theme", "reaches", "kind")  # facets whose labels are looked through


@dataclass(frozen=True)
class Shortcut:
    """A filter of initiatives in words, and its list; ``exact`` where its name was typed."""

    words: str
    url: str
    count: int
    exact: bool


def shortcuts(
    asked: Asked, selection: facets.Selection, kept: QueryDict, path: str = ""
) -> list[Shortcut]:
    """At most six filters that the words name, the best match first, then the largest.

    ``kept`` are the other filters, which ``selection`` finds by and the addresses keep; they are
    addresses of ``path``, the list of initiatives unless it is a picture's.
    """
    if len(asked.plain) < 2:
        return []
    found = []
    for name, key, value, label, exact in _named(asked, selection.shelf):
        count = selection.count_of(name, key) if name not in kept else 0
        if count:
            data = kept.copy()
            data[name] = value
            url = address(path or reverse("initiatives"), data)
            found.append(Shortcut(_words(name, count, label), url, count, exact))
    return sorted(found, key=lambda one: (not one.exact, -one.count))[:MOST]


def _named(asked: Asked, shelf) -> Iterator[tuple[str, object, str, str, bool]]:
    """(filter, its key in the index, its value, its label, whether that is the name itself)."""
    text = fold(asked.plain)
    for country in Country.objects.search(asked.text)[:3]:
        exact = text in (fold(country.name), country.iso2.lower(), country.iso3.lower())
        yield "country", country.pk, country.pk, country.name, exact
    for name in LABELLED:
        facet = shelf.kind.facets[name]
        for key in facet.keys(shelf):
            value, label = facet.shown(shelf, key)
            folded = fold(label)
            begins = len(text) >= SHORTEST and f" {text}" in f" {folded}".replace("-", " ")
            if begins or folded == text:
                fixed = name != "reaches" or shelf.world.in_region(key)
                yield name if fixed else "region", key, value, label, folded == text
    actors = Actor.objects.published()
    for pk, slug, name, place in _best(actors, "name", asked.text):
        for facet, key in (("group", pk), ("funder", slug), ("actor", pk)):
            yield facet, key, slug, name, place >= NEARLY
    funds = Initiative.objects.filter(pk__in=list(shelf.world.funds))
    for _pk, slug, title, place in _best(funds, "title", asked.text):
        if slug not in shelf.world.ids:
            yield "funder", slug, slug, title, place >= NEARLY


def _best(records, name: str, text: str) -> list[tuple]:
    """(id, slug, name, place) of those that have the words in a name."""
    rows = records.best_named(text).values_list("pk", "slug", name, "relevance")[:NAMES]
    return [(*row[:3], row[3] // STEP) for row in rows if row[3] // STEP >= INSIDE]


WORDINGS = {
    "country": ngettext_lazy(
        "%(n)s initiative reaches %(name)s", "%(n)s initiatives reach %(name)s", "count"
    ),
    "group": ngettext_lazy(
        "%(n)s initiative reaches %(name)s or its members",
        "%(n)s initiatives reach %(name)s or its members",
        "count",
    ),
    "funder": ngettext_lazy(
        "%(name)s pays for %(n)s initiative", "%(name)s pays for %(n)s initiatives", "count"
    ),
    "actor": ngettext_lazy(
        "%(name)s has a part in %(n)s initiative",
        "%(name)s has a part in %(n)s initiatives",
        "count",
    ),
    "region": ngettext_lazy(
        "%(n)s initiative is filed under the region %(name)s",
        "%(n)s initiatives are filed under the region %(name)s",
        "count",
    ),
    "reaches": ngettext_lazy(
        "%(n)s initiative is filed under the region %(name)s or reaches a country of it",
        "%(n)s initiatives are filed under the region %(name)s or reach a country of it",
        "count",
    ),
    "theme": ngettext_lazy(
        "%(n)s initiative is on the theme %(name)s",
        "%(n)s initiatives are on the theme %(name)s",
        "count",
    ),
    "kind": ngettext_lazy(
        "%(n)s initiative is of the kind %(name)s",
        "%(n)s initiatives are of the kind %(name)s",
        "count",
    ),
}


def _words(name: str, count: int, label: str) -> str:
    return WORDINGS[name] % {"count": count, "n": wording.number(count), "name": label}
