"""Initiatives that share a country, a theme and time, with the reason in words.

A country is shared when both reach it, by name or as a member of a group that they reach (by the
dated membership, as ``insights.reach`` reads it); where an initiative merely sits does not count.
Time is shared *possibly* when the widest reading of both dates overlaps, *surely* when both are
certain to have run on one and the same day, also by the dates of sources that contradict ours.
A part and its whole, and two phases of one initiative, share all this by their nature: they are
told apart by their tie.

Compared is either one record with a whole search (linear in the search), or every two records of a
search of at most ``MOST_RECORDS``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from initiatives.choices import TieKind

MOST_RECORDS = 300
MOST_PAIRS = 200

# {search} gives the ids of the initiatives; {others} joins the second of each pair
PAIRS = """
WITH chosen(id) AS MATERIALIZED ({search}),
mine AS MATERIALIZED (
    SELECT id FROM chosen UNION SELECT unnest(%s::bigint[])
),
disputed AS MATERIALIZED (
    SELECT c.initiative_id AS id,
        max(coalesce(atlas_edtf_bound(c.says, true), 'infinity'))
            FILTER (WHERE c.field = 'actual_start') AS began_by,
        min(coalesce(atlas_edtf_bound(c.says, false), '-infinity'))
            FILTER (WHERE c.field = 'actual_end') AS ran_to
    FROM initiatives_initiativecitation c JOIN initiatives_initiative i ON i.id = c.initiative_id
    CROSS JOIN LATERAL (SELECT CASE c.field WHEN 'actual_start' THEN i.actual_start
        WHEN 'actual_end' THEN i.actual_end END AS value) f
    WHERE c.initiative_id IN (SELECT id FROM mine) AND c.link_ref = ''
        AND f.value <> '' AND f.value <> c.says AND NOT atlas_supports('edtf', f.value, c.says)
    GROUP BY 1
),
spans AS MATERIALIZED (
    SELECT i.id,
        coalesce(actual_start_earliest, planned_start_earliest) AS first,
        coalesce(actual_end_latest, planned_end_latest) AS last,
        CASE WHEN actual_start = '' AND planned_start = '' THEN NULL
            ELSE coalesce(actual_start_earliest, planned_start_earliest, '-infinity') END AS began,
        CASE WHEN actual_end <> '' THEN coalesce(actual_end_latest, 'infinity')
            WHEN planned_end <> '' AND status IN ('implementation', 'finalisation')
                THEN greatest(coalesce(planned_end_latest, 'infinity'), status_on_latest)
            WHEN planned_end <> '' THEN coalesce(planned_end_latest, 'infinity')
            WHEN status IN ('closed', 'cancelled') THEN coalesce(status_on_latest, %s)
            ELSE 'infinity' END AS ended,
        CASE WHEN actual_start <> '' AND actual_start !~ '[?~%%]'
                AND actual_start_latest IS NOT NULL
            THEN greatest(actual_start_latest, d.began_by) END AS surely_from,
        CASE WHEN actual_end <> '' AND actual_end !~ '[?~%%]' AND actual_end_earliest IS NOT NULL
                THEN least(actual_end_earliest, d.ran_to)
            WHEN actual_end = '' AND status IN ('implementation', 'finalisation')
                AND status_on <> '' AND status_on !~ '[?~%%]' THEN status_on_earliest END
            AS surely_until,
        CASE WHEN actual_start = '' THEN CASE WHEN planned_start = '' THEN 'no-start'
                ELSE 'planned-start' END
            WHEN actual_start ~ '[?~%%]' THEN 'doubtful-start'
            WHEN actual_start_latest IS NULL THEN 'open-start'
            WHEN d.began_by > actual_start_latest THEN 'disputed-start' END AS start_open,
        CASE WHEN actual_end ~ '[?~%%]' THEN 'doubtful-end'
            WHEN actual_end <> '' THEN CASE WHEN actual_end_earliest IS NULL THEN 'open-end'
                WHEN d.ran_to < actual_end_earliest THEN 'disputed-end' END
            WHEN status IN ('implementation', 'finalisation') AND status_on <> ''
                AND status_on !~ '[?~%%]' AND status_on_earliest IS NOT NULL THEN NULL
            WHEN planned_end <> '' THEN 'planned-end'
            WHEN status IN ('implementation', 'finalisation') THEN 'no-status-on'
            ELSE 'no-end' END AS end_open,
        actual_start = '' AND planned_start = '' AND actual_end = '' AND planned_end = ''
            AS undated
    FROM initiatives_initiative i JOIN mine m ON m.id = i.id LEFT JOIN disputed d ON d.id = i.id
),
places AS MATERIALIZED (
    SELECT DISTINCT r.initiative_id AS id, coalesce(r.country_id, m.member_country_id) AS country
    FROM initiatives_initiativereach r
    JOIN spans s ON s.id = r.initiative_id
    LEFT JOIN actors_membership m ON m.group_id = r.group_id AND m.status = 'member'
        AND m.member_country_id IS NOT NULL
        AND (m.since_earliest IS NULL
            OR m.since_earliest <= coalesce(s.last, greatest(%s, s.first)))
        AND (m.until_latest IS NULL OR m.until_latest >= coalesce(s.first, s.last, %s))
    WHERE r.kind <> 'location'
),
{pairs},
shared AS MATERIALIZED (
    SELECT p.a, p.b, p.countries, p.themes,
        NOT (x.undated OR y.undated) AND greatest(x.surely_from, y.surely_from)
            <= least(x.surely_until, y.surely_until)
            AND x.surely_from IS NOT NULL AND y.surely_from IS NOT NULL
            AND x.surely_until IS NOT NULL AND y.surely_until IS NOT NULL AS sure,
        x.undated OR y.undated AS undated,
        CASE WHEN x.undated THEN ARRAY['undated']
            ELSE array_remove(ARRAY[x.start_open, x.end_open], NULL) END AS open_a,
        CASE WHEN y.undated THEN ARRAY['undated']
            ELSE array_remove(ARRAY[y.start_open, y.end_open], NULL) END AS open_b,
        greatest(x.surely_from, y.surely_from) AS since,
        least(x.surely_until, y.surely_until) AS until
    FROM both_shared p JOIN spans x ON x.id = p.a JOIN spans y ON y.id = p.b
    WHERE x.undated OR y.undated
        OR (coalesce(x.began, '-infinity') <= y.ended AND coalesce(y.began, '-infinity') <= x.ended)
)
"""

AGAINST_ONE = """
both_shared AS (
    SELECT one.id AS a, p.id AS b, array_agg(DISTINCT p.country ORDER BY p.country) AS countries,
        (SELECT array_agg(s.theme_id ORDER BY s.theme_id) FROM initiatives_initiativetheme s
            JOIN initiatives_initiativetheme t USING (theme_id)
            WHERE s.initiative_id = one.id AND t.initiative_id = p.id) AS themes
    FROM unnest(%s::bigint[]) one(id)
    JOIN places q ON q.id = one.id
    JOIN places p ON p.country = q.country AND p.id <> one.id
    JOIN chosen c ON c.id = p.id
    WHERE EXISTS (SELECT 1 FROM initiatives_initiativetheme s
        JOIN initiatives_initiativetheme t USING (theme_id)
        WHERE s.initiative_id = one.id AND t.initiative_id = p.id)
    GROUP BY one.id, p.id
    HAVING array_agg(p.country) && coalesce(%s::varchar[], array_agg(p.country))
)
"""

EVERY_TWO = """
lying AS (SELECT a.id AS a, b.id AS b, array_agg(a.country ORDER BY a.country) AS countries
    FROM places a JOIN places b ON b.country = a.country AND b.id > a.id GROUP BY 1, 2
    HAVING array_agg(a.country) && coalesce(%s::varchar[], array_agg(a.country))),
