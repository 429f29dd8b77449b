"""The front of the API: the list of endpoints, the description and its page, and nothing else."""

from functools import cache

from django.http import Http404
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from atlas.kit import downloads
from atlas.kit.api.problems import Moved
from atlas.kit.api.views import OpenView

# the endpoints, as the root of the API lists them
ENDPOINTS = {
    "initiatives": "Programmes, centres, dialogues, projects, exercises, funds and alliances.",
    "actors": "Governments, organisations and companies that act in them.",
    "participations": "Who takes part in what, and in which role.",
    "funding-links": "Who pays for what, and how much, as far as it is stated.",
    "events": "Meetings, openings and exercises.",
    "results": "What was counted: indicator, number, unit.",
    "statements": "What is said about initiatives, actors and events, and by whom.",
    "citations": "What each source says about each fact, and where in it.",
    "sources": "Pages, reports and data sets that facts rest on.",
    "publishers": "Who published them, and how reliable that publisher is.",
    "countries": "Countries and territories of ISO 3166-1.",
    "themes": "What initiatives are about.",
    "graph": "The network of a search: who takes part in what, who pays, what is tied to what.",
    "insights/map": "How many initiatives reach each country, as the map draws it.",
    "insights/timeline": "When initiatives ran, with what is uncertain.",
    "insights/years": "How many started and ran in each year; money by year.",
    "insights/network": "Actors and what ties them: shared initiatives, or roles.",
    "insights/funding": "Who pays and is paid, or the chain around one record.",
    "insights/overlap": "Initiatives that share a country, a theme and time.",
    "insights/coverage": "Which themes reach which countries or groups, gaps included.",
    "schema": "This API as an OpenAPI 3.1 description.",
}


def formats_of(noun: str) -> list[str]:
    """What ``format=`` may ask for of a whole list."""
    return ["json", *(format_.name for format_ in downloads.offered(noun))]


class RootView(OpenView, APIView):
    """The endpoints, each with what it holds."""

    @extend_schema(exclude=True)
    def get(self, request):
        """List the endpoints."""
        return Response(
            {
                name: {
                    "url": request.build_absolute_uri(f"/api/v1/{name}/"),
                    "holds": words,
                    "formats": [] if name == "schema" else formats_of(name),
                }
                for name, words in ENDPOINTS.items()
            }
        )


class Description(SchemaGenerator):
    """Written once a process: it is the same for everybody."""

    @classmethod
    @cache
    def written(cls) -> dict:
        return SchemaGenerator().get_schema(public=True)

    def get_schema(self, request=None, public=False):
        return self.written()


class SchemaView(OpenView, SpectacularAPIView):
    """The OpenAPI description of the API."""

    generator_class = Description


class DocsView(OpenView, SpectacularSwaggerSplitView):
    """The description to read and try, without inline scripts or styles."""

    template_name = "api/docs.html"
    content_negotiation_class = DefaultContentNegotiation


class NothingView(OpenView, APIView):
    """Every other address below ``/api/``: a problem, or the way to the same with a slash."""

    http_method_names = APIView.http_method_names

    @extend_schema(exclude=True)
    def get(self, request, **kwargs):
        path = request.path_info
        if not path.endswith("/"):
            try:
                view = resolve(f"{path}/").func
            except Resolver404:
                raise Http404 from None
            if getattr(view, "cls", None) is not NothingView:
                raise Moved(f"{path}/")
        raise Http404

    post = put = patch = delete = options = get
