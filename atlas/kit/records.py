"""The record document: one record with everything that belongs to it, as one nested value.

``document`` reads it, ``apply`` makes the database equal to it through the gate, ``diff`` lists
changed facts.  History, restore, imports and API writes use these and nothing else.
Law: ``apply(document(r))`` changes nothing.
"""

from typing import Any

from django.db import connection, transaction

from atlas.kit import rows as read
from atlas.kit.history import door
from atlas.kit.staging import Scope, Staging
from atlas.kit.tables import LIST_SEPARATOR, NOUNS, TABLES, Part, Table


class UnknownRecord(LookupError):
    """No such record, now or then."""


def noun_of(record) -> str:
    return record._meta.model_name


def tables_of(noun: str) -> tuple[str, tuple[str, ...]]:
    """A noun's own table and its children; sources and publishers have none."""
    if noun in NOUNS:
        return NOUNS[noun]
    return next(t.name for t in TABLES.values() if t.models[0]._meta.model_name == noun), ()


def document(record) -> dict[str, Any]:
    """The record as it is: its columns, then each child table as a list of rows ordered by key.

    Values are JSON-able: text, int, bool, lists of words, decimals as text; None where empty.
    References are slugs, ISO codes and keys, never ids.
    """
    return _build(noun_of(record), record.pk, read.Now())


def document_at(noun: str, record_id: int, xid: int) -> dict[str, Any]:
    """The record as it stood when transaction ``xid`` had committed, from history alone.

    Raises UnknownRecord when it did not exist then.
    """
    return _build(noun, record_id, read.AsOf(xid))


def history_positions(noun: str, record_id: int) -> list[int]:
    """The transactions that changed the record or anything that belongs to it, oldest first."""
    own, children = NOUNS[noun]
    selects = []
    for name in (own, *children):
        for part in TABLES[name].parts:
            if noun in getattr(part.model, "ROOTS", {}):
                where = history_where(part, noun, record_id)
                selects.append(f"SELECT t.pgh_xid FROM {part.history_table} t WHERE {where}")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(selects) + " ORDER BY 1")
        return [xid for (xid,) in cursor.fetchall()]


def history_where(part: Part, noun: str, record_id: int | str) -> str:
    """The condition that history row ``t`` is of the record; its id may be an SQL column."""
    record = record_id if isinstance(record_id, str) else int(record_id)
    if part.model._meta.model_name == noun:
        return f"t.pgh_obj_id = {record}"
    root = part.model.ROOTS[noun]
    if root.startswith("r."):
        return f"t.{root[2:]} = {record}"
    through = part.model.ROOT_THROUGH
    via = through.related_model.history.rel.related_model._meta.db_table
    inner = f"t.{through.column} IN (SELECT v.pgh_obj_id FROM {via} v WHERE v.{noun}_id = {record})"
    own = [f for f in part.model._meta.fields if f.column == f"{noun}_id"]
    return f"(t.{own[0].column} = {record} OR {inner})" if own else inner


def _build(noun: str, record_id: int, source) -> dict[str, Any]:
    own, children = tables_of(noun)
    part = TABLES[own].parts[0]
    key = f"'{record_id}'" if part.key == part.pk else int(record_id)
    found = _fetch(part, part.headers, source, f"t.{part.pk} = {key}")
    if not found:
        raise UnknownRecord(f"{noun} {record_id}")
    value = found[0]
    for name in children:
        value[name] = _children(TABLES[name], noun, record_id, source)
    return value


def _children(table: Table, noun: str, record_id: int, source) -> list[dict]:
    part = child_part(table, noun)
    headers = [h for h in part.headers if h not in implied(part, noun)]
    return _fetch(part, headers, source, read.root_where(part, noun, record_id, source))


def child_part(table: Table, noun: str) -> Part:
    """The share of a child table whose rows belong to this noun's records."""
    return next(
        part
        for part in table.parts
        if noun in part.model.ROOTS and table.discriminator(part) in ("", noun)
    )


def implied(part: Part, noun: str) -> set[str]:
    """Columns that only repeat which record the row belongs to."""
    root = part.model.ROOTS[noun]
    name = root[2:].removesuffix("_id") if root.startswith("r.") else ""
    other_owner = part.table in ("events", "statements")
    return set() if other_owner else {name}


def _fetch(part: Part, headers: list[str], source, where: str) -> list[dict]:
    sql = read.select_sql(part, source, headers, where)
    kinds = {c.name: c.kind for c in part.columns}
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM ({sql}) s ORDER BY "{part.model.KEY}" COLLATE "C"')
        return [
            {h: typed(v, kinds.get(h)) for h, v in zip(headers, row, strict=True)}
            for row in cursor.fetchall()
        ]


def typed(text: str | None, kind: str | None):
    """The value of a document that a cell of package text stands for."""
    if kind == "list":
        return text.split(LIST_SEPARATOR) if text else []
    if text is None:
        return None
    if kind == "integer":
        return int(text)
    return text == "true" if kind == "boolean" else text


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return LIST_SEPARATOR.join(map(str, value))
    return str(value)


def apply(
    value: dict[str, Any], *, noun: str, by=None, through: str = "action", taking: int = 0
) -> dict:
    """Make the record equal to the document, through the gate; return how many rows changed.

    Rows that the document lacks are deleted.  ``taking`` is the id of another record whose rows
    it may take over, by their keys.  Raises ``staging.Refused`` with every fault found
    (table, row, column, reason); then nothing was changed.
    """
    own, children = tables_of(noun)
    part = TABLES[own].parts[0]
    with door(through, by), transaction.atomic():
        staging = Staging(Scope(noun=noun, taking=taking))
        staging.add(own, [{h: _text(value.get(h)) for h in part.headers}])
        root = _text(value.get(part.model.KEY))
        for name in children:
            staging.add(name, [_row(TABLES[name], noun, root, row) for row in value.get(name, [])])
        return staging.write()


def _row(table: Table, noun: str, root: str, row: dict) -> dict[str, str]:
    repeated = dict.fromkeys(implied(child_part(table, noun), noun) - {""}, root)
    return {**{h: _text(v) for h, v in row.items()}, **repeated}


def diff(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Changed facts between two documents: {table, key, field, before, after}, one a fact.

    A row that came or went is one item with field ``""`` and the whole row on one side.
    """
    before, after = before or {}, after or {}
    changes = []
    for name in sorted({*before, *after}, key=str):
        a, b = before.get(name), after.get(name)
        if name in TABLES and isinstance(a or b, list):
            changes += _diff_rows(name, a or [], b or [])
        elif a != b:
            changes.append({"table": "", "key": "", "field": name, "before": a, "after": b})
    return changes


def _diff_rows(table: str, before: list[dict], after: list[dict]) -> list[dict]:
    key = TABLES[table].key
    old, new = {r[key]: r for r in before}, {r[key]: r for r in after}
    changes = []
    for name in sorted({*old, *new}):
        a, b = old.get(name), new.get(name)
        if a is None or b is None:
            changes.append({"table": table, "key": name, "field": "", "before": a, "after": b})
            continue
        changes += [
            {"table": table, "key": name, "field": f, "before": a.get(f), "after": b.get(f)}
            for f in {**a, **b}
            if a.get(f) != b.get(f)
        ]
    return changes
