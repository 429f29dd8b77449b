"""Filters of initiatives and themes."""

from django.db.models import Q

from actors.filters import FUNDING, ActorsFilter
from atlas.kit.filters import (
    AtlasFilterSet,
    CertaintyFilter,
    RecordFilter,
    SinceFilter,
    TextFilter,
    UidFilter,
    WordFilter,
    nearest,
)
from initiatives.choices import InitiativeKind, Role, Scope, Status, TieKind
from initiatives.filters.money import (
    PaidForFilter,
    PaidInCurrencyFilter,
    PaidMaxFilter,
    PaidMinFilter,
    amounts_need_currency,
)
from initiatives.filters.periods import (
    NO_DATES,
    NO_START,
    ActiveFilter,
    ActiveYearFilter,
    InitiativeEvidenceFilter,
    StartAfterFilter,
    StartBeforeFilter,
)
from initiatives.filters.places import (
    ReachedCountryFilter,
    ReachedGroupFilter,
    ReachedRegionFilter,
    RegionWordFilter,
    region_words,
)
from initiatives.models import (
    FundingLink,
    Initiative,
    InitiativeCitation,
    InitiativeTheme,
    InitiativeTie,
    Participation,
    Theme,
)
from initiatives.querysets import ThemeQuerySet
from sources.models import Source


class InitiativesFilter(RecordFilter):
    """Initiatives named by slug."""

    def __init__(self, field_name=None, **kwargs):
        super().__init__(
            field_name,
            records=Initiative.objects.published,
            kind="initiative",
            example="jaif",
            words="the slug of an initiative (/api/v1/initiatives/)",
            **kwargs,
        )


class ThemeFilter(RecordFilter):
    def __init__(self, **kwargs):
        super().__init__("theme", example="cybercrime", records=Theme.objects.all, **kwargs)

    def allowed(self):
        return list(Theme.objects.values_list("slug", flat=True))

    def meant(self, text):
        return nearest(text, Theme.objects.values_list("slug", "name"))

    def condition(self, value):
        return Q(pk__in=InitiativeTheme.objects.filter(theme=value).values("initiative"))


class SourceFilter(RecordFilter):
    """Initiatives of which the source is cited for some fact."""

    def __init__(self, **kwargs):
        super().__init__(
            "source",
            records=Source.objects.all,
            kind="source",
            words="the slug of a source (/api/v1/sources/)",
            **kwargs,
        )

    def condition(self, value):
        return Q(pk__in=InitiativeCitation.objects.filter(source=value).values("initiative"))


def paid_or_gets(ids) -> Q:
    """Initiatives these actors pay for, alone or jointly, or are paid in."""
    return Q(pk__in=FundingLink.objects.of_actors(ids).values("initiative"))


class InitiativeActorFilter(ActorsFilter):
    """Initiatives the actor, or a part of it, takes part in, pays for or is paid in."""

    def condition(self, value):
        ids = self.ids(value)
        taken = Participation.objects.filter(actor__in=ids)
        return Q(pk__in=taken.values("initiative")) | paid_or_gets(ids)


class InitiativeRoleFilter(WordFilter):
    """A role that anybody has; given together with ``actor``, a role of that very actor."""

    def condition(self, value):
        actors = [actor for actor in self.sibling("actor") if not isinstance(actor, str)]
        ids = {pk for actor in actors for pk in ActorsFilter.ids(actor)}
        if value == FUNDING:
            links = FundingLink.objects.all()
            return Q(pk__in=(links.given_by(ids) if ids else links).values("initiative"))
        taken = Participation.objects.filter(role=value)
        return Q(pk__in=(taken.filter(actor__in=ids) if ids else taken).values("initiative"))


class PaidToFilter(ActorsFilter):
    """Initiatives whose money goes to the actor, or to a part of it."""

    def condition(self, value):
        return Q(
            pk__in=FundingLink.objects.filter(recipient__in=self.ids(value)).values("initiative")
        )


class ParentFilter(InitiativesFilter):
    """Initiatives that are part of the one named."""

    def condition(self, value):
        ties = InitiativeTie.objects.filter(kind=TieKind.PART_OF, target=value)
        return Q(pk__in=ties.values("initiative"))


# by NOT EXISTS: a join would give a record once for each of its links when OR follows
NOBODY = ~Q(participations__isnull=False) & ~Q(
    pk__in=FundingLink.objects.filter(
        Q(funder_actor__isnull=False) | Q(recipient__isnull=False) | Q(joint_links__isnull=False)
    ).values("initiative")
)


