"""The catalogue of our data for catalogues of others."""

from django.http import HttpResponse
from django.utils.safestring import SafeString

from atlas.kit.models import DataVersion
from initiatives.exchange import catalog
from initiatives.exchange import jsonld as jsonld_format
from initiatives.exchange.linking import Linked
from initiatives.exchange.selection import AsOf, entry_of


def jsonld(request):
    """DCAT-AP as JSON-LD."""
    return _answer(request, catalog.write_jsonld, "application/ld+json")


def turtle(request):
    """DCAT-AP as Turtle."""
    return _answer(request, catalog.write_turtle, "text/turtle; charset=utf-8")


def _answer(request, write, media_type: str) -> HttpResponse:
    return HttpResponse(write(*state(request)), headers={"Content-Type": media_type})


def state(request) -> tuple[str, AsOf]:
    """The address of this site, and which state of the data it shows."""
    now = DataVersion.objects.get()
    return site_of(request), AsOf(now.version, now.changed_at)


def site_of(request) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def graph_of_source(request, record) -> SafeString:
    """A source in JSON-LD, for the data block of its page."""
    site = site_of(request)
    linked = Linked("source", entry_of("sources", record, site), site)
    return jsonld_format.embedded(linked)
