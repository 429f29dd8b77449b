"""From staged text to typed rows, as SQL: pure text, run by ``staging``.

Temporary tables, one set a part: ``stage_x`` (text as given), ``typed_x`` (values in the column's
own type, ids given, references resolved), ``map_x`` (key to id; only a view of ``typed_x`` unless
rows refer to rows of their own table or have faults), ``gone_x`` (ids to delete).
"""

from atlas.kit.tables import LIST_SEPARATOR, Column, Part, Table, table_of


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def stage(part: Part | Table) -> str:
    return f"stage_{part.table if isinstance(part, Part) else part.name}"


def mapped(part: Part) -> str:
    return f"map_{part.model._meta.model_name}"


def typed(part: Part) -> str:
    return f"typed_{part.model._meta.model_name}"


def gone(part: Part) -> str:
    return f"gone_{part.model._meta.model_name}"


def part_filter(part: Part) -> str:
    """Which staged rows are this part's: those where only its root column is filled."""
    table = table_of(part.model)
    conditions = [
        f's."{column}" IS {"NOT NULL" if other == part else "NULL"}'
        for other in table.parts
        if (column := table.discriminator(other))
    ]
    return " AND ".join(conditions) or "true"


def named_links(part: Part) -> str:
    """SELECT of the link tables that rows of this part name."""
    return f"SELECT DISTINCT link_table FROM {stage(part)} WHERE link_table IS NOT NULL"


def targets(part: Part) -> list[type]:
    """The models that rows of this part refer to."""
    found = [column.target for column in part.columns if column.target]
    if part.has_link:
        found += [part.model._meta.get_field(name).related_model for name in part.model.LINKS]
    return found


def drop(part: Part) -> str:
    """Forget what an earlier write of the same transaction left."""
    return f"DROP TABLE IF EXISTS {typed(part)} CASCADE; DROP TABLE IF EXISTS {mapped(part)}"


# ------------------------------------------------------------------ ids


def _identity(part: Part, alone: bool) -> tuple[str, str, str]:
    """(SQL of the id, SQL whether it is new, joins): a known uid means the record was renamed."""
    key = f's."{part.model.KEY}"'
    sequence = f"(SELECT pg_get_serial_sequence({quote(part.db_table)}, '{part.pk}'))"  # once
    new = key if part.key == part.pk else f"nextval({sequence}::regclass)"
    if alone:
        return new, "true", ""
    old, joins = f"r.{part.pk}", f'LEFT JOIN {part.db_table} r ON r."{part.key}" = {key}'
    if "uid" in part.headers:
        old = "coalesce(r.id, u.id)"
        joins += f" LEFT JOIN {part.db_table} u ON u.uid::text = lower(s.uid) AND r.id IS NULL"
    return f"coalesce({old}, {new})", f"{old} IS NULL", joins


def identify(part: Part, alone: bool) -> list[str]:
    """``map_x`` as a table: the id of every staged key, whatever else is wrong with its row."""
    key = f's."{part.model.KEY}"'
    row_id, is_new, joins = _identity(part, alone)
    return [
        f"CREATE TEMP TABLE {mapped(part)} ON COMMIT DROP AS"
        f" SELECT {key} AS key, s.line, {row_id} AS id, {is_new} AS is_new"
        f' FROM (SELECT DISTINCT ON ({key} COLLATE "C") s.* FROM {stage(part)} s'
        f" WHERE {part_filter(part)} AND {key} IS NOT NULL"
        f' ORDER BY {key} COLLATE "C", s.line) s {joins}',
        f"ANALYZE {mapped(part)}",
    ]


def map_view(part: Part) -> str:
    return (
        f'CREATE TEMP VIEW {mapped(part)} AS SELECT t."{part.key}" AS key, t.line,'
        f' t."{part.pk}" AS id, t.is_new FROM {typed(part)} t'
    )


def freeze_map(part: Part) -> str:
    """``map_x`` as a table, before rows are taken out of ``typed_x``."""
    name = mapped(part)
    return (
        f"CREATE TEMP TABLE frozen_{name} ON COMMIT DROP AS SELECT * FROM {name};"
        f" DROP VIEW {name}; ALTER TABLE frozen_{name} RENAME TO {name}"
    )


# ------------------------------------------------------------------ references


