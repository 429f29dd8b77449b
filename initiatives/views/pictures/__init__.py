"""Pictures of a search over initiatives: how each insight is drawn, and its page."""

from functools import partial

from atlas.kit.pictures.pages import Drawing, Form, show, small
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.behind import FACTS, SOURCES
from initiatives.insights.drawn import drawn_of
from initiatives.insights.funding.listed import LISTED
from initiatives.insights.pictures import PICTURES
from initiatives.views.lists import FACETS, ORDERINGS, shortcuts_of
from initiatives.views.pictures import (
    behind,
    briefing,
    coverage,
    funding,
    network,
    overlap,
    timeline,
    years,
)
from initiatives.views.pictures import map as places
from initiatives.views.regions import region_of


def said_of(listing) -> dict:
    """What a list says of its search too: other senses of it."""
    return {"region": region_of(listing), "shortcuts": shortcuts_of(listing)}


FORM = Form(
    "initiatives",
    InitiativeFilterSet,
    FACETS,
    ORDERINGS,
    "/initiatives/",
    tuple(PICTURES.values()),
    said_of,
)
DRAW = {
    "map": places.draw,
    "timeline": timeline.draw,
    "years": years.draw,
    "coverage": coverage.draw,
    "network": network.draw,
    "funding": funding.draw,
    "overlap": overlap.draw,
}
PAGE = "pictures/picture.html"
PAGES = {name: f"pictures/{name}.html" for name in ("network", "funding", "years")}
DRAWINGS = {
    name: Drawing(PICTURES[name], f"pictures/_{name}.svg", draw, FORM, page=PAGES.get(name, PAGE))
    for name, draw in DRAW.items()
}
VIEWS = {name: show(drawing) for name, drawing in DRAWINGS.items()}
BEHIND = (FACTS, SOURCES, LISTED, *(drawn_of(one) for one in PICTURES.values()))
VIEWS["briefing"] = briefing.view_of(FORM, DRAW)
VIEWS |= {one.name: behind.view_of(FORM, one) for one in BEHIND}
small_map = partial(small, DRAWINGS["map"])
