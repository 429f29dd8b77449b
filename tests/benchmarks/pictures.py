"""Each picture of everything: its page made anew, the simplest SQL of its numbers, the page kept.

The statements are written independently of the project's, and what they count must be what the
picture says (``SAME`` columns, added up); a picture that counts otherwise ends the run.
"""

import time
from collections.abc import Callable, Iterator

from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings

from atlas.kit.packing import ids_of
from initiatives.insights.network import network
from initiatives.models import Initiative
from initiatives.views.pictures.network import layout as place

TIMES = 10  # a picture: at most so many times the bare SQL of its numbers
LAYOUT_TIMES = 15  # the network: at most so many times its layout alone
KEPT_TIMES = 1.2  # a kept picture: so many times a kept list
TRIES = 3  # the quickest of so many counts

REACHED = """
WITH named AS (
  SELECT r.initiative_id AS id, r.country_id, r.group_id FROM initiatives_initiativereach r
  JOIN initiatives_initiative i ON i.id = r.initiative_id AND i.state = 'published'),
pairs AS (
  SELECT id, country_id AS country FROM named WHERE country_id IS NOT NULL
  UNION
  SELECT n.id, m.member_country_id FROM named n JOIN actors_membership m USING (group_id)
  WHERE m.status = 'member' AND m.member_country_id IS NOT NULL
    AND coalesce(m.since_earliest <= CURRENT_DATE, true)
    AND coalesce(m.until_latest >= CURRENT_DATE, true))
"""
PARTS = """
WITH RECURSIVE up(actor, above) AS (
  SELECT id, id FROM actors_actor UNION
  SELECT up.actor, a.parent_id FROM up JOIN actors_actor a ON a.id = up.above
  WHERE a.parent_id IS NOT NULL),
money AS (
  SELECT l.* FROM initiatives_fundinglink l
  JOIN initiatives_initiative i ON i.id = l.initiative_id AND i.state = 'published'),
given AS (
  SELECT DISTINCT m.id, up.above AS whose FROM up JOIN (
    SELECT id, funder_actor_id AS actor FROM money
    UNION SELECT link_id, actor_id FROM initiatives_fundingjointfunder) m USING (actor))
"""
PAYERS = PARTS + "SELECT whose, count(DISTINCT m.initiative_id) FROM given JOIN money m USING (id)"
SUMS = """
SELECT whose, currency, type, count(*), sum(amount), sum(coalesce(amount_max, amount))
FROM given JOIN money USING (id) WHERE amount IS NOT NULL GROUP BY 1, 2, 3
"""
YEARS = """
SELECT y,
  count(*) FILTER (WHERE start_known AND actual_start_earliest >= first
                   AND actual_start_latest <= last),
  count(*) FILTER (WHERE actual_start_earliest <= last AND actual_start_latest >= first),
  count(*) FILTER (WHERE (start_known AND actual_start_latest <= last
                          OR end_known AND actual_end_latest <= last)
    AND (start_known AND actual_start_earliest >= first
         OR end_known AND actual_end_earliest >= first
         OR actual_end = '' AND status IN ('implementation', 'finalisation')
            AND status_on !~ '[?~%]' AND status_on_earliest >= first)),
  count(*) FILTER (WHERE actual_start_earliest <= last AND actual_end_latest >= first)
FROM (SELECT *, actual_start !~ '[?~%]' AS start_known, actual_end !~ '[?~%]' AS end_known
      FROM initiatives_initiative WHERE state = 'published') i,
  LATERAL generate_series((
    SELECT extract(year FROM min(actual_start_earliest))::int FROM initiatives_initiative
  ), extract(year FROM CURRENT_DATE)::int) y,
  LATERAL (SELECT make_date(y, 1, 1) AS first, make_date(y, 12, 31) AS last) bounds
GROUP BY 1
"""
SHARED = (
    PARTS
    + """, acts AS MATERIALIZED (
  SELECT DISTINCT p.initiative_id AS id, up.above AS actor FROM up JOIN (
    SELECT initiative_id, actor_id AS actor FROM initiatives_participation
    UNION SELECT initiative_id, funder_actor_id FROM money
    UNION SELECT initiative_id, recipient_id FROM money
    UNION SELECT initiative_id, j.actor_id FROM money
      JOIN initiatives_fundingjointfunder j ON j.link_id = money.id) p USING (actor)
  JOIN initiatives_initiative i ON i.id = p.initiative_id AND i.state = 'published'),
most AS MATERIALIZED (SELECT actor FROM acts JOIN actors_actor a ON a.id = actor
         GROUP BY actor, a.slug ORDER BY count(*) DESC, a.slug LIMIT 80)
SELECT t.* FROM (
  SELECT a.actor AS one, b.actor AS other, count(*) AS found FROM acts a
  JOIN acts b ON b.id = a.id AND b.actor > a.actor
  WHERE a.actor IN (SELECT actor FROM most) AND b.actor IN (SELECT actor FROM most)
  GROUP BY 1, 2) t
WHERE NOT EXISTS (SELECT FROM up WHERE up.actor = one AND up.above = other)
  AND NOT EXISTS (SELECT FROM up WHERE up.actor = other AND up.above = one)
ORDER BY 3 DESC LIMIT 240
"""
)
GROUPS = """
, grouped AS (
  SELECT id, group_id FROM named WHERE group_id IS NOT NULL
  UNION SELECT n.id, m.group_id FROM named n
  JOIN actors_membership m ON m.member_country_id = n.country_id AND m.status = 'member'
    AND coalesce(m.since_earliest <= CURRENT_DATE, true)
    AND coalesce(m.until_latest >= CURRENT_DATE, true))
SELECT group_id, theme_id, count(*) FROM grouped
JOIN initiatives_initiativetheme t ON t.initiative_id = grouped.id GROUP BY 1, 2
"""
MAP = REACHED + "SELECT country, count(*) FROM pairs GROUP BY 1"
THEMED = """SELECT country, theme_id, count(*) FROM pairs
JOIN initiatives_initiativetheme t ON t.initiative_id = pairs.id GROUP BY 1, 2"""
BARS = """
SELECT id, slug, title, kind, status, status_on, actual_start, actual_end, planned_start,
  planned_end, actual_start_earliest, actual_start_latest, planned_start_earliest,
  planned_start_latest, actual_end_earliest, actual_end_latest, planned_end_latest,
  status_on_earliest, status_on_latest, count(*) OVER ()
FROM initiatives_initiative WHERE state = 'published'
  AND actual_start || planned_start || actual_end || planned_end <> ''
ORDER BY kind, actual_start_earliest, slug LIMIT 150
"""
EVENTS = f"""
SELECT initiative_id, title, date_earliest, date_latest FROM initiatives_event
WHERE initiative_id IN (SELECT id FROM ({BARS}) b) AND date_earliest IS NOT NULL
"""
MONEY = """
WITH figures AS (
  SELECT l.*, extract(year FROM value_date_earliest) AS year, CASE
    WHEN amount IS NULL THEN 'undisclosed'
    WHEN EXISTS (SELECT FROM initiatives_fundinginclude f WHERE f.includes_id = l.id)
      THEN 'contained'
    WHEN extract(year FROM value_date_earliest) = extract(year FROM value_date_latest)
      THEN 'drawn' ELSE 'undated' END AS fate
  FROM initiatives_fundinglink l JOIN initiatives_initiative i ON i.id = l.initiative_id
  WHERE i.state = 'published')
"""
SUMMED = """
SELECT year, currency, type, count(*), sum(amount), sum(coalesce(amount_max, amount))
FROM figures WHERE fate = 'drawn' GROUP BY 1, 2, 3
"""
UNSUMMED = "SELECT fate, count(*), count(DISTINCT initiative_id) FROM figures GROUP BY 1"
# name: (address, columns of its data whose numbers are added up, statements); the last columns of
# the first statement's rows must come to the same
PICTURES = {
    "map": ("map/", ("initiatives",), [MAP]),
    "maps by theme": ("map/?by=theme", ("initiatives",), [REACHED + THEMED]),
    "timeline": ("timeline/", (), [BARS, EVENTS]),
    "by year": ("years/", ("started_sure", "started", "running_sure", "running"), [YEARS]),
    "money by year": ("years/?of=money", ("low", "high"), [MONEY + SUMMED, MONEY + UNSUMMED]),
    "coverage": ("coverage/", (), [REACHED + THEMED]),
    "coverage of groups": ("coverage/?by=group", (), [REACHED + GROUPS]),
    "network": ("network/", ("initiatives",), [SHARED]),
    "funding": ("funding/", ("initiatives",), [f"{PAYERS} GROUP BY 1", PARTS + SUMS]),
    "briefing": ("briefing/", (), [MAP, YEARS, f"{PAYERS} GROUP BY 1", PARTS + SUMS]),
}


