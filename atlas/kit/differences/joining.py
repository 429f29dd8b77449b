"""Three documents made one: what both started from, what stands now, and what is proposed."""

from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum

from atlas.kit.differences.items import EVIDENCE, Item, items, row_of, under
from atlas.kit.differences.words import Names
from atlas.kit.models import Link
from atlas.kit.records import child_part
from atlas.kit.tables import NOUNS, TABLES


class Side(Enum):
    """Whose value of an item stands."""

    MINE, THEIRS = "mine", "theirs"


@dataclass
class Joined:
    """My items that theirs do not hold already; ``clashes``: ids of those both changed."""

    noun: str
    base: dict
    theirs: dict
    mine: dict
    items: list[Item]
    others: list[Item]  # theirs, beside what clashes
    clashes: dict[str, list[Item]] = field(default_factory=dict)

    def result(self, choices: dict[str, Side] | None = None) -> dict:
        """One document: theirs with my items; where both changed one, what was chosen."""
        choices = choices or {}
        taken = [i for i in self.items if choices.get(i.id, Side.MINE) == Side.MINE]
        return taking(self.noun, self.theirs, self.mine, taken)


def join(noun: str, base: dict, theirs: dict, mine: dict) -> Joined:
    """Lay my changes beside theirs."""
    names = Names(noun, [base, theirs, mine])
    ours, others = items(noun, base, mine, names), items(noun, base, theirs, names)
    ours = [item for item in ours if not _holds(item, theirs)]
    joined = Joined(noun, base, theirs, mine, ours, others)
    for item in ours:
        against = [other for other in others if _clash(noun, item, other)]
        if against:
            joined.clashes[item.id] = against
    clashing = {id(other) for found in joined.clashes.values() for other in found}
    joined.others = [other for other in others if id(other) not in clashing]
    return joined


def _holds(item: Item, document: dict) -> bool:
    """Everything the item would change stands there already."""
    return all(
        _value(document, c["table"], c["key"], c["field"]) == c["after"] for c in item.changes
    )


def _value(document: dict, table: str, key: str, name: str):
    if not table:
        return document.get(name)
    row = row_of(document, table, key)
    return row if not name or row is None else row.get(name)


def _clash(noun: str, mine: Item, theirs: Item) -> bool:
    return any(_touch(noun, a, b) for a in mine.changes for b in theirs.changes)


def _touch(noun: str, a: dict, b: dict) -> bool:
    """Both changes are of one place, or one takes away what the other rests on."""
    if (a["table"], a["key"]) == (b["table"], b["key"]):
        return a["field"] == b["field"] or not (a["field"] and b["field"])
    return _rests(noun, a, b) or _rests(noun, b, a)


def _rests(noun: str, change: dict, gone: dict) -> bool:
    """The change leaves a row that names a row which the other removes."""
    if gone["field"] or gone["after"] is not None or not change["table"]:
        return False
    row = change["after"] if not change["field"] else None
    return row is not None and (gone["table"], gone["key"]) in named(noun, change["table"], row)


def named(noun: str, table: str, row: dict) -> set[tuple[str, str]]:
    """(table, key) of the rows of its record that a row names."""
    if table in EVIDENCE:
        return {(row["link_table"], row["link_key"])} if row["link_table"] else set()
    found = set()
    for column in child_part(TABLES[table], noun).columns:
        if column.target is not None and issubclass(column.target, Link) and row.get(column.name):
            target = next(n for n in NOUNS[noun][1] if column.target in TABLES[n].models)
            found.add((target, row[column.name]))
    return found


def taking(noun: str, document: dict, other: dict, chosen: list[Item]) -> dict:
    """The document, saying of the chosen items what ``other`` says.

    Rows that named a removed row go with it; a row that an item needs comes along.
    """
    made = deepcopy(document)
    for change in (c for item in chosen for c in item.changes):
        _take(made, other, change)
    _complete(noun, made, other)
    return under(made, made["slug"], {document["slug"], other["slug"]})


def _take(made: dict, other: dict, change: dict) -> None:
    table, key, name = change["table"], change["key"], change["field"]
    if not table:
        made[name] = deepcopy(other.get(name))
        return
    theirs, ours = row_of(other, table, key), row_of(made, table, key)
    if not name:
        made[table] = [row for row in made[table] if row is not ours]
        if theirs is not None:
            _put(made, table, theirs)
    elif theirs is not None and ours is not None:
        ours[name] = deepcopy(theirs[name])
    elif theirs is not None:
        _bring(made, other, table, key)


def _put(made: dict, table: str, row: dict) -> None:
    made[table] = sorted(
        [*made[table], deepcopy(row)], key=lambda row: row[TABLES[table].key].encode()
    )


def _bring(made: dict, other: dict, table: str, key: str) -> None:
    """A row that is gone comes back with its evidence."""
    _put(made, table, row_of(other, table, key))
    for name in EVIDENCE:
        for row in other[name]:
            about = (row["link_table"], row["link_key"]) == (table, key)
            if about and row_of(made, name, row["key"]) is None:
                _put(made, name, row)


def _complete(noun: str, made: dict, other: dict) -> None:
    """No row names a row that is not there: it is fetched from ``other``, or the row goes too."""
    while lost := _lost(noun, made):
        table, row, (target, key) = lost
        if row_of(other, target, key) is None:
            made[table] = [kept for kept in made[table] if kept is not row]
        else:
            _bring(made, other, target, key)


def _lost(noun: str, made: dict) -> tuple | None:
    """(table, row, place) of a row that names what is not there."""
    return next(
        (
            (table, row, place)
            for table in NOUNS[noun][1]
            for row in made[table]
            for place in named(noun, table, row)
            if row_of(made, *place) is None
        ),
        None,
    )


__all__ = ["Joined", "Side", "join", "named", "taking"]
