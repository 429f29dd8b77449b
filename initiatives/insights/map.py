"""The map: how many initiatives reach each country, and how."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pyroaring import BitMap

from actors.models import Country
from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Picture, Search, choice
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.pairs import PAIRS, as_of_today, unplaced
from initiatives.models import Theme

SQL = (
    "WITH "
    + PAIRS
    + """
SELECT c.iso2, c.name, c.subregion, c.region, c.latitude, c.longitude,
       count(*) FILTER (WHERE p.way = 1), count(*) FILTER (WHERE p.way = 2),
       count(*) FILTER (WHERE p.way = 3), array_agg(p.id)
FROM pairs p JOIN actors_country c ON c.iso2 = p.country
GROUP BY c.iso2 ORDER BY count(*) DESC, c.name
"""
)
# name: (label, west, east, south, north) of what is shown; the first shows everything
AREAS = {
    "world": (gettext_lazy("The world"), None),
    "asia-pacific": (gettext_lazy("Asia and the Pacific"), (60, 210, -48, 55)),
    "south-east-asia": (gettext_lazy("South-east Asia"), (90, 155, -14, 30)),
    "pacific": (gettext_lazy("Pacific islands"), (128, 210, -30, 22)),
    "africa": (gettext_lazy("Africa"), (-20, 60, -38, 40)),
    "europe": (gettext_lazy("Europe"), (-26, 60, 33, 72)),
    "americas": (gettext_lazy("The Americas"), (-130, -32, -56, 62)),
}


@dataclass(frozen=True)
class Place:
    """One country: initiatives that name it, that reach it through a group, or did so before it
    joined; together they are the list at ``url``."""

    iso2: str
    country: str
    region: str
    continent: str
    latitude: float
    longitude: float
    named: int
    through: int
    later: int
    ids: tuple[int, ...]
    url: str
    page: str
    how: str  # the start of the address of those that reach it in one way

    @property
    def named_url(self) -> str:
        return f"{self.how}:named"

    @property
    def through_url(self) -> str:
        return f"{self.how}:through"

    @property
    def later_url(self) -> str:
        return f"{self.how}:later"

    @property
    def initiatives(self) -> int:
        return self.named + self.through + self.later


def read(search: Search, options: dict) -> Insight:
    """Places of one search; every initiative is on the map or among what is left out."""
    if options.get("by") == "theme":
        return _by_theme(search)
    found, parameters = Search.sql(search.found)
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(found=found), parameters)
        rows = [_place(search, row) for row in cursor.fetchall()]
    on_map = BitMap.union(BitMap(), *(BitMap(row.ids) for row in rows))
    left_out = unplaced(search, on_map)
    return _insight(search, rows, len(rows), on_map, left_out, reading=_(READING), columns=COLUMNS)


def _insight(search: Search, rows: list, places: int, drawn: BitMap, left_out: list, **more):
    return Insight(
        title=_title(places),
        count=len(search.ids),
        drawn=len(drawn),
        rows=rows,
        left_out=left_out,
        notes=[_(NOTE)],
        caveats=as_of_today(search),
        sources_of=cited(links=("reach",)),
        slugs_of=slugs_of,
        **more,
    )


READING = gettext_lazy(
    "Each dot is a country. Its area is the number of initiatives that reach it: the full part"
    " those that name it, the pale part those that reach it only through a group, such as ASEAN,"
    " the hollow part those of a group that it joined only after they were over. Choose a dot for"
    " its initiatives."
)
THEME_READING = gettext_lazy(
    "One map a theme, all to one scale. Each dot is a country, its area the number of initiatives"
    " of that theme that reach it, by name or through a group. Choose a dot for them."
)
NOTE = gettext_lazy(
    "An initiative that reaches several countries counts in each of them, so the numbers of"
    " countries do not add up to the number of initiatives. A group stands for those that are its"
    " members today; what reached a group while a country was still a member of it is told on the"
    " page of that country only. Outlines take no position on the"
    " status of any territory."
)
COLUMNS = (
    Column("country", gettext_lazy("Country"), "page"),
    Column("region", gettext_lazy("Region")),
    Column("initiatives", gettext_lazy("Initiatives"), "url", number=True),
    Column("named", gettext_lazy("Country named"), "named_url", number=True),
    Column("through", gettext_lazy("Through a group only"), "through_url", number=True),
    Column("later", gettext_lazy("Group joined later"), "later_url", number=True),
)
THEME_COLUMNS = (
    Column("theme_name", gettext_lazy("Theme")),
    Column("country", gettext_lazy("Country"), "page"),
    Column("initiatives", gettext_lazy("Initiatives"), "url", number=True),
)


def _place(search: Search, row: tuple) -> Place:
    iso2, name, subregion, region, latitude, longitude, *counts, ids = row
    return Place(
        iso2,
        name,
        wording.place(subregion or region),
        region,
        float(latitude),
        float(longitude),
        *counts,
        tuple(ids),
        search.link(country=iso2),
        f"/countries/{iso2}/",
        search.also(("country", iso2)),
    )


def _title(count: int) -> str:
    text = ngettext(
        "Where initiatives reach: %(count)s country",
        "Where initiatives reach: %(count)s countries",
        count,
    )
    return text % {"count": wording.number(count)}


@dataclass(frozen=True)
class ThemePlace:
    """Initiatives of one theme that reach one country."""

    theme: str
    theme_name: str
    iso2: str
    country: str
    latitude: float
    longitude: float
    initiatives: int
    ids: BitMap
    url: str
    page: str


def _by_theme(search: Search) -> Insight:
    """Rows of every theme, and as ``drawing`` the themes in their order as (slug, name)."""
    shelf = search.shelf
    facet = shelf.kind.facets["country"]
    reached = {code: shelf.expanded(facet, code) & search.ids for code in facet.keys(shelf)}
    on_map = BitMap.union(BitMap(), *reached.values())
    places = Country.objects.places([code for code, ids in reached.items() if ids])
    themes = [(theme.slug, theme.name) for theme in Theme.objects.all()]
    rows = []
    for theme, name in themes:
        of_theme = shelf.get("theme", theme) & on_map
        here = [(ids, *place) for place in places if (ids := reached[place[0]] & of_theme)]
        rows += [
            _theme_place(search, theme, name, *place)
            for place in sorted(here, key=lambda place: (-len(place[0]), place[2]))
        ]
    drawn = BitMap.union(BitMap(), *(row.ids for row in rows))
    left_out = [*unplaced(search, on_map), *_themeless(on_map - drawn)]
    return _insight(
        search,
        rows,
        len(places),
        drawn,
        left_out,
        reading=_(THEME_READING),
        columns=THEME_COLUMNS,
        drawing=themes,
    )


def _theme_place(search: Search, theme: str, theme_name: str, ids, iso2: str, name: str, *at):
    place = (theme, theme_name, iso2, name, *map(float, at), len(ids), ids)
    return ThemePlace(*place, search.link(country=iso2, theme=theme), f"/countries/{iso2}/")


def _themeless(bare: BitMap) -> list[LeftOut]:
    if not bare:
        return []
    text = ngettext(
        "%d initiative on the map has no theme and is on none of these.",
        "%d initiatives on the map have no theme and are on none of these.",
        len(bare),
    )
    return [LeftOut(text % len(bare), len(bare), records=titles_of(bare))]


MAP = Picture(
    "map",
    gettext_lazy("Map"),
    gettext_lazy("How many initiatives reach each country, by name or through a group."),
    read,
    (
        choice(
            "area",
            gettext_lazy("Area shown"),
            tuple((name, label) for name, (label, _box) in AREAS.items()),
        ),
        choice(
            "by",
            gettext_lazy("Drawn as"),
            (("count", gettext_lazy("One map")), ("theme", gettext_lazy("One map a theme"))),
        ),
    ),
)
