"""The difference of two documents as items: what an editor would call one change each.

A field of the record, a field of a link, a link that came or went, and a citation or missing value
are one item each.  Evidence that came or went together with the fact it is about is part of that
fact's item.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import records
from atlas.kit.differences.words import Names, Said
from atlas.kit.facts import REGISTRY
from atlas.kit.tables import TABLES

EVIDENCE = ("citations", "missing")
EITHER = {"events", "statements"}  # tables whose rows say which record is theirs
NEVER = ("uid", "state")  # no part of what a record says
EMPTY = (None, "", [])  # a field that nobody filled in, however it is kept


@dataclass
class Item:
    """One change.  ``changes`` are those of ``records.diff`` it is made of, evidence by row."""

    noun: str
    table: str
    key: str
    field: str
    changes: list[dict]
    label: str = ""
    before: list[Said] = field(default_factory=list)
    after: list[Said] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The same for the same place, whichever documents are compared."""
        return "|".join((self.table, self.key, self.field))

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        change = self.changes[0]
        if not self.field and change["before"] is None:
            return "added"
        return "removed" if not self.field and change["after"] is None else "changed"

    @property
    def sentence(self) -> str:
        """The item on one line; sources that came or went with a fact are counted."""
        before, after = map(self._line, (self.before, self.after))
        if before and after:
            return _("%(what)s: “%(old)s” became “%(new)s”") % {
                "what": self.label, "old": before, "new": after,
            }  # fmt: skip
        words = {"what": self.label, "value": after or before}
        if self.kind == "added":
            return _("%(what)s: added (%(value)s)") % words
        if self.kind == "removed":
            return _("%(what)s: removed (%(value)s)") % words
        return (
            _("%(what)s: “%(value)s”") if after else _("%(what)s: “%(value)s” taken out")
        ) % words

    def _line(self, side: list[Said]) -> str:
        if self.table in EVIDENCE:
            return "; ".join(said.text for said in side)
        values = [said.line for said in side if not said.evidence]
        sources = sum(said.evidence for said in side)
        counted = ngettext("%d source", "%d sources", sources) % sources
        if sources and not values and self.field:  # a source of a value that is not there
            return _("no value, %s") % counted
        return "; ".join([*values, counted] if sources else values)


def changed(before: dict | None, after: dict | None) -> list[dict]:
    """As ``records.diff``, but evidence as whole rows; what no reader is told is left out."""
    found, rows = [], {}
    if before and after:
        after = under(after, before["slug"], {after["slug"]}) | {"slug": after["slug"]}
    for change in records.diff(before, after):
        nothing = change["before"] in EMPTY and change["after"] in EMPTY
        if nothing or (not change["table"] and change["field"] in NEVER):
            continue
        if change["table"] not in EVIDENCE or not change["field"]:
            found.append(change)
        else:
            rows.setdefault((change["table"], change["key"]), None)
    for table, key in rows:
        sides = {"before": row_of(before, table, key), "after": row_of(after, table, key)}
        found.append({"table": table, "key": key, "field": "", **sides})
    return found


def under(document: dict, slug: str, old: set[str]) -> dict:
    """The document under this address, its own rows too, whichever of ``old`` they name."""
    made = document | {"slug": slug}
    for table in EITHER & document.keys():
        made[table] = [
            row | {noun: slug for noun in REGISTRY if row.get(noun) in old}
            for row in document[table]
        ]
    return made


def row_of(document: dict | None, table: str, key: str) -> dict | None:
    name = TABLES[table].key
    return next((row for row in (document or {}).get(table, []) if row[name] == key), None)


def items(noun: str, before: dict | None, after: dict | None, names: Names | None = None):
    """Every change between two documents, own fields first, then links, then evidence."""
    names = names or Names(noun, [before, after])
    made: dict[tuple, Item] = {}
    evidence = []
    for change in changed(before, after):
        place = (change["table"], change["key"], change["field"])
        if change["table"] in EVIDENCE:
            evidence.append((place, change))
        else:
            made[place] = Item(noun, *place, [change])
    for place, change in evidence:
        whole = (made.get(about) for about in _abouts(change))
        fact = next((item for item in whole if item is not None), None)
        if fact is not None and (change["before"] is None or change["after"] is None):
            fact.changes.append(change)
        else:
            made[place] = Item(noun, *place, [change])
    for item in made.values():
        _say(item, names)
    return sorted(made.values(), key=_order)


def _abouts(change: dict) -> list[tuple]:
    """The places whose item an evidence row may be part of: its whole link, or its one fact."""
    row = change["after"] or change["before"]
    table, key = row["link_table"] or "", row["link_key"] or ""
    return [(table, key, ""), (table, key, row["field"])]


def _say(item: Item, names: Names) -> None:
    first, *evidence = item.changes
    item.label = names.label(item.table, item.key, item.field, first)
    item.before = names.said(item.table, item.field, first["before"])
    item.after = names.said(item.table, item.field, first["after"])
    for change in evidence:
        side, row = (
            (item.before, change["before"]) if change["before"] else (item.after, change["after"])
        )
        side.append(names.evidence(change["table"], row))


def _order(item: Item) -> tuple:
    tables = list(TABLES)
    place = tables.index(item.table) if item.table else -1
    return (item.table in EVIDENCE, place, item.label, item.key)


def evidence_of(items_: list[Item], fact: Item) -> list[Item]:
    """The items of evidence that changed beside this fact, without coming or going with it."""
    place = (fact.table, fact.key, fact.field)
    return [i for i in items_ if i.table in EVIDENCE and place in _abouts(i.changes[0])]


def found(items_: list[Item], chosen: str) -> Item | None:
    """The item with this id."""
    return next((item for item in items_ if item.id == chosen), None)