about AS (SELECT a.initiative_id AS a, b.initiative_id AS b,
        array_agg(a.theme_id ORDER BY a.theme_id) AS themes
    FROM initiatives_initiativetheme a
    JOIN initiatives_initiativetheme b
        ON b.theme_id = a.theme_id AND b.initiative_id > a.initiative_id
    WHERE a.initiative_id IN (SELECT id FROM chosen)
        AND b.initiative_id IN (SELECT id FROM chosen)
    GROUP BY 1, 2),
both_shared AS (SELECT a, b, countries, themes FROM lying JOIN about USING (a, b))
"""

ROWS = """
SELECT s.a, s.b, s.countries, s.themes, coalesce(s.sure, false), s.undated,
    s.since, s.until, s.open_a, s.open_b,
    (SELECT t.kind FROM initiatives_initiativetie t
        WHERE (t.initiative_id, t.target_id) IN ((s.a, s.b), (s.b, s.a))
            AND t.kind IN ('part-of', 'follows') ORDER BY t.kind LIMIT 1) AS tie,
    count(*) OVER ()
FROM shared s
JOIN initiatives_initiative x ON x.id = s.a JOIN initiatives_initiative y ON y.id = s.b
ORDER BY coalesce(s.sure, false) DESC, s.undated,
    cardinality(s.countries) * cardinality(s.themes) DESC, x.slug, y.slug