def measured() -> dict[str, list[float]]:
    """Of each picture milliseconds of: the page made anew, its bare SQL, the page kept."""
    client = Client(headers={"host": "localhost"})
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    found = {}
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        for name, (address, columns, statements) in PICTURES.items():
            rows = [ask(statement) for statement in statements]
            if columns:
                check(client, address, columns, rows[0])
            bare = best(lambda statements=statements: [ask(one) for one in statements])
            path = f"/{address}"
            found[name] = [
                best(anew(client, path)),
                bare,
                best(lambda path=path: get(client, path)),
            ]
            if name == "network":  # at once, since other work comes and goes
                found["network, layout"] = [0, best(layout()), 0]
        get(client, "/initiatives/")
        found["list, kept"] = [0, best(lambda: get(client, "/initiatives/")), 0]
    return found


def compared(found: dict) -> Iterator[tuple]:
    """(what, milliseconds, peer, the peer's, aim) of what ``measured`` gave."""
    layout, kept_list = found.pop("network, layout")[1], found.pop("list, kept")[1]
    del found["peak"]
    for name, (whole, bare, again) in found.items():
        yield name, whole, "bare SQL", bare, TIMES
        yield f"{name}, kept", again, "list, kept", kept_list, KEPT_TIMES
    yield "network", found["network"][0], "layout of its 80", layout, LAYOUT_TIMES


def ask(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def get(client: Client, path: str):
    response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answers {response.status_code}")
    return response


def anew(client: Client, path: str) -> Callable:
    def made() -> None:
        for store in ("pages", "pictures"):
            caches[store].clear()
        get(client, path)

    return made


def best(work: Callable) -> float:
    """Milliseconds of the quickest of some tries, after one that plans statements."""
    times = []
    for _ in range(TRIES + 1):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times[1:]) * 1000


def check(client: Client, address: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """The picture says what the bare statement counts."""
    data = get(client, f"/api/v1/insights/{address}").json()
    for back, column in enumerate(reversed(columns), 1):
        drawn = round(sum(float(row[column]) for row in data["rows"]))
        counted = round(sum(float(row[-back]) for row in rows))
        if drawn != counted:
            told = f"{column} of the picture adds up to {drawn}, bare SQL to {counted}"
            raise SystemExit(f"{address}: {told}")


def layout() -> Callable:
    """igraph alone, on the graph that the network of everything draws."""
    drawn = network(ids_of(Initiative.objects.published().values("pk")))
    return lambda: place(drawn, 740, 708)
