"""SQL of the checks and writes of ``staging``: pure text, run there.

Temporary tables, one set a part: ``stage_x`` (text as given), ``map_x`` (key to id),
``typed_x`` (values in the column's own type, references resolved), ``gone_x`` (ids to delete).
"""

from collections.abc import Iterator

from django.db import models

from atlas.kit.facts import REGISTRY
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


def add_faults(table: str, key: str, column: str, reason: str, where: str, source: str) -> str:
    """INSERT of one fault for each row of ``source s`` that meets ``where``."""
    return (
        f'INSERT INTO stage_fault SELECT {quote(table)}, s.line, s."{key}", {quote(column)},'
        f" {reason} FROM {source} s WHERE {where}"
    )


# ------------------------------------------------------------------ text checks


def text_checks(table: Table) -> Iterator[str]:
    """Faults that one cell, or one key, shows by itself."""
    name, key = table.name, table.key
    if len(table.parts) > 1:
        columns = [table.discriminator(p) for p in table.parts]
        filled = " + ".join(f'(s."{c}" IS NOT NULL)::int' for c in columns)
        reason = quote(f"give exactly one of {', '.join(columns)}")
        yield add_faults(name, key, columns[0], reason, f"{filled} <> 1", stage(table))
    seen = set()
    for part in table.parts:
        for column in part.columns:
            if column.name in seen or column.name == table.discriminator(part):
                continue
            seen.add(column.name)
            for where, reason in cell_rules(column, name):
                yield add_faults(name, key, column.name, reason, where, stage(table))
    yield (
        f'INSERT INTO stage_fault SELECT {quote(name)}, d.line, d."{key}", {quote(key)},'
        f" 'stands here twice; first in row ' || d.first FROM (SELECT line, \"{key}\","
        f' min(line) OVER (PARTITION BY "{key}") AS first FROM {stage(table)}'
        f' WHERE "{key}" IS NOT NULL) d WHERE d.line > d.first'
    )


def cell_rules(column: Column, table: str) -> Iterator[tuple[str, str]]:
    """(condition of the fault over row ``s``, SQL text of its reason)."""
    source = f"stage_{table}"
    cell = f's."{column.name}"'
    if column.required:
        no_column = (
            f"EXISTS (SELECT FROM stage_fault f WHERE f.tbl = {quote(table)} AND f.line = 1"
            f" AND f.col = {quote(column.name)})"
        )
        yield f"{cell} IS NULL AND NOT {no_column}", quote("is empty but required")
    shown = f"'“' || left({cell}, 60) || '” '"
    if column.choices:
        words = ", ".join(quote(c) for c in column.choices)
        allowed = quote("is not one of: " + ", ".join(column.choices))
        yield f"{cell} NOT IN ({words})", f"{shown} || {allowed}"
        return
    longest = getattr(column.field, "max_length", None)
    if longest and column.kind in ("text", "url", "edtf"):
        yield f"length({cell}) > {longest}", quote(f"is longer than {longest} characters")
    if column.kind == "edtf":
        bad = (
            f"{cell} IN (SELECT v FROM (SELECT DISTINCT {cell} AS v FROM"
            f" {source} s WHERE {cell} IS NOT NULL) d WHERE atlas_edtf_bound(v, false) IS NULL"
            " AND atlas_edtf_bound(v, true) IS NULL)"
        )
        yield bad, f"{shown} || 'is not a date of the profile (2018, 2018-09, 2016/2018, 2018/..)'"
    elif column.kind == "date":
        good = r"'^\d{4}-\d\d-\d\d$'"
        yield (
            f"{cell} IS NOT NULL AND ({cell} !~ {good} OR atlas_edtf_point({cell}, false) IS NULL)",
            f"{shown} || 'is not a day (2018-09-14)'",
        )
    elif column.kind == "list":
        each = f"unnest(string_to_array({cell}, '{LIST_SEPARATOR}')) w"
        yield (
            f"EXISTS (SELECT FROM {each} WHERE w !~ '^[a-z0-9]+(-[a-z0-9]+)*$')",
            f"{shown} || 'is not a list of lower-case words joined by ;'",
        )
    elif column.pattern:
        kinds = {
            "integer": "is not a whole number",
            "decimal": "is not a number that fits (digits, one point)",
            "boolean": "is neither true nor false",
            "uuid": "is not a UUID",
            "url": "is not an http(s) address",
        }
        said = kinds.get(column.kind, "is not made of lower-case words joined by hyphens")
        yield f"{cell} !~ {quote(column.pattern)}", f"{shown} || {quote(said)}"


