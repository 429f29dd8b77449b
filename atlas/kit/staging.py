"""The one way in for rows: stage them as text, find every fault, then write what differs.

Load, documents and imports all pass here.  Rows are copied into temporary tables, checked set by
set in SQL (so memory does not grow with the package), given ids, resolved and compared; only rows
that differ are written, so unchanged data leaves no event.  COPY goes into temporary tables only:
it would bypass the history context.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from atlas.kit import checking, citing, conflicts, resolving, writing
from atlas.kit.bulk import BULK_FROM, Aside
from atlas.kit.checking import Rule
from atlas.kit.copying import Stage
from atlas.kit.faults import Fault, Refused, gate_faults, told
from atlas.kit.resolving import Resolver
from atlas.kit.tables import TABLES, Part

PROGRESS = Callable[[str], None]
# rows, as autovacuum has it; it comes a minute later only, and until then the planner, which knows
# nothing of tables just filled, took 84 seconds for a page that takes one
ANALYZE_FROM = 50


@dataclass(frozen=True)
class Scope:
    """What a write may touch beside its own rows.

    ``noun``: a document: the record's rows that are not staged are deleted, and references to
    them do not count.  ``package`` with ``prune``: rows that only this package wrote are.
    ``overwrite``: also rows that a person changed since the last load.  ``taking``: the id of a
    record of the same noun whose rows the document may take over.  ``within`` a noun: of the
    staged records of that noun, rows that only this door wrote and that are no longer said.
    ``door``: whose earlier writing may be written over; every other door's is kept.
    """

    noun: str = ""
    package: str = ""
    prune: bool = False
    overwrite: bool = False
    taking: int = 0
    within: str = ""
    door: str = "load"


class Staging(Stage):
    """Rows on their way in, inside the caller's transaction."""

    def __init__(self, scope: Scope, progress: PROGRESS = lambda _line: None):
        super().__init__()
        self.scope = scope
        self.progress = progress
        self.faulty: set[str] = set()
        self.empty: set[type] = set()
        self.counts = {"inserted": 0, "updated": 0, "deleted": 0, "unchanged": 0, "kept": 0}
        self.kept: list[Fault] = []
        self.unwritten: set[type] = set()
        self.views: set[type] = set()  # models whose map_x is a view
        self.new_records: dict[str, list[int]] = {}  # noun -> ids of records first written now

    def write(self) -> dict[str, int]:
        """Check everything, write what differs, pass the gate; return counts of rows.

        Raises Refused with every fault; the caller's transaction must then be rolled back.
        """
        parts = [part for table in self.staged for part in table.parts if self._concerns(part)]
        filled = [part for part in parts if part.table in self.filled]
        self.empty = self._empty_tables()
        self._check(parts, filled)
        found = self.faults()
        if found:
            raise Refused(found)
        self._constraints_now()
        for part in filled:
            self._compare(part)
        try:
            with transaction.atomic():  # a savepoint: a refusal can still be put into words
                self._write(parts, filled)
                self._gate()
        except IntegrityError as error:
            raise Refused([Fault(*f) for f in conflicts.faults(error, parts)]) from error
        return self.counts

    def _write(self, parts: list[Part], filled: list[Part]) -> None:
        self._delete_gone(parts)
        aside = self._put_aside(filled)
        for part in filled:
            self.progress(f"writing {part.table}")
            self._write_part(part, aside)

    def _concerns(self, part: Part) -> bool:
        """A document has rows of its own noun's evidence only."""
        return not self.scope.noun or self.scope.noun in getattr(part.model, "ROOTS", {})

    def _empty_tables(self) -> set[type]:
        """Models without any row: nothing to compare with, nothing to refer to."""
        models = [part.model for table in TABLES.values() for part in table.parts]
        if self.scope.noun:
            return set()
        tests = ", ".join(f"EXISTS (SELECT FROM {m._meta.db_table})" for m in models)
        found = self._fetch(f"SELECT {tests}")[0]
        return {model for model, holds in zip(models, found, strict=True) if not holds}

    def _check(self, all_parts: list[Part], parts: list[Part]) -> None:
        """Put every fault of the staged rows aside."""
        for table in self.staged:
            if table.name in self.filled:
                self.progress(f"checking {table.name}")
                self._check_rules(checking.text_rules(table))
        self.faulty = {name for (name,) in self._fetch("SELECT DISTINCT tbl FROM stage_fault")}
        self._execute_all(resolving.drop(part) for part in parts)
        mapped = self._map_early(parts)
        models = {part.model for part in parts}
        for part in parts:
            self.progress(f"resolving {part.table}")
            self._resolve(part, models, part.model in mapped)
        self._mark_gone(all_parts)
        for part in parts:
            self._check_rules(self._row_rules(part))

    def _check_rules(self, rules: Iterable[Rule]) -> None:
        """Ask first whether anything is wrong at all; the details only then."""
        rules = list(rules)
        if self._fetch(checking.suspects(rules))[0][0]:
            self._execute_all(rule.statement for rule in rules)

    def _map_early(self, parts: list[Part]) -> set[type]:
        """Ids ahead of the rows, where faults keep rows back or rows refer to later ones."""
        seen, early = set(), set()
        for part in parts:
            early |= set(resolving.targets(part)) - seen
            seen.add(part.model)
        chosen = [p for p in parts if p.model in early or p.table in self.faulty]
        for part in chosen:
            self._execute_all(resolving.identify(part, part.model in self.empty))
        return {part.model for part in chosen}

    def _resolve(self, part: Part, models: set[type], has_map: bool) -> None:
        """Type the part's rows; where a reference fails, name it and keep the row back."""
        named = self._fetch(resolving.named_links(part)) if part.has_link else []
        stored = set(resolving.targets(part)) - self._document_models - self.empty
        resolver = Resolver(part, models, stored, {table for (table,) in named})
        alone, faulty = part.model in self.empty, part.table in self.faulty
        self._execute_all(resolver.typed(has_map, alone, faulty))
        lost = self._fetch(f"SELECT EXISTS (SELECT FROM {resolving.typed(part)} WHERE lost)")
        if faulty or lost[0][0]:
            if not has_map:
                self._execute_all(resolving.identify(part, alone))
            self._execute_all(resolver.faults())
            self._execute_all(resolver.typed(True, alone, True))
        elif not has_map:
            self._execute(resolving.map_view(part))
            self.views.add(part.model)

    def _row_rules(self, part: Part) -> Iterator[Rule]:
        alone = part.model in self.empty
        yield from checking.row_rules(part, self._constraints(part), alone, self._deletes)
        if part.has_link:
            yield from citing.fact_rules(part)
            yield from citing.foreign_links(part, self.filled)
        if self.scope.noun and self.scope.noun in getattr(part.model, "ROOTS", {}):
            yield from checking.strangers(
                part, self.scope.noun, [self._record, self.scope.taking or self._record]
            )

    @property
    def _record(self) -> int:
        """The id of the one record that is written; 0 while it has none."""
        found = self._fetch(f"SELECT id FROM map_{self.scope.noun}")
        return found[0][0] if found else 0

    @property
    def _document_models(self) -> set[type]:
        """Link models of which, in a document, only the staged rows count."""
        models = {model for table in self.staged for model in table.models if model.KEY == "key"}
        return models if self.scope.noun else set()

    def _constraints(self, part: Part) -> list[tuple[str, str, str]]:
        """(name, SQL condition, message) of the table's check constraints, from the catalogue."""
        messages = {c.name: told(c) for c in part.model._meta.constraints}
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
        return bool(self.scope.noun or self.scope.prune or self.scope.within)

    def _constraints_now(self) -> None:
        """Foreign keys are checked at each statement, so that their queue stays short.

        Not where rows are deleted: a row that names one of them may change later.
        """
        self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._execute(f"SET CONSTRAINTS {'ALL' if self._deletes else 'atlas_gate'} DEFERRED")

    def _mark_gone(self, parts: list[Part]) -> None:
        if self.scope.noun:
            for part in parts:
                staged = part.table in self.filled
                self._execute(writing.gone_of_record(part, self.scope.noun, self._record, staged))
        elif self.scope.prune:
            for part in parts:
                staged = part.table in self.filled
                self._execute(writing.gone_of_package(part, self.scope.package, staged))
        elif self.scope.within:
            for part in parts:
                staged = part.table in self.filled
                self._execute(writing.gone_within(part, self.scope.within, self.scope.door, staged))

    def _delete_gone(self, parts: list[Part]) -> None:
        """Rows that are no longer said go first: children before their parents."""
        if self._deletes:
            for part in reversed(parts):
                self.counts["deleted"] += self._execute(writing.delete_gone(part))

    def _compare(self, part: Part) -> None:
        """Leave only what differs; a load never overwrites a person's change, and says so."""
        if part.model not in self.empty:
            self.counts["unchanged"] += self._execute(writing.compare(part))
        if self.scope.noun or self.scope.overwrite or not hasattr(part.model, "history"):
            return
        touched = writing.touched_by_people(part, self.scope.door)
        self._keep(part, touched, "changed by a person, kept")
        while orphans := writing.orphans(part, self.unwritten):
            if not self._keep(part, orphans, "rests on a row that a person deleted"):
                break

    def _keep(self, part: Part, sql: str, reason: str) -> bool:
        """Leave the rows that ``sql`` finds as they are; False when there are none."""
        rows = self._fetch(sql)
        if rows:
            if part.model in self.views:
                self._execute(resolving.freeze_map(part))
                self.views.remove(part.model)
            self.unwritten.add(part.model)
            self.kept += [Fault(part.table, n, key, "", reason) for n, key in rows]
            self.counts["kept"] += len(rows)
            self._execute(writing.drop_kept(part, [line for line, _key in rows]))
        return bool(rows)

    def _put_aside(self, parts: list[Part]) -> Aside:
        """What slows a first bulk load; history tables that hold nothing come along."""
        aside = Aside(self._execute, self._fetch)
        large = [p for p in parts if p.model in self.empty and self.filled[p.table] >= BULK_FROM]
        if large and not self._deletes:
            empty = [m._meta.db_table for m in self.empty]
            history = [p.history_table for p in large if self._is_empty(p.history_table)]
            aside.put([*(p.db_table for p in large), *history], [*empty, *history])
        return aside

    def _is_empty(self, table: str) -> bool:
        return not self._fetch(f"SELECT EXISTS (SELECT FROM {table})")[0][0]

    def _write_part(self, part: Part, aside: Aside) -> None:
        if part.model not in self.empty:
            self.counts["updated"] += self._execute(writing.update(part))
        inserted = self._execute(writing.insert(part))
        self.counts["inserted"] += inserted
        if inserted and "uid" in part.headers:
            new = self._fetch(f"SELECT id FROM {resolving.typed(part)} WHERE is_new ORDER BY id")
            self.new_records[part.model._meta.model_name] = [pk for (pk,) in new]
        aside.back(part.db_table)
        if hasattr(part.model, "history"):
            aside.back(part.history_table)
        if inserted > ANALYZE_FROM:
            self._execute(f"ANALYZE {part.db_table}")

    def _gate(self) -> None:
        self.progress("checking that what is published is cited")
        if self.counts["inserted"] + self.counts["updated"] > ANALYZE_FROM:
            self._execute("ANALYZE kit_touched")
        try:
            self._execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            raise Refused(gate_faults(error)) from error
        self._execute("SET CONSTRAINTS ALL DEFERRED")
