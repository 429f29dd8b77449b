"""The catalogue of our data for catalogues of others."""

from django.http import HttpResponse

from atlas.kit.models import DataVersion
from initiatives.exchange import catalog
from initiatives.exchange.selection import AsOf


def jsonld(request):
    """DCAT-AP as JSON-LD."""
    return _answer(request, catalog.write_jsonld, "application/ld+json")


def turtle(request):
    """DCAT-AP as Turtle."""
    return _answer(request, catalog.write_turtle, "text/turtle; charset=utf-8")


def _answer(request, write, media_type: str) -> HttpResponse:
    now = DataVersion.objects.get()
    site = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(
        write(site, AsOf(now.version, now.changed_at)), headers={"Content-Type": media_type}
    )
