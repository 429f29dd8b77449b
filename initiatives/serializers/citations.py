"""What one source says about one fact, as a list of its own."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atlas.kit.api.evidence import STANCES
from atlas.kit.api.serializers import AddressedSerializer, LabelField, TextField
from atlas.kit.evidence import address
from initiatives.models import InitiativeCitation
from sources.choices import Credibility


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
    reliability_label = LabelField(source="source.publisher.get_reliability_display")
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
