"""The front of the API: the list of endpoints, the description and its page, and nothing else."""

from functools import cache

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from atlas.kit import downloads
from atlas.kit.api.endpoints import ENDPOINTS, EXAMPLES
from atlas.kit.api.problems import Moved
from atlas.kit.api.views import OpenView

# addresses worth opening first
TRY = (
    "/api/v1/initiatives/ajccbc/",
    "/api/v1/initiatives/?country=TH&fields=slug,title,kind",
    "/api/v1/initiatives/facets/?facet=theme",
    "/api/v1/initiatives/?evidence=disputed",
    "/api/v1/funding-links/?initiative=ajccbc&format=csv",
)


def formats_of(noun: str) -> list[str]:
    """What ``format=`` may ask for of a whole list."""
    return ["json", *(format_.name for format_ in downloads.offered(noun))]


class RootView(OpenView, APIView):
    """Where to begin: what this is, where it is described, and the endpoints."""

    @extend_schema(exclude=True)
    def get(self, request):
        """Say what there is."""
        site = request.build_absolute_uri("/").rstrip("/")
        return Response(
            {
                "name": settings.SPECTACULAR_SETTINGS["TITLE"],
                "about": settings.SPECTACULAR_SETTINGS["DESCRIPTION"],
                "version": settings.SPECTACULAR_SETTINGS["VERSION"],
                "licence": settings.SPECTACULAR_SETTINGS["LICENSE"]["url"],
                "documentation": f"{site}/api/docs/",
                "description": f"{site}/api/v1/schema/",
                "for_assistants": f"{site}/llms.txt",
                "everything_in_one_file": f"{site}/data/atlas.zip",
                "try": [f"{site}{path}" for path in TRY],
                "endpoints": {name: endpoint(site, name) for name in ENDPOINTS},
            }
        )


def endpoint(site: str, name: str) -> dict:
    found = {
        "url": f"{site}/api/v1/{name}/",
        "holds": ENDPOINTS[name],
        "formats": [] if name in ("schema", "changes", "proposals") else formats_of(name),
    }
    if name in EXAMPLES:
        found["example"] = f"{site}/api/v1/{name}/{EXAMPLES[name]}/"
    return found


def llms(request):
    """The site for a language model, in the form of llmstxt.org."""
    site = request.build_absolute_uri("/").rstrip("/")
    endpoints = {name: endpoint(site, name) for name in ENDPOINTS}
    page = {"site": site, "endpoints": endpoints, "try": [f"{site}{path}" for path in TRY]}
    return render(request, "api/llms.txt", page, content_type="text/markdown; charset=utf-8")


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
