"""The history of one record as a readable table."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from atlas.kit import naming, records
from atlas.kit.facts import REGISTRY
from atlas.kit.tables import NOUNS, TABLES
from atlas.kit.wording import listed, sentence

DOORS = {
    "admin": "admin",
    "load": "data package",
    "action": "command",
    "api": "API",
    "import": "import",
    "shell": "shell",
    "suggestion": "suggestion",
}
SHOWN = 60  # changed facts listed for one moment
ROWS_SHOWN = 5  # rows of one table that came or went; more are only counted


@dataclass
class Moment:
    """One transaction that changed the record."""

    xid: int
    at: datetime | None
    who: str
    door: str
    changes: list[str]
    more: int
    merged: str = ""  # the name of a record that became one with this one then


def moments(record, positions: list[int], page) -> list[Moment]:
    """The moments of one page, newest first; ``positions`` are all, newest first."""
    noun = records.noun_of(record)
    shown = list(page.object_list)
    told = _contexts(noun, record.pk, shown)
    after = positions[page.end_index() : page.end_index() + 1]
    documents = {xid: _document(noun, record.pk, xid) for xid in [*shown, *after]}
    found = []
    for newer, older in zip(shown, [*shown[1:], *(after or [None])], strict=True):
        changes = records.diff(documents.get(older), documents[newer])
        words = _told(noun, _facts_only(changes, older))
        at, who, door, merge = told.get(newer, (None, "", "", None))
        moment = Moment(newer, at, who, DOORS.get(door, door), words[:SHOWN], len(words[SHOWN:]))
        if merge and (merge["noun"], merge["keep"]) == (noun, record.pk):
            moment.merged = merge["name"]
        found.append(moment)
    return found


def _document(noun: str, pk: int, xid: int) -> dict | None:
    try:
        return records.document_at(noun, pk, xid)
    except records.UnknownRecord:
        return None


def _facts_only(changes: list[dict], older: int | None) -> list[dict]:
    """A record's first moment names only what was filled."""
    if older is not None:
        return changes
    return [c for c in changes if c["after"] not in (None, "", [])]


def _contexts(noun: str, pk: int, xids: list[int]) -> dict[int, tuple]:
    """xid -> (when, who, door, what a merge noted); one query over the history of its tables."""
    own, children = NOUNS[noun]
    selects = []
    for name in (own, *children):
        for part in TABLES[name].parts:
            if noun in getattr(part.model, "ROOTS", {}):
                where = records.history_where(part, noun, pk)
                selects.append(
                    "SELECT t.pgh_xid, t.pgh_created_at, t.pgh_context_id"
                    f" FROM {part.history_table} t WHERE {where} AND t.pgh_xid = ANY(%(xids)s)"
                )
    sql = (
        "SELECT e.pgh_xid, min(e.pgh_created_at), max(c.metadata->>'name'),"
        " max(c.metadata->>'door'), max(c.metadata->>'merge')"
        f" FROM ({' UNION ALL '.join(selects)}) e"
        " LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"xids": xids})
        return {
            xid: (at, who or "", door or "", json.loads(merge) if merge else None)
            for xid, at, who, door, merge in cursor.fetchall()
        }


def told(noun: str, changes: list[dict]) -> list[str]:
    """Every changed fact in words, none left out."""
    return [_words(noun, change) for change in changes]


def _told(noun: str, changes: list[dict]) -> list[str]:
    """Own fields first, then table by table; many rows that came or went are counted."""
    groups = defaultdict(list)
    for change in changes:
        groups[change["table"], change["field"] == "" and change["before"] is None].append(change)
    said = []
    for (table, added), group in sorted(groups.items()):
        rows = [c for c in group if table and not c["field"]]
        if len(rows) > ROWS_SHOWN:
            said.append(f"{sentence(table)}: {len(rows)} {'added' if added else 'removed'}")
            group = [c for c in group if c["field"]]
        said += [_words(noun, change) for change in group]
    return said


def _words(noun: str, change: dict) -> str:
    before, after = change["before"], change["after"]
    if not change["table"]:
        what = naming.field_words(REGISTRY[noun].model, change["field"])
    else:
        what = f"{sentence(change['table'])}, {change['key']}"
        if change["field"]:
            what += f", {change['field'].replace('_', ' ')}"
        elif before is None:
            return f"{what}: added ({_row(after)})"
        else:
            return f"{what}: removed ({_row(before)})"
    if before in (None, "", []):
        return f"{what}: “{_text(after)}”"
    return f"{what}: “{_text(before)}” became “{_text(after)}”"


def _row(row: dict) -> str:
    """A row's values in words, without its key."""
    return ", ".join(_text(v) for k, v in row.items() if v not in (None, "", []) and k != "key")


def _text(value) -> str:
    if isinstance(value, list):
        return listed([str(v) for v in value])
    return "nothing" if value in (None, "") else str(value)