# ------------------------------------------------------------------ ids and references


def identify(part: Part) -> list[str]:
    """``map_x``: the id of every staged key; a uid that is known means the record was renamed."""
    header = part.model.KEY
    new = (
        "s.key"
        if part.key == part.pk
        else f"nextval(pg_get_serial_sequence('{part.db_table}', 'id'))"
    )
    old, uid, by_uid = f"r.{part.pk}", "", ""
    if "uid" in part.headers:
        old, uid = "coalesce(r.id, u.id)", ", lower(s.uid) AS uid"
        by_uid = f" LEFT JOIN {part.db_table} u ON u.uid::text = s.uid AND r.id IS NULL"
    return [
        f"DROP TABLE IF EXISTS {mapped(part)}",
        f"CREATE TEMP TABLE {mapped(part)} ON COMMIT DROP AS"
        f" SELECT s.key, s.line, coalesce({old}, {new}) AS id, {old} IS NULL AS is_new"
        f' FROM (SELECT DISTINCT ON (s."{header}") s."{header}" AS key, s.line{uid}'
        f' FROM {stage(part)} s WHERE {part_filter(part)} AND s."{header}" IS NOT NULL'
        f' ORDER BY s."{header}", s.line) s'
        f' LEFT JOIN {part.db_table} r ON r."{part.key}" = s.key{by_uid}',
        f"ANALYZE {mapped(part)}",
    ]


class Resolver:
    """Joins that turn references of one part into ids, and the faults of those that fail."""

    def __init__(self, part: Part, staged: set[type], closed: set[type]):
        self.part, self.staged, self.closed = part, staged, closed
        self.joins: list[str] = []

    def id_of(self, target_model: type, cell: str, alias: str) -> str:
        """The id for the key in ``cell``; NULL where there is none.

        Of models in ``closed`` only the staged rows count.
        """
        target = table_of(target_model).parts[0]
        known = []
        if target_model in self.staged:
            self.joins.append(f"LEFT JOIN {mapped(target)} {alias}m ON {alias}m.key = {cell}")
            known.append(f"{alias}m.id")
        if target_model not in self.closed:
            key = target.key
            self.joins.append(f'LEFT JOIN {target.db_table} {alias}r ON {alias}r."{key}" = {cell}')
            known.append(f"{alias}r.{target.pk}")
        return f"coalesce({', '.join(known)}, NULL)" if known else "NULL::bigint"


