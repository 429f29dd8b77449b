"""Two to four records side by side."""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from atlas.kit.pages import reads
from initiatives.insights.compare import FEWEST, MOST, Unfit, comparison, find, shared
from initiatives.views.pictures import FORM

NOUNS = {"initiative": "initiatives", "actor": "actors", "country": "countries"}


@reads("id")
def compare(request):
    """Initiatives, actors or countries by ``id``; a form adds one more.

    A bad id keeps the form and says what is wrong (400).
    """
    asked = [text.strip() for text in request.GET.getlist("id") if text.strip()]
    problem, noun, records, offered = "", "", [], []
    try:
        noun, records = find(asked)
    except Unfit as unfit:
        problem = str(unfit)
        offered = [(o.label, _instead(asked, unfit.text, o.value)) for o in unfit.offered]
    context = {
        "problem": problem,
        "offered": offered,
        "noun": NOUNS.get(noun, ""),
        "chosen": [(record, _without(asked, place)) for place, record in enumerate(records)],
        "asked": asked,
        "table": comparison(noun, records) if len(records) >= FEWEST else None,
        "shared": shared(noun, records),
        "room": len(records) < MOST,
        "first": "" if asked else _("Start with two of one kind."),
        "pictures": FORM.pictures,
        "api": _address("api-insights-compare-list", asked),
        "permanent": request.build_absolute_uri(_address("compare", asked)),
    }
    return render(request, "compare.html", context, status=400 if problem else 200)


def _without(asked: list[str], place: int) -> str:
    """The address of the comparison without one of its records."""
    return _address("compare", asked[:place] + asked[place + 1 :])


def _instead(asked: list[str], text: str, slug: str) -> str:
    """The address of the comparison with a slug in place of a name that several have."""
    return _address("compare", [slug if one == text else one for one in asked])


def _address(name: str, ids: list[str]) -> str:
    data = QueryDict(mutable=True)
    data.setlist("id", ids)
    return f"{reverse(name)}?{data.urlencode()}"


def overlap(request):
    """Overlap is a picture of its own."""
    query = request.GET.urlencode()
    return redirect(reverse("overlap") + (f"?{query}" if query else ""), permanent=True)
