"""Every picture of a search over initiatives, by its name; pages and API read them here."""

from initiatives.insights.funding.picture import FUNDING
from initiatives.insights.map import MAP
from initiatives.insights.matrix import COVERAGE
from initiatives.insights.network.picture import NETWORK
from initiatives.insights.overlapping import OVERLAP
from initiatives.insights.timeline import TIMELINE
from initiatives.insights.years import YEARS

ALL = (MAP, TIMELINE, YEARS, COVERAGE, NETWORK, FUNDING, OVERLAP)
PICTURES = {picture.name: picture for picture in ALL}
