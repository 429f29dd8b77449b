"""A first bulk load: indexes, unique rules and foreign keys of empty tables come after the rows.

Checking a foreign key row by row costs more than the row itself; made again afterwards it is
checked by one join, and an index by one sort, as ``pg_restore`` does.  Only tables that held
nothing are treated so, on both ends of a foreign key, and only if nobody is using them at this
moment: then no reader loses anything by waiting.  Everything happens inside the load's own
transaction, so an interrupted load leaves every index and constraint in place.

The tables are also emptied once more: a server that keeps no log for replicas then writes their
rows once, to the tables, instead of twice.
"""

from collections.abc import Callable, Iterable

from django.db import DatabaseError, transaction

BULK_FROM = 5000  # rows; below, making things again costs more than it saves

INDEXES = """
SELECT indrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass),
    pg_get_indexdef(indexrelid)
FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%s::regclass[]) ORDER BY indexrelid
"""
CONSTRAINTS = """
SELECT CASE WHEN conrelid = ANY(%s::regclass[]) THEN conrelid ELSE confrelid END::regclass::text,
    format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND (contype = 'u' OR confrelid = ANY(%s::regclass[]))
    OR contype = 'f' AND confrelid = ANY(%s::regclass[])
ORDER BY contype, oid
"""
REFERRING = """
SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confrelid = ANY(%s::regclass[])
"""


class Aside:
    """What was put aside, by table."""

    def __init__(self, execute: Callable, fetch: Callable):
        self.execute, self.fetch = execute, fetch
        self.again: dict[str, list[str]] = {}

    def put(self, tables: Iterable[str], empty: Iterable[str]) -> None:
        """Put aside what ``tables`` have, if nobody uses them; ``empty``: all that hold nothing."""
        tables, empty = sorted(tables), sorted(empty)
        if not tables:
            return
        found = [
            *self.fetch(CONSTRAINTS, [tables, tables, empty, tables]),
            *self.fetch(INDEXES, [tables]),
        ]
        concerned = sorted({*empty, *(name for (name,) in self.fetch(REFERRING, [tables]))})
        try:
            with transaction.atomic():
                self.execute(f"LOCK TABLE {', '.join(concerned)} IN ACCESS EXCLUSIVE MODE NOWAIT")
                for _table, drop, _create in found:
                    self.execute(drop)
                self.execute(f"TRUNCATE {', '.join(tables)}")
        except DatabaseError:  # in use, or not ours to alter: the rows go in the slow way
            return
        for table, _drop, create in reversed(found):
            self.again.setdefault(table, []).append(create)

    def back(self, table: str) -> None:
        """Make again what was put aside for this table: keys and indexes, then foreign keys."""
        for create in self.again.pop(table, ()):
            self.execute(create)
