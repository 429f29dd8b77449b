"""What an index holds of a noun, and what a value of a facet is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from atlas.kit.packing import PACKED, unpacked

EMPTY = BitMap()
EVERYTHING = "everything"


@dataclass(frozen=True)
class Family:
    """Ids by key; ``sql`` selects (key, id) pairs from ``pub``, the public records being read.

    ``under`` names a family and the variants of its keys: keys here are (key there, variant), and
    a record has one only where it has the key there.
    """

    sql: str
    convert: Callable[[str], object] = str
    under: tuple[str, tuple[str, ...]] | None = None


class Facet:
    """One filter as the index counts it; its meaning is that of the FilterSet's filter.

    ``families`` are those that its values are made of: a record in none of them is ``unstated``.
    A ``long`` facet has too many values to show them all.
    """

    long = False
    directly = gettext_lazy("%s directly")  # how many have the value in the narrow sense
    coupled: tuple[str, ...] = ()  # filters whose meaning depends on the values of this one

    def __init__(self, *families: str):
        self.families = families

    def key(self, value):
        """The key of a value as the filter parsed it."""
        return value

    def sources(self, shelf, key) -> Iterable[tuple[str, object]]:
        """The (family, key) pairs whose union the value is."""
        return [(self.families[0], key)]

    def gather(self, shelf, key) -> BitMap:
        return shelf.union(self.sources(shelf, key))

    def bitmap(self, shelf, key, asked) -> BitMap:
        """Ids with the value; ``asked`` gives the keys of other filters: ``asked("actor")``."""
        return shelf.expanded(self, key)

    def keys(self, shelf) -> Iterable:
        """Values worth counting, in their order."""
        return shelf.families[self.families[0]]

    def affected(self, shelf, hits: dict[str, set]) -> set | None:
        """Keys whose ids may have changed with the keys of families in ``hits``; None is all."""
        return hits.get(self.families[0], set())

    def shown(self, shelf, key) -> tuple[str, str]:
        """The value in a query string, and its label."""
        return str(key), str(key)

    def itself(self, shelf, key) -> BitMap | None:
        """Ids with the value in the narrow sense, where a facet tells two senses apart."""
        return None


@dataclass(frozen=True)
class Kind:
    """One noun: its list, its rows, its families and facets, and the orders of its list.

    ``columns`` of the record's table are what the SQL of families and orders may read of ``pub``
    (``d`` is the digest); ``orders`` maps an order of the list to a text that sorts that way.
    """

    name: str
    noun: str
    table: str
    digest: str
    columns: tuple[str, ...]
    families: dict[str, Family]
    facets: dict[str, Facet]
    orders: dict[str, str] = field(default_factory=dict)

    def public(self, some: bool) -> str:
        only = " AND id = ANY(%(ids)s)" if some else ""
        columns = ", ".join(self.columns)
        return f"SELECT {columns} FROM {self.table} WHERE state = 'published'{only}"

    def read(self, ids: Iterable[int] | None = None) -> dict[str, dict[object, BitMap]]:
        """Ids of every key of every family, of all public records or of some.  One query."""
        parts = [f"SELECT '{EVERYTHING}', '', {PACKED} FROM pub"]
        parts += [
            f"SELECT '{name}', key::text, {PACKED} FROM ({family.sql}) f(key, id) GROUP BY key"
            for name, family in self.families.items()
        ]
        sql = f"WITH pub AS MATERIALIZED ({self.public(ids is not None)}) "
        found = {name: {} for name in (EVERYTHING, *self.families)}
        with connection.cursor() as cursor:
            cursor.execute(sql + " UNION ALL ".join(parts), {"ids": list(ids or ())})
            for name, key, packed in cursor:
                convert = self.families[name].convert if name in self.families else str
                found[name][convert(key)] = unpacked(packed)
        return found

    def sort_keys(self, order: str, ids: Iterable[int] | None = None) -> list[tuple[str, int]]:
        """(text to sort by, id) of all public records or of some."""
        sql = (
            f"WITH pub AS ({self.public(ids is not None)}) SELECT {self.orders[order]}, pub.id"
            f" FROM pub LEFT JOIN {self.digest} d ON d.{self.noun}_id = pub.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, {"ids": list(ids or ())})
            return cursor.fetchall()
