"""Who wrote what the public has not seen yet, read from history."""

from collections.abc import Iterable

from django.db import connection

from atlas.kit.records import history_where
from atlas.kit.tables import NOUNS, TABLES

OTHERS_WORDS = ("suggestion", "review")  # doors where a person lets in what somebody else wrote


def written_by(noun: str, ids: Iterable[int], user) -> set[int]:
    """Ids of the records of which ``user`` wrote something since they were last public.

    Moving a record from one state to another is no writing.  One query a table.
    """
    given = {"ids": list(ids), "user": str(user.pk), "others": list(OTHERS_WORDS)}
    own, children = NOUNS[noun]
    history = TABLES[own].parts[0].history_table
    public = (
        f"coalesce((SELECT max(p.pgh_xid) FROM {history} p WHERE p.pgh_obj_id = e.root"
        " AND p.state = 'published'), 0)"
    )
    parts = [part for name in children for part in TABLES[name].parts if noun in part.model.ROOTS]
    selects = [_own_sql(history)]
    selects += [
        f"SELECT r.id AS root, t.pgh_xid, t.pgh_context_id FROM unnest(%(ids)s::bigint[]) r(id)"
        f" JOIN {part.history_table} t ON {history_where(part, noun, 'r.id')}"
        for part in parts
    ]
    found = set()
    with connection.cursor() as cursor:
        for select in selects:
            cursor.execute(
                f"SELECT DISTINCT e.root FROM ({select}) e JOIN pghistory_context c"
                " ON c.id = e.pgh_context_id WHERE c.metadata->>'user' = %(user)s"
                f" AND NOT c.metadata->>'door' = ANY(%(others)s) AND e.pgh_xid > {public}",
                given,
            )
            found |= {root for (root,) in cursor.fetchall()}
    return found


def _own_sql(history: str) -> str:
    """Events of the record's own row that changed more than its state."""
    bookkeeping = "array(SELECT k FROM jsonb_object_keys(to_jsonb(t)) k WHERE k LIKE 'pgh%%')"
    said = f"to_jsonb(t) - 'state' - {bookkeeping}"
    return (
        "SELECT root, pgh_xid, pgh_context_id FROM (SELECT t.pgh_obj_id AS root, t.pgh_xid,"
        f" t.pgh_context_id, {said} AS said, lag({said}) OVER (PARTITION BY t.pgh_obj_id"
        f" ORDER BY t.pgh_id) AS before FROM {history} t WHERE t.pgh_obj_id = ANY(%(ids)s)) own"
        " WHERE said IS DISTINCT FROM before"
    )
