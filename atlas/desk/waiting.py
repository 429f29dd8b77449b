"""Everything that waits for a decision, whatever it is: one list, oldest first.

Revisions, records in review, readers' suggestions and imports whose drafts nobody has published
come from different tables; one query reads them, one counts them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from atlas.desk.choices import OPEN_STATES
from atlas.kit.choices import RANK, Verdict
from atlas.kit.facts import REGISTRY
from atlas.kit.models import Judgement
from atlas.kit.tables import NOUNS, TABLES

KINDS = {
    "revision": _("Change of a public record"),
    "record": _("New record"),
    "suggestion": _("Suggestion of a reader"),
    "import": _("Import"),
    "merge": _("Two records said to be one"),
}
STATES = {
    "in-review": _("Waits for a reviewer"),
    "sent-back": _("Sent back to its author"),
    "draft": _("Its author is at it"),
}
FILTERS = ("kind", "noun", "state", "author")
# other apps' tables that bring drafts: SQL of rows (kind, noun, pk, title, author, state, since)
SOURCES: list = []


@dataclass(frozen=True)
class Item:
    """One thing that waits since ``since``; ``pk`` is of its own table."""

    kind: str
    noun: str
    pk: int
    title: str
    author: str
    state: str
    since: datetime


def _revisions() -> str:
    states = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
    return (
        "SELECT 'revision' AS kind, noun, id AS pk, title, who AS author, state,"
        f" coalesce(sent_at, made_at) AS since FROM desk_revision WHERE state IN ({states})"
    )


def _suggestions() -> str:
    return (
        "SELECT 'suggestion', noun, id, title, '', 'in-review', made_at"
        " FROM desk_suggestion WHERE state = 'open'"
    )


def _records(noun: str) -> str:
    """Records in review, since they were sent there, by whoever sent them."""
    part = TABLES[NOUNS[noun][0]].parts[0]
    title, history = REGISTRY[noun].model.FACTS[0].field, part.history_table
    return (
        f"SELECT 'record', '{noun}', r.id, r.{title}, coalesce(s.who, ''), 'in-review',"
        f" coalesce(s.at, now()) FROM {part.db_table} r LEFT JOIN LATERAL ("
        " SELECT h.pgh_created_at AS at, c.metadata->>'name' AS who"
        f" FROM {history} h LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id"
        " WHERE h.pgh_obj_id = r.id AND h.state = 'in-review' AND h.pgh_id > coalesce((SELECT"
        f" max(o.pgh_id) FROM {history} o WHERE o.pgh_obj_id = r.id AND o.state <> 'in-review'), 0)"
        " ORDER BY h.pgh_id LIMIT 1) s ON true WHERE r.state = 'in-review'"
    )


def _sent_back(noun: str) -> str:
    """Drafts that were in review, since they were sent back, by whoever wrote there last."""
    part = TABLES[NOUNS[noun][0]].parts[0]
    title, history = REGISTRY[noun].model.FACTS[0].field, part.history_table
    return (
        f"SELECT 'record', '{noun}', r.id, r.{title}, coalesce(c.metadata->>'name', ''),"
        f" 'sent-back', s.at FROM (SELECT pgh_obj_id, max(pgh_id) AS last FROM {history}"
        f" WHERE state = 'in-review' GROUP BY 1) w JOIN {part.db_table} r"
        f" ON r.id = w.pgh_obj_id AND r.state = 'draft' JOIN {history} l ON l.pgh_id = w.last"
        " LEFT JOIN pghistory_context c ON c.id = l.pgh_context_id JOIN LATERAL ("
        f" SELECT min(h.pgh_created_at) AS at FROM {history} h WHERE h.pgh_obj_id = r.id"
        " AND h.pgh_id > w.last HAVING bool_and(h.state = 'draft')) s ON true"
    )


def _said_to_be_one(noun: str) -> str:
    """Pairs judged the same that nobody has merged yet, as the one of them that gives way."""
    model, judgement = REGISTRY[noun].model, Judgement._meta.db_table
    title, table = model.FACTS[0].field, model._meta.db_table
    history = Judgement.history.rel.related_model._meta.db_table
    ranks = " ".join(f"WHEN '{state.value}' THEN {rank}" for state, rank in RANK.items())
    swapped = f"CASE a.state {ranks} END > CASE b.state {ranks} END"
    return (
        f"SELECT 'merge', '{noun}', CASE WHEN {swapped} THEN b.id ELSE a.id END,"
        f" a.{title} || ' = ' || b.{title}, j.judged_by,"
        f" 'in-review', coalesce((SELECT max(h.pgh_created_at) FROM {history} h"
        f" WHERE h.pgh_obj_id = j.id), now()) FROM {judgement} j JOIN {table} a ON a.uid = j.first"
        f" JOIN {table} b ON b.uid = j.second WHERE j.kind = '{noun}'"
        f" AND j.verdict = '{Verdict.SAME.value}'"
    )


def sent_back_at(noun: str, pk: int) -> int | None:
    """The transaction in which the record was last sent back from review, if ever."""
    history = TABLES[NOUNS[noun][0]].parts[0].history_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(pgh_xid) FROM (SELECT pgh_xid, state, lag(state) OVER (ORDER BY pgh_id)"
            f" AS was FROM {history} WHERE pgh_obj_id = %s) h"
            " WHERE state = 'draft' AND was = 'in-review'",
            [pk],
        )
        return cursor.fetchone()[0]


PER_NOUN = (_records, _sent_back, _said_to_be_one)


def _sql() -> str:
    records = [sql(noun) for noun in REGISTRY for sql in PER_NOUN]
    selects = [_revisions(), _suggestions(), *records, *(s() for s in SOURCES)]
    return "\nUNION ALL\n".join(selects)


def _where(chosen: dict[str, str]) -> tuple[str, list[str]]:
    names = [name for name in FILTERS if chosen.get(name)]
    conditions = " AND ".join(f"{name} = %s" for name in names) or "true"
    return conditions, [chosen[name] for name in names]


def waiting(chosen: dict[str, str], first: int = 0, most: int = 50, newest=False) -> list[Item]:
    """The items that fit the filters, the one that waited longest first."""
    where, values = _where(chosen)
    order = "since DESC" if newest else "since"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({_sql()}) w WHERE {where} ORDER BY {order}, kind, noun, pk"
            f" LIMIT {int(most)} OFFSET {int(first)}",
            values,
        )
        return [Item(*row) for row in cursor.fetchall()]


def counted(chosen: dict[str, str]) -> dict[str, dict[str, int]]:
    """For each filter how many items each of its values has, the other filters applied."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, noun, state, author, count(*) FROM ({_sql()}) w GROUP BY 1, 2, 3, 4"
        )
        rows = [dict(zip(("kind", "noun", "state", "author", "n"), r, strict=True)) for r in cursor]
    found: dict[str, dict[str, int]] = {name: {} for name in FILTERS}
    for name in FILTERS:
        others = [other for other in FILTERS if other != name and chosen.get(other)]
        for row in rows:
            if all(row[other] == chosen[other] for other in others):
                found[name][row[name]] = found[name].get(row[name], 0) + row["n"]
    return found


def number(counts: dict[str, dict[str, int]], chosen: dict[str, str]) -> int:
    """How many items fit all filters."""
    kinds = counts["kind"]
    return kinds.get(chosen["kind"], 0) if chosen.get("kind") else sum(kinds.values())
