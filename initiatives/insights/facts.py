"""Facts one by one, in words, each with its address and what comparison finds of it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from atlas.kit.audit import SHORTFALLS
from atlas.kit.evidence import address
from atlas.kit.facts import REGISTRY, judged_sql
from atlas.kit.filters import stale_before
from atlas.kit.naming import field_words, link_rows, link_words, value_words


@dataclass(frozen=True)
class Told:
    """One fact of the record ``root``; ``table`` is empty for a field of its own."""

    root: int
    table: str
    field: str
    label: str
    value: str
    address: str
    kind: str
    sources: int
    contradicted: bool
    checked: datetime.date | None


def facts(noun: str, ids: Iterable[int], short: str = "") -> list[Told]:
    """Facts of these records, or those that fall short in one way of ``SHORTFALLS``; own fields of
    a record before its links."""
    evidence = REGISTRY[noun]
    judged = judged_sql(evidence, ",".join(map(str, ids))).replace("%", "%%")
    sql = (
        "SELECT root, link_ref, link_key, field, left(value, 200), kind, sources, contradicted,"
        f" checked_on FROM ({judged}) j WHERE {SHORTFALLS.get(short, 'true')}"
        " ORDER BY root, link_ref, link_key, field"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"oldest": stale_before()})
        rows = cursor.fetchall()
    links = _links(evidence, {ref for _root, ref, *_rest in rows if ref})
    return [_told(evidence, links, *row) for row in rows]


def _told(evidence, links: dict, root, ref, key, name, value, *found) -> Told:
    table = ref.partition(":")[0]
    model = evidence.links.get(table, evidence.model)
    label = field_words(model, name)
    if ref in links:
        label = f"{link_words(links[ref])}, {label.lower()}"
    words = value_words(model, name, value)
    return Told(root, table, name, label, words, address(table, key, name), *found)


def _links(evidence, refs: set[str]) -> dict[str, object]:
    """The link rows that facts are about, one query a table."""
    wanted: dict[str, list[str]] = {}
    for ref in refs:
        table, _colon, pk = ref.partition(":")
        wanted.setdefault(table, []).append(pk)
    return {
        f"{table}:{row.pk}": row
        for table, ids in wanted.items()
        for row in link_rows(evidence.links[table]).filter(pk__in=ids)
    }
