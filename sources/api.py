"""Endpoints of sources and publishers."""

from atlas.kit.api.paging import Key
from atlas.kit.api.views import RecordViewSet
from sources.filters import PublisherFilterSet, SourceFilterSet
from sources.serializers import PublisherSerializer, SourceSerializer


class SourceViewSet(RecordViewSet):
    """Sources: pages, reports and data sets that facts rest on."""

    filterset_class = SourceFilterSet
    serializer_class = SourceSerializer
    lookup_field = "slug"
    noun = "source"
    orderings = {
        "slug": Key("slug"),
        "created": Key("pk"),
        "title": Key("title"),
        "published": Key("published_earliest", nullable=True),
        "accessed": Key("accessed", nullable=True),
    }
    default_ordering = "slug"

    def for_rows(self, queryset):
        return queryset.for_page()


class PublisherViewSet(RecordViewSet):
    """Publishers, with their reliability (Admiralty code) and its reason."""

    filterset_class = PublisherFilterSet
    serializer_class = PublisherSerializer
    lookup_field = "slug"
    orderings = {"slug": Key("slug"), "created": Key("pk"), "name": Key("name")}
    default_ordering = "slug"

    def for_rows(self, queryset):
        return queryset.with_source_counts()
