"""The SQL of money over a search; the rules are those of ``insights.money``.

A sum counts for an actor and for everything above it in the tree of parents, as the filter
``funder`` means it.  A sum that somebody outside that tree shares in counts for neither.
"""

from collections.abc import Sequence

from atlas.kit.facts import weak_sql
from initiatives.choices import AMOUNT
from initiatives.insights.money import OUR_OWN
from initiatives.models import FundingLink

Ends = Sequence[tuple[str, int]]  # "actor" or "initiative", and its id

WEAK = weak_sql(FundingLink, *AMOUNT, "c.initiative_id IN (SELECT id FROM chosen)")

# {search} gives the ids of the initiatives
LINKS = f"""
WITH RECURSIVE chosen(id) AS MATERIALIZED ({{search}}),
weak AS MATERIALIZED ({WEAK}),
links AS MATERIALIZED (
    SELECT l.id, l.initiative_id, l.funder_actor_id, l.funder_initiative_id, l.recipient_id,
        l.amount_kind, l.amount, l.amount_max, l.currency, l.type, l.iati_type,
        l.value_date_earliest, l.value_date_latest, l.note,
        l.id IN (SELECT link FROM weak) AS weak
    FROM initiatives_fundinglink l JOIN chosen c ON c.id = l.initiative_id
),
up(actor, above) AS (
    SELECT id, id FROM actors_actor
    UNION
    SELECT up.actor, a.parent_id FROM up JOIN actors_actor a ON a.id = up.above
    WHERE a.parent_id IS NOT NULL
),
"""

GIVEN = """
givers AS (
    SELECT id AS link, 'actor' AS noun, funder_actor_id AS giver FROM links
    WHERE funder_actor_id IS NOT NULL
    UNION
    SELECT id, 'initiative', funder_initiative_id FROM links WHERE funder_initiative_id IS NOT NULL
    UNION
    SELECT j.link_id, 'actor', j.actor_id
    FROM initiatives_fundingjointfunder j JOIN links l ON l.id = j.link_id
),
sided AS (
    SELECT g.link, g.noun, coalesce(up.above, g.giver) AS whose, count(*) AS within,
        bool_or(up.above <> up.actor) AS by_part,
        bool_or(up.above IS NOT DISTINCT FROM up.actor) AS itself
    FROM givers g LEFT JOIN up ON g.noun = 'actor' AND up.actor = g.giver
    GROUP BY 1, 2, 3
),
sharers AS (SELECT link, count(*) AS all_givers FROM givers GROUP BY 1),
"""

RECEIVED = """
sided AS (
    SELECT l.id AS link, 'actor' AS noun, up.above AS whose, 1::bigint AS within,
        bool_or(up.above <> up.actor) AS by_part, bool_or(up.above = up.actor) AS itself
    FROM links l JOIN up ON up.actor = l.recipient_id GROUP BY 1, 2, 3
),
sharers AS (SELECT id AS link, 1::bigint AS all_givers FROM links),
"""

# no end but the whole search
WHOLE = """
sided AS (
    SELECT 0::bigint AS link, '' AS noun, 0::bigint AS whose, 0::bigint AS within,
        false AS by_part, true AS itself WHERE false
),
sharers AS (SELECT 0::bigint AS link, 0::bigint AS all_givers WHERE false),
"""

# each end of each link, and the whole search as one that nobody shares with anybody; where IATI
# parts sums more finely than our types do, its parting counts
JUDGED = """
ends AS MATERIALIZED (
    SELECT e.link, e.noun, e.whose, e.by_part, e.itself, s.all_givers > e.within AS shared
    FROM sided e JOIN sharers s ON s.link = e.link
    UNION ALL SELECT id, 'all', 0, false, true, false FROM links
),
inside AS MATERIALIZED (
    SELECT DISTINCT i.includes_id AS link, e.noun, e.whose
    FROM initiatives_fundinginclude i JOIN ends e ON e.link = i.link_id AND NOT e.shared
    JOIN links l ON l.id = e.link AND l.amount_kind <> 'undisclosed'
),
judged AS (
    SELECT e.noun, e.whose, e.by_part, e.itself, l.*,
        CASE WHEN l.amount_kind = 'undisclosed' THEN 'undisclosed'
            WHEN x.link IS NOT NULL THEN 'contained'
            WHEN e.shared THEN 'shared'
            ELSE '' END AS reason,
        CASE WHEN l.iati_type = ANY(%s) THEN '' ELSE l.iati_type END AS finer
    FROM ends e JOIN links l ON l.id = e.link
    LEFT JOIN inside x ON x.link = e.link AND x.noun = e.noun AND x.whose = e.whose
),
"""

