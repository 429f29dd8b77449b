"""Links, events, results, statements and citations: one shape, nested or by themselves."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from rest_framework import serializers

from atlas.kit.api.reading import packing
from atlas.kit.api.serializers import AddressedSerializer, RowSerializer
from initiatives.models import (
    Event,
    FundingInclude,
    FundingJointFunder,
    FundingLink,
    InitiativeIdentifier,
    InitiativeName,
    InitiativeReach,
    InitiativeTie,
    Participation,
    Result,
    Statement,
)
from initiatives.querysets import MONEY_ENDS


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

    @classmethod
    def rows(cls, queryset):
        within = FundingInclude.objects.filter(link=OuterRef("pk")).order_by("key")
        keys = ArraySubquery(within.values("includes__key"))
        rows = queryset.select_related(*MONEY_ENDS, "recipient").annotate(packed_includes=keys)
        return packing(rows, cls, "joint_funders")

    def get_includes(self, link) -> list[str]:
        packed = link.__dict__.get("packed_includes")
        if packed is not None:
            return packed
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

    @classmethod
    def rows(cls, queryset):
        return queryset.select_related("initiative", "actor", "country")


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
