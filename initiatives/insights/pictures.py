"""Every picture of a search over initiatives, by its name; pages and API read them here."""

from initiatives.insights.map import MAP
from initiatives.insights.matrix import COVERAGE
from initiatives.insights.timeline import TIMELINE

PICTURES = {picture.name: picture for picture in (MAP, TIMELINE, COVERAGE)}
