"""The places that a search is for, so far as its filters say."""

from actors.models import Actor, Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit.pictures import Search
from initiatives.choices import m49_parts


def places_asked(search: Search) -> set[str] | None:
    """ISO codes of the countries a search is for: those it names, the members of the groups it
    names, or those of its regions; None where it says nothing of the kind, or of a region without
    a fixed list of countries."""
    return search.once("places asked", lambda: _places_asked(search))


def _places_asked(search: Search) -> set[str] | None:
    asked = search.filterset.form.cleaned_data
    if countries := [one for one in asked.get("country") or () if isinstance(one, Country)]:
        return {country.pk for country in countries}
    if groups := groups_asked(search):
        members = MembershipQuerySet(Membership).current().filter(group__in=groups)
        return set(members.values_list("member_country", flat=True)) - {None} or None
    regions = (*(asked.get("region") or ()), *(asked.get("reaches") or ()))
    words = {part for word in regions for part in m49_parts(word)}
    held = [set(Country.objects.in_regions([w]).values_list("pk", flat=True)) for w in words]
    return set().union(*held) if held and all(held) else None


def groups_asked(search: Search) -> list[Actor]:
    asked = search.filterset.form.cleaned_data.get("group") or ()
    return [group for group in asked if isinstance(group, Actor)]
