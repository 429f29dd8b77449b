"""The SQL of the network by role, where every actor stands for itself alone, and of its sources.

An actor acts in an initiative when it takes part, pays (alone or jointly) or is paid.
"""

FUNDS, PAID = "funding", "recipient"

# {search} gives the ids of the initiatives
ALONE = "WITH up(actor, above) AS (SELECT id, id FROM actors_actor),"
CHOSEN = """
chosen(id) AS MATERIALIZED ({search}),
every AS (
    SELECT initiative_id, actor_id, role FROM initiatives_participation
    UNION ALL
    SELECT initiative_id, funder_actor_id, 'funding' FROM initiatives_fundinglink
    WHERE funder_actor_id IS NOT NULL
    UNION ALL
    SELECT l.initiative_id, j.actor_id, 'funding'
    FROM initiatives_fundingjointfunder j JOIN initiatives_fundinglink l ON l.id = j.link_id
    UNION ALL
    SELECT initiative_id, recipient_id, 'recipient' FROM initiatives_fundinglink
    WHERE recipient_id IS NOT NULL
)"""
ACTING = (
    CHOSEN
    + """,
acts AS MATERIALIZED (
    SELECT e.initiative_id, up.above AS actor_id,
        array_agg(DISTINCT e.role ORDER BY e.role) AS roles
    FROM every e JOIN chosen c ON c.id = e.initiative_id
    JOIN up ON up.actor = e.actor_id
    JOIN actors_actor a ON a.id = up.above AND a.state = 'published'
    GROUP BY 1, 2
)
"""
)

COVER = (
    ALONE
    + ACTING
    + """
SELECT c.id, count(a.actor_id) FROM chosen c LEFT JOIN acts a ON a.initiative_id = c.id GROUP BY 1
"""
)

# initiatives and actors together, those with most ends first
ENDS = (
    ALONE
    + ACTING
    + """,
ranked AS (
    SELECT 'actor' AS noun, actor_id AS id, count(*) AS ends FROM acts GROUP BY 2
    UNION ALL
    SELECT 'initiative', initiative_id, count(*) FROM acts GROUP BY 2
)
SELECT r.noun, r.id, coalesce(a.slug, i.slug), coalesce(a.name, i.title), coalesce(a.kind, i.kind),
    r.ends, CASE WHEN r.noun = 'actor' AND r.id = ANY(%s) THEN 0 ELSE 1 END AS distance,
    count(*) FILTER (WHERE r.noun = 'actor') OVER () AS every_actor,
    count(*) OVER () AS every_end
FROM ranked r
LEFT JOIN actors_actor a ON r.noun = 'actor' AND a.id = r.id
LEFT JOIN initiatives_initiative i ON r.noun = 'initiative' AND i.id = r.id
ORDER BY distance, r.ends DESC, r.noun, 3
LIMIT %s
"""
)

# in how many initiatives these actors act
WEIGHTS = ALONE + ACTING + "SELECT actor_id, count(*) FROM acts WHERE actor_id = ANY(%s) GROUP BY 1"

ROLES = (
    ALONE
    + ACTING
    + """
SELECT actor_id, initiative_id, roles FROM acts
WHERE actor_id = ANY(%s) AND initiative_id = ANY(%s)
ORDER BY actor_id, initiative_id
"""
)

# sources that say most of how these actors act in these initiatives, with how many of the ties each
# supports
TIES = """
FROM initiatives_participation t {cited} WHERE t.initiative_id IN (SELECT id FROM these)
    AND t.actor_id IN (SELECT id FROM mine)
"""
MONEY = """
FROM initiatives_fundinglink t {cited} WHERE t.initiative_id IN (SELECT id FROM these)
    AND (t.funder_actor_id IN (SELECT id FROM mine) OR t.recipient_id IN (SELECT id FROM mine))
"""
CITED = "JOIN initiatives_initiativecitation c ON c.{}_id = t.id"
SOURCES = f"""
WITH these AS MATERIALIZED (SELECT unnest(%(initiatives)s::bigint[]) AS id),
mine AS MATERIALIZED (SELECT unnest(%(actors)s::bigint[]) AS id),
said AS (
    SELECT c.source_id, 'p', t.id {TIES.format(cited=CITED.format("participation"))}
    UNION
    SELECT c.source_id, 'f', t.id {MONEY.format(cited=CITED.format("funding_link"))}
)
SELECT s.slug, s.title, count(*) AS ties,
    (SELECT count(*) {TIES.format(cited="")}) + (SELECT count(*) {MONEY.format(cited="")}),
    count(*) OVER () AS every_source
FROM said JOIN sources_source s ON s.id = said.source_id
GROUP BY s.id ORDER BY ties DESC, s.slug LIMIT %(most)s
"""
