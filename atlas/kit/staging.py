"""The one way in for rows: stage them as text, find every fault, then write what differs.

Load, documents and imports all pass here.  Rows are copied into temporary tables, checked set by
set in SQL (so memory does not grow with the package), given ids, resolved and compared; only rows
that differ are written, so unchanged data leaves no event.  COPY goes into temporary tables only:
it would bypass the history context.
"""

import csv
import io
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from atlas.kit import checking, conflicts, writing
from atlas.kit.tables import TABLES, Part, Table

PROGRESS = Callable[[str], None]
ANALYZE_FROM = 1000  # rows; below, the planner's old statistics do


@dataclass(frozen=True)
class Fault:
    """One reason a package or document is refused; ``row`` counts the header as row 1."""

    table: str
    row: int
    key: str
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.table} row {self.row}" if self.row else self.table
        named = f" ({self.key})" if self.key else ""
        return (
            f"{where}{named}, {self.column}: {self.reason}"
            if self.column
            else (f"{where}{named}: {self.reason}")
        )


class Refused(Exception):
    """Nothing was written; ``faults`` says why, all of them."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults[:20])))


@dataclass(frozen=True)
class Scope:
    """What a write may touch beside its own rows.

    ``noun``: a document: the record's rows that are not staged are deleted, and references to
    them do not count.  ``package`` with ``prune``: rows that only this package wrote are.
    ``overwrite``: also rows that a person changed since the last load.
    """

    noun: str = ""
    package: str = ""
    prune: bool = False
    overwrite: bool = False


class Staging:
    """Rows on their way in, inside the caller's transaction."""

    def __init__(self, scope: Scope, progress: PROGRESS = lambda _line: None):
        self.scope = scope
        self.progress = progress
        self.staged: list[Table] = []
        self.filled: set[str] = set()
        self.counts = {"inserted": 0, "updated": 0, "deleted": 0, "unchanged": 0, "kept": 0}
        self.kept: list[Fault] = []
        self.unwritten: set[type] = set()
        self._execute("SET LOCAL enable_nestloop = off")
        self._execute(
            "CREATE TEMP TABLE IF NOT EXISTS stage_fault"
            " (tbl text, line int, key text, col text, reason text) ON COMMIT DELETE ROWS"
        )
        self._execute("TRUNCATE stage_fault")

    # ------------------------------------------------------------ rows in

    def add(self, name: str, rows: Iterable[dict[str, str]]) -> None:
        """Stage rows given as dicts of text."""
        headers = TABLES[name].headers
        self.add_cells(name, ([row.get(h, "") for h in headers] for row in rows))

    def add_cells(self, name: str, cells: Iterable[list[str]], first_line: int = 2) -> None:
        """Stage rows given as lists of cells in the order of the table's headers."""
        table = TABLES[name]
        self._make_stage(table)
        numbered = ((first_line + i, row) for i, row in enumerate(cells))
        prepared = _with_uids(table, numbered)
        columns = ", ".join(f'"{c}"' for c in ("line", *table.headers))
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY stage_{table.name} ({columns}) FROM STDIN WITH (FORMAT csv)",
                _CsvStream(prepared),
            )
            if cursor.rowcount:
                self.filled.add(table.name)
        self._execute(f"ANALYZE stage_{table.name}")
        self.staged.append(table)

    def fault(self, table: str, row: int, key: str, column: str, reason: str) -> None:
        self._execute(
            "INSERT INTO stage_fault VALUES (%s, %s, %s, %s, %s)",
            [
                table,
                row,
                key,
                column,
                reason,
            ],
        )

    def _make_stage(self, table: Table) -> None:
        columns = ", ".join(f'"{h}" text' for h in table.headers)
        self._execute(f"DROP TABLE IF EXISTS stage_{table.name}")
        self._execute(f"CREATE TEMP TABLE stage_{table.name} (line int, {columns}) ON COMMIT DROP")

    # ------------------------------------------------------------ checks and writing

    def faults(self) -> list[Fault]:
        return [
            Fault(*row)
            for row in self._fetch(
                "SELECT tbl, line, coalesce(key, ''), col, reason FROM stage_fault"
                " ORDER BY tbl, line, col, reason"
            )
        ]

    def write(self) -> dict[str, int]:
        """Check everything, write what differs, pass the gate; return counts of rows.

        Raises Refused with every fault; the caller's transaction must then be rolled back.
        """
        parts = [part for table in self.staged for part in table.parts if self._concerns(part)]
        filled = [part for part in parts if part.table in self.filled]
        self._check(parts, filled)
        found = self.faults()
        if found:
            raise Refused(found)
        self._constraints_now()
        for part in filled:
            self._compare(part)
        try:
            with transaction.atomic():  # a savepoint: a refusal can still be put into words
                self._delete_gone(parts)
                for part in filled:
                    self.progress(f"writing {part.table}")
                    self._write_part(part)
                self._gate()
        except IntegrityError as error:
            raise Refused([Fault(*f) for f in conflicts.faults(error, parts)]) from error
        return self.counts

    def _concerns(self, part: Part) -> bool:
        """A document has rows of its own noun's evidence only."""
        return not self.scope.noun or self.scope.noun in getattr(part.model, "ROOTS", {})

    def _check(self, all_parts: list[Part], parts: list[Part]) -> None:
        """Put every fault of the staged rows aside."""
        for table in self.staged:
            if table.name in self.filled:
                self.progress(f"checking {table.name}")
                self._execute_all(checking.text_checks(table))
        for part in parts:
            self._execute_all(checking.identify(part))
        self._mark_gone(all_parts)
        models = {part.model for part in parts}
        for part in parts:
            self.progress(f"resolving {part.table}")
            self._execute_all(checking.resolve(part, models, self._document_models))
            if part.has_link:
                self._execute_all(checking.foreign_links(part, self.filled))
        for part in parts:
            self._execute_all(checking.rules(part, self._constraints(part), self._deletes))

    @property
    def _document_models(self) -> set[type]:
        """Link models of which, in a document, only the staged rows count."""
        models = {model for table in self.staged for model in table.models if model.KEY == "key"}
        return models if self.scope.noun else set()

    def _constraints(self, part: Part) -> list[tuple[str, str, str]]:
        """(name, SQL condition, message) of the table's check constraints, from the catalogue."""
        messages = {
            c.name: str(c.get_violation_error_message()) for c in part.model._meta.constraints
        }
        found = self._fetch(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c'",
            [part.db_table],
        )
        return [
            (name, re.sub(r"^CHECK ", "", definition), messages.get(name, name))
            for name, definition in found
        ]

    @property
    def _deletes(self) -> bool:
        return bool(self.scope.noun or self.scope.prune)

    def _constraints_now(self) -> None:
        """Foreign keys are checked at each statement, so that their queue stays short.

        Not where rows are deleted: a row that names one of them may change later.
        """
        self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._execute(f"SET CONSTRAINTS {'ALL' if self._deletes else 'atlas_gate'} DEFERRED")

    def _mark_gone(self, parts: list[Part]) -> None:
        if self.scope.noun:
            found = self._fetch(f"SELECT id FROM map_{self.scope.noun}")
            record = found[0][0] if found else 0
            for part in parts:
                staged = part.table in self.filled
                self._execute(writing.gone_of_record(part, self.scope.noun, record, staged))
        elif self.scope.prune:
            for part in parts:
                staged = part.table in self.filled
                self._execute(writing.gone_of_package(part, self.scope.package, staged))

    def _delete_gone(self, parts: list[Part]) -> None:
        """Rows that are no longer said go first: children before their parents."""
        if self._deletes:
            for part in reversed(parts):
                self.counts["deleted"] += self._execute(writing.delete_gone(part))

    def _compare(self, part: Part) -> None:
        """Leave only what differs; a load never overwrites a person's change, and says so."""
        self.counts["unchanged"] += self._execute(writing.compare(part))
        if self.scope.noun or self.scope.overwrite or not hasattr(part.model, "history"):
            return
        self._keep(part, writing.touched_by_people(part), "changed by a person, kept")
        while orphans := writing.orphans(part, self.unwritten):
            if not self._keep(part, orphans, "rests on a row that a person deleted"):
                break

    def _keep(self, part: Part, sql: str, reason: str) -> bool:
        """Leave the rows that ``sql`` finds as they are; False when there are none."""
        rows = self._fetch(sql)
        if rows:
            self.unwritten.add(part.model)
            self.kept += [Fault(part.table, n, key, "", reason) for n, key in rows]
            self.counts["kept"] += len(rows)
            self._execute(writing.drop_kept(part, [line for line, _key in rows]))
        return bool(rows)

    def _write_part(self, part: Part) -> None:
        self.counts["updated"] += self._execute(writing.update(part))
        inserted = self._execute(writing.insert(part))
        self.counts["inserted"] += inserted
        if inserted > ANALYZE_FROM:
            self._execute(f"ANALYZE {part.db_table}")

    def _gate(self) -> None:
        self.progress("checking that what is published is cited")
        try:
            self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            raise Refused(_gate_faults(error)) from error
        self._execute("SET CONSTRAINTS ALL DEFERRED")

    # ------------------------------------------------------------ plumbing

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


