"""One flat table of columns for each noun: what CSV and spreadsheets show.

A column is a header and SQL over the row ``t``; what hangs on a record is gathered into one cell,
values separated by ``; `` in the order of their keys.  Labels stand beside codes, ``sources`` has
the slugs of everything that is cited for the row, the last column leads back to its page.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import override

from atlas.kit.documents import (
    Child,
    children_of,
    is_joined,
    json_sql,
    noun_of,
    public_ends,
    reference_joins,
    target_of,
    wanted_sql,
)
from atlas.kit.facts import REGISTRY
from atlas.kit.rows import Now, link_sql, value_sql
from atlas.kit.tables import TABLES, Column, Part
from initiatives.exchange.gathered import GATHERED, SOURCES, Gathered
from initiatives.exchange.selection import TABLE_OF, Selection, back_link, beside_sql

LEFT_OUT = ("state",)  # a file holds published records only
NAMED_BY = ("name", "title", "indicator")  # fields that name a record
DIGEST = {
    "independent_sources": "g.sources",
    "disputed_facts": "g.disputed",
    "single_source_facts": "g.single_source",
    "version": "g.version",
    "updated_at": "to_char(g.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
}


@dataclass(frozen=True)
class Flat:
    """One column: ``kind`` is text, number, boolean, date or link; ``join`` names what it needs."""

    header: str
    sql: str
    kind: str = "text"
    join: str = ""


KINDS = {"integer": "number", "decimal": "number", "boolean": "boolean", "url": "link"}
KINDS |= {"edtf": "date", "date": "date"}


def headers(noun: str) -> tuple[str, ...]:
    """The columns of a noun, in their order; what ``fields=`` may choose."""
    return tuple(column.header for column in columns(noun, TABLES[TABLE_OF[noun]].parts[0]))


def chosen_columns(selection: Selection) -> tuple[Flat, ...]:
    """The columns of a selection, those that ``fields=`` chose in its order."""
    part = TABLES[selection.table].parts[0]
    known = {column.header: column for column in columns(selection.noun, part)}
    return tuple(known[header] for header in selection.fields or known)


@cache
def columns(noun: str, part: Part) -> tuple[Flat, ...]:
    """The columns of one part; parts of one table have the same, empty where they lack it."""
    found = [flat for header in TABLES[part.table].headers for flat in _own(part, header)]
    for gathered in (*GATHERED.get(part.table, ()), SOURCES):
        if children(part, gathered):
            name = gathered.list
            found += [Flat(h, f'"{name}"."{h}"', "text", name) for h in gathered.values]
    if noun_of(part) in REGISTRY:
        for header, sql in DIGEST.items():
            kind = "text" if header == "updated_at" else "number"
            found.append(Flat(header, sql, kind, "digest"))
    return (*found, Flat(back_link(part.table), beside_sql(noun, part)["url"], "link"))


def _own(part: Part, header: str) -> list[Flat]:
    if header in LEFT_OUT:
        return []
    if header in ("link_table", "link_key"):
        return [Flat(header, link_sql(part, Now())[header == "link_key"])]
    everyone = [column for other in TABLES[part.table].parts for column in other.columns]
    column = next(column for column in everyone if column.name == header)
    mine = any(c.name == header for c in part.columns)
    kind = KINDS.get(column.kind, "text")
    found = [Flat(header, own_sql(column) if mine else "NULL::text", kind)]
    if column.choices or column.target:
        found.append(Flat(f"{header}_label", label_sql(column) if mine else "NULL::text"))
    return found


def own_sql(column: Column) -> str:
    return json_sql(column) if is_joined(column) else value_sql(column, Now())


def label_sql(column: Column, row: str = "t") -> str:
    """The label of a code, or the name of the record that is named."""
    if column.target:
        return reference_name(column)
    with override(None):
        pairs = [(str(value), str(words)) for value, words in column.field.choices]
    cases = " ".join(f"WHEN {quoted(value)} THEN {quoted(words)}" for value, words in pairs)
    return f'CASE {row}."{column.column}"::text {cases} END'


def reference_name(column: Column) -> str:
    target = target_of(column)
    name = next((c.column for c in target.columns if c.name in NAMED_BY), target.key)
    joined = f'"{column.name}_row"'
    if hasattr(column.target, "state"):
        return f"CASE WHEN {joined}.state = 'published' THEN {joined}.{name} END"
    return f"{joined}.{name}"


def joins(part: Part, names: tuple[str, ...]) -> str:
    """Joins to all that the columns refer to, also where the key alone would need none."""
    found = reference_joins(part, names)
    for column in part.columns:
        if column.target and column.name in names and not is_joined(column):
            row, target = f'"{column.name}_row"', target_of(column)
            found += (
                f' LEFT JOIN {target.db_table} {row} ON {row}."{target.pk}" = t."{column.column}"'
            )
    return found


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def children(part: Part, gathered: Gathered) -> list[Child]:
    return [child for child in children_of(part) if child.name == gathered.list]


@cache
def flat_sql(noun: str, part: Part, chosen: tuple[str, ...]) -> str:
    """SELECT of the chosen columns (all when empty) of the records ``%(ids)s``, in their order."""
    known = {column.header: column for column in columns(noun, part)}
    wanted = [known[header] for header in chosen or known]
    needed = dict.fromkeys(column.join for column in wanted if column.join)
    lists = [
        _gathering(part, gathered)
        for gathered in (*GATHERED.get(part.table, ()), SOURCES)
        if gathered.list in needed
    ]
    if "digest" in needed:
        own = noun_of(part)
        table = REGISTRY[own].digest._meta.db_table
        lists.append(f"LEFT JOIN {table} g ON g.{own}_id = t.id")
    selected = ", ".join(f'{column.sql} AS "{column.header}"' for column in wanted)
    return (
        f"{wanted_sql(part)} SELECT {selected} FROM wanted u"
        f' JOIN {part.db_table} t ON t."{part.pk}" = u.id'
        f"{joins(part, tuple(part.headers))} {' '.join(lists)} ORDER BY u.n"
    )


def _gathering(part: Part, gathered: Gathered) -> str:
    """The join that gathers one list of each record into cells."""
    selects = [_gathered_sql(child, gathered) for child in children(part, gathered)]
    name = f'"{gathered.list}"'
    return f"LEFT JOIN ({' UNION ALL '.join(selects)}) {name} ON {name}.root = u.id"


def _gathered_sql(child: Child, gathered: Gathered) -> str:
    part = child.part
    labelled = [column for column in part.columns if column.choices or column.target]
    values = gathered.expressions({column.name: label_sql(column) for column in labelled})
    conditions = " AND ".join([child.where, *public_ends(part, child.headers)])
    rows = f"{part.db_table} t{child.wanted}{joins(part, child.headers)}"
    distinct = "DISTINCT " if gathered.distinct else ""
    order = "" if gathered.distinct else ", t.key AS sorted"
    inner = ", ".join(f'{sql} AS "{header}"' for header, sql in values.items())
    outer = ", ".join(
        f"string_agg(coalesce(\"{h}\", ''), '; ' ORDER BY \"{gathered.distinct or 'sorted'}\""
        f' COLLATE "C") AS "{h}"'
        for h in values
    )
    return (
        f"SELECT root, {outer} FROM (SELECT {distinct}{child.root} AS root, {inner}{order}"
        f" FROM {rows} WHERE {conditions}) d GROUP BY root"
    )
