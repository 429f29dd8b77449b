"""Initiatives that share a country, a theme and time, with the reason in words.

A country is shared when both reach it, by name or as a member of a group that they reach, while it
was a member and both ran; where an initiative merely sits does not count.
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
MOST_PAIRS = 2000

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
            THEN greatest(actual_start_latest, d.began_by)
            WHEN actual_start = '' AND status IN ('implementation', 'finalisation')
                AND status_on <> '' AND status_on !~ '[?~%%]' THEN status_on_latest END
            AS surely_from,
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
    SELECT r.initiative_id AS id, coalesce(r.country_id, m.member_country_id) AS country,
        min(coalesce(CASE WHEN r.country_id IS NULL THEN m.since_earliest END, '-infinity'))
            AS since,
        max(coalesce(CASE WHEN r.country_id IS NULL THEN m.until_latest END, 'infinity')) AS until,
        CASE WHEN NOT s.undated THEN s.began END AS began,
        CASE WHEN NOT s.undated THEN s.ended ELSE 'infinity' END AS ended,
        CASE WHEN NOT s.undated THEN s.surely_from END AS surely_from, s.surely_until
    FROM initiatives_initiativereach r
    JOIN spans s ON s.id = r.initiative_id
    LEFT JOIN actors_membership m ON m.group_id = r.group_id AND m.status = 'member'
        AND m.member_country_id IS NOT NULL
        AND (m.since_earliest IS NULL
            OR m.since_earliest <= coalesce(s.last, greatest(%s, s.first)))
        AND (m.until_latest IS NULL OR m.until_latest >= coalesce(s.first, s.last, %s))
    WHERE r.kind <> 'location'
    GROUP BY 1, 2, s.undated, s.began, s.ended, s.surely_from, s.surely_until
),
{pairs},
shared AS MATERIALIZED (
    SELECT p.a, p.b, coalesce(p.surely, p.countries) AS countries, p.themes,
        p.surely IS NOT NULL AS sure,
        x.undated OR y.undated AS undated,
        CASE WHEN x.undated THEN ARRAY['undated']
            ELSE array_remove(ARRAY[x.start_open, x.end_open], NULL) END AS open_a,
        CASE WHEN y.undated THEN ARRAY['undated']
            ELSE array_remove(ARRAY[y.start_open, y.end_open], NULL) END AS open_b,
        greatest(x.surely_from, y.surely_from) AS since,
        least(x.surely_until, y.surely_until) AS until
    FROM both_shared p JOIN spans x ON x.id = p.a JOIN spans y ON y.id = p.b
)
"""
# countries of two rows of places while both ran, and of these where both surely ran; the bounds of
# time are those of both and of the membership
BOTH = """
        array_agg(q.country ORDER BY q.country) FILTER (
            WHERE greatest(q.began, p.began, q.since, p.since)
                <= least(q.ended, p.ended, q.until, p.until)) AS countries,
        array_agg(q.country ORDER BY q.country) FILTER (
            WHERE num_nulls(q.surely_from, p.surely_from, q.surely_until, p.surely_until) = 0
                AND greatest(q.surely_from, p.surely_from, q.since, p.since)
                <= least(q.surely_until, p.surely_until, q.until, p.until)) AS surely
"""
# which of them a search for places is about; without one all
WANTED = """
    SELECT a, b, countries, CASE WHEN surely && coalesce(asked, surely) THEN surely END AS surely
    FROM met CROSS JOIN (SELECT %s::varchar[] AS asked) given
    WHERE countries && coalesce(asked, countries)
"""

AGAINST_ONE = """
met AS (
    SELECT one.id AS a, p.id AS b, {both}
    FROM unnest(%s::bigint[]) one(id)
    JOIN places q ON q.id = one.id
    JOIN places p ON p.country = q.country AND p.id <> one.id
    JOIN chosen c ON c.id = p.id
    WHERE EXISTS (SELECT 1 FROM initiatives_initiativetheme s
        JOIN initiatives_initiativetheme t USING (theme_id)
        WHERE s.initiative_id = one.id AND t.initiative_id = p.id)
    GROUP BY one.id, p.id),
both_shared AS (
    SELECT w.*, (SELECT array_agg(s.theme_id ORDER BY s.theme_id)
        FROM initiatives_initiativetheme s JOIN initiatives_initiativetheme t USING (theme_id)
        WHERE s.initiative_id = w.a AND t.initiative_id = w.b) AS themes
    FROM ({wanted}) w
)
"""

EVERY_TWO = """
met AS (SELECT q.id AS a, p.id AS b, {both}
    FROM places q JOIN places p ON p.country = q.country AND p.id > q.id GROUP BY 1, 2),
about AS (SELECT a.initiative_id AS a, b.initiative_id AS b,
        array_agg(a.theme_id ORDER BY a.theme_id) AS themes
    FROM initiatives_initiativetheme a
    JOIN initiatives_initiativetheme b
        ON b.theme_id = a.theme_id AND b.initiative_id > a.initiative_id
    WHERE a.initiative_id IN (SELECT id FROM chosen)
        AND b.initiative_id IN (SELECT id FROM chosen)
    GROUP BY 1, 2),
both_shared AS (
    SELECT a, b, countries, surely, themes FROM ({wanted}) w JOIN about USING (a, b))
"""

ROWS = """
SELECT s.a, s.b, s.countries, s.themes, s.sure, s.undated,
    s.since, s.until, s.open_a, s.open_b, tie.kind,
    count(*) OVER (), count(*) FILTER (WHERE s.sure) OVER (), count(tie.kind) OVER ()
FROM shared s
JOIN initiatives_initiative x ON x.id = s.a JOIN initiatives_initiative y ON y.id = s.b
LEFT JOIN LATERAL (SELECT t.kind FROM initiatives_initiativetie t
    WHERE (t.initiative_id, t.target_id) IN ((s.a, s.b), (s.b, s.a))
        AND t.kind IN ('part-of', 'follows') ORDER BY t.kind LIMIT 1) tie ON true
ORDER BY s.sure DESC, s.undated,
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
    """The pairs found, the surest first; how many there are with those not listed, how many of
    these are sure, and how many are a part and its whole or two phases."""

    pairs: list[Pair]
    every_pair: int = 0
    sure: int = 0
    tied: int = 0


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
    pairing = (EVERY_TWO if one is None else AGAINST_ONE).strip()
    pairing = pairing.replace("{both}", BOTH.strip()).replace("{wanted}", WANTED.strip())
    query = PAIRS.replace("{pairs}", pairing)
    values = [*parameters, list(mine), today, today, today]
    values += [*([] if one is None else [list(mine)]), within and sorted(within)]
    with connection.cursor() as cursor:
        cursor.execute(query.replace("{search}", search) + ROWS, [*values, most])
        rows = cursor.fetchall()
    pairs = [Pair(a, b, tuple(c), tuple(t), *rest[:-3]) for a, b, c, t, *rest in rows]
    return Overlap(pairs, *(rows[0][-3:] if rows else ()))


def unstated(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Of these initiatives those that cannot be compared, with what they do not state:
    ``PLACE``, ``THEME``.  Unstated time leaves every overlap possible, so it is none of them."""
    with connection.cursor() as cursor:
        cursor.execute(UNSTATED, [sorted(ids)])
        rows = cursor.fetchall()
    lacks = ((pk, (PLACE,) * place + (THEME,) * theme) for pk, place, theme in rows)
    return {pk: what for pk, what in lacks if what}
