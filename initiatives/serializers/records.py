"""Initiatives, themes, and actors in full as the API gives them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actors.serializers import (
    ActorIdentifierSerializer,
    ActorNameSerializer,
    ActorSerializer,
    MembershipSerializer,
)
from atlas.kit import wording
from atlas.kit.api.evidence import EvidencedSerializer
from atlas.kit.api.reading import packing
from atlas.kit.api.serializers import (
    AddressedSerializer,
    PathField,
    PublishedSerializer,
    RowSerializer,
    WordWithLabel,
    word,
)
from initiatives.models import Initiative, Theme
from initiatives.serializers.links import (
    EventSerializer,
    FundingLinkSerializer,
    InitiativeIdentifierSerializer,
    InitiativeNameSerializer,
    ParticipationSerializer,
    ReachSerializer,
    ResultSerializer,
    TieSerializer,
)
from initiatives.serializers.rows import PartsOfRecord, statements_of


class ThemeSerializer(AddressedSerializer):
    """What an initiative is about; ``gfce`` and ``iati_sector`` are codes of others."""

    url = PathField(source="get_absolute_url", read_only=True, help_text="Its page.")

    ENDPOINT = "themes"
    KEY = "slug"

    class Meta:
        model = Theme
        fields = (
            "slug",
            "name",
            "description",
            "position",
            "gfce",
            "iati_sector",
            "url",
            "api_url",
        )


class ThemeWordSerializer(RowSerializer):
    """A theme by slug and name."""

    class Meta:
        model = Theme
        fields = ("slug", "name")


class InitiativeSerializer(PublishedSerializer):
    """An initiative as a row of a list."""

    themes = ThemeWordSerializer(many=True, read_only=True, help_text="Our classification.")
    reach = ReachSerializer(many=True, read_only=True)
    regions_label = serializers.SerializerMethodField(help_text="The regions in words.")

    ENDPOINT = "initiatives"

    class Meta:
        model = Initiative
        fields = (
            "slug",
            "uid",
            "title",
            "kind",
            "kind_label",
            "status",
            "status_label",
            "status_on",
            "scope",
            "scope_label",
            "regions",
            "regions_label",
            "planned_start",
            "planned_end",
            "actual_start",
            "actual_end",
            "summary",
            "website",
            "themes",
            "reach",
            "digest",
            "updated_at",
            "version",
            "url",
            "api_url",
        )

    @classmethod
    def rows(cls, queryset):
        return packing(queryset.for_parts(()).defer("objectives"), cls, "themes", "reach")

    def get_regions_label(self, record) -> list[str]:
        return [wording.place(region) for region in record.regions]


class InitiativeClassification(serializers.Serializer):
    """Our own ordering, never cited."""

    kind = WordWithLabel()
    scope = WordWithLabel(allow_null=True)
    regions = serializers.ListField(child=serializers.CharField())
    themes = WordWithLabel(many=True)


class InitiativeDetailSerializer(PartsOfRecord, EvidencedSerializer, InitiativeSerializer):
    """An initiative in full, with its links and the evidence of every fact."""

    names = InitiativeNameSerializer(many=True, read_only=True)
    identifiers = InitiativeIdentifierSerializer(many=True, read_only=True)
    ties = TieSerializer(many=True, read_only=True)
    tied_from = TieSerializer(
        many=True, read_only=True, help_text="Ties of other initiatives to this one."
    )
    participations = ParticipationSerializer(many=True, read_only=True)
    funding = FundingLinkSerializer(many=True, read_only=True, help_text="Money it gets.")
    funding_given = FundingLinkSerializer(
        many=True, read_only=True, help_text="Money it gives, where it is a fund."
    )
    events = EventSerializer(many=True, read_only=True)
    results = ResultSerializer(many=True, read_only=True)
    statements = serializers.SerializerMethodField(
        help_text="Statements about it, then those about its events."
    )
    classification = serializers.SerializerMethodField(help_text="Our own ordering, never cited.")

    NOUN = "initiative"
    BESIDE = ("themes", "reach", "names", "identifiers", "ties", "participations")
    BESIDE += ("events", "results")
    MONEY = ("funding", "funding_given")
    LISTS = {
        "initiative_names": "names",
        "initiative_identifiers": "identifiers",
        "initiative_reach": "reach",
        "initiative_ties": "ties",
        "participations": "participations",
        "funding_links": "funding",
        "events": "events",
        "results": "results",
    }
    MADE_OF = {
        ("initiative_reach", "place"): ("country", "group"),
        ("funding_links", "funder"): ("funder_actor", "funder_initiative"),
    }

    def rows_of(self, record, table):
        """Links and where they stand; funders that share a sum stand within its link."""
        if table == "statements":
            return [(f"/statements/{n}", row) for n, row in enumerate(statements_of(record))]
        if table != "funding_joint_funders":
            return super().rows_of(record, table)
        return [
            (f"{pointer}/joint_funders/{n}", joint)
            for pointer, link in super().rows_of(record, "funding_links")
            for n, joint in enumerate(link.joint_links.all())
        ]

    class Meta:
        model = Initiative
        fields = (
            *InitiativeSerializer.Meta.fields,
            "objectives",
            "names",
            "identifiers",
            "ties",
            "tied_from",
            "participations",
            "funding",
            "funding_given",
            "events",
            "results",
            "statements",
            *EvidencedSerializer.EVIDENCE,
            "classification",
        )

    @extend_schema_field(InitiativeClassification)
    def get_classification(self, record):
        return {
            "kind": word(record.kind, record.get_kind_display()),
            "scope": word(record.scope, record.get_scope_display()),
            "regions": record.regions,
            "themes": [word(theme.slug, theme.name) for theme in record.themes.all()],
        }


class ActorClassification(serializers.Serializer):
    """Our own ordering, never cited."""

    kind = WordWithLabel()
    country = WordWithLabel(allow_null=True)


class ActorWordSerializer(RowSerializer):
    """An actor by slug and name."""

    class Meta:
        model = ActorSerializer.Meta.model
        fields = ("slug", "name")


class ActorDetailSerializer(PartsOfRecord, EvidencedSerializer, ActorSerializer):
    """An actor in full: what it is, what it does, what it pays, and the evidence for it."""

    names = ActorNameSerializer(many=True, read_only=True)
    identifiers = ActorIdentifierSerializer(many=True, read_only=True)
    parts = ActorWordSerializer(many=True, read_only=True, help_text="Actors it is parent of.")
    members = MembershipSerializer(many=True, read_only=True, help_text="Who belongs to it.")
    memberships = MembershipSerializer(many=True, read_only=True, help_text="Groups it belongs to.")
    participations = ParticipationSerializer(many=True, read_only=True)
    funding_given = FundingLinkSerializer(many=True, read_only=True)
    funding_joint = serializers.SerializerMethodField(
        help_text="Links whose sum it shares with the funder named there."
    )
    funding_received = FundingLinkSerializer(many=True, read_only=True)
    events = EventSerializer(many=True, read_only=True)
    statements = serializers.SerializerMethodField(
        help_text="Statements about it, then those about its events."
    )
    classification = serializers.SerializerMethodField(help_text="Our own ordering, never cited.")

    NOUN = "actor"
    BESIDE = ("names", "identifiers", "members", "events")
    MONEY = ("funding_given", "funding_received")
    LISTS = {
        "actor_names": "names",
        "actor_identifiers": "identifiers",
        "memberships": "members",
        "events": "events",
    }

    def rows_of(self, record, table):
        """Links and where they stand in the answer."""
        if table == "statements":
            return [(f"/statements/{n}", row) for n, row in enumerate(statements_of(record))]
        return super().rows_of(record, table)

    class Meta:
        model = ActorSerializer.Meta.model
        fields = (
            *ActorSerializer.Meta.fields,
            "names",
            "identifiers",
            "parts",
            "members",
            "memberships",
            "participations",
            "funding_given",
            "funding_joint",
            "funding_received",
            "events",
            "statements",
            *EvidencedSerializer.EVIDENCE,
            "classification",
        )

    @extend_schema_field(FundingLinkSerializer(many=True))
    def get_funding_joint(self, record):
        links = [joint.link for joint in record.joint_funding_links.all()]
        return FundingLinkSerializer(links, many=True, context=self.context).data

    @extend_schema_field(ActorClassification)
    def get_classification(self, record):
        country = record.country
        return {
            "kind": word(record.kind, record.get_kind_display()),
            "country": word(country.iso2, country.name) if country else None,
        }
