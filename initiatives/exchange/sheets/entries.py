"""Rows of a file beside what is stored: what each would say, and who may say it."""

from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from atlas.kit.actions import FROM
from atlas.kit.choices import State
from atlas.kit.tables import Column, Table
from initiatives.exchange.sheets.reading import TOO_LONG, Row, Sheet, Unreadable, columns_of
from initiatives.exchange.sheets.stored import natural_key, rows_by_key, slugs_by_uid

OURS = ("uid", "state")  # what an empty cell never empties
RENAMED = "is the address of a record called “{}” here: rename it on its form, so that the old"


@dataclass
class Entry:
    """One row: ``before`` as stored (None for a new one), ``after`` as it would be stored."""

    table: Table
    row: Row
    given: list[str]
    before: dict[str, str] | None
    after: dict[str, str]
    reasons: list[tuple[str, str]] = field(default_factory=list)
    verdict: str = ""
    last: str = ""  # who changed it last, where that was somebody else

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def key(self) -> str:
        return self.after.get(self.table.key, "")

    @property
    def is_sound(self) -> bool:
        return not self.reasons

    @cached_property
    def fields(self) -> dict[str, Column]:
        return columns_of(self.table)

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(column, old, new) of the cells that differ."""
        old = self.before or {}
        cells = [(c, old.get(c, ""), self.value(c)) for c in self.given]
        return [(c, was, now) for c, was, now in cells if was != now and c != self.table.key]

    def value(self, name: str) -> str:
        """The cell as it is stored: an empty one takes the field's default."""
        column, text = self.fields.get(name), self.after.get(name, "")
        if text or column is None or not column.field.has_default():
            return text
        default = column.field.get_default()
        if isinstance(default, bool):
            return str(default).lower()
        return "" if default is None or default == [] else str(default)


def entries_of(sheet: Sheet, by, lock: bool) -> list[Entry]:
    """The sheet's rows, filled up with what is stored; with ``lock``, to be written now.

    Raises Unreadable when the table is not open to this person.
    """
    table = sheet.table
    if not may_write(by, table):
        raise Unreadable(f"changes the table {table.name}, which your account may not.")
    made = set()
    if table.key == "key":
        made = {row.number for row in sheet.rows if not row.cells.get("key")}
        for row in sheet.rows:
            if row.number in made:
                row.cells["key"] = natural_key(table, row.cells)
    stored = rows_by_key(table, {row.cells[table.key] for row in sheet.rows}, lock)
    entries = [_entry(sheet, row, stored.get(row.cells[table.key])) for row in sheet.rows]
    uids = slugs_by_uid(table, {e.after.get("uid", "") for e in entries} - {""})
    for entry in entries:
        if entry.number in made and entry.before is not None:
            said = f"“{entry.key}” stands here already: give this key to change that row,"
            entry.reasons.append(("key", f"{said} or one of its own (“{entry.key}-2”) to add one"))
        entry.reasons += _of_record(entry, uids, by)
    return entries


def may_write(user, table: Table) -> bool:
    """Whether the person may add and change the table's rows."""
    for model in table.models:
        app, name = model._meta.app_label, model._meta.model_name
        if not user.has_perms([f"{app}.add_{name}", f"{app}.change_{name}"]):
            return False
    return True


def may_publish(user, model) -> bool:
    """Whether the person's imports may change what readers see of such records.

    Nobody looks at an import before it is written, so these are an administrator's; a reviewer's
    too where reviewers approve their own work.
    """
    may = user.has_perm(f"{model._meta.app_label}.publish_{model._meta.model_name}")
    return may and (settings.ATLAS_APPROVE_OWN or user.has_perm("initiatives.publish_importrun"))


def _entry(sheet: Sheet, row: Row, before: dict[str, str] | None) -> Entry:
    table = sheet.table
    given = dict(row.cells)
    reasons = list(row.faults)
    for name, text in given.items():
        if text == TOO_LONG:
            if before is None:
                reasons.append((name, "stands for a text that is too long for a cell"))
            given[name] = (before or {}).get(name, "")
    after = {**(before or {}), **given}
    if before is not None:
        for name in OURS:
            if before.get(name) and not after[name]:
                after[name] = before[name]
        reasons += _moved(table, before, after)
    known = {column for column, _reason in reasons}
    return Entry(table, row, [c for c in sheet.columns if c not in known], before, after, reasons)


def _moved(table: Table, before: dict, after: dict) -> list[tuple[str, str]]:
    """A row of two-part tables stays with the kind of record that it belongs to."""
    roots = [table.discriminator(part) for part in table.parts]
    return [
        (
            name,
            f"belongs to {name} “{before[name]}”; evidence cannot move to another kind of record",
        )
        for name in filter(None, roots)
        if before[name] and not after[name]
    ]


def _of_record(entry: Entry, uids: dict[str, str], by) -> list[tuple[str, str]]:
    """What only the forms of a record can do, or only some people."""
    found = []
    uid = entry.after.get("uid", "")
    owner = uids.get(uid)
    if owner and owner != entry.key:
        found.append(("slug", f"{RENAMED.format(owner)} address leads on"))
    elif entry.before and uid and uid != entry.before.get("uid"):
        found.append(("uid", "is permanent: leave it as it is"))
    if "state" in entry.after or "state" in entry.table.headers:
        found += _state(entry, by)
    return found


def _state(entry: Entry, by) -> list[tuple[str, str]]:
    """The way of a state is that of the buttons: publishing needs the right to."""
    new = entry.value("state")
    old = entry.before["state"] if entry.before else State.DRAFT
    if new == old or new not in State.values:
        return []
    if old not in FROM[State(new)]:
        return [("state", f"“{old}” cannot become “{new}”")]
    if new == State.IN_REVIEW or may_publish(by, entry.table.models[0]):
        return []
    said = f"“{old}” becomes “{new}” on the record’s form, or by an administrator’s import"
    return [("state", said)]
