"""Initiatives by place: what reaches a country or a group, what is filed under a region.

A country is also reached through a group that it is a member of now, a group through a member.
What an initiative is filed under is our classification; what it reaches is told by sources.  So a
worldwide programme that names one island is found under the Pacific here, and not by ``region``.
"""

from django.db.models import Q

from actors.filters import ActorsFilter, CountryFilter, current_members, regions
from actors.models import Actor, Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit import wording
from atlas.kit.filters import MEANT, WordFilter, named_like
from initiatives.choices import M49_PARTS, m49_parts
from initiatives.models import Initiative, InitiativeReach


def reached(**place) -> Q:
    return Q(pk__in=InitiativeReach.objects.filter(**place).values("initiative"))


class ReachedCountryFilter(CountryFilter):
    """Reach to the country itself or to a group that it is a member of now."""

    def condition(self, value):
        groups = MembershipQuerySet(Membership).current().filter(member_country=value)
        return reached(country=value) | reached(group__in=groups.values("group"))


class ReachedGroupFilter(ActorsFilter):
    """Reach to the group itself or to a country that is a member of it now."""

    unstated = "Names no group itself"

    def meant(self, text):
        """A country that is called so; else groups, then other actors of a like name."""
        called = Country.objects.called(text).values_list("name", "iso2")
        asked = self.elsewhere("country", called[:MEANT])
        return asked or named_like(Actor.objects.groups(), text) or super().meant(text)

    def condition(self, value):
        members = current_members(value).filter(member_country__isnull=False)
        return reached(group=value) | reached(country__in=members.values("member_country"))


def region_words() -> list[tuple[str, str]]:
    """M49 words and every word of our own that a published initiative carries."""
    known = dict(regions())
    ours = sorted(Initiative.objects.published().region_words() - set(known))
    return [*((word, wording.place(word)) for word in ours), *known.items()]


def words_to_file_under() -> list[tuple[str, str]]:
    """What an editor chooses from, by name: M49, our names for it, every word in use.

    A region of M49 that has a name of ours is offered by that name alone, unless it is in use.
    """
    used = Initiative.objects.region_words()
    renamed = {parts[0] for parts in M49_PARTS.values() if len(parts) == 1}
    words = used | M49_PARTS.keys() | ({word for word, _name in regions()} - renamed)
    return sorted(((word, wording.place(word)) for word in words), key=lambda choice: choice[1])


class RegionWordFilter(WordFilter):
    def condition(self, value):
        return Q(regions__contains=[value])


class ReachedRegionFilter(WordFilter):
    """Filed under the region, or reach to a country of it or to a group that has one now."""

    def __init__(self, **kwargs):
        super().__init__("region", choices=region_words, fixed=False, **kwargs)

    def condition(self, value):
        countries = Country.objects.in_regions(m49_parts(value))
        members = MembershipQuerySet(Membership).current().filter(member_country__in=countries)
        by_place = reached(country__in=countries) | reached(group__in=members.values("group"))
        return Q(regions__contains=[value]) | by_place
