"""The network as the API describes it; the answer itself is written by the exchange."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers


class NodeSerializer(serializers.Serializer):
    """A record: an initiative or an actor."""

    id = serializers.CharField(help_text="Noun and slug: `initiative:ajccbc`.")
    label = serializers.CharField()
    noun = serializers.ChoiceField(["initiative", "actor"])
    slug = serializers.CharField()
    kind = serializers.CharField(help_text="Our classification.")
    url = serializers.CharField(help_text="Its page.")
    matched = serializers.BooleanField(help_text="Whether the search itself shows it.")


class EdgeSerializer(serializers.Serializer):
    """One tie between two records."""

    id = serializers.CharField(help_text="Table and key of the link.")
    source = serializers.CharField(help_text="A node.")
    target = serializers.CharField(help_text="A node.")
    type = serializers.ChoiceField(["participation", "funding", "recipient", "tie", "parent"])
    role = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)
    since = serializers.CharField(allow_null=True, help_text="EDTF.")
    until = serializers.CharField(allow_null=True, help_text="EDTF.")
    date = serializers.CharField(allow_null=True, help_text="EDTF.")
    amount_kind = serializers.CharField(
        allow_null=True,
        help_text="How the amount is meant; `undisclosed` and `shared` have none.",
    )
    amount = serializers.CharField(allow_null=True, help_text="Decimal; the lower end of a range.")
    amount_max = serializers.CharField(allow_null=True, help_text="The upper end of a range.")
    currency = serializers.CharField(allow_null=True, help_text="ISO 4217.")
    sources = serializers.ListField(
        child=serializers.CharField(), help_text="Addresses of the sources that support it."
    )


@extend_schema_serializer(many=False)
class GraphSerializer(serializers.Serializer):
    """Nodes, then edges between them."""

    nodes = NodeSerializer(many=True)
    edges = EdgeSerializer(many=True)
