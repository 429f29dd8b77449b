"""The SQL of the network: who acts in what, in the initiatives of one search.

An actor acts in an initiative when it takes part, pays (alone or jointly) or is paid, as the
filter ``actor`` means it; only public actors are shown.
"""

FUNDS, PAID = "funding", "recipient"

# {search} gives the ids of the initiatives
ACTS = """
WITH chosen(id) AS MATERIALIZED ({search}),
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
),
acts AS MATERIALIZED (
    SELECT e.initiative_id, e.actor_id, array_agg(DISTINCT e.role ORDER BY e.role) AS roles
    FROM every e JOIN chosen c ON c.id = e.initiative_id
    JOIN actors_actor a ON a.id = e.actor_id AND a.state = 'published'
    GROUP BY 1, 2
)
"""

# actors nearest to the centre first, then those that act in most
ACTORS = (
    ACTS
    + """,
near AS (
    SELECT DISTINCT b.actor_id FROM acts a JOIN acts b USING (initiative_id)
    WHERE a.actor_id = ANY(%s)
)
SELECT r.actor_id, a.slug, a.name, a.kind, r.initiatives, r.distance,
    count(*) OVER () AS every_actor
FROM (
    SELECT t.actor_id, count(*) AS initiatives,
        CASE WHEN t.actor_id = ANY(%s) THEN 0
            WHEN t.actor_id IN (SELECT actor_id FROM near) THEN 1 ELSE 2 END AS distance
    FROM acts t GROUP BY 1
) r JOIN actors_actor a ON a.id = r.actor_id
ORDER BY r.distance, r.initiatives DESC, a.slug
LIMIT %s
"""
)

PAIRS = (
    ACTS
    + """
SELECT a.actor_id, b.actor_id, array_agg(a.initiative_id ORDER BY i.sort_key, i.slug)
FROM acts a
JOIN acts b ON b.initiative_id = a.initiative_id AND b.actor_id > a.actor_id
JOIN initiatives_initiative i ON i.id = a.initiative_id
WHERE a.actor_id = ANY(%s) AND b.actor_id = ANY(%s)
GROUP BY 1, 2
ORDER BY count(*) DESC, 1, 2
"""
)

# how many initiatives are searched, have an actor, and have two
COVER = (
    ACTS
    + """
SELECT (SELECT count(*) FROM chosen), count(*), count(*) FILTER (WHERE actors > 1)
FROM (SELECT count(*) AS actors FROM acts GROUP BY initiative_id) counted
"""
)

# initiatives and actors together, those with most ends first
ENDS = (
    ACTS
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

ROLES = (
    ACTS
    + """
SELECT actor_id, initiative_id, roles FROM acts
WHERE actor_id = ANY(%s) AND initiative_id = ANY(%s)
ORDER BY actor_id, initiative_id
"""
)

# sources that say most of who acts in these initiatives, with how many of the ties each supports
SOURCES = """
WITH ties AS (
    SELECT id, 'p' AS kind FROM initiatives_participation
    WHERE initiative_id = ANY(%s) AND actor_id = ANY(%s)
    UNION ALL
    SELECT l.id, 'f' FROM initiatives_fundinglink l
    WHERE l.initiative_id = ANY(%s) AND (l.funder_actor_id = ANY(%s) OR l.recipient_id = ANY(%s))
),
said AS (
    SELECT c.source_id, t.kind, t.id FROM ties t
    JOIN initiatives_initiativecitation c ON c.participation_id = t.id AND t.kind = 'p'
    UNION
    SELECT c.source_id, t.kind, t.id FROM ties t
    JOIN initiatives_initiativecitation c ON c.funding_link_id = t.id AND t.kind = 'f'
)
SELECT s.slug, s.title, count(*) AS ties, (SELECT count(*) FROM ties),
    count(*) OVER () AS every_source
FROM said JOIN sources_source s ON s.id = said.source_id
GROUP BY s.id ORDER BY ties DESC, s.slug LIMIT %s
"""
