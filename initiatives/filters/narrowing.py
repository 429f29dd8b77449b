"""Filters by which a picture narrows a list: each value of ``also_...`` must match.

A repeated ``country`` matches any of its values; the list behind a dot of a map of two countries
needs those initiatives that reach the dot's country as well.
"""

from django.db.models import Q

from initiatives.filters import initiatives
from initiatives.filters.initiatives import (
    InitiativeActorFilter,
    PaidToFilter,
    ReachedCountryFilter,
    ReachedGroupFilter,
    ThemeFilter,
)
from initiatives.filters.money import PaidForFilter
from initiatives.filters.periods import ActiveYearFilter, StartAfterFilter, StartBeforeFilter


class Each:
    """Mixin of a filter whose values must all match; pictures narrow a list by it."""

    negatable = False

    def __init__(self, *args, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.label = label

    def conditions(self, values):
        whole = Q()
        for value in values:
            whole &= super().conditions([value])
        return whole


class EachCountryFilter(Each, ReachedCountryFilter):
    """Every one of the countries is reached."""


class EachGroupFilter(Each, ReachedGroupFilter):
    """Every one of the groups is reached."""


class EachThemeFilter(Each, ThemeFilter):
    """Every one of the themes is given."""


class EachActorFilter(Each, InitiativeActorFilter):
    """Every one of the actors has to do with it."""


class EachFunderFilter(Each, PaidForFilter):
    """Every one of the payers pays for it."""


class EachRecipientFilter(Each, PaidToFilter):
    """Every one of the actors is paid."""


class EachYearFilter(Each, ActiveYearFilter):
    """Ran in every one of the years."""


class EachStartAfterFilter(Each, StartAfterFilter):
    """Started on or after the latest of the dates."""


class EachStartBeforeFilter(Each, StartBeforeFilter):
    """Started on or before the earliest of the dates."""


class InitiativeFilterSet(initiatives.InitiativeFilterSet):
    """All filters of initiatives."""

    also_country = EachCountryFilter(
        "country",
        label="Also country",
        missing=~Q(reach__isnull=False),
        help="As `country`, but each value must match.",
    )
    also_group = EachGroupFilter(
        "group", label="Also group", help="As `group`, but each value must match."
    )
    also_theme = EachThemeFilter(
        label="Also theme",
        missing=~Q(theme_links__isnull=False),
        help="As `theme`, but each value must match.",
    )
    also_actor = EachActorFilter(
        "actor", label="Also actor", help="As `actor`, but each value must match."
    )
    also_funder = EachFunderFilter(
        label="Also funder",
        missing=~Q(funding__isnull=False),
        help="As `funder`, but each value must match.",
    )
    also_recipient = EachRecipientFilter(
        "recipient", label="Also paid", help="As `recipient`, but each value must match."
    )
    also_year = EachYearFilter(
        "year", label="Also year", help="As `year`, but each value must match."
    )
    also_start_after = EachStartAfterFilter(
        "start_after",
        label="Also started on or after",
        help="As `start_after`, but each value must match.",
    )
    also_start_before = EachStartBeforeFilter(
        "start_before",
        label="Also started on or before",
        help="As `start_before`, but each value must match.",
    )

    class Meta(initiatives.InitiativeFilterSet.Meta):
        pass
