"""Pictures of a search over initiatives: how each insight is drawn, and its page."""

from atlas.kit.pictures.pages import Drawing, Form, show
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.pictures import PICTURES
from initiatives.views.lists import FACETS, ORDERINGS
from initiatives.views.pictures import coverage, timeline, years
from initiatives.views.pictures import map as places

FORM = Form(
    "initiatives", InitiativeFilterSet, FACETS, ORDERINGS, "/initiatives/", tuple(PICTURES.values())
)
DRAW = {
    "map": places.draw,
    "timeline": timeline.draw,
    "years": years.draw,
    "coverage": coverage.draw,
}
VIEWS = {
    name: show(Drawing(PICTURES[name], f"pictures/_{name}.svg", draw, FORM))
    for name, draw in DRAW.items()
}
