"""Coverage: how many initiatives of each theme reach each country, or each group; gaps stay in."""

from types import SimpleNamespace

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pyroaring import BitMap

from actors.choices import BETWEEN
from actors.models import Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Picture, Search, choice
from initiatives.choices import ISLANDS
from initiatives.insights.asked import groups_asked, places_asked
from initiatives.insights.beside import caveat
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.pairs import PAIRS, as_of_today, unplaced
from initiatives.models import Theme

BARE = "unstated"  # the column of initiatives without a theme
NAMED = 5  # places without anything
PARTS = (
    *("south-eastern-asia", "eastern-asia", "southern-asia", "central-asia", "western-asia"),
    *(*ISLANDS, "australia-and-new-zealand"),
    *("northern-africa", "sub-saharan-africa", "western-africa", "middle-africa"),
    *("eastern-africa", "southern-africa", "latin-america-and-the-caribbean", "caribbean"),
    *("central-america", "south-america"),
    *("northern-america", "eastern-europe", "northern-europe", "southern-europe"),
    "western-europe",
)
EVERYWHERE = "everywhere"
WITHIN = (
    ("", gettext_lazy("What is searched for, else wherever something reaches")),
    (EVERYWHERE, gettext_lazy("Wherever something reaches")),
    ("pacific-islands", gettext_lazy("Pacific islands, all of them")),
    *((word, wording.place(word)) for word in PARTS),
)

# one row for each place and theme ("" for all themes); the place of a group pair is its id
CELLS = """
themed AS (
  SELECT f.id, coalesce(t.theme_id, 'unstated') AS theme FROM found f
  LEFT JOIN initiatives_initiativetheme t ON t.initiative_id = f.id)
SELECT p.{place}, coalesce(h.theme, ''), array_agg(DISTINCT p.id)
FROM {pairs} p JOIN themed h ON h.id = p.id
GROUP BY GROUPING SETS ((p.{place}, h.theme), (p.{place}))
"""
COUNTRIES = "WITH " + PAIRS + ", " + CELLS
# reach to the group itself or to a country that is a member of it now, as the filter ``group``
GROUPS = (
    "WITH "
    + PAIRS
    + """,
gathered AS (
  SELECT r.initiative_id AS id, r.group_id FROM initiatives_initiativereach r
  JOIN found f ON f.id = r.initiative_id WHERE r.group_id IS NOT NULL
  UNION
  SELECT r.initiative_id, n.group_id FROM initiatives_initiativereach r
  JOIN found f ON f.id = r.initiative_id JOIN now n ON n.country = r.country_id),
"""
    + CELLS
)
PLACES = "SELECT iso2, name, region, subregion FROM actors_country ORDER BY name"
NAMES = """SELECT id, name, slug FROM actors_actor
WHERE state = 'published' AND id = ANY(%s) ORDER BY sort_key, slug"""


def read(search: Search, options: dict) -> Insight:
    """A row for each place, a number for each theme; every initiative is in or left out."""
    found, parameters = Search.sql(search.found)
    of_groups = options["by"] == "group"
    statement = GROUPS if of_groups else COUNTRIES
    place, pairs = ("group_id", "gathered") if of_groups else ("country", "pairs")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(found=found, place=place, pairs=pairs), parameters)
        cells: dict = {}
        for where, theme, ids in cursor.fetchall():
            cells.setdefault(where, {})[theme] = ids
        about = places_asked(search) if not options["within"] else None
        if of_groups:
            places = _groups(cursor, _groups_about(search, cells, about))
        else:
            places = _countries(cursor, cells, options, about)
    themes = _themes(search)
    if any(BARE in row for row in cells.values()):
        themes.append((BARE, _("No theme")))
    filter_ = "group" if of_groups else "country"
    rows = [_row(search, filter_, place, themes, cells.get(place[0], {})) for place in places]
    drawn = BitMap.union(BitMap(), *(BitMap(row.ids) for row in rows))
    return Insight(
        title=_title(of_groups, rows, themes, bool(about or options["within"])),
        reading=_(
            "A row for each place, a column for each theme. The number and the depth of the shade"
            " say how many of the initiatives found reach the place on that theme; an empty square"
            " is a gap among these. Choose a number for its initiatives."
        ),
        count=len(search.ids),
        drawn=len(drawn),
        columns=_columns(of_groups, themes),
        rows=rows,
        left_out=_left_out(search, of_groups, drawn, cells),
        notes=_notes(about is not None, of_groups, options["within"]),
        sources_of=cited(links=("reach",)),
        slugs_of=slugs_of,
        drawing=themes,
        caveats=[*_untouched(rows, themes), *_caveats(search)],
    )


def _caveats(search: Search) -> list[str]:
    return [*caveat(search.filterset, search.shelf), *as_of_today(search)]


ABOUT = gettext_lazy(
    "The rows, and so the gaps, are the places that the search is for; “Wherever something reaches”"
    " adds all others that these initiatives reach."
)
GROUPED = gettext_lazy(
    "What is addressed to a group itself counts for it, and what is addressed to a country that is"
    " a member of it now."
)
NOTE = gettext_lazy(
    "An initiative with two themes, or in two places, counts in each; so rows and columns do not"
    " add up. A group stands for those that are its members today; what reached a group while a"
    " country was still a member of it is told on the page of that country only. Themes are our"
    " classification."
)


REACHED = gettext_lazy(
    "Only places that one of these initiatives reaches have a row; ask for countries, a group or a"
    " region, or choose “Countries of”, to see where nothing does."
)


def _notes(is_about: bool, of_groups: bool, within: str) -> list[str]:
    reached = not is_about and not of_groups and within in ("", EVERYWHERE)
    said = [(is_about, ABOUT), (reached, REACHED), (of_groups, GROUPED), (True, NOTE)]
    return [_(note) for applies, note in said if applies]


