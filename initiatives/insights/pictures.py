"""Every picture of a search over initiatives, by its name; pages and API read them here."""

from initiatives.insights.map import MAP
from initiatives.insights.matrix import COVERAGE
from initiatives.insights.timeline import TIMELINE
from initiatives.insights.years import YEARS

PICTURES = {picture.name: picture for picture in (MAP, TIMELINE, YEARS, COVERAGE)}
