"""Ids between PostgreSQL and the bitmaps of this process, four bytes each."""

import sys
from array import array as machine_array
from collections.abc import Iterable

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import AutoField, BigAutoField, Lookup, QuerySet
from pyroaring import BitMap

PACKED = "string_agg(int4send(id::int), ''::bytea)"


def unpacked(packed) -> BitMap:
    """Ids that PostgreSQL packed."""
    ids = machine_array("I")
    ids.frombytes(packed or b"")
    if sys.byteorder == "little":
        ids.byteswap()
    return BitMap(ids)


def ids_of(*parts: QuerySet) -> BitMap:
    """The ids that any of some query sets of one id gives, by one query; each may repeat some."""
    first, *others = (part.order_by() for part in parts)
    try:
        sql = (first.union(*others, all=True) if others else first).query.sql_with_params()
    except EmptyResultSet:  # Django sees that nothing can match
        return BitMap()
    return ids_in(*sql)


def ids_in(sql: str, given: tuple = ()) -> BitMap:
    """The ids that a query of one column gives; it may repeat some."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PACKED} FROM ({sql}) found(id)", given)
        return unpacked(cursor.fetchone()[0])


def array(ids: Iterable[int]) -> str:
    """Ids as one text, to be cast to ``bigint[]``: a list of thousands is planned for long."""
    return "{" + ",".join(map(str, ids)) + "}"


class AmongIds(Lookup):
    """``pk__among=bitmap``: for thousands of ids, which ``__in`` would give one by one."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s::bigint[])", [*given, array(self.rhs)]


AutoField.register_lookup(AmongIds)
BigAutoField.register_lookup(AmongIds)