def resolve(part: Part, staged: set[type], closed: set[type]) -> list[str]:
    """``typed_x``: rows without faults so far, in the columns' own types."""
    resolver = Resolver(part, staged, closed)
    columns, unresolved = [], []
    for i, column in enumerate(part.columns):
        cell = f's."{column.name}"'
        if column.kind == "ref":
            found = resolver.id_of(column.target, cell, f"j{i}")
            columns.append((column.column, found))
            said = f"there is no {column.target._meta.verbose_name} “"
            unresolved.append((column.name, cell, found, quote(said)))
        else:
            columns.append((column.column, cast(column)))
    links = _link_columns(part, resolver) if part.has_link else []
    select = ", ".join(f'{sql} AS "{name}"' for name, sql in [*columns, *links])
    key = f's."{part.model.KEY}"'
    header = part.model.KEY
    base = (
        f"FROM {stage(part)} s JOIN {mapped(part)} m ON m.key = {key} AND m.line = s.line"
        f" {' '.join(resolver.joins)} WHERE {part_filter(part)}"
    )
    clean = (
        f"NOT EXISTS (SELECT FROM stage_fault f WHERE f.tbl = {quote(part.table)}"
        " AND f.line = s.line)"
    )
    natural = part.key == part.pk
    id_column = "" if natural else f'm.id AS "{part.pk}", '
    statements = [
        f'INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s."{header}",'
        f" {quote(name)}, {said} || {cell} || '”' {base} AND {cell} IS NOT NULL AND {found} IS NULL"
        for name, cell, found, said in unresolved
    ]
    if links:
        known = " OR ".join(f"{sql} IS NOT NULL" for _name, sql in links[:-1])
        reason = (
            "coalesce('there is no row “' || s.link_key || '” in ' || s.link_table,"
            " 'needs both link_table and link_key')"
        )
        statements.append(
            f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'link_key',"
            f" {reason} {base} AND (s.link_table IS NOT NULL OR s.link_key IS NOT NULL)"
            f" AND NOT ({known})"
        )
    return [
        *statements,
        f"DROP TABLE IF EXISTS {typed(part)}",
        f"CREATE TEMP TABLE {typed(part)} ON COMMIT DROP AS SELECT s.line, m.is_new,"
        f" {id_column}{select} {base} AND {clean}",
        f"ANALYZE {typed(part)}",
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


def _link_columns(part: Part, resolver: Resolver) -> list[tuple[str, str]]:
    """One id column for each kind of link, filled in the one that the row names."""
    columns, refs = [], []
    for i, (name, table) in enumerate(part.model.LINKS.items()):
        target = part.model._meta.get_field(name).related_model
        cell = f"CASE WHEN s.link_table = {quote(table)} THEN s.link_key END"
        found = resolver.id_of(target, cell, f"l{i}")
        columns.append((f"{name}_id", found))
        refs.append(f"WHEN {found} IS NOT NULL THEN '{table}:' || {found}::text")
    return [*columns, ("link_ref", f"CASE {' '.join(refs)} ELSE '' END")]


# ------------------------------------------------------------------ rules of rows


def rules(part: Part, constraints: list[tuple[str, str, str]], deletes: bool) -> Iterator[str]:
    """Faults of whole rows: check constraints, unique constraints, facts and their links."""
    for name, condition, message in constraints:
        if name.endswith("_is_edtf") or _is_choice_rule(name):
            continue
        source = with_bounds(part, condition)
        column = message.split(":")[0] if ":" in message.split(" ")[0] else ""
        text = message.split(": ", 1)[1] if column else message
        yield add_faults(part.table, part.key, column, quote(text), f"NOT ({condition})", source)
    for constraint in part.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            fields = list(constraint.fields)
            message = str(constraint.get_violation_error_message())
            if constraint.name in message:
                message = f"another row has the same {', '.join(fields)}"
            distinct = constraint.nulls_distinct is not False
            yield from unique_rule(part, fields, message, distinct, deletes)
    if "uid" in part.headers:
        yield from unique_rule(part, ["uid"], "another record has this uid", True, deletes)
    if part.has_link:
        yield from fact_rules(part)


def _is_choice_rule(name: str) -> bool:
    return name.endswith("_known")


def with_bounds(part: Part, condition: str) -> str:
    """``typed_x`` with the generated bounds that the condition speaks of."""
    extra = []
    for column in part.columns:
        for end, last in (("earliest", "false"), ("latest", "true")):
            name = f"{column.column}_{end}"
            if name in condition:
                extra.append(f"atlas_edtf_bound(b.{column.column}, {last}) AS {name}")
    if not extra:
        return typed(part)
    return f"(SELECT b.*, {', '.join(extra)} FROM {typed(part)} b)"


def unique_rule(
    part: Part, fields: list[str], message: str, nulls_distinct: bool, deletes: bool
) -> list[str]:
    """Rows that repeat each other, or an existing row that this write does not replace."""
    stored = {f.name: f.column for f in part.model._meta.fields}
    columns = [stored[name] for name in fields]
    shown = fields[-1].removesuffix("_hash")  # a generated column is named after its origin
    given = {"url_hash": "atlas_url_hash(t.url)"}
    values = [given.get(c) or f't."{c}"' for c in columns]
    select = ", ".join(f'{v} AS "{c}"' for v, c in zip(values, columns, strict=True))
    rows = f'(SELECT t.line, t."{part.key}" AS row_key, {select} FROM {typed(part)} t)'
    head = (
        f"INSERT INTO stage_fault SELECT {quote(part.table)}, u.line, u.row_key,"
        f" {quote(shown)}, {quote(message)} FROM"
    )
    names = ", ".join(f'"{c}"' for c in columns)
    filled = "".join(f' AND u."{c}" IS NOT NULL' for c in columns) if nulls_distinct else ""
    equal = "=" if nulls_distinct else "IS NOT DISTINCT FROM"
    same = " AND ".join(f'r."{c}" {equal} u."{c}"' for c in columns)
    staying = f" AND r.{part.pk} NOT IN (SELECT id FROM {gone(part)})" if deletes else ""
    nth = f"row_number() OVER (PARTITION BY {names} ORDER BY v.line) AS nth"
    return [
        f"{head} (SELECT v.*, {nth} FROM {rows} v) u WHERE u.nth > 1{filled}",
        f"{head} {rows} u JOIN {part.db_table} r ON {same}"
        f" WHERE r.{part.pk} NOT IN (SELECT id FROM {mapped(part)}){staying}",
    ]


def fact_rules(part: Part) -> Iterator[str]:
    """A citation or missing value names a fact there is, of a link of its own record."""
    noun = part.headers[1]
    evidence = REGISTRY[noun]
    citation = "says" in part.headers
    values = []
    for table, model in {"": evidence.model, **evidence.links}.items():
        facts = {f.field: f.kind for f in model.FACTS}
        names = facts if citation else dict.fromkeys([*model.COLUMNS, *facts], "")
        values += [f"('{table}', '{field}', '{kind}')" for field, kind in names.items()]
    known = f"(VALUES {', '.join(values)}) AS k(link_table, field, kind)"
    where = (
        f"{part_filter(part)} AND coalesce(s.link_table, '') = k.link_table AND s.field = k.field"
    )
    yield add_faults(
        part.table, "key", "field",
        "'“' || s.field || '” is not a fact of ' || coalesce(s.link_table, "
        + quote(f"{noun}s") + ")",
        f"{part_filter(part)} AND s.field IS NOT NULL AND NOT EXISTS"
        f" (SELECT FROM {known} WHERE {where})",
        stage(part),
    )  # fmt: skip
    if citation:
        yield (
            f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'says',"
            " '“' || left(s.says, 60) || '” is not a ' || CASE k.kind WHEN 'edtf' THEN"
            " 'date of the profile' WHEN 'number' THEN 'number' ELSE"
            " 'hash of the checked wording (sha256: and 16 digits)' END"
            f" FROM {stage(part)} s JOIN {known} ON {where}"
            " WHERE s.says IS NOT NULL AND CASE k.kind"
            " WHEN 'edtf' THEN atlas_edtf_bound(s.says, false) IS NULL"
            " AND atlas_edtf_bound(s.says, true) IS NULL"
            r" WHEN 'number' THEN s.says !~ '^-?\d+(\.\d+)?$'"
            " WHEN 'prose' THEN s.says !~ '^sha256:[0-9a-f]{16}$' ELSE false END"
        )


def foreign_links(part: Part, staged: set[str]) -> Iterator[str]:
    """A link that stands in the package must belong to the record the row is about."""
    noun = part.headers[1]
    for table, model in REGISTRY[noun].links.items():
        root = model.ROOTS[noun]
        if table not in staged or not root.startswith("r."):
            continue
        column = root[2:].removesuffix("_id")
        yield (
            f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'link_key',"
            f" '“' || s.link_key || '” belongs to another record' FROM {stage(part)} s"
            f" JOIN stage_{table} l ON l.key = s.link_key WHERE s.link_table = {quote(table)}"
            f' AND {part_filter(part)} AND l."{column}" IS DISTINCT FROM s."{noun}"'
        )
