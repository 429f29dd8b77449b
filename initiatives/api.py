"""Endpoints of initiatives, their links and themes, and of actors in full."""

from django.db.models.functions import Coalesce
from django.http import HttpResponse
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from actors import api as actors_api
from atlas.desk.api import Proposing
from atlas.kit import downloads
from atlas.kit.api.facets import Faceted
from atlas.kit.api.insights import InsightViewSet, TableRenderer, insight_viewset
from atlas.kit.api.negotiation import file_renderer
from atlas.kit.api.paging import Key
from atlas.kit.api.past import Remembering
from atlas.kit.api.problems import BadQuery
from atlas.kit.api.schema import AtlasSchema, FilterDescriptions, parameter
from atlas.kit.api.views import OpenView, RecordViewSet
from atlas.kit.evidence import stances
from atlas.kit.filters import Problem
from initiatives.exchange.formats import GRAPH_JSON
from initiatives.filters import (
    CitationFilterSet,
    EventFilterSet,
    FundingLinkFilterSet,
    InitiativeFilterSet,
    ParticipationFilterSet,
    ResultFilterSet,
    StatementFilterSet,
    ThemeFilterSet,
)
from initiatives.insights import briefing, compare
from initiatives.insights.pictures import PICTURES
from initiatives.querysets import CitationQuerySet
from initiatives.serializers import (
    ActorDetailSerializer,
    BriefSerializer,
    CitationSerializer,
    ComparisonSerializer,
    EventSerializer,
    FundingLinkSerializer,
    GraphSerializer,
    InitiativeDetailSerializer,
    InitiativeSerializer,
    ParticipationSerializer,
    ResultSerializer,
    StatementSerializer,
    ThemeSerializer,
)

START = Coalesce("actual_start_earliest", "planned_start_earliest")


class InitiativeViewSet(Proposing, Remembering, Faceted, RecordViewSet):
    """Initiatives: programmes, centres, dialogues, projects, exercises, funds and alliances."""

    filterset_class = InitiativeFilterSet
    serializer_class = InitiativeSerializer
    detail_serializer_class = InitiativeDetailSerializer
    lookup_field = "slug"
    noun = "initiative"
    orderings = {
        "title": Key("sort_key"),
        "slug": Key("slug"),
        "start": Key(START, nullable=True),
        "created": Key("pk"),
        "updated": Key("digest__updated_at", nullable=True),
    }
    default_ordering = "title"

    def for_rows(self, queryset):
        return InitiativeSerializer.rows(queryset)

    def for_parts(self, queryset, names):
        wide = self.detail_serializer_class
        return wide.read_parts(queryset, names) if names else self.for_rows(queryset)

    def for_whole(self, queryset):
        return queryset.for_api()


class ActorViewSet(Proposing, Remembering, actors_api.ActorViewSet):
    """Actors: governments, organisations and companies that act in initiatives."""

    detail_serializer_class = ActorDetailSerializer

    def for_parts(self, queryset, names):
        wide = self.detail_serializer_class
        return wide.read_parts(queryset, names) if names else self.for_rows(queryset)

    def for_whole(self, queryset):
        return queryset.for_api()


class ParticipationViewSet(RecordViewSet):
    """Participations: who takes part in what, and in which role."""

    filterset_class = ParticipationFilterSet
    serializer_class = ParticipationSerializer
    orderings = {"key": Key("key"), "since": Key("since_earliest", nullable=True)}

    def for_rows(self, queryset):
        return queryset.select_related("initiative", "actor")


class FundingLinkViewSet(RecordViewSet):
    """Funding links: who pays for what, and how much, as far as it is stated."""

    filterset_class = FundingLinkFilterSet
    serializer_class = FundingLinkSerializer
    orderings = {
        "key": Key("key"),
        "date": Key("value_date_earliest", nullable=True),
        "amount": Key("amount", nullable=True),
    }

    def for_rows(self, queryset):
        return FundingLinkSerializer.rows(queryset)


class EventViewSet(RecordViewSet):
    """Events: meetings, openings and exercises."""

    filterset_class = EventFilterSet
    serializer_class = EventSerializer
    orderings = {"key": Key("key"), "date": Key("date_earliest", nullable=True)}

    def for_rows(self, queryset):
        return EventSerializer.rows(queryset)


class ResultViewSet(RecordViewSet):
    """Results: what was counted."""

    filterset_class = ResultFilterSet
    serializer_class = ResultSerializer
    orderings = {"key": Key("key"), "period": Key("period_earliest", nullable=True)}

    def for_rows(self, queryset):
        return queryset.select_related("initiative")


class StatementViewSet(RecordViewSet):
    """Statements: what is said about initiatives, actors and events, and by whom."""

    filterset_class = StatementFilterSet
    serializer_class = StatementSerializer
    orderings = {"key": Key("key"), "date": Key("date_earliest", nullable=True)}

    def for_rows(self, queryset):
        return queryset.select_related("initiative", "actor", "event")


