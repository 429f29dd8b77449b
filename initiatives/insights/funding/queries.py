"""The SQL of money over a search; the rules are those of ``insights.money``.

A sum counts for an actor and for everything above it in the tree of parents, as the filter
``funder`` means it.  A sum that somebody outside that tree shares in counts for neither.
"""

# {search} gives the ids of the initiatives
LINKS = """
WITH RECURSIVE chosen(id) AS MATERIALIZED ({search}),
links AS MATERIALIZED (
    SELECT l.* FROM initiatives_fundinglink l JOIN chosen c ON c.id = l.initiative_id
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
ends AS MATERIALIZED (
    SELECT g.link, g.noun, coalesce(up.above, g.giver) AS whose, count(*) AS within,
        bool_or(up.above <> up.actor) AS by_part
    FROM givers g LEFT JOIN up ON g.noun = 'actor' AND up.actor = g.giver
    GROUP BY 1, 2, 3
),
sharers AS (SELECT link, count(*) AS all_givers FROM givers GROUP BY 1),
"""

RECEIVED = """
ends AS MATERIALIZED (
    SELECT l.id AS link, 'actor' AS noun, up.above AS whose, 1 AS within,
        bool_or(up.above <> up.actor) AS by_part
    FROM links l JOIN up ON up.actor = l.recipient_id GROUP BY 1, 2, 3
),
sharers AS (SELECT id AS link, 1 AS all_givers FROM links),
"""

WHOLE = """
ends AS (SELECT id AS link, 'all' AS noun, 0 AS whose, 1 AS within, false AS by_part FROM links),
sharers AS (SELECT id AS link, 1 AS all_givers FROM links),
"""

JUDGED = """
inside AS (
    SELECT DISTINCT i.includes_id AS link, e.noun, e.whose
    FROM initiatives_fundinginclude i JOIN ends e ON e.link = i.link_id
    JOIN links l ON l.id = e.link AND l.amount_kind <> 'undisclosed'
    JOIN sharers s ON s.link = e.link AND s.all_givers <= e.within
),
judged AS MATERIALIZED (
    SELECT e.noun, e.whose, e.by_part, l.*,
        CASE WHEN l.amount_kind = 'undisclosed' THEN 'undisclosed'
            WHEN x.link IS NOT NULL THEN 'contained'
            WHEN s.all_givers > e.within THEN 'shared'
            ELSE '' END AS reason
    FROM ends e JOIN links l ON l.id = e.link JOIN sharers s ON s.link = e.link
    LEFT JOIN inside x ON x.link = e.link AND x.noun = e.noun AND x.whose = e.whose
)
"""

ROWS = """
SELECT j.noun, j.whose, coalesce(a.slug, i.slug, ''), coalesce(a.name, i.title, ''),
    bool_or(j.by_part), count(DISTINCT j.initiative_id), count(*),
    count(*) FILTER (WHERE j.reason = 'undisclosed'),
    count(*) FILTER (WHERE j.reason = 'contained'),
    count(*) FILTER (WHERE j.reason = 'shared'),
    array_agg(DISTINCT j.initiative_id)
FROM judged j
LEFT JOIN actors_actor a ON j.noun = 'actor' AND a.id = j.whose
LEFT JOIN initiatives_initiative i ON j.noun = 'initiative' AND i.id = j.whose
WHERE j.noun = 'all' OR coalesce(a.state, i.state) = 'published'
GROUP BY 1, 2, 3, 4
ORDER BY 6 DESC, 7 DESC, 3
"""

# where IATI parts sums more finely than our types do, its parting counts
SUMS = """
SELECT noun, whose, currency, type,
    CASE WHEN iati_type = ANY(%s) THEN '' ELSE iati_type END AS finer, count(*),
    sum(CASE WHEN amount_kind = 'at-most' THEN 0 ELSE amount END),
    sum(coalesce(amount_max, amount)), array_agg(DISTINCT amount_kind)
FROM judged WHERE reason = ''
GROUP BY 1, 2, 3, 4, 5
ORDER BY 3, 4, 5
"""

# every initiative searched: whether it has any funding link, and one whose payer is named
PAID_FOR = """
SELECT c.id, count(l.id) > 0,
    count(l.id) FILTER (WHERE l.funder_actor_id IS NOT NULL
        OR l.funder_initiative_id IS NOT NULL OR j.link_id IS NOT NULL) > 0,
    count(l.id) FILTER (WHERE l.recipient_id IS NOT NULL) > 0
FROM chosen c LEFT JOIN links l ON l.initiative_id = c.id
LEFT JOIN initiatives_fundingjointfunder j ON j.link_id = l.id
GROUP BY 1
"""

DRAWN = "drawn"
# every figure of a search, the year it is dated to, and whether it is in a sum
DATED = """,
dated AS (
    SELECT j.*, CASE WHEN iati_type = ANY(%s) THEN '' ELSE iati_type END AS finer,
        CASE WHEN extract(year FROM value_date_earliest) = extract(year FROM value_date_latest)
            THEN extract(year FROM value_date_earliest)::int END AS at
    FROM judged j),
told AS (
    SELECT d.*, CASE WHEN reason <> '' THEN reason WHEN at IS NULL THEN 'undated'
        ELSE 'drawn' END AS fate FROM dated d)
"""

BY_YEAR = (
    DATED
    + """
SELECT fate, at, currency, type, finer, count(*),
    sum(CASE WHEN amount_kind = 'at-most' THEN 0 ELSE amount END),
    sum(coalesce(amount_max, amount)), array_agg(DISTINCT initiative_id)
FROM told GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 2, 4, 5
"""
)

FIGURES = (
    DATED
    + """
SELECT id, fate, at, currency, type, finer FROM told
ORDER BY reason, currency, type, finer, at, key LIMIT %s
"""
)


def whole(search: str) -> str:
    """The start of a statement over every figure of a search, each judged once."""
    return LINKS.replace("{search}", search) + WHOLE + JUDGED
