"""Reading record rows as text: from the tables as they are, or from history as they were."""

from dataclasses import dataclass

from atlas.kit.tables import LINK, LIST_SEPARATOR, Column, Part, table_of


@dataclass(frozen=True)
class Now:
    """Rows as they are."""

    def rows(self, part: Part) -> str:
        return part.db_table

    def id_column(self, part: Part) -> str:
        return part.pk


@dataclass(frozen=True)
class AsOf:
    """Rows as they stood after transaction ``xid`` committed, read from history alone."""

    xid: int

    def rows(self, part: Part) -> str:
        columns = {c.column: "" for c in part.columns} | {part.pk: ""}
        if part.has_link:
            columns |= {f"{name}_id": "" for name in part.model.LINKS}
        names = ", ".join(f'"{name}"' for name in columns)
        return (
            f"(SELECT {names} FROM (SELECT DISTINCT ON (pgh_obj_id) * FROM {part.history_table}"
            f" WHERE pgh_xid <= {int(self.xid)} ORDER BY pgh_obj_id, pgh_id DESC) latest"
            " WHERE pgh_label <> 'delete')"
        )


def value_sql(column: Column, source, alias: str = "t") -> str:
    """The column as package text; NULL where the cell is empty."""
    name = f'{alias}."{column.column}"'
    match column.kind:
        case "ref":
            part = table_of(column.target).parts[0]
            if part.key == part.pk:
                return f"{name}::text"
            return (
                f'(SELECT x."{part.key}" FROM {_lookup(part, source)} x WHERE x.{part.pk} = {name})'
            )
        case "list":
            return f"NULLIF(array_to_string({name}, '{LIST_SEPARATOR}'), '')"
        case "decimal":
            return f"trim_scale({name})::text"
        case "boolean":
            return f"CASE WHEN {name} THEN 'true' ELSE 'false' END"
        case "date":
            return f"to_char({name}, 'YYYY-MM-DD')"
        case "integer" | "uuid":
            return f"{name}::text"
        case _:
            return f"NULLIF({name}, '')"


def _lookup(part: Part, source) -> str:
    """Where a reference is resolved; countries and themes keep no history and no other key."""
    return source.rows(part) if hasattr(part.model, "history") else part.db_table


def link_sql(part: Part, source) -> tuple[str, str]:
    """(link_table, link_key) of a citation or missing value."""
    tables, keys = [], []
    for name, table in part.model.LINKS.items():
        target = table_of(part.model._meta.get_field(name).related_model).parts[0]
        filled = f'WHEN t."{name}_id" IS NOT NULL THEN'
        tables.append(f"{filled} '{table}'")
        keys.append(
            f"{filled} (SELECT x.key FROM {_lookup(target, source)} x"
            f' WHERE x.{target.pk} = t."{name}_id")'
        )
    return f"CASE {' '.join(tables)} END", f"CASE {' '.join(keys)} END"


def select_sql(part: Part, source, headers: list[str] | None = None, where: str = "") -> str:
    """SELECT of one part's rows as text columns named like the package's headers."""
    expressions = {c.name: value_sql(c, source) for c in part.columns}
    if LINK in part.model.COLUMNS:
        expressions["link_table"], expressions["link_key"] = link_sql(part, source)
    chosen = headers or part.headers
    columns = ", ".join(f'{expressions.get(h, "NULL::text")} AS "{h}"' for h in chosen)
    condition = f" WHERE {where}" if where else ""
    return f"SELECT {columns} FROM {source.rows(part)} t{condition}"


def root_where(part: Part, noun: str, record_id: int, source) -> str:
    """The condition that keeps one record's rows of a child table."""
    root = part.model.ROOTS[noun]
    if root.startswith("r."):
        return f"t.{root[2:]} = {int(record_id)}"
    through = part.model.ROOT_THROUGH
    via = table_of(through.related_model).parts[0]
    inner = (
        f"t.{through.column} IN (SELECT v.{via.pk} FROM {source.rows(via)} v"
        f" WHERE v.{noun}_id = {int(record_id)})"
    )
    own = [f.column for f in part.model._meta.fields if f.column == f"{noun}_id"]
    return f"(t.{own[0]} = {int(record_id)} OR {inner})" if own else inner
