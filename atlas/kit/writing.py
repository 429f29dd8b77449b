"""SQL that writes what differs from ``typed_x`` into the tables; run by ``staging``."""

from atlas.kit.resolving import gone, mapped, quote, typed
from atlas.kit.rows import Now, root_where
from atlas.kit.tables import Part, table_of


def value_columns(part: Part) -> list[str]:
    columns = [c.column for c in part.columns if c.column != part.pk]
    if part.has_link:
        columns += [f"{name}_id" for name in part.model.LINKS]
    return columns


def compare(part: Part) -> str:
    """Keep in ``typed_x`` only rows that are new or differ."""
    names = value_columns(part)
    new = ", ".join(f't."{c}"' for c in names)
    old = ", ".join(f'r."{c}"' for c in names)
    return (
        f"DELETE FROM {typed(part)} t USING {part.db_table} r WHERE r.{part.pk} = t.{part.pk}"
        f" AND ROW({new}) IS NOT DISTINCT FROM ROW({old})"
    )


def last_doors(part: Part, ids: str) -> str:
    """SELECT (id, door, package) of the last event of each row in ``ids``.

    One scan of the history, whose rows no index finds by the row they are of.
    """
    return (
        "SELECT DISTINCT ON (h.pgh_obj_id) h.pgh_obj_id AS id, c.metadata->>'door' AS door,"
        f" c.metadata->>'package' AS package FROM {part.history_table} h"
        f" LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id WHERE h.pgh_obj_id IN ({ids})"
        " ORDER BY h.pgh_obj_id, h.pgh_id DESC"
    )


def touched_by_people(part: Part, door: str) -> str:
    """(line, key) of differing rows whose last change, or deletion, came through another door."""
    history = part.history_table
    last = last_doors(part, f"SELECT t.{part.pk} FROM {typed(part)} t WHERE NOT t.is_new")
    deleted = (
        f"SELECT DISTINCT ON (h.key) h.key, c.metadata->>'door' AS door FROM"
        f' (SELECT "{part.key}" AS key, pgh_id, pgh_context_id FROM {history}'
        " WHERE pgh_label = 'delete') h LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id"
        " ORDER BY h.key, h.pgh_id DESC"
    )
    return (
        f'SELECT t.line, t."{part.key}" FROM {typed(part)} t JOIN ({last}) last'
        f" ON last.id = t.{part.pk}"
        f" WHERE NOT t.is_new AND last.door IS DISTINCT FROM {quote(door)}"
        f' UNION ALL SELECT t.line, t."{part.key}" FROM {typed(part)} t JOIN ({deleted}) d'
        f' ON d.key = t."{part.key}" WHERE t.is_new AND d.door IS DISTINCT FROM {quote(door)}'
    )


def orphans(part: Part, unwritten: set[type]) -> str:
    """(line, key) of rows that name a new row of ``unwritten`` which is not written after all."""
    refs = {c.column: c.target for c in part.columns if c.kind == "ref"}
    if part.has_link:
        fields = [part.model._meta.get_field(name) for name in part.model.LINKS]
        refs |= {field.column: field.related_model for field in fields}
    missing = []
    for column, target in refs.items():
        if target in unwritten:
            other = next(p for p in table_of(target).parts if p.model is target)
            missing.append(
                f't."{column}" IN (SELECT m.id FROM {mapped(other)} m WHERE m.is_new AND NOT EXISTS'
                f" (SELECT FROM {typed(other)} x WHERE x.{other.pk} = m.id))"
            )
    where = " OR ".join(missing)
    return where and f'SELECT t.line, t."{part.key}" FROM {typed(part)} t WHERE {where}'


def drop_kept(part: Part, lines: list[int]) -> str:
    return f"DELETE FROM {typed(part)} WHERE line IN ({', '.join(map(str, lines))})"


def gone_of_record(part: Part, noun: str, record_id: int, staged: bool) -> str:
    """``gone_x``: rows of one record that its document no longer has."""
    belongs = noun in getattr(part.model, "ROOTS", {}) and part.model._meta.model_name != noun
    where = root_where(part, noun, record_id, Now()) if belongs else "false"
    return _gone(part, where, staged)


def gone_of_package(part: Part, package: str, staged: bool) -> str:
    """``gone_x``: rows that only this package wrote and that it no longer has."""
    if not hasattr(part.model, "history"):
        return _gone(part, "false", staged)
    last = last_doors(part, f"SELECT {part.pk} FROM {part.db_table}")
    mine = f"l.door = 'load' AND l.package = {quote(package)}"
    return _gone(part, f"t.{part.pk} IN (SELECT l.id FROM ({last}) l WHERE {mine})", staged)


def gone_within(part: Part, noun: str, door: str, staged: bool) -> str:
    """``gone_x``: rows of the staged records that only this door wrote and that are not staged."""
    root = getattr(part.model, "ROOTS", {}).get(noun)
    if root is None or part.model._meta.model_name == noun:
        return _gone(part, "false", staged)
    theirs = f"({root}) IN (SELECT id FROM map_{noun} WHERE NOT is_new)"
    last = last_doors(part, f"SELECT r.{part.pk} FROM {part.db_table} r WHERE {theirs}")
    mine = f"l.door = {quote(door)}"
    return _gone(part, f"t.{part.pk} IN (SELECT l.id FROM ({last}) l WHERE {mine})", staged)


def _gone(part: Part, where: str, staged: bool) -> str:
    name = gone(part)
    still = f" AND t.{part.pk} NOT IN (SELECT id FROM {mapped(part)})" if staged else ""
    return (
        f"DROP TABLE IF EXISTS {name}; CREATE TEMP TABLE {name} ON COMMIT DROP AS"
        f" SELECT t.{part.pk} AS id FROM {part.db_table} t WHERE {where}{still}"
    )


def delete_gone(part: Part) -> str:
    return f"DELETE FROM {part.db_table} WHERE {part.pk} IN (SELECT id FROM {gone(part)})"


def update(part: Part) -> str:
    names = value_columns(part)
    sets = ", ".join(f'"{c}" = t."{c}"' for c in names)
    return (
        f"UPDATE {part.db_table} r SET {sets} FROM {typed(part)} t"
        f" WHERE NOT t.is_new AND r.{part.pk} = t.{part.pk}"
    )


def insert(part: Part) -> str:
    names = [part.pk, *value_columns(part)]
    columns = ", ".join(f'"{c}"' for c in names)
    return (
        f"INSERT INTO {part.db_table} ({columns}) SELECT {columns} FROM {typed(part)} t"
        " WHERE t.is_new"
    )
