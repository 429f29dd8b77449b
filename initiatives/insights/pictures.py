"""Every picture of a search over initiatives, by its name; pages and API read them here."""

from initiatives.insights.map import MAP

PICTURES = {picture.name: picture for picture in (MAP,)}
