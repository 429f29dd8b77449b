"""Filters of links, events, results, statements and citations."""

from django.db.models import Q

from actors.filters import ActorsFilter, CountryFilter
from atlas.kit.filters import (
    AtlasFilter,
    AtlasFilterSet,
    CertaintyFilter,
    PatternFilter,
    PeriodFilter,
    RecordFilter,
    TextFilter,
    WordFilter,
    YearFilter,
)
from initiatives.choices import AmountKind, FundingType, Role
from initiatives.filters.initiatives import InitiativeActorFilter, InitiativesFilter
from initiatives.filters.money import (
    AmountMaxFilter,
    AmountMinFilter,
    CurrencyFilter,
    LinkFunderFilter,
    amounts_need_currency,
)
from initiatives.models import (
    ActorCitation,
    Event,
    FundingLink,
    Initiative,
    InitiativeCitation,
    Participation,
    Result,
    Statement,
)
from initiatives.querysets import EventQuerySet, ResultQuerySet, StatementQuerySet
from sources.choices import Credibility, Nature
from sources.models import Publisher, Source

WORDS = r"[a-z0-9]+([-_][a-z0-9]+)*"


class OwnTextFilter(TextFilter):
    """Search by the ``search()`` of a queryset class that is not the model's manager."""

    def __init__(self, queryset, **kwargs):
        self.queryset = queryset
        super().__init__(**kwargs)

    def condition(self, value):
        return Q(pk__in=self.queryset(self.model).search(value).values("pk"))


class OfActorFilter(ActorsFilter):
    """The column holds the actor or a part of it."""

    def condition(self, value):
        return Q(**{f"{self.field_name}__in": self.ids(value)})


class MoneyActorFilter(ActorsFilter):
    """Funding links the actor, or a part of it, gives or receives."""

    def condition(self, value):
        return Q(pk__in=FundingLink.objects.of_actors(self.ids(value)).values("pk"))


class ResultActorFilter(InitiativeActorFilter):
    """Results of initiatives that the actor has to do with."""

    def condition(self, value):
        of_actor = Initiative.objects.filter(super().condition(value))
        return Q(initiative__in=of_actor.values("pk"))


class SubjectFilter(InitiativesFilter):
    """Statements about the initiative or one of its events."""

    def condition(self, value):
        return Q(initiative=value) | Q(event__initiative=value)


class SubjectActorFilter(ActorsFilter):
    """Statements about the actor, a part of it or one of their events."""

    def condition(self, value):
        ids = self.ids(value)
        return Q(actor__in=ids) | Q(event__actor__in=ids)


class ParticipationFilterSet(AtlasFilterSet):
    initiative = InitiativesFilter("initiative", help="Slug of the initiative.")
    actor = OfActorFilter("actor", help="Slug of the actor (its parts are included).")
    role = WordFilter("role", choices=Role, help="Role; who pays stands in `funding-links`.")

    class Meta:
        model = Participation
        fields = []

    @classmethod
    def public(cls):
        return Participation.objects.published()


class FundingLinkFilterSet(AtlasFilterSet):
    initiative = InitiativesFilter("initiative", help="Slug of the initiative paid for.")
    actor = MoneyActorFilter("actor", help="Slug of an actor (with its parts) on either side.")
    funder = LinkFunderFilter(
        label="Funder",
        help="Slug of an actor (with its parts) or fund that gives, or shares in it.",
    )
    recipient = OfActorFilter(
        "recipient", missing=Q(recipient=None), help="Slug of the actor paid (with its parts)."
    )
    type = WordFilter("type", choices=FundingType, help="What kind of figure it is.")
    amount_kind = WordFilter("amount_kind", choices=AmountKind, help="How exact the figure is.")
    currency = CurrencyFilter(missing=Q(currency=""), help="ISO 4217 code of the amount.")
    amount_min = AmountMinFilter("amount_min", help="At least so much in `currency`.")
    amount_max = AmountMaxFilter("amount_max", help="At most so much in `currency`.")
    year = YearFilter(
        "value_date", label="Year", missing=Q(value_date=""), help="Year of the value date."
    )
    certainty = CertaintyFilter(label="Certainty")

    class Meta:
        model = FundingLink
        fields = []

    @classmethod
    def public(cls):
        return FundingLink.objects.published()

    def cross_errors(self, cleaned):
        return amounts_need_currency(cleaned)


