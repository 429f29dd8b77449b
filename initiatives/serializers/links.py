"""Links, events, results, statements and citations: one shape, nested or by themselves."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atlas.kit.api.serializers import (
    STANCES,
    AddressedSerializer,
    LabelField,
    RowSerializer,
    TextField,
)
from atlas.kit.evidence import address
from initiatives.models import (
    Event,
    FundingJointFunder,
    FundingLink,
    InitiativeCitation,
    InitiativeIdentifier,
    InitiativeName,
    InitiativeReach,
    InitiativeTie,
    Participation,
    Result,
    Statement,
)
from sources.choices import Credibility


class InitiativeNameSerializer(RowSerializer):
    """A name of an initiative, with its language."""

    class Meta:
        model = InitiativeName
        fields = ("key", "name", "language", "kind", "kind_label")


class InitiativeIdentifierSerializer(RowSerializer):
    """What another register calls an initiative."""

    class Meta:
        model = InitiativeIdentifier
        fields = ("key", "scheme", "code")


class ReachSerializer(RowSerializer):
    """A country or a group that is reached."""

    class Meta:
        model = InitiativeReach
        fields = (
            "key",
            "initiative",
            "country",
            "country_label",
            "group",
            "group_label",
            "kind",
            "kind_label",
        )


class TieSerializer(RowSerializer):
    """``initiative`` is part of, follows or is related to ``target``."""

    class Meta:
        model = InitiativeTie
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "kind",
            "kind_label",
            "target",
            "target_label",
        )


class ParticipationSerializer(AddressedSerializer):
    """An actor's role in an initiative."""

    ENDPOINT = "participations"

    class Meta:
        model = Participation
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "actor",
            "actor_label",
            "role",
            "role_label",
            "since",
            "until",
            "note",
            "api_url",
        )


class JointFunderSerializer(RowSerializer):
    """Who else gives a sum that is shared."""

    class Meta:
        model = FundingJointFunder
        fields = ("key", "actor", "actor_label")


class FundingLinkSerializer(AddressedSerializer):
    """Money for an initiative from an actor or from an initiative that is a fund.

    Amounts are decimal text in ``currency`` and never converted.  ``joint_funders`` share the sum;
    ``includes`` lists links whose amounts this one already contains: do not add them up.
    """

    joint_funders = JointFunderSerializer(source="joint_links", many=True, read_only=True)
    includes = serializers.SerializerMethodField(help_text="Keys of funding links.")

    ENDPOINT = "funding-links"

    class Meta:
        model = FundingLink
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "funder_actor",
            "funder_actor_label",
            "funder_initiative",
            "funder_initiative_label",
            "joint_funders",
            "recipient",
            "recipient_label",
            "type",
            "type_label",
            "iati_type",
            "iati_type_label",
            "amount_kind",
            "amount_kind_label",
            "amount",
            "amount_max",
            "currency",
            "undisclosed_reason",
            "undisclosed_reason_label",
            "in_kind",
            "value_date",
            "period",
            "includes",
            "note",
            "api_url",
        )

    def get_includes(self, link) -> list[str]:
        return [include.includes.key for include in link.include_links.all()]


class EventSerializer(AddressedSerializer):
    """A meeting, opening or exercise, of an initiative or of the body that held it."""

    ENDPOINT = "events"

    class Meta:
        model = Event
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "actor",
            "actor_label",
            "title",
            "ordinal",
            "date",
            "place",
            "country",
            "country_label",
            "note",
            "api_url",
        )


class ResultSerializer(AddressedSerializer):
    """A counted result."""

    ENDPOINT = "results"

    class Meta:
        model = Result
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "indicator",
            "value",
            "approximate",
            "unit",
            "period",
            "note",
            "api_url",
        )


class StatementSerializer(AddressedSerializer):
    """An assertion in our words about exactly one initiative, actor or event."""

    ENDPOINT = "statements"

    class Meta:
        model = Statement
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "actor",
            "actor_label",
            "event",
            "event_label",
            "property",
            "value",
            "number",
            "unit",
            "date",
            "nature",
            "nature_label",
            "voice",
            "note",
            "api_url",
        )


class CitationSerializer(AddressedSerializer):
    """What one source says about one fact of an initiative or an actor."""

    initiative = serializers.SerializerMethodField()
    initiative_label = serializers.SerializerMethodField()
    actor = serializers.SerializerMethodField()
    actor_label = serializers.SerializerMethodField()
    link_table = TextField(read_only=True, allow_null=True, help_text="Null: the record itself.")
    link_key = TextField(read_only=True, allow_null=True)
    address = serializers.SerializerMethodField(
        help_text="As in `evidence` of the record: `title`, `participations/KEY/role`."
    )
    publisher = LabelField(source="source.publisher.slug", read_only=True)
    publisher_label = LabelField(source="source.publisher", read_only=True)
    reliability = LabelField(source="source.publisher.reliability", read_only=True)
    reliability_label = LabelField(
        source="source.publisher.get_reliability_display", read_only=True
    )
    stance = serializers.SerializerMethodField(
        help_text="What it does to our value, found by comparison."
    )
    stance_label = serializers.SerializerMethodField()
    credibility_label = serializers.SerializerMethodField()

    ENDPOINT = "citations"

    class Meta:
        model = InitiativeCitation
        fields = (
            "key",
            "initiative",
            "initiative_label",
            "actor",
            "actor_label",
            "link_table",
            "link_key",
            "field",
            "address",
            "source",
            "source_label",
            "publisher",
            "publisher_label",
            "reliability",
            "reliability_label",
            "says",
            "stance",
            "stance_label",
            "locator",
            "credibility",
            "credibility_label",
            "note",
            "checked_on",
            "checked_by",
            "api_url",
        )

    def get_initiative(self, row) -> str | None:
        return row.initiative.slug if hasattr(row, "initiative_id") else None

    def get_initiative_label(self, row) -> str | None:
        return str(row.initiative) if hasattr(row, "initiative_id") else None

    def get_actor(self, row) -> str | None:
        return row.actor.slug if hasattr(row, "actor_id") else None

    def get_actor_label(self, row) -> str | None:
        return str(row.actor) if hasattr(row, "actor_id") else None

    def get_address(self, row) -> str:
        return address(row.link_table, row.link_key, row.field)

    @extend_schema_field(serializers.ChoiceField(choices=STANCES))
    def get_stance(self, row):
        return self.context["stances"][row.key]

    def get_stance_label(self, row) -> str:
        return str(dict(STANCES)[self.context["stances"][row.key]])

    def get_credibility_label(self, row) -> str | None:
        return Credibility(row.credibility).label if row.credibility else None
