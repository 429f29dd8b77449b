"""Public documents as they stood at a commit, read from history for many records at once.

The same value as ``atlas.kit.documents`` gives of what is public now: references by the slugs of
that moment, rows whose other end was not public left out.  What counts is the order of commits,
not of transaction numbers; a transaction that is older than that order is placed by its number.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from atlas.kit.documents import is_joined, names_of
from atlas.kit.models import Link
from atlas.kit.records import child_part, history_where, implied, typed
from atlas.kit.rows import Now, value_sql
from atlas.kit.tables import NOUNS, TABLES, Column, Part

PUBLISHED = "published"
NOW = Now()
# whether the event ``t`` had been committed at point ``s``
THEN = "CASE WHEN o.position IS NULL THEN t.pgh_xid <= s.xid ELSE o.position <= s.place END"


@dataclass(frozen=True)
class Point:
    """A record at a commit."""

    record: int
    position: int
    xid: int


@dataclass
class Found:
    """A row as it stood: its cells as text, references as ids."""

    part: Part
    id: int
    cells: dict
    state: str | None = None


@dataclass
class Names:
    """Keys and states of what rows refer to, by (point number, model, id)."""

    whole: bool = False  # whoever reads it sees what is not public too
    keys: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    owners: dict = field(default_factory=dict)

    def is_public(self, place: int, model: type, pk: int) -> bool:
        if self.whole:
            return True
        if issubclass(model, Link):
            owners = self.owners.get((place, model, pk), ())
            return any(self.states.get((place, *owner)) == PUBLISHED for owner in owners)
        if hasattr(model, "state"):
            return self.states.get((place, model, pk)) == PUBLISHED
        return True


def documents_at(noun: str, points: list[Point], whole: bool = False) -> dict[Point, dict | None]:
    """The public document at each point; None where the record was not public then.

    ``whole``: for editors, as ``records.document_at`` gives it; None where there was no record.
    """
    own, children = NOUNS[noun]
    part = TABLES[own].parts[0]
    points = list(dict.fromkeys(points))
    heads = heads_at(noun, points)
    kept = [p for p in points if heads[p] and (whole or heads[p].state in (None, PUBLISHED))]
    numbered = dict(enumerate(kept))
    rows: dict[int, dict[str, list[Found]]] = {n: {} for n in numbered}
    for name in children:
        child = child_part(TABLES[name], noun)
        for n, found in _rows_at(child, noun, numbered).items():
            rows[n][name] = _still_owned(child, noun, numbered[n].record, found, rows[n])
    everything = [(n, heads[point]) for n, point in numbered.items()]
    everything += [(n, row) for n in rows for found in rows[n].values() for row in found]
    names = _names_at(numbered, everything, whole)
    documents: dict[Point, dict | None] = dict.fromkeys(points)
    for n, point in numbered.items():
        document = _written(heads[point], n, names, part.headers)
        for name in children:
            child = child_part(TABLES[name], noun)
            headers = [h for h in child.headers if h not in implied(child, noun)]
            public = [row for row in rows[n].get(name, ()) if _is_shown(row, n, names, headers)]
            written = [_written(row, n, names, headers) for row in public]
            document[name] = sorted(written, key=lambda row: row[child.model.KEY])
        documents[point] = {header: document[header] for header in names_of(part)}
    return documents


def after_each(noun: str, record_id: int, xids: list[int]) -> dict[int, dict | None]:
    """The whole document of one record after each of these transactions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.xid, coalesce(o.position, (SELECT max(b.position) FROM kit_commitorder b"
            " WHERE b.xid < w.xid), -1) FROM unnest(%s::bigint[]) w(xid)"
            " LEFT JOIN kit_commitorder o ON o.xid = w.xid",
            [xids],
        )
        points = [Point(record_id, position, xid) for xid, position in cursor.fetchall()]
    found = documents_at(noun, points, whole=True)
    return {point.xid: found[point] for point in points}


def heads_at(noun: str, points: Iterable[Point]) -> dict[Point, Found | None]:
    """The records' own rows; None where there was none.  One query."""
    numbered = dict(enumerate(points))
    part = TABLES[NOUNS[noun][0]].parts[0]
    found = _rows_at(part, noun, numbered)
    return {point: next(iter(found.get(n, ())), None) for n, point in numbered.items()}


# ------------------------------------------------------------------ rows


def _values(numbered: dict[int, Point]) -> tuple[str, list[int]]:
    """VALUES s(n, record, place, xid) and its parameters."""
    rows = ", ".join(["(%s, %s::bigint, %s::bigint, %s::bigint)"] * len(numbered))
    given = [
        number
        for n, point in numbered.items()
        for number in (n, point.record, point.position, point.xid)
    ]
    return f"(VALUES {rows}) s(n, record, place, xid)", given


def _columns(part: Part) -> dict[str, str]:
    found = {
        c.name: f't."{c.column}"::text' if is_joined(c) else value_sql(c, NOW) for c in part.columns
    }
    if part.has_link:
        found |= {f"{name}_id": f't."{name}_id"' for name in part.model.LINKS}
    return found


def _rows_at(part: Part, noun: str, numbered: dict[int, Point]) -> dict[int, list[Found]]:
    """By point the rows of one table that belonged to its record.  One query.

    A row that ever belonged to the record is followed wherever it went since.
    """
    if not numbered:
        return {}
    values, given = _values(numbered)
    columns = _columns(part)
    chosen = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    state = "t.state" if hasattr(part.model, "state") else "NULL"
    ours = history_where(part, noun, "s.record")
    sql = f"""
    SELECT * FROM (
      SELECT DISTINCT ON (s.n, t.pgh_obj_id) s.n AS point_n, t.pgh_obj_id AS row_id,
        t.pgh_label = 'delete' AS row_gone, {ours} AS row_ours, {state} AS row_state, {chosen}
      FROM {values}
      JOIN LATERAL (SELECT DISTINCT t.pgh_obj_id FROM {part.history_table} t WHERE {ours}) w ON true
      JOIN {part.history_table} t ON t.pgh_obj_id = w.pgh_obj_id
      LEFT JOIN kit_commitorder o ON o.xid = t.pgh_xid
      WHERE {THEN} ORDER BY s.n, t.pgh_obj_id, t.pgh_id DESC) cells
    WHERE row_ours AND NOT row_gone"""
    found: dict[int, list[Found]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        for n, pk, _gone, _ours, row_state, *cells in cursor.fetchall():
            row = dict(zip(columns, cells, strict=True))
            found[n].append(Found(part, pk, row, row_state))
    return found


def _still_owned(part: Part, noun: str, record: int, found: list[Found], rows: dict) -> list[Found]:
    """Without rows that hang on a link which belonged to the record only at another time."""
    through = getattr(part.model, "ROOT_THROUGH", None)
    if through is None:
        return found
    via = {
        row.id
        for rows_of_link in rows.values()
        for row in rows_of_link
        if row.part.model is through.related_model
    }
    own = next((c.name for c in part.columns if c.column == f"{noun}_id"), None)
    return [
        row
        for row in found
        if _id(row.cells[through.name]) in via
        or (own and not row.cells[through.name] and _id(row.cells[own]) == record)
    ]


def _id(text) -> int | None:
    return int(text) if text is not None else None


# ------------------------------------------------------------------ what rows refer to


def _references(row: Found, headers=None) -> Iterable[tuple[Column, int]]:
    for column in row.part.columns:
        wanted = headers is None or column.name in headers
        if wanted and is_joined(column) and row.cells[column.name] is not None:
            yield column, int(row.cells[column.name])


def _link(row: Found) -> tuple[str, type, int] | None:
    """(table, model, id) of the link that a citation or missing value is about."""
    for name, table in row.part.model.LINKS.items():
        if row.cells[f"{name}_id"] is not None:
            model = row.part.model._meta.get_field(name).related_model
            return table, model, int(row.cells[f"{name}_id"])
    return None


def _names_at(numbered: dict[int, Point], rows: list[tuple[int, Found]], whole: bool) -> Names:
    """Keys, states and owners of everything that the rows name; one query a table."""
    wanted: dict[type, set[tuple[int, int]]] = defaultdict(set)
    for n, row in rows:
        for column, pk in _references(row):
            wanted[column.target].add((n, pk))
        if row.part.has_link and (link := _link(row)):
            wanted[link[1]].add((n, link[2]))
    names = Names(whole)
    for model in [model for model in wanted if issubclass(model, Link)]:
        _read_names(numbered, model, wanted[model], names)
        for (n, _model, _pk), owners in list(names.owners.items()):
            for owner, pk in owners:
                wanted[owner].add((n, pk))
    for model in [model for model in wanted if not issubclass(model, Link)]:
        _read_names(numbered, model, wanted[model], names)
    return names


def _owners(model: type) -> dict[type, str]:
    """Record model -> the column of a link that says to which it belongs."""
    if not issubclass(model, Link):
        return {}
    simple = [root[2:] for root in model.ROOTS.values() if root.startswith("r.")]
    fields = [field for field in model._meta.fields if field.column in simple]
    return {field.related_model: field.column for field in fields}


def _read_names(numbered, model: type, wanted: set[tuple[int, int]], names: Names) -> None:
    key = model._meta.get_field(model.KEY).column
    if not hasattr(model, "history"):  # themes: as they are today
        found = model._default_manager.in_bulk({pk for _n, pk in wanted})
        for n, pk in wanted:
            names.keys[n, model, pk] = getattr(found.get(pk), model.KEY, None)
        return
    owners = _owners(model)
    columns = [key, "state" if hasattr(model, "state") else "NULL", *owners.values()]
    values, given = _values(numbered)
    history = model.history.rel.related_model._meta.db_table
    chosen = ", ".join(f't."{c}"' if c != "NULL" else c for c in columns)
    sql = f"""
    SELECT DISTINCT ON (s.n, t.pgh_obj_id) s.n, t.pgh_obj_id, t.pgh_label = 'delete', {chosen}
    FROM unnest(%s::int[], %s::bigint[]) w(n, id) JOIN {values} ON s.n = w.n
    JOIN {history} t ON t.pgh_obj_id = w.id LEFT JOIN kit_commitorder o ON o.xid = t.pgh_xid
    WHERE {THEN} ORDER BY s.n, t.pgh_obj_id, t.pgh_id DESC"""
    pairs = list(wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql, [[n for n, _pk in pairs], [pk for _n, pk in pairs], *given])
        for n, pk, gone, name, state, *ids in cursor.fetchall():
            if not gone:
                names.keys[n, model, pk] = name
                names.states[n, model, pk] = state
                filled = zip(owners, ids, strict=True)
                names.owners[n, model, pk] = [(owner, i) for owner, i in filled if i is not None]


# ------------------------------------------------------------------ writing


def _is_shown(row: Found, n: int, names: Names, headers: list[str]) -> bool:
    """Every record and link that the row names was public."""
    return all(names.is_public(n, c.target, pk) for c, pk in _references(row, headers))


def _written(row: Found, n: int, names: Names, headers: list[str]) -> dict:
    kinds = {c.name: c.kind for c in row.part.columns}
    said = {h: typed(row.cells[h], kinds[h]) for h in headers if h in row.cells}
    for column, pk in _references(row, headers):
        public = not hasattr(column.target, "state") or names.is_public(n, column.target, pk)
        said[column.name] = names.keys.get((n, column.target, pk)) if public else None
    if row.part.has_link:
        table, model, pk = _link(row) or (None, None, None)
        said["link_table"] = table
        said["link_key"] = names.keys.get((n, model, pk))
    return {header: said[header] for header in headers}
