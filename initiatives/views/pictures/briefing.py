"""The briefing: figures, three pictures, a table and the sources of one search, on two pages."""

from django.shortcuts import render
from django.utils import timezone

from atlas.kit.filters import Problem
from atlas.kit.pictures import Insight
from atlas.kit.pictures.pages import Drawing, Form, PictureListing, kept, svg
from initiatives.insights.briefing import BRIEFING, area_of, brief, pictures
from initiatives.insights.pictures import PICTURES
from initiatives.views.rows import rows_of

BARS = 8  # payers drawn


class BriefingListing(PictureListing):
    """The filters of the list; a briefing is a page and no file."""

    def _format(self):
        if name := self.data.get("format"):
            words = (
                f"There is no format “{name[:100]}” of this page: print it, or take each picture."
            )
            self.errors["format"] = Problem("format", words, [])

    @property
    def files(self) -> list:
        return super().files[-1:]


def view_of(form: Form, draw: dict):
    """The view; ``draw`` gives the function that draws each picture by its name."""

    def briefing(request):
        return kept(request, lambda: _page(request, form, draw))

    return briefing


def _page(request, form: Form, draw: dict):
    listing = BriefingListing(request, Drawing(BRIEFING, "", draw["map"], form))
    context = {
        "listing": listing,
        "picture": BRIEFING,
        "pictures": form.pictures,
        "query": listing.search.parameters,
        "today": timezone.now().date(),
        **form.said(listing),
    }
    if listing.valid:
        shown = _shown(listing, form, draw)
        found = brief(listing.search, shown[0]["insight"])
        context |= {"shown": shown, "brief": found, "rows": rows_of(found.records, money=True)}
    return render(request, "pictures/briefing.html", context, status=listing.status)


def _shown(listing: PictureListing, form: Form, draw: dict) -> list[dict]:
    """Its pictures, each with its insight and its drawing."""
    chosen = pictures(listing.search)
    chosen["map"][0]["area"] = area_of(chosen["map"][1])
    chosen["funding"][0]["bars"] = BARS
    return [
        {
            "picture": PICTURES[name],
            "insight": insight,
            "drawn_url": f"{PICTURES[name].path}drawn/?{listing.search.parameters}".rstrip("?"),
            "svg": _drawn(name, insight, options, listing, form, draw) if insight.rows else "",
        }
        for name, (options, insight) in chosen.items()
    ]


def _drawn(name: str, insight: Insight, options: dict, listing, form: Form, draw: dict) -> str:
    drawing = Drawing(
        PICTURES[name],
        f"pictures/_{name}.svg",
        lambda insight, _options: draw[name](insight, options),
        form,
    )
    return svg(drawing, insight, listing)