class CitationViewSet(RecordViewSet):
    """Citations: what each source says about each fact, of initiatives and of actors."""

    filterset_class = CitationFilterSet
    serializer_class = CitationSerializer

    def tables(self):
        return [CitationQuerySet(table).published() for table in CitationFilterSet.TABLES]

    def for_rows(self, queryset):
        return queryset.for_api()

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "stances": self.stances}

    def represent(self, rows, choice):
        self.stances, parts = {}, self._parts(choice)
        shown = not parts or {"stance", "stance_label"} & {*parts}
        for noun in ("initiative", "actor") if shown else ():
            roots = {pk for row in rows if (pk := getattr(row, f"{noun}_id", None))}
            self.stances |= stances(noun, roots)
        return super().represent(rows, choice)


class ThemeViewSet(RecordViewSet):
    """Themes: what initiatives are about."""

    filterset_class = ThemeFilterSet
    serializer_class = ThemeSerializer
    lookup_field = "slug"
    orderings = {"position": Key("position"), "slug": Key("slug"), "name": Key("name")}
    default_ordering = "position"


class GraphViewSet(OpenView, GenericViewSet):
    """The network of a search: initiatives, actors, and what ties them, each edge with sources.

    Nodes of the search are `matched`; others are there because an edge leads to them.
    """

    schema = AtlasSchema()
    filter_backends = [FilterDescriptions]
    filterset_class = InitiativeFilterSet
    serializer_class = GraphSerializer
    pagination_class = None
    basename = "api-graph"

    def get_queryset(self):
        return self.filterset_class.public()

    def get_renderers(self):
        return [*super().get_renderers(), *map(file_renderer, downloads.offered("graph"))]

    def list(self, request):
        """The whole network, not a page."""
        filterset = self.filterset_class(request.query_params)
        format_ = getattr(request.accepted_renderer, "download", GRAPH_JSON)
        unknown = [
            Problem(name[:100], "There is no such parameter.", sorted(filterset.filters))
            for name in (*filterset.unknown_parameters, "ordering")
            if name in request.query_params
        ]
        unfit = downloads.unfit(format_, "graph", request.query_params)
        if wrong := [*unknown, *filterset.problems, *unfit]:
            raise BadQuery(wrong)
        records = [filterset.qs.order_by("slug")]
        answer = downloads.answer(request._request, format_, "graph", records)
        if format_ is GRAPH_JSON:
            del answer.headers["Content-Disposition"]  # read by pages, not kept
        return answer


class CompareViewSet(OpenView, GenericViewSet):
    """Two to four initiatives, actors or countries side by side, with agreement marked."""

    schema = AtlasSchema()
    filter_backends = []
    serializer_class = ComparisonSerializer
    pagination_class = None
    basename = "api-insights-compare"
    words = "What is compared, twice to four times: slugs, or two-letter codes of countries."
    parameters = {
        "list": lambda: [
            parameter(
                "id",
                CompareViewSet.words,
                {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 4},
                required=True,
                example=["ajccbc", "ajcd"],
            )
        ]
    }

    def get_renderers(self):
        return [*super().get_renderers(), TableRenderer()]

    def list(self, request):
        """Fact by fact; a value that several of them have says so."""
        wrong = [
            Problem(name[:100], "There is no such parameter.", ["format", "id"])
            for name in request.query_params
            if name not in ("id", "format")
        ]
        try:
            noun, records = compare.find(request.query_params.getlist("id"))
            if len(records) < compare.FEWEST:
                raise compare.Unfit("Give two to four different records.")
        except compare.Unfit as unfit:
            wrong.append(Problem("id", str(unfit), [self.words], offered=tuple(unfit.offered)))
        if wrong:
            raise BadQuery(wrong)
        table = compare.comparison(noun, records)
        site = request.build_absolute_uri("/").rstrip("/")
        if request.accepted_renderer.format == "csv":
            text = compare.table_csv(table, site)
            return HttpResponse(text, content_type="text/csv; charset=utf-8")
        return Response(compare.data(table, site))


class BriefingViewSet(InsightViewSet):
    """One search in brief: figures, pictures, sums, and the records and sources of most of it."""

    picture = briefing.BRIEFING
    filterset_class = InitiativeFilterSet
    serializer_class = BriefSerializer
    list_path = "/initiatives/"
    basename = "api-insights-briefing"

    def get_renderers(self):
        return super().get_renderers()[:1]

    def list(self, request):
        """What the page of the same query string prints."""
        search, _options = self.asked(request)
        site = request.build_absolute_uri("/").rstrip("/")
        return Response(briefing.data(search, site))


INSIGHTS = {
    name: insight_viewset(picture, InitiativeFilterSet, "/initiatives/")
    for name, picture in PICTURES.items()
} | {"compare": CompareViewSet, "briefing": BriefingViewSet}
