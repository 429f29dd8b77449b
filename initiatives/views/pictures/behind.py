"""The facts and the sources behind a briefing, as pages of their own."""

from django.shortcuts import render

from atlas.kit.pictures.pages import Drawing, Form, kept
from initiatives.insights.behind import PART
from initiatives.views.pictures.briefing import BriefingListing

TEMPLATE = "pictures/behind.html"


def view_of(form: Form, picture):
    """The view of one of them; bad values keep the form (400)."""

    def behind(request):
        return kept(request, lambda: _page(request, form, picture))

    return behind


class BehindListing(BriefingListing):
    """The filters of the list, and parts of a long one."""

    def part(self, number: int) -> str:
        data = self.without("part")
        data["part"] = str(number)
        return self.url(data)


def _page(request, form: Form, picture):
    listing = BehindListing(request, Drawing(picture, "", dict, form))
    if listing.tidy:
        return listing.tidy
    context = {
        "listing": listing,
        "picture": picture,
        "pictures": form.pictures,
        "query": listing.search.parameters,
    }
    if listing.valid:
        insight = picture.read(listing.search, listing.options)
        here, last = listing.options["part"], max(1, -(-insight.count // PART))
        context |= {"insight": insight, "here": here, "last": last}
        context["previous"] = listing.part(here - 1) if here > 1 else ""
        context["next"] = listing.part(here + 1) if here < last else ""
    return render(request, TEMPLATE, context, status=listing.status)
