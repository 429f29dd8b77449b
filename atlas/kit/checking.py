"""What can be wrong with staged rows, as SQL: pure text, run by ``staging``.

A rule can say cheaply whether anything breaks it (``suspects``), and in detail what does.  A sound
package costs one scan a table; only where something is wrong are the details asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models

from atlas.kit.resolving import gone, mapped, quote, stage, typed
from atlas.kit.rows import Now, root_where
from atlas.kit.tables import LIST_SEPARATOR, Column, Part, Table


@dataclass(frozen=True)
class Rule:
    """``statement`` puts its faults aside.

    Either rows ``s`` of ``source`` that meet ``where`` break it, or ``exists`` says whether any do.
    """

    statement: str
    source: str = ""
    where: str = ""
    exists: str = ""


def suspects(rules: Iterable[Rule]) -> str:
    """One SELECT that is true when any of the rules is broken; one scan for each source."""
    conditions: dict[str, list[str]] = {}
    found = []
    for rule in rules:
        if rule.exists:
            found.append(rule.exists)
        else:
            conditions.setdefault(rule.source, []).append(f"({rule.where})")
    scans = [
        f"EXISTS (SELECT FROM {source} s WHERE {' OR '.join(where)})"
        for source, where in conditions.items()
    ]
    return f"SELECT {' OR '.join([*scans, *found]) or 'false'}"


def row_rule(table: str, key: str, column: str, reason: str, where: str, source: str) -> Rule:
    """One fault for each row of ``source s`` that meets ``where``."""
    statement = (
        f'INSERT INTO stage_fault SELECT {quote(table)}, s.line, s."{key}", {quote(column)},'
        f" {reason} FROM {source} s WHERE {where}"
    )
    return Rule(statement, source, where)


def strangers(part: Part, noun: str, records: Iterable[int]) -> Iterator[Rule]:
    """Rows of a record's document whose key is that of a row of none of ``records``."""
    if part.model._meta.model_name != noun:
        roots = " OR ".join(root_where(part, noun, record_id, Now()) for record_id in records)
        own = f"SELECT t.{part.pk} FROM {part.db_table} t WHERE {roots}"
        where = f"s.id IN (SELECT {part.pk} FROM {part.db_table}) AND s.id NOT IN ({own})"
        reason = quote("this key is that of a row of another record")
        yield row_rule(part.table, "key", part.key, reason, where, mapped(part))


# ------------------------------------------------------------------ text checks


def text_rules(table: Table) -> Iterator[Rule]:
    """Faults that one cell, or one key, shows by itself."""
    name, key = table.name, table.key
    if len(table.parts) > 1:
        columns = [table.discriminator(p) for p in table.parts]
        filled = " + ".join(f'(s."{c}" IS NOT NULL)::int' for c in columns)
        reason = quote(f"give exactly one of {', '.join(columns)}")
        yield row_rule(name, key, columns[0], reason, f"{filled} <> 1", stage(table))
    seen = set()
    for part in table.parts:
        for column in part.columns:
            if column.name in seen or column.name == table.discriminator(part):
                continue
            seen.add(column.name)
            for where, reason in cell_rules(column, name):
                yield row_rule(name, key, column.name, reason, where, stage(table))
    yield Rule(
        f'INSERT INTO stage_fault SELECT {quote(name)}, d.line, d."{key}", {quote(key)},'
        f" 'stands here twice; first in row ' || d.first FROM (SELECT line, \"{key}\","
        f' min(line) OVER (PARTITION BY "{key}") AS first FROM {stage(table)}'
        f' WHERE "{key}" IS NOT NULL) d WHERE d.line > d.first',
        exists=repeats(stage(table), [f'"{key}"'], f'"{key}" IS NOT NULL'),
    )


