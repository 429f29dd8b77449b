"""Filters by which a picture narrows a list: each value of ``also_...`` must match.

A repeated ``country`` matches any of its values; the list behind a dot of a map of two countries
needs those initiatives that reach the dot's country as well.  A value may be taken in a narrower
sense, written after a colon: ``also_country=TH:named``.
"""

from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from actors.models import Membership
from actors.querysets import MembershipQuerySet
from atlas.kit.filters import RecordFilter
from initiatives.filters import initiatives
from initiatives.filters.initiatives import (
    InitiativeActorFilter,
    PaidToFilter,
    SourceFilter,
    ThemeFilter,
)
from initiatives.filters.money import PaidForFilter
from initiatives.filters.periods import ActiveYearFilter, StartAfterFilter, StartBeforeFilter
from initiatives.filters.places import ReachedCountryFilter, ReachedGroupFilter, reached
from initiatives.models import InitiativeReach


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


@dataclass(frozen=True)
class Sense:
    """A record in one narrower sense of a filter."""

    record: object
    sense: str
    words: str

    def __str__(self) -> str:
        return f"{self.record} ({self.words})"


class Sensed(Each, RecordFilter):
    """Mixin of such a filter of records; ``senses`` maps what may follow a colon to words."""

    senses: dict[str, str] = {}

    def spell(self, text):
        name, colon, sense = text.partition(":")
        return f"{super().spell(name)}{colon}{sense}"

    def find(self, wanted):
        parts = {text: text.partition(":") for text in wanted}
        records = super().find([name for name, _colon, _sense in parts.values()])
        found = {}
        for text, (name, colon, sense) in parts.items():
            if name in records and not colon:
                found[text] = records[name]
            elif name in records and sense in self.senses:
                found[text] = Sense(records[name], sense, self.senses[sense])
        return found

    def allowed(self):
        narrower = ", ".join(f":{sense} ({words})" for sense, words in self.senses.items())
        return [*super().allowed(), f"followed or not by {narrower}"]

    def text(self, value):
        if isinstance(value, Sense):
            return f"{super().text(value.record)}:{value.sense}"
        return super().text(value)


class EachCountryFilter(Sensed, ReachedCountryFilter):
    """Every one of the countries is reached; the senses are the ways of ``insights.pairs``."""

    senses = {
        "named": "named itself",
        "through": "through a group only",
        "later": "through a group it joined later",
    }

    def condition(self, value):
        if not isinstance(value, Sense):
            return super().condition(value)
        named = reached(country=value.record)
        if value.sense == "named":
            return named
        current = MembershipQuerySet(Membership).current().filter(member_country=value.record)
        then = Q(pk__in=as_member(current).values("initiative"))
        return (then if value.sense == "through" else super().condition(value.record) & ~then) & (
            ~named
        )


def as_member(memberships):
    """Reach to the groups of these full memberships of a country at a time when it may have been
    in them."""
    today = Value(timezone.now().date())
    starts = ("initiative__actual_start_earliest", "initiative__planned_start_earliest")
    ends = ("initiative__actual_end_latest", "initiative__planned_end_latest")
    whole = Q(pk__in=[])
    for membership in memberships:
        one = Q(group=membership.group_id)
        if membership.since_earliest:
            one &= Q(last__gte=membership.since_earliest)
        if membership.until_latest:
            one &= Q(first__lte=membership.until_latest)
        whole |= one
    dated = InitiativeReach.objects.alias(
        first=Coalesce(*starts, *ends, today), last=Coalesce(*ends, Greatest(today, *starts))
    )
    return dated.filter(whole)


class EachGroupFilter(Each, ReachedGroupFilter):
    """Every one of the groups is reached."""


class EachThemeFilter(Each, ThemeFilter):
    """Every one of the themes is given."""


class EachActorFilter(Sensed, InitiativeActorFilter):
    """Every one of the actors has to do with it."""

    senses = {"itself": "itself, without its parts"}

    @staticmethod
    def ids(actor):
        if isinstance(actor, Sense):
            return {actor.record.pk}
        return InitiativeActorFilter.ids(actor)


class EachFunderFilter(Each, PaidForFilter):
    """Every one of the payers pays for it."""


class EachRecipientFilter(Each, PaidToFilter):
    """Every one of the actors is paid."""


class EachSourceFilter(Each, SourceFilter):
    """Every one of the sources is cited."""


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
        help="As `country`, but each value must match. `TH:named`, `TH:through` and `TH:later` ask "
        "how: named itself; through a group only; through a group that it joined only later.",
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
        "actor",
        label="Also actor",
        help="As `actor`, but each value must match; `asean:itself` leaves out its parts.",
    )
    also_funder = EachFunderFilter(
        label="Also funder",
        missing=~Q(funding__isnull=False),
        help="As `funder`, but each value must match.",
    )
    also_recipient = EachRecipientFilter(
        "recipient", label="Also paid", help="As `recipient`, but each value must match."
    )
    also_source = EachSourceFilter(
        label="Also source", help="As `source`, but each value must match."
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
