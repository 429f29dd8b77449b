"""Endpoints of sources and publishers."""

from atlas.desk.api import Writing
from atlas.kit.api.paging import Key
from atlas.kit.api.views import RecordViewSet
from sources.actions import delete_source
from sources.filters import PublisherFilterSet, SourceFilterSet
from sources.serializers import PublisherSerializer, SourceSerializer


class SourceViewSet(Writing, RecordViewSet):
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

    def remove(self, record, by):
        delete_source(source=record, by=by, through="api")


class PublisherViewSet(Writing, RecordViewSet):
    """Publishers, with their reliability (Admiralty code) and its reason."""

    filterset_class = PublisherFilterSet
    serializer_class = PublisherSerializer
    lookup_field = "slug"
    orderings = {"slug": Key("slug"), "created": Key("pk"), "name": Key("name")}
    default_ordering = "slug"

    def for_rows(self, queryset):
        return queryset.for_row()
