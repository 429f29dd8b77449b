"""What the database refused while rows were written, in words.

Asked after the savepoint was rolled back, so the rows that were to go are there again.
"""

from collections.abc import Iterator

from django.db import IntegrityError, connection

from atlas.kit.resolving import gone
from atlas.kit.tables import Part

REFERENCE, REPEATED = "23503", "23505"  # SQLSTATE


def faults(error: IntegrityError, parts: list[Part]) -> Iterator[tuple]:
    """(table, row, key, column, reason) of each row concerned; other errors are raised again."""
    diag = getattr(error.__cause__, "diag", None)
    by_table = {part.db_table: part for part in parts}
    part = by_table.get(getattr(diag, "table_name", None))
    name = part.table if part else getattr(diag, "table_name", "")
    if diag is not None and diag.sqlstate == REPEATED:
        columns = (diag.message_detail or "").partition("(")[2].partition(")")[0]
        said = f"two rows would have the same {columns}: rows cannot exchange it in one write"
        yield (name, 0, "", "", said)
    elif diag is not None and diag.sqlstate == REFERENCE:
        column, target = _reference(diag.constraint_name)
        keys = _still_named(by_table.get(target), part, diag.table_name, column)
        for key in keys:
            said = f"cannot be deleted: rows of {name} still name it"
            yield (by_table[target].table, 0, key, "", said)
        if not keys:
            yield (name, 0, "", column, "names a row that was deleted meanwhile; try again")
    else:
        raise error


def _reference(constraint: str) -> tuple[str, str]:
    """(column, table it points at) of a foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.conname = %s",
            [constraint],
        )
        return cursor.fetchone()


def _still_named(target: Part | None, part: Part | None, table: str, column: str) -> list[str]:
    """The keys of rows that were to go and that rows that stay still name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [gone(target) if target else ""])
        if cursor.fetchone()[0] is None:
            return []
        named = f'SELECT u."{column}" FROM {table} u'
        if part:
            named += f" WHERE u.{part.pk} NOT IN (SELECT id FROM {gone(part)})"
        cursor.execute(
            f'SELECT t."{target.key}" FROM {target.db_table} t JOIN {gone(target)} g'
            f" ON g.id = t.{target.pk} WHERE t.{target.pk} IN ({named}) ORDER BY 1"
        )
        return [key for (key,) in cursor.fetchall()]