LIMIT %s
"""

# of each initiative whether it states no country (as PAIRS reads it), and no theme
UNSTATED = """
SELECT i.id,
    i.id NOT IN (
        SELECT r.initiative_id FROM initiatives_initiativereach r WHERE r.kind <> 'location'
            AND (r.country_id IS NOT NULL OR r.group_id IN (
                SELECT m.group_id FROM actors_membership m
                WHERE m.status = 'member' AND m.member_country_id IS NOT NULL))),
    i.id NOT IN (SELECT t.initiative_id FROM initiatives_initiativetheme t)
FROM unnest(%s::bigint[]) i(id)
"""
PLACE, THEME = "place", "theme"


@dataclass(frozen=True)
class Pair:
    """Two initiatives by id, and what they share.

    ``since`` is the day by which both surely had begun, ``until`` the one until which both surely
    ran, so far as that is known; ``open_first`` and ``open_second`` say what of their dates keeps
    it from being sure; ``tie`` says that one is a part or a later phase of the other.
    """

    first: int
    second: int
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    sure: bool
    undated: bool
    since: date | None
    until: date | None
    open_first: list[str]
    open_second: list[str]
    tie: str | None

    @property
    def tied(self) -> str:
        return str(TieKind(self.tie).label) if self.tie else ""


@dataclass
class Overlap:
    """The pairs found, the surest first, and how many there are with those not listed."""

    pairs: list[Pair]
    every_pair: int


def overlap(
    sql: tuple[str, tuple],
    one: int | None = None,
    most: int = MOST_PAIRS,
    within: Collection[str] | None = None,
) -> Overlap:
    """What shares country, theme and time in the search whose ids ``sql`` gives.

    With ``one`` (an id) that record is compared with the rest; without, every two of them: see
    that there are at most ``MOST_RECORDS``.  ``within`` are codes of countries of which two must
    share at least one.
    """
    search, parameters = sql
    mine: Collection[int] = [] if one is None else [one]
    today = timezone.now().date()
    query = PAIRS.replace("{pairs}", (EVERY_TWO if one is None else AGAINST_ONE).strip())
    values = [*parameters, list(mine), today, today, today]
    values += [*([] if one is None else [list(mine)]), within and sorted(within)]
    with connection.cursor() as cursor:
        cursor.execute(query.replace("{search}", search) + ROWS, [*values, most])
        rows = cursor.fetchall()
    pairs = [Pair(a, b, tuple(c), tuple(t), *rest) for a, b, c, t, *rest, _every in rows]
    return Overlap(pairs, rows[0][-1] if rows else 0)


def unstated(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Of these initiatives those that cannot be compared, with what they do not state:
    ``PLACE``, ``THEME``.  Unstated time leaves every overlap possible, so it is none of them."""
    with connection.cursor() as cursor:
        cursor.execute(UNSTATED, [sorted(ids)])
        rows = cursor.fetchall()
    lacks = ((pk, (PLACE,) * place + (THEME,) * theme) for pk, place, theme in rows)
    return {pk: what for pk, what in lacks if what}