def repeats(source: str, columns: list[str], where: str = "true") -> str:
    """Whether any two rows agree in these columns: a hash, where a window would sort."""
    return (
        f"(SELECT count(*) > 0 FROM (SELECT FROM {source} WHERE {where}"
        f" GROUP BY {', '.join(columns)} HAVING count(*) > 1) d)"
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
        allowed = quote("is not one of: " + ", ".join(column.choices))
        yield f"{cell} NOT IN ({', '.join(map(quote, column.choices))})", f"{shown} || {allowed}"
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
        said = PATTERN_FAULTS.get(column.kind, "is not made of lower-case words joined by hyphens")
        yield mismatch(column, cell), f"{shown} || {quote(said)}"


def mismatch(column: Column, cell: str) -> str:
    """The cell does not match the column's pattern; counted repeats are slow, so said otherwise."""
    if column.kind == "uuid":
        blank = "-".join("_" * length for length in (8, 4, 4, 4, 12))
        hyphens = f"length(replace({cell}, '-', '')) = 32"
        return f"NOT ({cell} LIKE '{blank}' AND {cell} !~ '[^0-9a-f-]' AND {hyphens})"
    if column.kind == "decimal":
        places = column.field.decimal_places
        whole = f"length(split_part(ltrim({cell}, '-'), '.', 1))"
        return (
            f"{cell} !~ '^-?\\d+(\\.\\d+)?$' OR {whole} > {column.field.max_digits - places}"
            f" OR length(split_part({cell}, '.', 2)) > {places}"
        )
    return f"{cell} !~ {quote(column.pattern)}"


PATTERN_FAULTS = {
    "integer": "is not a whole number",
    "decimal": "is not a number that fits (digits, one point)",
    "boolean": "is neither true nor false",
    "uuid": "is not a UUID",
    "url": "is not an http(s) address",
}


# ------------------------------------------------------------------ rules of rows


def row_rules(
    part: Part, constraints: list[tuple[str, str, str]], alone: bool, deletes: bool
) -> Iterator[Rule]:
    """Faults of whole rows: check constraints and unique constraints.

    ``alone``: the table itself is empty, so rows can only repeat each other; ``deletes``: rows of
    ``gone_x`` will not stay.
    """
    told = [c for c in constraints if not c[0].endswith(("_is_edtf", "_known"))]
    source = with_bounds(part, " ".join(condition for _name, condition, _message in told))
    for _name, condition, message in told:
        column = message.split(":")[0] if ":" in message.split(" ")[0] else ""
        text = message.split(": ", 1)[1] if column else message
        yield row_rule(part.table, part.key, column, quote(text), f"NOT ({condition})", source)
    stay = "" if alone else f"r.{part.pk} NOT IN (SELECT id FROM {mapped(part)})"
    if stay and deletes:
        stay += f" AND r.{part.pk} NOT IN (SELECT id FROM {gone(part)})"
    for constraint in part.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            fields = list(constraint.fields)
            message = str(constraint.get_violation_error_message())
            if constraint.name in message:
                message = f"another row has the same {', '.join(fields)}"
            nulls_distinct = constraint.nulls_distinct is not False
            yield from unique_rules(part, fields, message, nulls_distinct, stay)
    if "uid" in part.headers:
        yield from unique_rules(part, ["uid"], "another record has this uid", True, stay)


def with_bounds(part: Part, conditions: str) -> str:
    """``typed_x`` with the generated bounds that the conditions speak of."""
    extra = []
    for column in part.columns:
        for end, last in (("earliest", "false"), ("latest", "true")):
            name = f"{column.column}_{end}"
            if name in conditions:
                cell = f"b.{column.column}"
                extra.append(
                    f"CASE WHEN {cell} <> '' THEN atlas_edtf_bound({cell}, {last}) END AS {name}"
                )
    if not extra:
        return typed(part)
    return f"(SELECT b.*, {', '.join(extra)} FROM {typed(part)} b OFFSET 0)"


def unique_rules(
    part: Part, fields: list[str], message: str, nulls_distinct: bool, stay: str
) -> Iterator[Rule]:
    """Rows that repeat each other, or an existing row ``r`` that this write does not replace.

    ``stay`` is the condition of such rows, empty where there are none.
    """
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
    names = [f'"{c}"' for c in columns]
    filled = "".join(f' AND u."{c}" IS NOT NULL' for c in columns) if nulls_distinct else ""
    nth = f"row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY v.line) AS nth"
    yield Rule(
        f"{head} (SELECT v.*, {nth} FROM {rows} v) u WHERE u.nth > 1{filled}",
        exists=repeats(f"{rows} u", names, f"true{filled}"),
    )
    if not stay:
        return
    equal = "=" if nulls_distinct else "IS NOT DISTINCT FROM"
    same = " AND ".join(f'r."{c}" {equal} u."{c}"' for c in columns)
    meeting = f"{rows} u JOIN {part.db_table} r ON {same} WHERE {stay}"
    yield Rule(f"{head} {meeting}", exists=f"EXISTS (SELECT FROM {meeting})")
