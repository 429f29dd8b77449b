"""What documents name: the package rows of actors, initiatives, sources and the rest, by key."""

import json
from collections import defaultdict
from functools import cache

from django.db import connection

from atlas.kit.documents import documents_sql, names_of, noun_of
from atlas.kit.tables import TABLES, Part, table_of

IDENTIFIERS = {"actors": "actor_identifiers", "initiatives": "initiative_identifiers"}
# rows that referenced rows name in their turn: table -> (column, its table)
FURTHER = {"sources": ("publisher", "publishers"), "actors": ("country", "countries")}

References = dict[str, dict[str, dict]]


@cache
def named_tables(table: str) -> dict[str, str]:
    """Column -> table of the records it names, for the rows of one package table."""
    return {
        column.name: table_of(column.target).name
        for part in TABLES[table].parts
        for column in part.columns
        if column.target and noun_of(table_of(column.target).parts[0])
    }


def find_references(part: Part, documents: list[dict]) -> References:
    """The rows that these documents name; at most one query a table."""
    wanted: dict[str, set[str]] = defaultdict(set)
    lists = [name for name in names_of(part) if name in TABLES]
    columns = {name: named_tables(name) for name in lists}
    for document in documents:
        _note(wanted, named_tables(part.table), document)
        for name in lists:
            for row in document.get(name, ()):
                _note(wanted, columns[name], row)
    found: References = {}
    for table in ("sources", "initiatives", "actors", "publishers", "countries", "themes"):
        found[table] = _rows(table, wanted[table]) if wanted[table] else {}
        column, further = FURTHER.get(table, ("", ""))
        wanted[further] |= {row[column] for row in found[table].values() if column and row[column]}
    return found


def _note(wanted: dict[str, set[str]], columns: dict[str, str], row: dict) -> None:
    for column, table in columns.items():
        if key := row.get(column):
            wanted[table].add(key)


def _rows(table: str, keys: set[str]) -> dict[str, dict]:
    part = TABLES[table].parts[0]
    with connection.cursor() as cursor:
        cursor.execute(_rows_sql(part), {"keys": sorted(keys)})
        rows = [json.loads(text) for (text,) in cursor.fetchall()]
    if table in IDENTIFIERS:
        for row in rows:
            row["identifiers"] = {i["scheme"]: i["code"] for i in row.pop(IDENTIFIERS[table])}
    return {row[part.model.KEY]: row for row in rows}


@cache
def _rows_sql(part: Part) -> str:
    only = (*part.headers, *(IDENTIFIERS[t] for t in (part.table,) if t in IDENTIFIERS))
    ids = f'ARRAY(SELECT i."{part.pk}" FROM {part.db_table} i WHERE i."{part.key}" = ANY(%(keys)s))'
    return documents_sql(part, only=only).replace("%(ids)s", ids)
