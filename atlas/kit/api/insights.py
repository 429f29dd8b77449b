"""The numbers behind each picture as data: the same query string gives the same numbers."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atlas.kit.api.problems import BadQuery
from atlas.kit.api.schema import AtlasSchema, FilterDescriptions, parameter
from atlas.kit.api.views import OpenView
from atlas.kit.filters import Problem
from atlas.kit.pictures import Picture, Search, files


class LeftOutSerializer(serializers.Serializer):
    """What a picture does not show."""

    words = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.CharField(allow_blank=True, help_text="The list that holds exactly these.")
    records = serializers.ListField(
        child=serializers.DictField(), help_text="Title and address, where no list holds them."
    )


class ColumnSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="The key in each row.")
    label = serializers.CharField()


@extend_schema_serializer(many=False)
class InsightSerializer(serializers.Serializer):
    """Every number of a picture, how many records it is drawn from and what it leaves out."""

    title = serializers.CharField(help_text="What is seen.")
    how_to_read = serializers.CharField()
    count = serializers.IntegerField(help_text="Records the search finds.")
    drawn = serializers.IntegerField(help_text="Records in the picture.")
    left_out = LeftOutSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    columns = ColumnSerializer(many=True)
    rows = serializers.ListField(
        child=serializers.DictField(),
        help_text="A value for each column; `url` is the list of the records behind it. Of sums,"
        " `weak` is what no source of better reliability than D or E gives.",
    )


class TableRenderer(BaseRenderer):
    """Stands for CSV in the negotiation."""

    format, media_type, charset = "csv", "text/csv", "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        return b""  # of answers without a body


class InsightDescriptions(FilterDescriptions):
    """Describes the filters, then the picture's own parameters."""

    def get_schema_operation_parameters(self, view) -> list[dict]:
        own = [_described(one) for one in view.picture.parameters]
        return [*super().get_schema_operation_parameters(view), *own]


def _described(one) -> dict:
    schema = {"type": "string"}
    if one.options:
        schema["enum"] = [value for value, _label in one.options]
    if one.many:
        schema = {"type": "array", "items": schema}
    more = {"example": one.example} if one.example else {}
    return parameter(one.name, f"{one.label}. {one.help}".strip(), schema, **more)


class InsightViewSet(OpenView, GenericViewSet):
    """One picture's numbers; a subclass names picture, FilterSet and the path of the list."""

    schema = AtlasSchema()
    filter_backends = [InsightDescriptions]
    serializer_class = InsightSerializer
    pagination_class = None
    picture: Picture
    list_path = ""

    def get_queryset(self):
        return self.filterset_class.public()

    def get_renderers(self):
        return [*super().get_renderers(), TableRenderer()]

    def list(self, request):
        """The numbers of the whole search, not a page."""
        search, options = self.asked(request)
        insight = self.picture.read(search, options)
        site = request.build_absolute_uri("/").rstrip("/")
        if request.accepted_renderer.format == "csv":
            return HttpResponse(
                files.table_csv(insight, site), content_type="text/csv; charset=utf-8"
            )
        return Response(files.data(insight, site))

    def asked(self, request) -> tuple[Search, dict]:
        """The search and the picture's own options; every mistake is named."""
        search = Search(
            self.filterset_class, request.query_params, self.list_path, self.picture.own
        )
        options, problems = self.picture.options(request.query_params)
        known = {*search.filterset.filters, *self.picture.own, "format"}
        unknown = [
            Problem(name[:100], "There is no such parameter.", sorted(known))
            for name in request.query_params
            if name not in known
        ]
        if wrong := [*unknown, *search.filterset.problems, *problems]:
            raise BadQuery(wrong)
        return search, options


def insight_viewset(picture: Picture, filterset_class, list_path: str) -> type:
    """The endpoint of one picture."""
    words = "".join(part.capitalize() for part in picture.name.split("-"))
    attributes = {
        "__doc__": str(picture.help),
        "picture": picture,
        "filterset_class": filterset_class,
        "list_path": list_path,
        "basename": f"api-insights-{picture.name}",
    }
    return type(f"{words}InsightViewSet", (InsightViewSet,), attributes)