ADDED = """
    sum(CASE WHEN amount_kind = 'at-most' THEN 0 ELSE amount END) AS low,
    sum(coalesce(amount_max, amount)) AS high,
    count(*) FILTER (WHERE weak) AS weak_links,
    sum(CASE WHEN amount_kind = 'at-most' THEN 0 ELSE amount END) FILTER (WHERE weak) AS weak_low,
    sum(coalesce(amount_max, amount)) FILTER (WHERE weak) AS weak_high,
    array_agg(amount_kind) FILTER (WHERE weak) AS weak_marks
"""

# one row for what may be added up of one end, and one for each reason why something may not
SUMS = f"""
summed AS MATERIALIZED (
    SELECT noun, whose, reason, kind[1] AS currency, kind[2] AS type, kind[3] AS finer,
        bool_or(by_part) AS by_part, bool_or(itself) AS itself, count(*) AS links, {ADDED},
        array_agg(amount_kind) AS marks, array_agg(initiative_id) AS ids
    FROM judged, LATERAL (
        SELECT CASE WHEN reason = '' THEN ARRAY[currency, type, judged.finer] END
    ) k(kind)
    GROUP BY noun, whose, reason, kind
)
SELECT s.noun, s.whose, coalesce(a.slug, i.slug, ''), coalesce(a.name, i.title, ''),
    coalesce(a.state, i.state), CASE WHEN a.parent_id IS NULL AND a.kind = ANY(%s)
        THEN coalesce(a.country_id, '') ELSE '' END AS apart,
    s.by_part, s.itself, s.ids, s.reason, s.links,
    s.currency, s.type, s.finer, s.low, s.high, s.marks,
    s.weak_links, s.weak_low, s.weak_high, s.weak_marks
FROM summed s
LEFT JOIN actors_actor a ON s.noun = 'actor' AND a.id = s.whose
LEFT JOIN initiatives_initiative i ON s.noun = 'initiative' AND i.id = s.whose
ORDER BY s.currency, s.type, s.finer
"""

# the figures of one end, or of the whole search, by what became of them
OF_ONE = """
kept AS (
    SELECT j.id, j.reason, j.currency, j.type, j.finer FROM judged j
    WHERE j.noun = %s AND j.whose = %s AND {fate})
SELECT k.id, k.reason, count(*) OVER () FROM kept k
JOIN initiatives_fundinglink l ON l.id = k.id
ORDER BY k.reason, k.currency, k.type, k.finer, l.key LIMIT %s OFFSET %s
"""

COUNT = "SELECT count(*) FROM ({search}) searched"

DRAWN = "drawn"
# every figure of a search, or of some ends of it, with its year and whether it is in a sum
DATED = """
dated AS (
    SELECT {once}j.*,
        CASE WHEN extract(year FROM value_date_earliest) = extract(year FROM value_date_latest)
            THEN extract(year FROM value_date_earliest)::int END AS at
    FROM judged j{ends}),
told AS (
    SELECT d.*, CASE WHEN reason <> '' THEN reason WHEN at IS NULL THEN 'undated'
        ELSE 'drawn' END AS fate FROM dated d)
"""

ONCE = "DISTINCT ON (j.id) "
ENDS = """ WHERE (j.noun, j.whose) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
    ORDER BY j.id, j.reason"""
BY_YEAR = f"""{DATED}
SELECT fate, at, currency, type, finer, count(*), array_agg(DISTINCT initiative_id),
    array_agg(DISTINCT note) FILTER (WHERE note <> ''), array_agg(amount_kind), {ADDED}
FROM told GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 2, 4, 5
"""

FIGURES = f"""{DATED}
SELECT t.id, fate, at, t.currency, t.type, t.finer
FROM told t JOIN initiatives_fundinglink l ON l.id = t.id
ORDER BY reason, t.currency, t.type, t.finer, at, l.key
"""


def whole(search: str) -> str:
    """The start of a statement over every figure of a search, each judged once."""
    return LINKS.replace("{search}", search) + WHOLE + JUDGED


def dated(statement: str, search: str, ends: Ends = ()) -> tuple[str, list]:
    """``BY_YEAR`` or ``FIGURES`` of a search, or of what these ends of it give, and what follows
    the parameters of the search."""
    own = [str(word) for word in OUR_OWN]
    if not ends:
        return whole(search) + statement.replace("{once}", "").replace("{ends}", ""), [own]
    begun = LINKS.replace("{search}", search) + GIVEN + JUDGED
    said = begun + statement.replace("{once}", ONCE).replace("{ends}", ENDS)
    return said, [own, *map(list, zip(*ends, strict=True))]
