"""What pages show of a search at a glance, and the other views of it."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from atlas.kit import facets
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.glance import glance
from initiatives.insights.pictures import PICTURES

ABOUT_A_COUNTRY = ("theme", "funder", "actor", "status")
ABOUT_A_THEME = ("country", "funder", "kind", "status")
ABOUT_A_GROUP = ("theme", "funder", "actor", "country", "status")


def at_a_glance(given: dict[str, str], asked: tuple[str, ...]) -> dict:
    """The context of the glance at one search: figures, its list, and every other view of it."""
    query = urlencode(given)
    selection = facets.select("initiatives", InitiativeFilterSet(QueryDict(query)))
    views = [(picture.label, f"{picture.path}?{query}") for picture in PICTURES.values()]
    return {
        "shelf": selection.shelf,
        "glance": glance(selection, given, asked),
        "list": f"{reverse('initiatives')}?{query}",
        "glance_query": query,
        "views": [*views, (_("Briefing"), f"{reverse('briefing')}?{query}")],
    }
