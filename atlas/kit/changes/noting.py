"""Noting public changes: SQL that runs at commit, and once for what happened before it did.

A record's version moves at most once in a transaction: what stood between two statements of one
transaction was never public.
"""

from django.db import connections

from atlas.kit.facts import Evidence

NOTES = "kit_publicchange"


def step_sql(noun: str, record: str) -> str:
    """By how much the version of digest ``d`` moves: 0 where this transaction moved it already."""
    return (
        f"CASE WHEN excluded.version > 0 AND NOT EXISTS (SELECT FROM {NOTES} c"
        f" WHERE c.noun = '{noun}' AND c.record_id = {record} AND c.xid = txid_current()"
        " AND c.public) THEN 1 ELSE 0 END"
    )


def noted_sql(evidence: Evidence, digests: str, touched: str) -> str:
    """Note each touched record that is public now, and each that no longer is.

    ``digests`` is the INSERT that refreshes the digests and returns record, version, updated_at.
    """
    noun, table = evidence.noun, evidence.model._meta.db_table
    return f"""
  WITH digested AS ({digests})
  INSERT INTO {NOTES} AS c (noun, record_id, xid, version, public, at)
  SELECT '{noun}', t.id, txid_current(), g.version, true, g.updated_at
  FROM digested g JOIN {table} t ON t.id = g.{evidence.root} WHERE t.state = 'published'
  ON CONFLICT (noun, record_id, xid) DO UPDATE
    SET version = excluded.version, public = true, at = excluded.at;
  IF EXISTS ({_hidden(evidence, touched)}) THEN
    DELETE FROM {NOTES} c WHERE c.noun = '{noun}' AND c.xid = txid_current() AND c.public
      AND c.record_id IN ({_hidden(evidence, touched)});
    INSERT INTO {NOTES} (noun, record_id, xid, version, public, at)
    SELECT '{noun}', last.record_id, txid_current(), last.version, false, clock_timestamp()
    FROM (SELECT DISTINCT ON (c.record_id) c.* FROM {NOTES} c WHERE c.noun = '{noun}'
      AND c.record_id IN ({_hidden(evidence, touched)}) ORDER BY c.record_id, c.id DESC) last
    WHERE last.public;
  END IF;"""


def _hidden(evidence: Evidence, touched: str) -> str:
    """Ids of touched records that are not public, or no longer there."""
    table = evidence.model._meta.db_table
    return (
        f"SELECT k.record_id FROM ({touched}) k WHERE NOT EXISTS (SELECT FROM {table} t"
        " WHERE t.id = k.record_id AND t.state = 'published')"
    )


# ------------------------------------------------------------------ what happened before


def note_the_past(evidence: Evidence, tables: list, using: str = "default") -> int:
    """Note the public changes of a database that is older than this table; how many.

    Counts backwards from each digest's version, so that the newest note has today's number.
    """
    noun, own = evidence.noun, evidence.model
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {NOTES} WHERE noun = %s)", [noun])
        if cursor.fetchone()[0]:
            return 0
        cursor.execute(_past_sql(evidence, tables, own), [noun])
        return cursor.rowcount


def _past_sql(evidence: Evidence, tables: list, own) -> str:
    """INSERT from history: every transaction after which a record was public."""
    events = " UNION ".join(
        f"SELECT ({model.ROOTS[evidence.noun]})::bigint AS record, r.pgh_xid AS xid,"
        f" r.pgh_created_at AS at FROM {_history(model)} r"
        for model in tables
    )
    return f"""
    INSERT INTO {NOTES} (noun, record_id, xid, version, public, at)
    SELECT %s, n.record, n.xid, n.version - n.newer, true, n.at FROM (
      SELECT e.record, e.xid, e.at, d.version,
        row_number() OVER (PARTITION BY e.record ORDER BY e.xid DESC) - 1 AS newer
      FROM (SELECT record, xid, max(at) AS at FROM ({events}) u GROUP BY 1, 2) e
      JOIN {evidence.digest._meta.db_table} d ON d.{evidence.root} = e.record
      JOIN LATERAL (SELECT h.state FROM {_history(own)} h WHERE h.pgh_obj_id = e.record
        AND h.pgh_xid <= e.xid ORDER BY h.pgh_id DESC LIMIT 1) s ON s.state = 'published') n
    WHERE n.newer < n.version ORDER BY n.xid, n.record"""


def _history(model) -> str:
    return model.history.rel.related_model._meta.db_table
