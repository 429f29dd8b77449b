"""The list of initiatives."""

from django.db.models import F
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from actors.models import Actor, Country
from atlas.kit.listing import Facet, Listing
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.pictures import PICTURES
from initiatives.models import Initiative, Theme
from initiatives.views.rows import rows_of

DATE_FILTERS = ("year", "active_on", "start_after", "start_before")


def theme_options() -> list[tuple[str, str]]:
    return [(theme.slug, theme.name) for theme in Theme.objects.all()]


FACETS = (
    Facet("theme", options=theme_options),
    Facet("kind"),
    Facet("status"),
    Facet("country", "select", Country.objects.reached_names),
    Facet("group", "select", Actor.objects.groups),
    Facet("funder", "select", Initiative.objects.payers),
    Facet("year", "text", label=_("Ran in the year"), hint=_("Such as 2018")),
    Facet("active_on", "text", hint=_("2019, 2019-05, 2019-05-31 or 2016/2018")),
    Facet("certainty", "choice", label=_("Dates match")),
    Facet("evidence", closed=True),
)
ORDERINGS = {
    "title": (_("Title"), ("sort_key", "slug")),
    "-start": (_("Newest start"), (F("actual_start_earliest").desc(nulls_last=True), "slug")),
    "start": (_("Oldest start"), (F("actual_start_earliest").asc(nulls_last=True), "slug")),
    "-sources": (_("Most sources"), ("-digest__sources", "sort_key", "slug")),
    "-updated_at": (_("Last changed"), ("-digest__updated_at", "slug")),
}


def initiatives(request):
    """Initiatives with status, dates, places and payers; filters as the API has them."""
    listing = Listing(
        request, InitiativeFilterSet, noun="initiatives", facets=FACETS, orderings=ORDERINGS
    )
    if listing.wants_file:
        return listing.file(lambda found: found.for_list())
    page = listing.page(lambda found: found.for_list())
    context = {
        "listing": listing,
        "page": page,
        "rows": rows_of(page),
        "count": page.paginator.count,
        "doubtful": doubtful(listing, page.paginator.count),
        "pictures": PICTURES.values(),
    }
    return render(request, "initiatives/list.html", context, status=listing.status)


def doubtful(listing: Listing, count: int) -> int:
    """How many match a date filter only because a date is uncertain; 0 without such a filter."""
    data = listing.data.copy()
    if not listing.valid or not any(data.get(name) for name in DATE_FILTERS):
        return 0
    data["certainty"] = "sure"
    return count - InitiativeFilterSet(data, also=("page",)).qs.count()