class InitiativeFilterSet(AtlasFilterSet):
    q = TextFilter(label="Search", help="Words in any of its names, its summary or objectives.")
    kind = WordFilter("kind", choices=InitiativeKind, help="Kind (our classification).")
    status = WordFilter(
        "status", choices=Status, missing=Q(status=""), help="Status as a source states it."
    )
    scope = WordFilter("scope", choices=Scope, missing=Q(scope=""), help="Our classification.")
    theme = ThemeFilter(
        missing=~Q(theme_links__isnull=False), help="Slug of a theme (our classification)."
    )
    country = ReachedCountryFilter(
        "country",
        missing=~Q(reach__isnull=False),
        help="ISO code: reach to the country, or to a group that it is a member of now.",
    )
    region = RegionWordFilter(
        "region",
        choices=region_words,
        fixed=False,
        missing=Q(regions=[]),
        label="Filed under region",
        help="Our classification; see `reaches`.",
    )
    reaches = ReachedRegionFilter(
        label="Region",
        help="Filed under the region (`region`), or reach to a country of it or to a group that "
        "has such a member now. `pacific` has the countries of Melanesia, Micronesia and "
        "Polynesia; other regions those of UN M49, where it knows them.",
    )
    group = ReachedGroupFilter(
        "group",
        missing=~Q(reach__group__isnull=False),
        help="Slug of a group: reach to the group itself or to a country that is a member now.",
    )
    actor = InitiativeActorFilter(
        "actor",
        missing=NOBODY,
        help="Slug of an actor (its parts are included) that takes part, pays or is paid.",
    )
    role = InitiativeRoleFilter(
        "role",
        choices=Role,
        also=[(FUNDING, "Funds")],
        missing=~Q(participations__isnull=False) & ~Q(funding__isnull=False),
        help="A role that an actor has in it; together with `actor`, the role of that actor. "
        "`funding` follows from funding links, joint funders included.",
    )
    funder = PaidForFilter(
        label="Funder",
        missing=~Q(funding__isnull=False),
        help="Slug of an actor (its parts are included) or of a fund that pays, alone or jointly.",
    )
    recipient = PaidToFilter(
        "recipient",
        label="Paid",
        missing=~Q(funding__recipient__isnull=False),
        help="Slug of an actor (its parts are included) that a source names as paid.",
    )
    parent = ParentFilter(
        "parent",
        label="Part of",
        missing=~Q(ties__kind=TieKind.PART_OF),
        help="Slug of an initiative that it is part of.",
    )
    year = ActiveYearFilter(
        "year", missing=NO_DATES, help="Ran at some time in the year; see `certainty`."
    )
    active_on = ActiveFilter(
        "active_on",
        label="Running on",
        missing=NO_DATES,
        help="Ran at some time in this day, month, year or interval; see `certainty`.",
    )
    start_after = StartAfterFilter(
        "start_after",
        label="Started on or after",
        missing=NO_START,
        help="Started on or after the first day of the value; see `certainty`. A planned start "
        "is possible, never sure.",
    )
    start_before = StartBeforeFilter(
        "start_before",
        label="Started on or before",
        missing=NO_START,
        help="Started on or before the last day of the value; see `certainty`.",
    )
    certainty = CertaintyFilter(label="Certainty")
    evidence = InitiativeEvidenceFilter(help="How well the record is supported.")
    source = SourceFilter(
        label="Source", help="Slug of a source that is cited for some fact of the record."
    )
    currency = PaidInCurrencyFilter(
        label="Currency",
        missing=~Q(funding__currency__gt=""),
        help="ISO 4217 code: some funding is stated in it.",
    )
    amount_min = PaidMinFilter(
        "amount_min", label="Amount from", help="One stated sum in `currency` is at least so much."
    )
    amount_max = PaidMaxFilter(
        "amount_max", label="Amount to", help="That same sum is at most so much."
    )
    uid = UidFilter()
    updated_since = SinceFilter(
        "digest__updated_at",
        label="Updated since",
        help="Records changed, with their links and citations, at or after this date or time.",
    )

    class Meta:
        model = Initiative
        fields = []

    @classmethod
    def public(cls):
        return Initiative.objects.published()

    def cross_errors(self, cleaned):
        return amounts_need_currency(cleaned)


class ThemeTextFilter(TextFilter):
    def condition(self, value):
        return Q(pk__in=ThemeQuerySet(Theme).search(value).values("pk"))


class ThemeFilterSet(AtlasFilterSet):
    q = ThemeTextFilter(label="Search", help="Words in the name or the description.")

    class Meta:
        model = Theme
        fields = []
