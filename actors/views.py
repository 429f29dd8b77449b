"""The list of actors."""

from django.utils.translation import gettext_lazy as _

from actors.filters import ActorFilterSet
from actors.insights import country_named, group_named
from atlas.kit.listing import Facet, Listing

FACETS = (
    Facet("kind"),
    Facet("role", closed=True),
    Facet("country", named=country_named),
    Facet("region", closed=True),
    Facet("group", named=group_named),
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
    return listing.answer(
        "actors/list.html",
        lambda found: found.for_page(),
        heading=_("Actors"),
        lead=_(
            "Governments, organisations, companies and other bodies that run, pay for or take part"
            " in initiatives. Never a person."
        ),
    )
