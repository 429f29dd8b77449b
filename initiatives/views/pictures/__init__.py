"""Pictures of a search over initiatives: how each insight is drawn, and its page."""

from atlas.kit.pictures.pages import Drawing, Form, show
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.pictures import PICTURES
from initiatives.views.lists import FACETS, ORDERINGS
from initiatives.views.pictures import map as places

FORM = Form(InitiativeFilterSet, FACETS, ORDERINGS, "/initiatives/", tuple(PICTURES.values()))
DRAWINGS = (Drawing(PICTURES["map"], "pictures/_map.svg", places.draw, FORM),)
VIEWS = {drawing.picture.name: show(drawing) for drawing in DRAWINGS}
