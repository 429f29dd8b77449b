"""What a list of one region says of it: what is filed there, and what reaches it beside that."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from atlas.kit import facets, wording
from atlas.kit.filters import NOT, UNSTATED
from atlas.kit.listing import Listing
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.beside import beside

FILED, REACHES, PLACES = "region", "reaches", "country"


@dataclass
class Region:
    """``links`` are (words, address) of lists, each with as many as its words say; ``how`` tells
    the ways of those that only reach the region."""

    links: list[tuple[str, str]]
    how: str = ""


def regions_with(country: str, shelf) -> list[tuple[str, int, str]]:
    """(region, initiatives that are filed under it or reach it, their list), the smallest first."""
    every = facets.Selection(shelf, InitiativeFilterSet(QueryDict()))
    return [
        (count.label, count.count, f"{reverse('initiatives')}?{urlencode({REACHES: count.value})}")
        for count in reversed(every.counts(REACHES))
        if country in shelf.world.in_region(count.value)
    ]


def placeless_in(country: str, shelf) -> list[tuple[str, int, str]]:
    """(region, initiatives filed under it that name no country or group, their list): they may
    concern the country, and no source says so."""
    found = []
    for key in shelf.kind.facets[FILED].keys(shelf):
        held = shelf.get(FILED, key) & shelf.unstated[PLACES]
        if held and country in shelf.world.in_region(key):
            query = urlencode({FILED: key, PLACES: UNSTATED})
            found.append((wording.place(key), len(held), f"{reverse('initiatives')}?{query}"))
    return sorted(found)


def region_of(listing: Listing) -> Region | None:
    """For a list of one region; None where both senses find the same.

    For one of countries or groups what may concern them and names no place.
    """
    selection = listing.selection
    if not listing.valid or selection is None:
        return None
    if others := beside(listing.filterset, selection.shelf):
        return Region(
            [(one.words, one.url) for one in others],
            _("they may concern the place, though no source we have says so"),
        )
    given = [name for name in (FILED, REACHES) if selection.given.get(name)]
    excluded = any(selection.given.get(f"{name}{NOT}") for name in (FILED, REACHES))
    if len(given) != 1 or excluded or len(selection.given[given[0]]) != 1:
        return None
    key = selection.given[given[0]][0]
    if key == UNSTATED:
        return None
    shelf, base = selection.shelf, selection.ids(without=(given[0],))
    facet = shelf.kind.facets[REACHES]
    filed = base & shelf.get(FILED, key)
    others = (base & facet.bitmap(shelf, key, ())) - filed
    if not shelf.world.in_region(key):
        return Region([], _("It has no fixed countries: only what is filed under it is here"))
    if not others:
        return None
    how = _how(others, shelf.union(facet.named(shelf, key)))
    if not filed:
        return Region([_reaching(listing, key, len(others))] if given == [FILED] else [], how)
    links = [_beside(listing, key, len(others))]
    if given == [FILED]:
        links.append(_all(listing, key, len(filed) + len(others)))
    else:
        links.insert(0, _filed(listing, key, len(filed)))
    return Region(links, how)


def _reaching(listing: Listing, key: str, number: int) -> tuple[str, str]:
    data = listing.without(FILED)
    data[REACHES] = key
    words = ngettext("%s reaches a country of it", "%s reach a country of it", number)
    return words % wording.number(number), listing.url(data)


def _all(listing: Listing, key: str, number: int) -> tuple[str, str]:
    data = listing.without(FILED)
    data[REACHES] = key
    return _("all %s together") % wording.number(number), listing.url(data)


def _filed(listing: Listing, key: str, number: int) -> tuple[str, str]:
    data = listing.without(REACHES)
    data[FILED] = key
    words = ngettext("%s is filed under it", "%s are filed under it", number)
    return words % wording.number(number), listing.url(data)


def _beside(listing: Listing, key: str, number: int) -> tuple[str, str]:
    data = listing.without(FILED)
    data[REACHES], data[f"{FILED}{NOT}"] = key, key
    words = ngettext(
        "%s reaches it without being filed under it",
        "%s reach it without being filed under it",
        number,
    )
    return words % wording.number(number), listing.url(data)


def _how(others: BitMap, naming: BitMap) -> str:
    """How many of those that are not filed there name a country, how many only a group."""
    named = len(others & naming)
    through = len(others) - named
    ways = []
    if named:
        words = ngettext("%s names a country of it", "%s name a country of it", named)
        ways.append(words % wording.number(named))
    if through:
        words = ngettext(
            "%s reaches one only through a group",
            "%s reach one only through a group",
            through,
        )
        ways.append(words % wording.number(through))
    return wording.listed(ways)