class EventFilterSet(AtlasFilterSet):
    q = OwnTextFilter(EventQuerySet, label="Search", help="Words in the title or the place.")
    initiative = InitiativesFilter("initiative", help="Slug of the initiative it belongs to.")
    actor = OfActorFilter("actor", help="Slug of the actor (with its parts) that held it.")
    country = CountryFilter("country", missing=Q(country=None), help="ISO code of the country.")
    year = YearFilter("date", label="Year", missing=Q(date=""), help="Year it took place.")
    date = PeriodFilter("date", missing=Q(date=""), help="Took place in this day, month or year.")
    certainty = CertaintyFilter(label="Certainty")

    class Meta:
        model = Event
        fields = []

    @classmethod
    def public(cls):
        return EventQuerySet(Event).published()


class ResultFilterSet(AtlasFilterSet):
    q = OwnTextFilter(ResultQuerySet, label="Search", help="Words in the indicator or the unit.")
    initiative = InitiativesFilter("initiative", help="Slug of the initiative.")
    actor = ResultActorFilter(
        "actor", help="Slug of an actor (with its parts) the initiative has to do with."
    )
    year = YearFilter("period", label="Year", missing=Q(period=""), help="Year of the period.")
    certainty = CertaintyFilter(label="Certainty")

    class Meta:
        model = Result
        fields = []

    @classmethod
    def public(cls):
        return Result.objects.published()


class StatementFilterSet(AtlasFilterSet):
    q = OwnTextFilter(
        StatementQuerySet, label="Search", help="Words in the value, the property or the voice."
    )
    initiative = SubjectFilter("initiative", help="Slug of the initiative, its events included.")
    actor = SubjectActorFilter("actor", help="Slug of the actor, its parts and events included.")
    property = PatternFilter(
        "property", pattern=WORDS, expected="a property such as training-target", help="Property."
    )
    nature = WordFilter("nature", choices=Nature, help="Fact, plan, opinion or assessment.")
    year = YearFilter("date", label="Year", missing=Q(date=""), help="Year it is about.")
    certainty = CertaintyFilter(label="Certainty")

    class Meta:
        model = Statement
        fields = []

    @classmethod
    def public(cls):
        return StatementQuerySet(Statement).published()


class OwnerFilter(AtlasFilter):
    """Mixin for a table that has one of the two owners: the other matches nothing."""

    def condition(self, value):
        names = {field.name for field in self.model._meta.get_fields()}
        return (
            Q(**{f"{self.field_name}__in": self.ids(value)})
            if (self.field_name in names)
            else Q(pk__in=[])
        )


class CitedInitiativeFilter(OwnerFilter, InitiativesFilter):
    @staticmethod
    def ids(initiative):
        return [initiative.pk]


class CitedActorFilter(OwnerFilter, ActorsFilter):
    @staticmethod
    def ids(actor):
        return [actor.pk]


class CitationFilterSet(AtlasFilterSet):
    """Filters of both tables of citations; give the table's queryset."""

    initiative = CitedInitiativeFilter("initiative", help="Slug of the initiative cited for.")
    actor = CitedActorFilter("actor", help="Slug of the actor cited for (without its parts).")
    source = RecordFilter(
        "source",
        records=Source.objects.all,
        kind="source",
        words="the slug of a source (/api/v1/sources/)",
        help="Slug of the source.",
    )
    publisher = RecordFilter(
        "source__publisher",
        label="Publisher",
        records=Publisher.objects.all,
        words="the slug of a publisher (/api/v1/publishers/)",
        help="Slug of the source's publisher.",
    )
    field = PatternFilter(
        "field",
        pattern=WORDS,
        expected="the name of a field such as actual_start",
        help="Field cited for.",
    )
    credibility = WordFilter(
        "credibility",
        choices=[(str(value), label) for value, label in Credibility.choices],
        missing=Q(credibility=None),
        help="Credibility of the piece of information (Admiralty code).",
    )

    class Meta:
        model = InitiativeCitation
        fields = []

    TABLES = (InitiativeCitation, ActorCitation)
