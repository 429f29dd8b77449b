"""Record documents of many records at once, written as JSON by the database.

One query gives a chunk of records with everything that belongs to them, equal to what
``records.document`` gives of each, as far as it is public.  Links (participations, funding links
...) have documents too: their package row, and beneath it the rows that are about them.
"""

from dataclasses import dataclass
from functools import partial

from atlas.kit.facts import belongs_sql
from atlas.kit.records import child_part, implied
from atlas.kit.rows import Now, link_sql, value_sql
from atlas.kit.tables import LINK, NOUNS, TABLES, Column, Part, table_of

NOW = Now()
IDS = "SELECT id FROM wanted"  # a query begins with ``wanted_sql``
PUBLISHED = "'published'"


@dataclass(frozen=True)
class Child:
    """A list within a document: rows of one part, and how they belong to the records ``ids``."""

    name: str
    part: Part
    root: str  # id of the owner, over the row ``t``
    headers: tuple[str, ...]
    where: str = "true"  # that the row ``t`` belongs to a wanted record, where no join says it

    @property
    def wanted(self) -> str:
        """The join to the records; a join, since the planner guesses the size of one better."""
        return f" JOIN wanted ON wanted.id = {self.root}" if self.where == "true" else ""


def noun_of(part: Part) -> str:
    """The noun whose own table this is; empty for links."""
    return next((noun for noun, (own, _children) in NOUNS.items() if own == part.table), "")


def children_of(part: Part) -> list[Child]:
    """The lists within the documents of one part, in their order."""
    noun = noun_of(part)
    return _of_record(noun) if noun else _of_link(part)


def _of_record(noun: str) -> list[Child]:
    found = []
    for name in NOUNS[noun][1]:
        part = child_part(TABLES[name], noun)
        root = part.model.ROOTS[noun].replace("r.", "t.")
        headers = tuple(h for h in part.headers if h not in implied(part, noun))
        own = part.model.ROOTS[noun].startswith("r.")
        where = "true" if own else belongs_sql(part.model, noun, IDS)
        found.append(Child(name, part, root, headers, where))
    return found


def _of_link(part: Part) -> list[Child]:
    """Rows that hang on a link: joint funders, statements about an event, its evidence."""
    found = []
    for table in TABLES.values():
        for other in table.parts:
            through = getattr(other.model, "ROOT_THROUGH", None)
            links = getattr(other.model, "LINKS", {})
            named = next((name for name, about in links.items() if about == part.table), "")
            if through and through.related_model is part.model:
                column, left_out = through.column, {through.name}
            elif named:
                owner = next(iter(other.model.ROOTS))
                column, left_out = f"{named}_id", {owner, "link_table", "link_key"}
            else:
                continue
            headers = tuple(h for h in other.headers if h not in left_out)
            found.append(Child(table.name, other, f't."{column}"', headers))
    return found


# ------------------------------------------------------------------ columns


def target_of(column: Column) -> Part:
    return table_of(column.target).parts[0]


def is_joined(column: Column) -> bool:
    """Whether the reference is found in another table, not written in the row itself."""
    return column.kind == "ref" and target_of(column).key != target_of(column).pk


def json_sql(column: Column) -> str:
    """The column as the value a document has: numbers and lists as such, other values as text.

    Needs ``reference_joins``.  A record that is not public is not named.
    """
    name = f't."{column.column}"'
    match column.kind:
        case "ref" if is_joined(column):
            joined = f'"{column.name}_row"'
            key = f'{joined}."{target_of(column).key}"'
            stateful = hasattr(column.target, "state")
            return f"CASE WHEN {joined}.state = {PUBLISHED} THEN {key} END" if stateful else key
        case "integer" | "boolean":
            return name
        case "list":
            return f"coalesce({name}, '{{}}')"
        case _:
            return value_sql(column, NOW)


def reference_joins(part: Part, headers: tuple[str, ...]) -> str:
    """Joins that ``json_sql`` needs; joins, not subqueries, so that a chunk can be hashed."""
    return "".join(
        f' LEFT JOIN {target_of(c).db_table} "{c.name}_row"'
        f' ON "{c.name}_row"."{target_of(c).pk}" = t."{c.column}"'
        for c in part.columns
        if c.name in headers and is_joined(c)
    )


def public_ends(part: Part, headers: tuple[str, ...]) -> list[str]:
    """Conditions that every record and link that a row names is public."""
    found = []
    for column in part.columns:
        if column.name not in headers or not is_joined(column):
            continue
        joined = f'"{column.name}_row"'
        if hasattr(column.target, "state"):
            public = f"{joined}.state = {PUBLISHED}"
        elif target_of(column).key == "key":
            public = " OR ".join(
                f"{expression.replace('r.', f'{joined}.')} IN (SELECT p.id FROM"
                f" {TABLES[NOUNS[noun][0]].parts[0].db_table} p WHERE p.state = {PUBLISHED})"
                for noun, expression in column.target.ROOTS.items()
            )
        else:
            continue
        found.append(f'(t."{column.column}" IS NULL OR {public})')
    return found