def _themes(search: Search) -> list[tuple[str, str]]:
    """All themes, or those asked for: what others are filed under too is beside the question."""
    themes = [(theme.slug, theme.name) for theme in Theme.objects.all()]
    asked = {str(one) for one in search.data.getlist("theme")}
    return [pair for pair in themes if pair[0] in asked] or themes


def _title(of_groups: bool, rows: list, themes: list, of_places: bool) -> str:
    """How many gaps, but where a row stands for no more than being reached on the one theme."""
    places = len(rows)
    gaps = sum(not getattr(row, slug) for row in rows for slug, _n in themes if slug != BARE)
    if of_groups:
        text = ngettext("%(what)s in %(n)s group", "%(what)s in %(n)s groups", places)
    else:
        text = ngettext(
            "%(what)s in %(n)s country or territory",
            "%(what)s in %(n)s countries and territories",
            places,
        )
    known = [name for slug, name in themes if slug != BARE]
    what = known[0] if len(known) == 1 else _("Themes")
    said = text % {"what": what, "n": wording.number(places)}
    if not places or (len(known) == 1 and not of_places and not gaps):
        return said
    empty = ngettext("%(n)s gap", "%(n)s gaps", gaps) % {"n": wording.number(gaps)}
    return f"{said}: {empty}"


def _untouched(rows: list, themes: list) -> list[str]:
    """How many of the gaps are those of places that nothing found reaches at all."""
    empty = [row.place for row in rows if not row.all]
    if not empty:
        return []
    named = empty if len(empty) <= NAMED else [*empty[: NAMED - 1], _("others")]
    text = _("Nothing found reaches %(n)s of these places (%(names)s): %(gaps)s of the gaps.")
    gaps = len(empty) * sum(slug != BARE for slug, _name in themes)
    counts = {"n": wording.number(len(empty)), "gaps": wording.number(gaps)}
    return [text % {**counts, "names": wording.listed(named)}]


def _columns(of_groups: bool, themes: list) -> tuple[Column, ...]:
    first = Column("place", _("Group") if of_groups else _("Country"), "page")
    every = Column("all", _("All themes"), "url", number=True)
    part = () if of_groups else (Column("part", _("Region")),)
    numbers = [Column(slug, name, f"{slug}_url", number=True) for slug, name in themes]
    return (first, *part, *numbers, every)


def _groups_about(search: Search, cells: dict, about: set[str] | None) -> list[int]:
    """The groups a search is for, by name or by a member; else all that have countries as members
    or that an initiative is addressed to."""
    if groups := groups_asked(search):
        return [group.pk for group in groups]
    held = MembershipQuerySet(Membership).current().filter(member_country__isnull=False)
    if about is not None:
        held = held.filter(member_country__in=about)
    with_members = set(held.values_list("group", flat=True))
    return list(with_members if about is not None else with_members | set(cells))


def _countries(cursor, cells: dict, options: dict, about: set[str] | None) -> list[tuple]:
    """(ISO code, name, region, page) of each row: what is searched for, what is reached, or all of
    one region."""
    cursor.execute(PLACES)
    within = options["within"] if options["within"] != EVERYWHERE else ""
    words = ISLANDS if within == "pacific-islands" else (within,)
    asked = Country.objects.in_regions(words).values_list("pk", flat=True) if within else about
    wanted = set(asked or cells)
    found = []
    for iso2, name, region, subregion in cursor.fetchall():
        if iso2 in wanted:
            part = wording.place(BETWEEN.get(iso2) or subregion or region)
            found.append((iso2, name, part, f"/countries/{iso2}/", iso2))
    return sorted(found, key=lambda row: row[2])


def _groups(cursor, ids: list[int]) -> list[tuple]:
    cursor.execute(NAMES, [ids])
    return [(pk, name, "", f"/actors/{slug}/", slug) for pk, name, slug in cursor.fetchall()]


def _row(search: Search, filter_: str, place: tuple, themes: list, cells: dict):
    _key, name, part, page, value = place
    row = SimpleNamespace(place=name, part=part, page=page, all=len(cells.get("", ())))
    row.ids = tuple(cells.get("", ()))
    row.url = search.link(**{filter_: value})
    for slug, _name in themes:
        setattr(row, slug, len(cells.get(slug, ())))
        setattr(row, f"{slug}_url", search.link(**{filter_: value, "theme": slug}))
    return row


def _left_out(search, of_groups: bool, drawn: BitMap, cells: dict) -> list[LeftOut]:
    placed = BitMap.union(BitMap(), *(BitMap(row[""]) for row in cells.values()))
    found = []
    if elsewhere := placed - drawn:
        text = ngettext(
            "%d initiative reaches only other places.",
            "%d initiatives reach only other places.",
            len(elsewhere),
        )
        found.append(LeftOut(text % len(elsewhere), len(elsewhere), records=titles_of(elsewhere)))
    if not of_groups:
        return [*found, *unplaced(search, placed)]
    if nowhere := search.ids - placed:
        text = ngettext(
            "%d initiative reaches no group on file.",
            "%d initiatives reach no group on file.",
            len(nowhere),
        )
        found.append(LeftOut(text % len(nowhere), len(nowhere), records=titles_of(nowhere)))
    return found


COVERAGE = Picture(
    "coverage",
    gettext_lazy("Coverage"),
    gettext_lazy("Which themes reach which countries or groups, and where nothing is on file."),
    read,
    (
        choice(
            "by",
            gettext_lazy("Rows"),
            (("country", gettext_lazy("Countries")), ("group", gettext_lazy("Groups"))),
        ),
        choice("within", gettext_lazy("Countries of"), WITHIN),
    ),
)