def _gate_faults(error: IntegrityError) -> list[Fault]:
    """The gate's refusal as faults; an error of another kind is passed on."""
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None)
    try:
        items = json.loads(detail)
    except (TypeError, ValueError):
        raise error from error.__cause__
    said = {
        "uncited": "“{value}” is published but no source cited supports it",
        "foreign": "“{value}” belongs to another record",
        "unpublished": "“{value}” is not public, so a published record cannot be linked with it",
    }
    return [
        Fault(
            item["link_table"] or f"{item['noun']}s",
            0,
            item["link_key"] or item["record"],
            item["field"],
            said[item["reason"]].format(value=item["value"]),
        )
        for item in items
    ]


def _with_uids(table: Table, rows: Iterator) -> Iterator[list]:
    """Number the rows and give records without one their uid (uuid5 of noun and slug)."""
    if "uid" not in table.headers:
        for line, row in rows:
            yield [line, *row]
        return
    at, noun = table.headers.index("uid"), table.models[0]._meta.model_name
    for line, row in rows:
        if not row[at]:
            row[at] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"atlas:{noun}:{row[0]}"))
        yield [line, *row]


class _CsvStream:
    """A file that COPY reads: rows become CSV only as they are asked for."""

    def __init__(self, rows: Iterator[list]):
        self.rows = rows
        self.buffer = ""

    def read(self, size: int = 65536) -> str:
        while len(self.buffer) < size:
            out = io.StringIO()
            writer = csv.writer(out)
            for _ in range(500):
                row = next(self.rows, None)
                if row is None:
                    break
                writer.writerow(row)
            if not out.tell():
                break
            self.buffer += out.getvalue()
        chunk, self.buffer = self.buffer[:size], self.buffer[size:]
        return chunk
