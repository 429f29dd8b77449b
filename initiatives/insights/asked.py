"""The places that a search is for, so far as its filters say."""

from actors.models import Actor, Country
from atlas.kit.pictures import Search


def places_asked(search: Search) -> set[str] | None:
    """ISO codes of the countries a search is for: those it names, the members of the groups it
    names, or those of its regions; None where it says nothing of the kind, or of a region without
    a fixed list of countries."""
    return search.once("places asked", lambda: _places_asked(search))


def _places_asked(search: Search) -> set[str] | None:
    asked, world = search.filterset.form.cleaned_data, search.shelf.world
    if countries := [one for one in asked.get("country") or () if isinstance(one, Country)]:
        return {country.pk for country in countries}
    if groups := groups_asked(search):
        return set().union(*(world.countries_of(group.pk) for group in groups)) or None
    regions = (*(asked.get("region") or ()), *(asked.get("reaches") or ()))
    held = [world.in_region(word) for word in regions]
    return set().union(*held) if held and all(held) else None


def groups_asked(search: Search) -> list[Actor]:
    asked = search.filterset.form.cleaned_data.get("group") or ()
    return [group for group in asked if isinstance(group, Actor)]
