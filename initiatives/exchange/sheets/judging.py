"""An editor's file judged row by row: new, changed, unchanged or refused; then written.

Sound rows go in together in one transaction, through the gate; a row at fault stays out, and with
it what names it.  A column that the file lacks stays as it is; an empty cell empties its value; no
row is ever deleted.  What other people wrote is written over, and the preview says whose it was.
"""

import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError, transaction

from atlas.kit import gate, twins
from atlas.kit.copying import with_uids
from atlas.kit.facts import REGISTRY
from atlas.kit.faults import Refused
from atlas.kit.history import door
from atlas.kit.resolving import typed
from atlas.kit.staging import Scope, Staging
from atlas.kit.tables import TABLES, Part, Table
from initiatives.exchange.iati.spool import escaped
from initiatives.exchange.package import likely_twins, one_at_a_time
from initiatives.exchange.sheets.entries import Entry, entries_of, may_publish
from initiatives.exchange.sheets.reading import Book, Unreadable
from initiatives.exchange.sheets.refusing import blame, refuse_dependents

DOOR = "import"
ROUNDS = 12  # each leaves out the rows that the one before found at fault
NEW, CHANGED, UNCHANGED, REFUSED = VERDICTS = ("new", "changed", "unchanged", "refused")

REVIEWED = (
    "changes a published record: an administrator imports that, or it is changed on its form,"
    " where it waits for review"
)

LAST = """
SELECT DISTINCT ON (h.pgh_obj_id) t.line, c.metadata->>'name',
    to_char(h.pgh_created_at, 'YYYY-MM-DD')
FROM {history} h JOIN {typed} t ON t.{pk} = h.pgh_obj_id AND NOT t.is_new
LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id
ORDER BY h.pgh_obj_id, h.pgh_id DESC
"""


class ReviewedOnly(Exception):
    """Rows of published records in the file of somebody whose imports may not change them."""

    def __init__(self, places: set[tuple[str, int]]):
        super().__init__(places)
        self.places = places


class SheetStaging(Staging):
    """Says of every row whether it was written, and who wrote it before.

    ``by`` may change published records of some nouns only; ``public`` are the rows of others.
    """

    def __init__(self, by):
        super().__init__(Scope(overwrite=True, door=DOOR))
        self.by = by
        self.public: set[tuple[str, int]] = set()
        self.verdicts: dict[tuple[str, int], str] = {}
        self.last: dict[tuple[str, int], tuple[str, str]] = {}

    def _write(self, parts: list[Part], filled: list[Part]) -> None:
        for part in filled:
            for line, is_new in self._fetch(f"SELECT line, is_new FROM {typed(part)}"):
                self.verdicts[part.table, line] = NEW if is_new else CHANGED
            if hasattr(part.model, "history"):
                sql = LAST.format(history=part.history_table, typed=typed(part), pk=part.pk)
                for line, name, day in self._fetch(sql):
                    self.last[part.table, line] = (name or "", day)
        before = {
            noun: self._published(noun)
            for noun, evidence in REGISTRY.items()
            if not may_publish(self.by, evidence.model)
        }
        super()._write(parts, filled)
        for part in filled:
            for noun in before.keys() & getattr(part.model, "ROOTS", {}).keys():
                sql = (
                    f"SELECT t.line, ({part.model.ROOTS[noun]})::bigint FROM {part.db_table} r"
                    f" JOIN {typed(part)} t ON t.{part.pk} = r.{part.pk}"
                )
                rows = self._fetch(sql)
                self.public |= {(part.table, line) for line, pk in rows if pk in before[noun]}
        if self.public:
            raise ReviewedOnly(self.public)

    def _published(self, noun: str) -> set[int]:
        table = REGISTRY[noun].model._meta.db_table
        return {pk for (pk,) in self._fetch(f"SELECT id FROM {table} WHERE state = 'published'")}


@dataclass
class Report:
    """What a file does; ``mark`` is the same as long as it would do the same."""

    entries: list[Entry]
    counts: dict[str, Counter] = field(default_factory=dict)
    twins: list[str] = field(default_factory=list)
    mark: str = ""

    @property
    def total(self) -> Counter:
        return sum(self.counts.values(), Counter())


