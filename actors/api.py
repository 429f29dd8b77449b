"""Endpoints of countries and the list of actors; an actor in full joins nouns, see initiatives."""

from actors.filters import ActorFilterSet, CountryFilterSet
from actors.serializers import ActorSerializer, CountryDetailSerializer, CountrySerializer
from atlas.kit.api.facets import Faceted
from atlas.kit.api.paging import Key
from atlas.kit.api.views import RecordViewSet


class ActorViewSet(Faceted, RecordViewSet):
    """Actors: governments, organisations and companies that act in initiatives."""

    filterset_class = ActorFilterSet
    serializer_class = ActorSerializer
    lookup_field = "slug"
    noun = "actor"
    orderings = {
        "name": Key("sort_key"),
        "slug": Key("slug"),
        "created": Key("pk"),
        "updated": Key("digest__updated_at", nullable=True),
    }
    default_ordering = "name"

    def for_rows(self, queryset):
        return queryset.for_row()


class CountryViewSet(RecordViewSet):
    """Countries and territories of ISO 3166-1."""

    filterset_class = CountryFilterSet
    serializer_class = CountrySerializer
    detail_serializer_class = CountryDetailSerializer
    lookup_field = "iso2"
    orderings = {"iso2": Key("iso2"), "name": Key("name")}
    default_ordering = "iso2"

    def for_detail(self, queryset):
        return queryset.with_memberships()
