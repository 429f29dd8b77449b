"""The list of sources."""

from django.utils.translation import gettext_lazy as _

from atlas.kit.listing import Facet, Listing
from sources.filters import SourceFilterSet

FACETS = (
    Facet("reliability"),
    Facet("kind"),
    Facet("year", "text", label=_("Published in"), hint=_("A year such as 2018")),
    Facet("language", "text", hint=_("A code such as en, ja, de")),
)
ORDERINGS = {
    "title": (_("Title"), ("title", "slug")),
    "-published": (_("Newest"), ("-published_earliest", "slug")),
    "-citations": (_("Most cited"), ("-citation_count", "title", "slug")),
}


def sources(request):
    """Sources with their publishers, how reliable these are, and how often each is cited."""
    listing = Listing(request, SourceFilterSet, noun="sources", facets=FACETS, orderings=ORDERINGS)
    return listing.answer(
        "sources/list.html",
        lambda found: found.for_page(),
        heading=_("Sources"),
        lead=_("Every page, report and data set that a fact of the atlas rests on."),
    )
