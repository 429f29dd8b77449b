"""The list of actors."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from actors.filters import ActorFilterSet
from atlas.kit.listing import Facet, Listing

FACETS = (
    Facet("kind"),
    Facet("role", closed=True),
    Facet("country"),
    Facet("region", closed=True),
    Facet("group"),
    Facet("theme", closed=True),
    Facet("evidence", closed=True),
)
ORDERINGS = {
    "name": (_("Name"), ("sort_key", "slug")),
    "-updated_at": (_("Last changed"), ("-digest__updated_at", "slug")),
    "-sources": (_("Most sources"), ("-digest__sources", "sort_key", "slug")),
}


def actors(request):
    """Actors with kind, country, names and how well each is supported."""
    listing = Listing(request, ActorFilterSet, noun="actors", facets=FACETS, orderings=ORDERINGS)
    if listing.wants_file:
        return listing.file(lambda found: found.for_page())
    if listing.tidy:
        return listing.tidy
    page = listing.page(lambda found: found.for_page())
    context = {"listing": listing, "page": page, "count": page.paginator.count}
    return render(request, "actors/list.html", context, status=listing.status)