def expressions(part: Part) -> dict[str, str]:
    """Header -> SQL over the row ``t``, for every column of the part."""
    found = {column.name: json_sql(column) for column in part.columns}
    if LINK in part.model.COLUMNS:
        found["link_table"], found["link_key"] = link_sql(part, NOW)
    return {header: found[header] for header in part.headers}


# ------------------------------------------------------------------ queries


def wanted_sql(part: Part) -> str:
    """WITH clause of the records asked for, ``wanted (id, n)``: ids of the array ``%(ids)s`` with
    their place; named once, since planning takes longer with every copy of a long array."""
    kind = "bigint" if part.model._meta.pk.get_internal_type() == "BigAutoField" else "text"
    ids = f"unnest(%(ids)s::{kind}[]) WITH ORDINALITY u(id, n)"
    return f"WITH wanted AS MATERIALIZED (SELECT * FROM {ids})"


def pair_sql(start: str, name: str, value: str, column: Column | None = None) -> str:
    """Name and value as JSON, as text after ``start``; ``column`` says what the value is.

    Put together by hand because ``row_to_json`` looks the type of every value up anew.  A value
    that cannot hold a quotation mark is quoted as it stands.
    """
    before = f'{start}"{name}":'
    if column and column.kind in ("integer", "boolean"):
        given = f"'{before}' || {value}::text"
    elif column and is_plain(column):
        given = f"'{before}\"' || {value} || '\"'"
    else:
        given = f"'{before}' || to_json({value})::text"
    return f"coalesce({given}, '{before}null')"


def list_sql(start: str, name: str, rows: str) -> str:
    """The same of a list, as arguments of ``concat``."""
    return f"'{start}\"{name}\":[', {rows}, ']'"


def is_plain(column: Column) -> bool:
    """Whether a value as text needs no escapes, whoever wrote it: dates and numbers.

    Words and keys are held to their form by our doors only, not by the database.
    """
    return column.kind in ("date", "decimal", "edtf", "uuid")


def child_sql(child: Child) -> str:
    """SELECT (root, rows) of the public child rows of the records ``ids``; rows are JSON text."""
    known, columns = expressions(child.part), {c.name: c for c in child.part.columns}
    pairs = " || ".join(
        pair_sql("," if number else "{", name, known[name], columns.get(name))
        for number, name in enumerate(child.headers)
    )
    conditions = " AND ".join([child.where, *public_ends(child.part, child.headers)])
    key = f't."{child.part.key}" COLLATE "C"'
    return (
        f"SELECT {child.root} AS root, string_agg({pairs} || '}}', ', ' ORDER BY {key}) AS rows"
        f" FROM {child.part.db_table} t{child.wanted}"
        f"{reference_joins(child.part, child.headers)} WHERE {conditions} GROUP BY 1"
    )


def joined(lists: dict[str, list[str]]) -> tuple[dict[str, str], str]:
    """(rows of each list within a document, joins).

    A list may come out of several tables, for one record never out of more than one of them.
    """
    rows, joins = {}, []
    for name, selects in lists.items():
        aliases = []
        for select in selects:
            aliases.append(f"j{len(joins)}")
            joins.append(f"LEFT JOIN ({select}) {aliases[-1]} ON {aliases[-1]}.root = u.id")
        rows[name] = ", ".join(f"{alias}.rows" for alias in aliases)
    return rows, " ".join(joins)


def names_of(part: Part) -> tuple[str, ...]:
    """The columns and lists of the documents of one part."""
    return (*part.headers, *dict.fromkeys(child.name for child in children_of(part)))


def documents_sql(
    part: Part, *, only: tuple[str, ...] = (), also: dict[str, str] | None = None
) -> str:
    """SELECT one JSON text a record of ``%(ids)s`` (an array), in the order of the ids.

    ``only`` names the columns and lists wanted, empty for all; ``also`` adds columns by SQL over
    the row ``t``.
    """
    lists: dict[str, list[str]] = {}
    for child in children_of(part):
        if not only or child.name in only:
            lists.setdefault(child.name, []).append(child_sql(child))
    rows, joins = joined(lists)
    known = {column.name: column for column in part.columns}
    own = {h: sql for h, sql in expressions(part).items() if not only or h in only}
    chosen = [partial(pair_sql, name=h, value=sql, column=known.get(h)) for h, sql in own.items()]
    chosen += [partial(list_sql, name=name, rows=given) for name, given in rows.items()]
    chosen += [partial(pair_sql, name=h, value=sql) for h, sql in (also or {}).items()]
    pairs = (pair("," if number else "{") for number, pair in enumerate(chosen))
    return (
        f"{wanted_sql(part)} SELECT concat({', '.join(pairs)}, '}}')"
        f" FROM wanted u JOIN {part.db_table} t"
        f' ON t."{part.pk}" = u.id{reference_joins(part, tuple(own))} {joins} ORDER BY u.n'
    )
