"""What a search for countries or groups does not find, though it may concern them.

An initiative that names no country and no group is filed under a region all the same, or somebody
takes part in it: a community's own programme rarely says that it is for the community.
"""

from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from actors.models import Actor, Country
from atlas.kit import facets, wording
from atlas.kit.filters import NOT, UNSTATED

PLACES = ("country", "group")
OTHERS = ("region", "reaches", *(f"{name}{NOT}" for name in PLACES))
NAMED = 3  # regions


@dataclass(frozen=True)
class Beside:
    """Initiatives of one kind, in words, and their list."""

    words: str
    url: str
    ids: BitMap


def beside(filterset, shelf) -> list[Beside]:
    """Of a search for places what matches all else of it and names no place at all."""
    asked = filterset.form.cleaned_data
    countries = {one.pk for one in asked.get("country") or () if isinstance(one, Country)}
    groups = [one for one in asked.get("group") or () if isinstance(one, Actor)]
    if not (countries or groups) or any(filterset.data.get(name) for name in OTHERS):
        return []
    rest = filterset.without(*PLACES)
    placeless = facets.Selection(shelf, rest).ids() & shelf.unstated["country"]
    if not placeless:
        return []
    members = (shelf.world.countries_of(group.pk) for group in groups)
    found = _filed(rest, shelf, placeless, countries.union(*members))
    return [*found, *(one for group in groups for one in _run(rest, shelf, placeless, group))]


def _filed(rest, shelf, placeless: BitMap, countries: set[str]) -> list[Beside]:
    """Under a region that has one of the countries."""
    held = {
        word: ids
        for word in shelf.kind.facets["region"].keys(shelf)
        if shelf.world.in_region(word) & countries
        and (ids := placeless & shelf.get("region", word))
    }
    if not held:
        return []
    ids = BitMap.union(*held.values())
    most = sorted(held, key=lambda word: (-len(held[word]), word))
    names = [wording.place(word) for word in most[:NAMED]]
    names += [_("others")] if len(most) > NAMED else []
    words = ngettext(
        "%(n)s more names no country or group and is filed under %(regions)s",
        "%(n)s more name no country or group and are filed under %(regions)s",
        len(ids),
    )
    words %= {"n": wording.number(len(ids)), "regions": wording.listed(names)}
    return [Beside(words, _list(rest, *(("region", word) for word in most)), ids)]


def _run(rest, shelf, placeless: BitMap, group: Actor) -> list[Beside]:
    """With the group itself, or a part of it, among the actors."""
    facet = shelf.kind.facets["actor"]
    if not (ids := placeless & facet.bitmap(shelf, group.pk, ())):
        return []
    words = ngettext(
        "%(n)s that names none has %(group)s among its actors",
        "%(n)s that name none have %(group)s among their actors",
        len(ids),
    )
    words %= {"n": wording.number(len(ids)), "group": group}
    return [Beside(words, _list(rest, ("actor", group.slug)), ids)]


def _list(rest, *more: tuple[str, str]) -> str:
    """The list of the initiatives; what a page or a picture takes beside filters is left behind."""
    given = [(n, v) for n, values in rest.data.lists() if n in rest.filters for v in values if v]
    return f"/initiatives/?{urlencode([*given, *more, ('country', UNSTATED)])}"


def caveat(filterset, shelf) -> list[str]:
    """How many they are together, in one sentence; empty where there are none."""
    ids = BitMap.union(BitMap(), *(one.ids for one in beside(filterset, shelf)))
    text = ngettext(
        "%s more initiative may concern these places: it names no country or group.",
        "%s more initiatives may concern these places: they name no country or group.",
        len(ids),
    )
    return [text % wording.number(len(ids))] if ids else []
