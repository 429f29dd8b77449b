"""The map: how many initiatives reach each country, and how."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Picture, Search, choice
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.pairs import ALL_IDS, PAIRS, unplaced
from initiatives.models import Theme

SQL = (
    "WITH "
    + PAIRS
    + """
SELECT c.iso2, c.name, c.subregion, c.region, c.latitude, c.longitude,
       count(*) FILTER (WHERE p.way = 1), count(*) FILTER (WHERE p.way = 2),
       count(*) FILTER (WHERE p.way = 3), array_agg(p.id ORDER BY p.id)
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
    found, parameters = Search.sql(search.found)
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(found=found), parameters)
        rows = [_place(search, row) for row in cursor.fetchall()]
        cursor.execute(ALL_IDS.format(found=found), parameters)
        reaching = dict(cursor.fetchall())
    on_map = drawn = {pk for row in rows for pk in row.ids}
    left_out = unplaced(search, reaching, on_map)
    insight = Insight(
        title=_title(len(rows)),
        reading=_(READING),
        count=len(reaching),
        drawn=len(on_map),
        columns=COLUMNS,
        rows=rows,
        left_out=left_out,
        notes=[_(NOTE)],
        sources_of=cited(links=("reach",)),
        slugs_of=slugs_of,
    )
    if options.get("by") == "theme":
        insight.rows, insight.drawing = _read_themes(search, found, parameters)
        drawn = {pk for row in insight.rows for pk in row.ids}
        insight.drawn, insight.columns = len(drawn), THEME_COLUMNS
        insight.reading = _(THEME_READING)
        insight.left_out = [*left_out, *_themeless(search, on_map, drawn)]
    return insight


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
    " countries do not add up to the number of initiatives. Outlines take no position on the"
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


THEMES_SQL = (
    "WITH "
    + PAIRS
    + """
SELECT h.slug, h.name, c.iso2, c.name, c.latitude, c.longitude, count(*),
       array_agg(p.id ORDER BY p.id)
FROM pairs p JOIN initiatives_initiativetheme t ON t.initiative_id = p.id
JOIN initiatives_theme h ON h.slug = t.theme_id JOIN actors_country c ON c.iso2 = p.country
GROUP BY h.slug, c.iso2 ORDER BY h.position, h.slug, count(*) DESC, c.name
"""
)


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
    ids: tuple[int, ...]
    url: str
    page: str


def _read_themes(search: Search, found: str, parameters: tuple) -> tuple[list[ThemePlace], list]:
    """Rows of every theme, and the themes in their order as (slug, name)."""
    with connection.cursor() as cursor:
        cursor.execute(THEMES_SQL.format(found=found), parameters)
        rows = cursor.fetchall()
    places = [
        ThemePlace(
            *(theme, name, iso2, country, float(latitude), float(longitude), count),
            tuple(ids),
            search.link(country=iso2, theme=theme),
            f"/countries/{iso2}/",
        )
        for theme, name, iso2, country, latitude, longitude, count, ids in rows
    ]
    return places, [(theme.slug, theme.name) for theme in Theme.objects.all()]


def _themeless(search: Search, on_map: set[int], themed: set[int]) -> list[LeftOut]:
    bare = on_map - themed
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
