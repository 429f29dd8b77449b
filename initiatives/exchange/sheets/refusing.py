"""Which row a refusal is about: the row itself, what brought it about, what rests on it."""

from atlas.kit.faults import Refused
from atlas.kit.tables import NOUNS, table_of
from initiatives.exchange.sheets.entries import Entry

WRITTEN = ("new", "changed")


def blame(sound: list[Entry], refused: Refused, gate) -> None:
    """Give every reason to at least one of the rows; ``gate`` holds the gate's own, in words."""
    if gate is not None:
        for fault, words in zip(gate.faults, gate.reasons, strict=True):
            for entry in _at_gate(sound, fault):
                _add(entry, fault.field, words)
        return
    by_place = {(entry.table.name, entry.number): entry for entry in sound}
    for fault in refused.faults:
        entry = by_place.get((fault.table, fault.row))
        for found in [entry] if entry else _unplaced(sound, fault):
            _add(found, fault.column, fault.reason)


def _add(entry: Entry, column: str, reason: str) -> None:
    if (column, reason) not in entry.reasons:
        entry.reasons.append((column, reason))


def _at_gate(sound: list[Entry], fault) -> list[Entry]:
    """The row of the fact; else rows written that name its record; else all that are written."""
    table, key = fault.link_table or NOUNS[fault.noun][0], fault.link_key or fault.record
    written = [entry for entry in sound if entry.verdict in WRITTEN]
    own = [e for e in written if (e.table.name, e.key) == (table, key)]
    if own:
        return own
    near = [e for e in written if _names(e, fault.noun, fault.record)]
    return near or written or sound


def _names(entry: Entry, noun: str, record: str) -> bool:
    rows = [entry.after, entry.before or {}]
    columns = [c.name for c in entry.fields.values() if c.target and _noun(c.target) == noun]
    return any(row.get(name) == record for row in rows for name in columns)


def _noun(model) -> str:
    return model._meta.model_name


def _unplaced(sound: list[Entry], fault) -> list[Entry]:
    """A fault without a row: the row of that key, else what is written of that table, else all."""
    table = [entry for entry in sound if entry.table.name == fault.table]
    named = [entry for entry in table if fault.key and entry.key == fault.key]
    written = [entry for entry in table if entry.verdict in WRITTEN]
    return named or written or table or sound


def refuse_dependents(entries: list[Entry]) -> None:
    """Refuse also what names a new row that is refused, and what names that, and so on."""
    missing = {
        (e.table.name, e.key): e for e in entries if not e.is_sound and e.before is None and e.key
    }
    if not missing:
        return
    named_by: dict[tuple[str, str], list[tuple[Entry, str]]] = {}
    for entry in entries:
        if entry.is_sound:
            for column, target in _references(entry):
                named_by.setdefault(target, []).append((entry, column))
    sound = {(e.table.name, e.key) for e in entries if e.is_sound}
    waiting = [target for target in missing if target not in sound]
    while waiting:
        target = waiting.pop()
        for entry, column in named_by.pop(target, ()):
            place = f"row {missing[target].number} of {target[0]}"
            _add(entry, column, f"names “{target[1]}”, which is refused ({place})")
            mine = (entry.table.name, entry.key)
            if entry.before is None and mine not in missing:
                missing[mine] = entry
                waiting.append(mine)


def _references(entry: Entry):
    for column in entry.fields.values():
        if column.target and (key := entry.after.get(column.name)):
            yield column.name, (table_of(column.target).name, key)
    if entry.after.get("link_key"):
        yield "link_key", (entry.after.get("link_table", ""), entry.after["link_key"])
