"""Rows of records as they stood, and what changed in them, read from history for many at once.

One query a table however many records are asked for, and one a kind of record to name what they
refer to.  References are read as links to what is public today; nothing else is named.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from atlas.kit import naming
from atlas.kit.models import Link
from atlas.kit.records import history_where
from atlas.kit.rows import Now, value_sql
from atlas.kit.tables import NOUNS, TABLES, Part, table_of

BEFORE_ALL = -1  # as ``since``: a span in which everything was added


@dataclass(frozen=True)
class Span:
    """One record between two transactions; what ``until`` committed is in it."""

    record: int
    since: int
    until: int


@dataclass(frozen=True)
class End:
    """What a reference leads to, as the public may know it today; ``name`` is empty if not."""

    name: str
    url: str = ""


@dataclass
class Row:
    """One row before and after; text by column, None on the side where it did not stand."""

    part: Part
    id: int
    before: dict | None
    after: dict | None
    ends: dict = field(default_factory=dict, repr=False)

    @property
    def table(self) -> str:
        return self.part.table

    @property
    def values(self) -> dict:
        return self.after or self.before

    def end(self, column: str, side: dict | None = None) -> End:
        """What a reference of this row leads to."""
        model = self.part.model._meta.get_field(column).related_model
        return self.ends.get((model, (side or self.values)[column]), End(""))

    @property
    def about(self) -> tuple[str, str]:
        """(table, id) of the link a citation or missing value is about."""
        return self.values["link_table"] or "", self.values["link_id"] or ""


def changed(noun: str, spans: list[Span]) -> dict[Span, list[Row]]:
    """For each span the rows that differ, the record's own first, then table by table."""
    found: dict[Span, list[Row]] = {span: [] for span in spans}
    if not spans:
        return found
    for part in parts_of(noun):
        for span, row in _rows(part, noun, spans):
            found[span].append(row)
    rows = [row for rows in found.values() for row in rows]
    ends = _ends(rows)
    for row in rows:
        row.ends = ends
    return found


def parts_of(noun: str) -> list[Part]:
    """The tables a record is made of."""
    own, children = NOUNS[noun]
    return [
        part
        for name in (own, *children)
        for part in TABLES[name].parts
        if noun in part.model.ROOTS and TABLES[name].discriminator(part) in ("", noun)
    ]


def _rows(part: Part, noun: str, spans: list[Span]):
    """(span, row) of every row that differs; one query."""
    values = ", ".join(["(%s, %s::bigint, %s::bigint, %s::bigint)"] * len(spans))
    numbers = [n for i, s in enumerate(spans) for n in (i, s.record, s.since, s.until)]
    columns = _columns(part)
    chosen = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    sql = f"""
    SELECT span_n, pgh_obj_id, pgh_xid <= span_since AS early, pgh_label = 'delete' AS gone,
      {", ".join(f'"{name}"' for name in columns)}
    FROM (SELECT s.span_n, s.span_since, t.pgh_id, t.pgh_obj_id, t.pgh_xid, t.pgh_label, {chosen},
        max(t.pgh_xid) OVER (PARTITION BY s.span_n, t.pgh_obj_id) AS span_newest
      FROM (VALUES {values}) s(span_n, span_record, span_since, span_until)
      JOIN {part.history_table} t ON ({history_where(part, noun, "s.span_record")})
        AND t.pgh_xid <= s.span_until) e
    WHERE span_newest > span_since ORDER BY span_n, pgh_obj_id, pgh_id"""
    sides: dict[tuple, list] = defaultdict(lambda: [None, None])
    with connection.cursor() as cursor:
        cursor.execute(sql, numbers)
        for n, pk, early, gone, *cells in cursor.fetchall():
            value = None if gone else dict(zip(columns, cells, strict=True))
            pair = sides[n, pk]
            pair[1] = value
            if early:
                pair[0] = value
    for (n, pk), (before, after) in sides.items():
        if before != after:
            yield spans[n], Row(part, pk, before, after)


def _columns(part: Part) -> dict[str, str]:
    """Column -> SQL of its text; references stay ids, a citation's link is table and id."""
    found = {
        c.name: f't."{c.column}"::text' if c.kind == "ref" else value_sql(c, Now())
        for c in part.columns
    }
    if part.has_link:
        links = part.model.LINKS
        whens = (
            f"WHEN t.\"{name}_id\" IS NOT NULL THEN '{table}'" for name, table in links.items()
        )
        found["link_table"] = f"CASE {' '.join(whens)} END"
        ids = ", ".join(f't."{name}_id"' for name in links)
        found["link_id"] = f"coalesce({ids})::text"
    return found


# ------------------------------------------------------------------ naming what rows refer to


def _ends(rows: list[Row]) -> dict:
    """(model, id) -> End of everything the rows refer to; one query a model."""
    wanted: dict[type, set[str]] = defaultdict(set)
    for row in rows:
        refs = [c for c in row.part.columns if c.kind == "ref"]
        for side in (row.before, row.after):
            for column in refs if side else ():
                if side[column.name]:
                    wanted[column.target].add(side[column.name])
            if side and side.get("link_table"):
                wanted[TABLES[side["link_table"]].parts[0].model].add(side["link_id"])
    found = {}
    for model, ids in wanted.items():
        for one in _rows_named(model).filter(pk__in=ids):
            found[model, str(one.pk)] = _end(one)
    return found


def _rows_named(model):
    return naming.link_rows(model) if issubclass(model, Link) else model._default_manager


def _end(one) -> End:
    owner = one
    if isinstance(one, Link):
        owners = (getattr(one, noun, None) for noun in one.ROOTS)
        owner = next((o for o in owners if o is not None), None)
    if owner is not None and not getattr(owner, "is_public", True):
        return End("")
    if isinstance(one, Link):
        return End(naming.link_words(one))
    return End(str(one), one.get_absolute_url())


def link_part(table: str) -> Part:
    return table_of(TABLES[table].models[0]).parts[0]
