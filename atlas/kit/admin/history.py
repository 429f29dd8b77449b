"""The history of one record as a readable table."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from atlas.kit import records
from atlas.kit.changes.documents import after_each
from atlas.kit.choices import State
from atlas.kit.differences import Item, Names, items
from atlas.kit.tables import NOUNS, TABLES

DOORS = {
    "admin": "admin",
    "load": "data package",
    "action": "command",
    "api": "API",
    "import": "import",
    "shell": "shell",
    "suggestion": "suggestion",
    "review": "review",
}
SHOWN = 60  # changes listed for one moment; more are only counted


@dataclass
class Moment:
    """One transaction that changed the record."""

    xid: int
    at: datetime | None
    who: str
    door: str
    why: str
    author: str  # who proposed it, where somebody else approved
    items: list[Item]
    more: int
    first: bool  # the record was made then
    moves: str = ""  # how its state changed
    merged: str = ""  # the name of a record that became one with this one then


def moments(record, positions: list[int], page) -> list[Moment]:
    """The moments of one page, newest first; ``positions`` are all, newest first."""
    noun = records.noun_of(record)
    shown = list(page.object_list)
    told = _contexts(noun, record.pk, shown)
    after = positions[page.end_index() : page.end_index() + 1]
    documents = after_each(noun, record.pk, [*shown, *after])
    names, found = Names(noun, list(documents.values())), []
    for newer, older in zip(shown, [*shown[1:], *(after or [None])], strict=True):
        then, now = documents.get(older), documents[newer]
        changed = items(noun, then, now, names) if now else []
        context = told.get(newer, Context())
        moment = Moment(
            newer, context.at, context.who, DOORS.get(context.door, context.door), context.why,
            context.author, changed[:SHOWN], len(changed[SHOWN:]), then is None,
            _moved(then, now),
        )  # fmt: skip
        merge = context.merge
        if merge and (merge["noun"], merge["keep"]) == (noun, record.pk):
            moment.merged = merge["name"]
        found.append(moment)
    return found


@dataclass(frozen=True)
class Context:
    """What the history notes beside one transaction."""

    at: datetime | None = None
    who: str = ""
    door: str = ""
    why: str = ""
    author: str = ""
    merge: dict | None = None


def _moved(then: dict | None, now: dict | None) -> str:
    before, after = ((side or {}).get("state") for side in (then, now))
    if not before or not after or before == after:
        return ""
    words = dict(State.choices)
    return f"{words[before]} → {words[after]}"


def _contexts(noun: str, pk: int, xids: list[int]) -> dict[int, Context]:
    """By transaction; one query over the history of the record's tables."""
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
    noted = ", ".join(
        f"max(c.metadata->>'{name}')" for name in ("name", "door", "why", "author", "merge")
    )
    sql = (
        f"SELECT e.pgh_xid, min(e.pgh_created_at), {noted}"
        f" FROM ({' UNION ALL '.join(selects)}) e"
        " LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"xids": xids})
        return {
            xid: Context(at, *(text or "" for text in words), json.loads(merge) if merge else None)
            for xid, at, *words, merge in cursor.fetchall()
        }