class Resolver:
    """Joins that turn references of one part into ids, and the faults of those that fail.

    ``staged``: models with staged rows; ``stored``: models of which rows in the database count;
    ``named``: the link tables that any row of the part names.
    """

    def __init__(self, part: Part, staged: set[type], stored: set[type], named: set[str]):
        self.part, self.staged, self.stored, self.named = part, staged, stored, named
        self.joins: list[str] = []
        self.columns: list[tuple[str, str]] = []
        self.unresolved: list[tuple[str, str, str, str]] = []
        for i, column in enumerate(part.columns):
            self._column(column, f"j{i}")
        self.links = self._link_columns() if part.has_link else []

    def _column(self, column: Column, alias: str) -> None:
        if column.kind != "ref":
            self.columns.append((column.column, cast(column)))
            return
        cell = f's."{column.name}"'
        found = self._id_of(column.target, cell, alias)
        self.columns.append((column.column, found))
        said = f"there is no {column.target._meta.verbose_name} “"
        self.unresolved.append((column.name, cell, found, quote(said)))

    def _id_of(self, target_model: type, cell: str, alias: str) -> str:
        """The id for the key in ``cell``; NULL where there is none."""
        target = table_of(target_model).parts[0]
        known = []
        if target_model in self.staged:
            self.joins.append(f"LEFT JOIN {mapped(target)} {alias}m ON {alias}m.key = {cell}")
            known.append(f"{alias}m.id")
        if target_model in self.stored:
            key = target.key
            self.joins.append(f'LEFT JOIN {target.db_table} {alias}r ON {alias}r."{key}" = {cell}')
            known.append(f"{alias}r.{target.pk}")
        if not known:
            pk = target_model._meta.pk
            return "NULL::bigint" if pk.column == "id" else "NULL::text"
        return f"coalesce({', '.join(known)}, NULL)"

    def _link_columns(self) -> list[tuple[str, str]]:
        """One id column for each kind of link, filled in the one that the row names."""
        columns, refs = [], []
        for i, (name, table) in enumerate(self.part.model.LINKS.items()):
            target = self.part.model._meta.get_field(name).related_model
            cell = f"CASE WHEN s.link_table = {quote(table)} THEN s.link_key END"
            found = self._id_of(target, cell, f"l{i}") if table in self.named else "NULL::bigint"
            columns.append((f"{name}_id", found))
            if table in self.named:
                refs.append(f"WHEN {found} IS NOT NULL THEN '{table}:' || {found}::text")
        self.link_ref = f"CASE {' '.join(refs)} ELSE '' END" if refs else "''"
        return columns

    @property
    def _link_lost(self) -> str:
        known = " OR ".join(f"{sql} IS NOT NULL" for _name, sql in self.links)
        return f"(s.link_table IS NOT NULL OR s.link_key IS NOT NULL) AND NOT ({known})"

    def lost(self) -> str:
        """Whether any reference of row ``s`` leads nowhere."""
        conditions = [
            f"({cell} IS NOT NULL AND {found} IS NULL)"
            for _name, cell, found, _said in self.unresolved
        ]
        if self.links:
            conditions.append(f"({self._link_lost})")
        return " OR ".join(conditions) or "false"

    def faults(self) -> list[str]:
        """One fault for every reference that leads nowhere."""
        part, key = self.part, f's."{self.part.model.KEY}"'
        base = f"FROM {self._mapped_rows()} {' '.join(self.joins)} WHERE {part_filter(part)}"
        head = f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, {key}"
        statements = [
            f"{head}, {quote(name)}, {said} || {cell} || '”' {base}"
            f" AND {cell} IS NOT NULL AND {found} IS NULL"
            for name, cell, found, said in self.unresolved
        ]
        if self.links:
            reason = (
                "coalesce('there is no row “' || s.link_key || '” in ' || s.link_table,"
                " 'needs both link_table and link_key')"
            )
            statements.append(f"{head}, 'link_key', {reason} {base} AND {self._link_lost}")
        return statements

    def _mapped_rows(self) -> str:
        return f"{stage(self.part)} s JOIN {mapped(self.part)} m ON m.line = s.line"

    def typed(self, has_map: bool, alone: bool, faulty: bool) -> list[str]:
        """``typed_x``: the rows in their columns' own types; of a faulty table the sound rows.

        ``lost`` marks rows of which a reference leads nowhere.
        """
        part = self.part
        row_id, is_new, joins = ("m.id", "m.is_new", "") if has_map else _identity(part, alone)
        source = f"{self._mapped_rows() if has_map else f'{stage(part)} s'} {joins}"
        where = part_filter(part)
        if faulty:
            where += (
                f" AND NOT EXISTS (SELECT FROM stage_fault f WHERE f.tbl = {quote(part.table)}"
                " AND f.line = s.line)"
            )
        values = [(part.pk, row_id)] if part.key != part.pk else []
        values += [*self.columns, *self.links]
        if self.links:
            values.append(("link_ref", self.link_ref))
        select = ", ".join(f'{sql} AS "{name}"' for name, sql in values)
        return [
            f"DROP TABLE IF EXISTS {typed(part)}",
            f"CREATE TEMP TABLE {typed(part)} ON COMMIT DROP AS SELECT s.line,"
            f" {is_new} AS is_new, {self.lost()} AS lost, {select}"
            f" FROM {source} {' '.join(self.joins)} WHERE {where}",
            f'ANALYZE {typed(part)} (line, "{part.pk}", "{part.key}")'
            if part.pk != part.key
            else f"ANALYZE {typed(part)}",
        ]


def cast(column: Column) -> str:
    """The cell in the type of its column, empty cells as the field's default."""
    cell = f's."{column.name}"'
    field = column.field
    default = field.get_default() if field.has_default() else None
    match column.kind:
        case "list":
            return f"string_to_array(coalesce({cell}, ''), '{LIST_SEPARATOR}')::varchar[]"
        case "boolean":
            return f"coalesce({cell}, '{str(bool(default)).lower()}')::boolean"
        case "uuid":
            return f"lower({cell})::uuid"
        case "date" | "integer":
            fallback = f", '{default}'" if default is not None else ""
            return f"coalesce({cell}{fallback}, NULL)::{'date' if column.kind == 'date' else 'int'}"
        case "decimal":
            return f"{cell}::numeric({field.max_digits}, {field.decimal_places})"
        case _:
            return f"coalesce({cell}, {quote(str(default or ''))})"
