"""Rows on their way into temporary tables: numbered, in batches, as CSV only when asked for."""

import csv
import io
import uuid
from collections.abc import Iterable, Iterator
from itertools import count

from django.db import connection

from atlas.kit.faults import Fault
from atlas.kit.tables import TABLES, Table

# Only for this transaction: nested loops over transition tables never end; small samples are
# enough to plan by (autovacuum takes better ones afterwards); compiling plans costs more than it
# saves; sorts and hashes of 100,000 rows stay in memory.
SESSION = """
SET LOCAL enable_nestloop = off;
SET LOCAL default_statistics_target = 20;
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';
SET LOCAL maintenance_work_mem = '128MB';
SET LOCAL gin_pending_list_limit = '64MB';
CREATE TEMP TABLE IF NOT EXISTS stage_fault
    (tbl text, line int, key text, col text, reason text) ON COMMIT DELETE ROWS;
TRUNCATE stage_fault
"""

Batches = Iterable[list[list[str]]]


class CsvStream:
    """A file that COPY reads; a read may give more than was asked for, which libpq allows."""

    def __init__(self, batches: Batches, first_line: int):
        self.batches, self.lines = iter(batches), count(first_line)

    def read(self, _size: int = 0) -> str:
        batch = next(self.batches, None)
        while batch == []:
            batch = next(self.batches, None)
        if batch is None:
            return ""
        out = io.StringIO()
        numbered = ([line, *row] for row, line in zip(batch, self.lines, strict=False))
        csv.writer(out, lineterminator="\n").writerows(numbered)
        return out.getvalue()


def with_uids(table: Table, columns: list[str], batches: Batches) -> tuple[list[str], Batches]:
    """Give records without one their uid (uuid5 of noun and slug)."""
    if "uid" not in table.headers or table.key not in columns:
        return columns, batches
    given = "uid" in columns
    named = columns if given else [*columns, "uid"]
    slug, uid = named.index(table.key), named.index("uid")
    noun = table.models[0]._meta.model_name
    return named, _filled(batches, f"atlas:{noun}:", slug, uid, given)


def _filled(batches: Batches, prefix: str, slug: int, uid: int, given: bool) -> Iterator[list]:
    for batch in batches:
        for row in batch:
            if not given:
                row.append("")
            if not row[uid]:
                row[uid] = str(uuid.uuid5(uuid.NAMESPACE_URL, prefix + row[slug]))
        yield batch


class Stage:
    """The temporary tables of one write, inside the caller's transaction."""

    def __init__(self):
        self.staged: list[Table] = []
        self.filled: dict[str, int] = {}  # table -> rows
        self._execute(SESSION)

    def add(self, name: str, rows: Iterable[dict[str, str]]) -> None:
        """Stage rows given as dicts of text."""
        headers = TABLES[name].headers
        self.add_batches(name, headers, [[[row.get(h, "") for h in headers] for row in rows]])

    def add_batches(self, name: str, columns: list[str], batches: Batches, line: int = 2) -> None:
        """Stage rows given as batches of lists of cells; ``line`` is the first row's number."""
        table = TABLES[name]
        self._make_stage(table)
        self.staged.append(table)
        columns, batches = with_uids(table, columns, batches)
        names = ", ".join(f'"{c}"' for c in ("line", *columns))
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY stage_{table.name} ({names}) FROM STDIN WITH (FORMAT csv)",
                CsvStream(batches, line),
            )
            count = cursor.rowcount
        if not count:
            return
        self.filled[table.name] = count
        self._execute(f'ANALYZE stage_{table.name} (line, "{table.key}")')

    def fault(self, table: str, row: int, key: str, column: str, reason: str) -> None:
        self._execute(
            "INSERT INTO stage_fault VALUES (%s, %s, %s, %s, %s)", [table, row, key, column, reason]
        )

    def _make_stage(self, table: Table) -> None:
        columns = ", ".join(f'"{h}" text' for h in table.headers)
        self._execute(
            f"DROP TABLE IF EXISTS stage_{table.name};"
            f" CREATE TEMP TABLE stage_{table.name} (line int, {columns}) ON COMMIT DROP"
        )

    def faults(self) -> list[Fault]:
        return [
            Fault(*row)
            for row in self._fetch(
                "SELECT tbl, line, coalesce(key, ''), col, reason FROM stage_fault"
                " ORDER BY tbl, line, col, reason"
            )
        ]

    def _execute(self, sql: str, params=None) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount

    def _execute_all(self, statements: Iterable[str]) -> None:
        joined = ";\n".join(statements)
        if joined:
            self._execute(joined)

    def _fetch(self, sql: str, params=None) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()
