"""Which country each initiative reaches, and how: one row a pair, for maps and matrices.

The pairs are those of the filter ``country``: reach to the country itself or to a group that it is
a member of now.  Each pair has the best of three ways, in this order: named itself;
through a group while it possibly was a member of it; through a group that it joined only later.
The time of an initiative is the widest reading of its dates (``insights.reach.period``).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pyroaring import BitMap

from atlas.kit.pictures import LeftOut, Search
from atlas.kit.pictures.reading import ALSO
from initiatives.insights.evidence import titles_of

PAIRS = """
found AS MATERIALIZED ({found}),
span AS (
  SELECT i.id,
    coalesce(i.actual_start_earliest, i.planned_start_earliest,
             i.actual_end_latest, i.planned_end_latest, CURRENT_DATE) AS first,
    coalesce(i.actual_end_latest, i.planned_end_latest,
             greatest(CURRENT_DATE, i.actual_start_earliest, i.planned_start_earliest)) AS last
  FROM initiatives_initiative i JOIN found f ON f.id = i.id),
now AS MATERIALIZED (
  SELECT m.group_id, m.member_country_id AS country, m.since_earliest AS since,
         m.until_latest AS until
  FROM actors_membership m
  WHERE m.status = 'member' AND m.member_country_id IS NOT NULL
    AND (m.since_earliest IS NULL OR m.since_earliest <= CURRENT_DATE)
    AND (m.until_latest IS NULL OR m.until_latest >= CURRENT_DATE)),
ways AS (
  SELECT r.initiative_id AS id, r.country_id AS country, 1 AS way
  FROM initiatives_initiativereach r JOIN found f ON f.id = r.initiative_id
  WHERE r.country_id IS NOT NULL
  UNION ALL
  SELECT s.id, n.country,
         CASE WHEN (n.since IS NULL OR n.since <= s.last)
               AND (n.until IS NULL OR n.until >= s.first) THEN 2 ELSE 3 END
  FROM span s JOIN initiatives_initiativereach r ON r.initiative_id = s.id
  JOIN now n ON n.group_id = r.group_id),
pairs AS MATERIALIZED (
  SELECT id, country, min(way) AS way FROM ways GROUP BY id, country)
"""


TODAY = gettext_lazy(
    "Groups stand for their members today, also where the search asks for another time."
)


def as_of_today(search: Search) -> list[str]:
    """Of a search for a time, that memberships are not those of then."""
    times = ("year", "active_on", "start_after", "start_before")
    asked = any(search.data.get(name) for name in (*times, *(ALSO + name for name in times)))
    return [_(TODAY)] if asked else []


def unplaced(search: Search, drawn: BitMap) -> list[LeftOut]:
    """Initiatives without any country: none is stated, or none follows from their groups."""
    nowhere = search.ids & search.shelf.unstated["country"]
    empty = search.ids - nowhere - drawn
    found = []
    if nowhere:
        text = ngettext(
            "%d initiative without a stated country or group is not here.",
            "%d initiatives without a stated country or group are not here.",
            len(nowhere),
        )
        url = search.link(country="unstated")
        found.append(LeftOut(text % len(nowhere), len(nowhere), url))
    if empty:
        text = ngettext(
            "%d initiative reaches only groups without member countries on file.",
            "%d initiatives reach only groups without member countries on file.",
            len(empty),
        )
        found.append(LeftOut(text % len(empty), len(empty), records=titles_of(empty)))
    return found
