"""The list of the API as it is usually made: ModelSerializer, page numbers, icontains.

It gives the rows of our answer to the letter, counts all that it finds, and looks for words by
``icontains``; to be measured against, nothing else uses it.
"""

from django.db.models import Q
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.viewsets import GenericViewSet

from atlas.kit import wording
from initiatives.models import Initiative, InitiativeDigest, InitiativeReach, Theme
from sources.choices import Reliability


class Serializer(serializers.ModelSerializer):
    """A value that is not there is null, as in our answers."""

    def to_representation(self, row):
        given = super().to_representation(row)
        return {name: None if value == "" else value for name, value in given.items()}


class ThemeSerializer(Serializer):
    class Meta:
        model = Theme
        fields = ("slug", "name")


class ReachSerializer(Serializer):
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


class DigestSerializer(Serializer):
    best_reliability_label = serializers.SerializerMethodField()
    oldest_check = serializers.SerializerMethodField()

    class Meta:
        model = InitiativeDigest
        fields = ("facts", "uncited", "disputed", "single_source", "sources")
        fields += ("best_reliability", "best_reliability_label", "oldest_check")

    def get_best_reliability_label(self, digest):
        return dict(Reliability.choices).get(digest.best_reliability)

    def get_oldest_check(self, digest):
        day = digest.oldest_check
        return day if day and day.year > 1900 else None


class InitiativeSerializer(Serializer):
    kind_label = serializers.CharField(source="get_kind_display")
    status_label = serializers.CharField(source="get_status_display")
    scope_label = serializers.CharField(source="get_scope_display")
    regions_label = serializers.SerializerMethodField()
    themes = ThemeSerializer(many=True)
    reach = ReachSerializer(many=True)
    digest = DigestSerializer()
    updated_at = serializers.DateTimeField(source="digest.updated_at")
    version = serializers.IntegerField(source="digest.version")
    url = serializers.SerializerMethodField()
    api_url = serializers.SerializerMethodField()

    class Meta:
        model = Initiative
        fields = ("slug", "uid", "title", "kind", "kind_label", "status", "status_label")
        fields += ("status_on", "scope", "scope_label", "regions", "regions_label")
        fields += ("planned_start", "planned_end", "actual_start", "actual_end", "summary")
        fields += ("website", "themes", "reach", "digest", "updated_at", "version", "url")
        fields += ("api_url",)

    def get_regions_label(self, record) -> list[str]:
        return [wording.place(region) for region in record.regions]

    def get_url(self, record) -> str:
        return self.context["request"].build_absolute_uri(record.get_absolute_url())

    def get_api_url(self, record) -> str:
        return self.context["request"].build_absolute_uri(f"/api/v1/initiatives/{record.slug}/")


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
