"""The front page and the page on method."""

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from actors.models import Actor
from atlas.kit import facets
from atlas.kit.filters import UNSTATED
from atlas.kit.languages import LANGUAGES, OURS
from atlas.kit.pages import reads
from initiatives.exchange.catalog import data_set
from initiatives.exchange.iati import completeness
from initiatives.exchange.jsonld import data_block
from initiatives.filters import InitiativeFilterSet
from initiatives.insights import holdings
from initiatives.insights.coverage import figures, oldest_check, publishers_by_reliability
from initiatives.models import Initiative, Theme
from initiatives.querysets import ThemeQuerySet
from initiatives.views.catalog import state
from initiatives.views.pictures import FORM, small_map
from initiatives.views.rows import rows_of
from sources.choices import Credibility

LATEST = 6
PARTS = (
    ("inclusion", _("What is included")),
    ("footnotes", _("Footnotes")),
    ("dates", _("Dates and money")),
    ("reliability", _("Reliability")),
    ("evidence", _("Support today")),
    ("held", _("Coverage by actor and country")),
    ("iati", _("IATI")),
    ("languages", _("Names in your language")),
    ("licence", _("Use")),
    ("contact", _("Contact")),
)
REGIONS = 8
SHOWN = 15  # rows of a table on coverage; the others are folded


def languages() -> list[tuple[str, str]]:
    """(code, label) of our own language and of those that published names are in."""
    given = Initiative.objects.name_languages() | Actor.objects.name_languages() | {OURS}
    return [(code, label) for code, label in LANGUAGES.items() if code in given]


def places() -> list[tuple[str, int, str]]:
    """(region, initiatives filed under it or reaching it, their list), most first."""
    every = facets.select("initiatives", InitiativeFilterSet(QueryDict()))
    return [
        (
            count.label,
            count.count,
            f"{reverse('initiatives')}?{urlencode({'reaches': count.value})}",
        )
        for count in every.counts("reaches", REGIONS)
        if count.value != UNSTATED
    ]


@reads()
def home(request):
    """What this is, how it knows, live figures, the map, where to begin, what changed."""
    return render(
        request,
        "home.html",
        {
            "figures": figures(),
            "places": places(),
            "featured": rows_of(Initiative.objects.best_of_each_kind().for_list()),
            "latest": rows_of(Initiative.objects.latest(LATEST).for_list()),
            "themes": ThemeQuerySet(Theme).with_counts(),
            "map": small_map(),
            "pictures": FORM.pictures,
        },
    )


@reads()
def about(request):
    """Method, inclusion rule, reliability codes, coverage, licence, whom to ask."""
    every = facets.select("initiatives", InitiativeFilterSet(QueryDict()))
    held = (
        (_("Actor"), holdings.by_actor(every), reverse("actors")),
        (_("Country"), holdings.by_country(every), reverse("countries")),
    )
    return render(
        request,
        "about.html",
        {
            "parts": PARTS,
            "languages": languages(),
            "names_in": getattr(request, "names_in", "") or OURS,
            "contact": settings.ATLAS_CONTACT,
            "held": [(label, rows[:SHOWN], rows[SHOWN:], url) for label, rows, url in held],
            "graph": data_block(data_set(*state(request))),
            "figures": figures(),
            "iati": completeness.share(),
            "oldest_check": oldest_check(),
            "reliability": publishers_by_reliability(),
            "credibility": Credibility.choices,
        },
    )
