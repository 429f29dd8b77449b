"""Taking one transaction back: every row it wrote becomes again what it was before.

Works from history alone and row by row, so ids, keys and everything that named a record are as
they were.  Refused where a row was changed since.
"""

from django.db import connection, models

from atlas.kit.tables import TABLES, Part


def recorded_parts() -> list[Part]:
    parts = (part for table in TABLES.values() for part in table.parts)
    return [part for part in parts if hasattr(part.model, "history")]


def transaction_of(context) -> int | None:
    """The transaction whose events carry this context; None where it wrote nothing."""
    for part in recorded_parts():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pgh_xid FROM {part.history_table} WHERE pgh_context_id = %s LIMIT 1",
                [context],
            )
            if row := cursor.fetchone():
                return row[0]
    return None


def changed_since(xid: int) -> list[str]:
    """``table: key`` of rows the transaction wrote that a later one wrote again."""
    found = []
    for part in recorded_parts():
        sql = (
            f'SELECT DISTINCT ON (h.pgh_obj_id) h."{part.key}"::text FROM {part.history_table} h'
            f" WHERE {_written_by('h', part)} AND EXISTS (SELECT FROM {part.history_table} l"
            " WHERE l.pgh_obj_id = h.pgh_obj_id AND l.pgh_id > h.pgh_id AND l.pgh_xid <> %(xid)s)"
            " ORDER BY h.pgh_obj_id, h.pgh_id DESC"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, {"xid": xid})
            found += [f"{part.table}: {key}" for (key,) in cursor.fetchall()]
    return found


def take_back(xid: int) -> int:
    """Undo the transaction's rows; how many were written.  Foreign keys wait for the commit."""
    parts = [part for part in recorded_parts() if _wrote(part, xid)]
    written = sum(_run(_delete_new(part), xid) for part in reversed(parts))
    written += sum(_run(_restore_changed(part), xid) for part in parts)
    return written + sum(_run(_restore_deleted(part), xid) for part in parts)


def _run(sql: str, xid: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"xid": xid})
        return cursor.rowcount


def _wrote(part: Part, xid: int) -> bool:
    return bool(
        _run(f"SELECT FROM {part.history_table} h WHERE {_written_by('h', part)} LIMIT 1", xid)
    )


def _written_by(alias: str, _part: Part) -> str:
    return f"{alias}.pgh_xid = %(xid)s"


def _columns(part: Part) -> list[str]:
    fields = part.model._meta.concrete_fields
    return [f.column for f in fields if not isinstance(f, models.GeneratedField)]


def _touched(part: Part) -> str:
    """(id of the row, id of the transaction's first event of it)."""
    return (
        f"SELECT h.pgh_obj_id AS id, min(h.pgh_id) AS first FROM {part.history_table} h"
        f" WHERE {_written_by('h', part)} GROUP BY h.pgh_obj_id"
    )


def _before(part: Part) -> str:
    """The rows as they stood before the transaction; those that did not exist are not here."""
    names = ", ".join(f'e."{name}"' for name in _columns(part))
    return (
        f"SELECT {names} FROM ({_touched(part)}) t JOIN LATERAL (SELECT * FROM"
        f" {part.history_table} b WHERE b.pgh_obj_id = t.id AND b.pgh_id < t.first"
        " ORDER BY b.pgh_id DESC LIMIT 1) e ON e.pgh_label <> 'delete'"
    )


def _delete_new(part: Part) -> str:
    return (
        f"DELETE FROM {part.db_table} WHERE {part.pk} IN (SELECT id FROM ({_touched(part)}) t)"
        f" AND {part.pk} NOT IN (SELECT {part.pk} FROM ({_before(part)}) b)"
    )


def _restore_changed(part: Part) -> str:
    sets = ", ".join(f'"{name}" = b."{name}"' for name in _columns(part) if name != part.pk)
    same = f"r.{part.pk} = b.{part.pk}"
    return f"UPDATE {part.db_table} r SET {sets} FROM ({_before(part)}) b WHERE {same}"


def _restore_deleted(part: Part) -> str:
    names = ", ".join(f'"{name}"' for name in _columns(part))
    return (
        f"INSERT INTO {part.db_table} ({names}) SELECT {names} FROM ({_before(part)}) b"
        f" WHERE NOT EXISTS (SELECT FROM {part.db_table} r WHERE r.{part.pk} = b.{part.pk})"
    )
