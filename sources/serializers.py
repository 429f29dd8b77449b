"""Sources and publishers as the API gives them."""

from rest_framework import serializers

from atlas.kit.api.serializers import AddressedSerializer, LabelField, PathField
from sources.models import Publisher, Source


class PublisherSerializer(AddressedSerializer):
    """Who published a source, and how reliable it is as a publisher."""

    sources = serializers.IntegerField(
        source="source_count", read_only=True, help_text="Sources of this publisher."
    )

    ENDPOINT = "publishers"
    KEY = "slug"

    class Meta:
        model = Publisher
        fields = (
            "slug",
            "name",
            "website",
            "reliability",
            "reliability_label",
            "reliability_reason",
            "sources",
            "api_url",
        )


class SourceSerializer(AddressedSerializer):
    """One page, report or data set; ``url`` is its own address, ``page_url`` our page on it."""

    publisher_reliability = LabelField(source="publisher.reliability", read_only=True)
    publisher_reliability_label = LabelField(
        source="publisher.get_reliability_display", read_only=True
    )
    page_url = PathField(source="get_absolute_url", read_only=True, help_text="Our page on it.")

    ENDPOINT = "sources"
    KEY = "slug"

    class Meta:
        model = Source
        fields = (
            "slug",
            "title",
            "author",
            "publisher",
            "publisher_label",
            "publisher_reliability",
            "publisher_reliability_label",
            "url",
            "archived_url",
            "published",
            "accessed",
            "language",
            "kind",
            "kind_label",
            "derived_from",
            "derived_from_label",
            "derived_note",
            "note",
            "page_url",
            "api_url",
        )
