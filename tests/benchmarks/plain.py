"""The list of the API as it is usually made: ModelSerializer, page numbers, icontains.

It gives the same answer as ours, to be measured against; nothing else uses it.
"""

from django.db.models import Q
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.viewsets import GenericViewSet

from atlas.kit import wording
from initiatives.models import Initiative, InitiativeReach, Theme


class ThemeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Theme
        fields = ("slug", "name")


class ReachSerializer(serializers.ModelSerializer):
    initiative = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    country = serializers.SlugRelatedField(slug_field="iso2", read_only=True)
    country_label = serializers.CharField(source="country.name", default=None)
    group = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    group_label = serializers.CharField(source="group.name", default=None)
    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = InitiativeReach
        fields = ("key", "initiative", "country", "country_label", "group", "group_label", "kind")
        fields += ("kind_label",)


class DigestSerializer(serializers.Serializer):
    facts = serializers.IntegerField()
    uncited = serializers.IntegerField()
    disputed = serializers.IntegerField()
    single_source = serializers.IntegerField()
    sources = serializers.IntegerField()


class InitiativeSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    status_label = serializers.CharField(source="get_status_display")
    scope_label = serializers.CharField(source="get_scope_display")
    regions_label = serializers.SerializerMethodField()
    themes = ThemeSerializer(many=True)
    reach = ReachSerializer(many=True)
    digest = DigestSerializer()
    updated_at = serializers.DateTimeField(source="digest.updated_at")
    version = serializers.IntegerField(source="digest.version")
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Initiative
        fields = ("slug", "uid", "title", "kind", "kind_label", "status", "status_label")
        fields += ("status_on", "scope", "scope_label", "regions", "regions_label")
        fields += ("planned_start", "planned_end", "actual_start", "actual_end", "summary")
        fields += ("website", "themes", "reach", "digest", "updated_at", "version", "url")

    def get_regions_label(self, record) -> list[str]:
        return [wording.place(region) for region in record.regions]


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"


class InitiativeViewSet(ListModelMixin, GenericViewSet):
    serializer_class = InitiativeSerializer
    pagination_class = Pages
    authentication_classes = ()
    filter_backends = ()

    def get_queryset(self):
        records = Initiative.objects.filter(state="published").order_by("sort_key", "slug")
        word = self.request.query_params.get("q")
        if word:
            names = ("title", "names__name", "summary", "objectives")
            wanted = Q()
            for name in names:
                wanted |= Q(**{f"{name}__icontains": word})
            records = records.filter(wanted).distinct()
        return records