def judge(book: Book, *, by, name: str, write: bool) -> Report:
    """Judge every row, with ``write`` also write the sound ones; one transaction.

    Raises Unreadable where rows cannot be told apart by fault; then nothing was written.
    """
    with door(DOOR, by, file=name), transaction.atomic():
        one_at_a_time()
        entries = [e for sheet in book.sheets for e in entries_of(sheet, by, lock=write)]
        report = _settle(entries, by)
        if not write:
            transaction.set_rollback(True)
    return report


def _settle(entries: list[Entry], by) -> Report:
    """Write what can be written: each round without the rows found at fault so far."""
    refuse_dependents(entries)
    for last_round in [False] * (ROUNDS - 1) + [True]:
        staging = None
        try:
            with transaction.atomic():
                staging = SheetStaging(by)
                _stage(staging, [entry for entry in entries if entry.is_sound])
                staging.write()
                return _report(entries, staging, by)
        except ReviewedOnly as found:
            for entry in entries:
                if (entry.table.name, entry.number) in found.places:
                    entry.reasons.append(("", REVIEWED))
            refuse_dependents(entries)
        except Refused as refused:
            _blame(entries, refused, staging, last_round)
        except DatabaseError as error:
            raise Unreadable(f"holds what the database cannot take: {error}.") from error
    return _report(entries, None, by)


def _blame(entries: list[Entry], refused: Refused, staging, everything: bool) -> None:
    """Note each reason at its row; a reason of the gate at the row that brought it about."""
    sound = [entry for entry in entries if entry.is_sound]
    for entry in sound:
        entry.verdict = staging.verdicts.get((entry.table.name, entry.number), UNCHANGED)
    found = None
    if isinstance(refused.__cause__, IntegrityError):
        try:
            found = gate.refusal(refused.__cause__)
        except IntegrityError:
            found = None
    blame(sound, refused, found if isinstance(found, gate.GateRefused) else None)
    if everything:
        for entry in sound:
            if entry.is_sound:
                entry.reasons.append(("", "rests on rows that are refused"))
    refuse_dependents(entries)


def _stage(staging: SheetStaging, sound: list[Entry]) -> None:
    by_table: dict[str, list[Entry]] = {}
    for entry in sound:
        by_table.setdefault(entry.table.name, []).append(entry)
    for name in TABLES:
        if name in by_table:
            _stage_table(staging, TABLES[name], by_table[name])


def _stage_table(staging: SheetStaging, table: Table, entries: list[Entry]) -> None:
    rows = [[entry.after.get(header, "") for header in table.headers] for entry in entries]
    columns, batches = with_uids(table, list(table.headers), [rows])
    text = io.BytesIO()
    for batch in batches:
        for entry, row in zip(entries, batch, strict=True):
            cells = "\t".join(escaped(cell) for cell in row)
            text.write(f"{entry.number}\t{cells}\n".encode())
    text.seek(0)
    staging.add_text(table.name, columns, text)


# ------------------------------------------------------------------ what is told


def _report(entries: list[Entry], staging: SheetStaging | None, by) -> Report:
    report = Report(entries)
    for entry in entries:
        place = (entry.table.name, entry.number)
        entry.verdict = REFUSED
        if entry.is_sound:
            entry.verdict = staging.verdicts.get(place, UNCHANGED)
        if entry.verdict == CHANGED and place in staging.last:
            name, day = staging.last[place]
            if name and name != by.get_username():
                entry.last = f"{name}, {day}"
        report.counts.setdefault(entry.table.name, Counter())[entry.verdict] += 1
    if staging is not None:
        report.twins = [line.strip() for line in twins.told(likely_twins(staging))[1:]]
    report.mark = _mark(entries)
    return report


def _mark(entries: list[Entry]) -> str:
    digest = hashlib.sha256()
    for entry in entries:
        said = [entry.table.name, entry.number, entry.verdict, entry.changes, entry.reasons]
        digest.update(json.dumps(said).encode())
    return digest.hexdigest()
