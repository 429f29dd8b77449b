"""The front page and the page on method."""

from django.shortcuts import render

from initiatives.exchange.catalog import data_set
from initiatives.exchange.iati import completeness
from initiatives.exchange.jsonld import data_block
from initiatives.insights.coverage import figures, oldest_check, publishers_by_reliability
from initiatives.models import Initiative, Theme
from initiatives.querysets import ThemeQuerySet
from initiatives.views.catalog import state
from initiatives.views.pictures import FORM, small_map
from initiatives.views.rows import rows_of
from sources.choices import Credibility

LATEST = 6


def home(request):
    """What this is, how it knows, live figures, the map, where to begin, what changed."""
    return render(
        request,
        "home.html",
        {
            "figures": figures(),
            "featured": rows_of(Initiative.objects.best_of_each_kind().for_list()),
            "latest": rows_of(Initiative.objects.latest(LATEST).for_list()),
            "themes": ThemeQuerySet(Theme).with_counts(),
            "map": small_map(),
            "pictures": FORM.pictures,
        },
    )


def about(request):
    """Method, inclusion rule, reliability codes, coverage, licence."""
    return render(
        request,
        "about.html",
        {
            "graph": data_block(data_set(*state(request))),
            "figures": figures(),
            "iati": completeness.share(),
            "oldest_check": oldest_check(),
            "reliability": publishers_by_reliability(),
            "credibility": Credibility.choices,
        },
    )
