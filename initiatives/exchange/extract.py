"""Some records and all they rest on: the part of the package that holds one search's records.

The table searched has exactly the records found.  Everything they name comes along whole (actors
with their parents, members and evidence; countries, themes, sources, publishers), so that the
package can be read by itself; only other records of the table searched stay out.
"""

from django.db import connection

from atlas.kit.documents import noun_of
from atlas.kit.tables import NOUNS, TABLES, Part, table_of
from initiatives.exchange.package import KINDS, PAIR, public_ends

TEXT_KEYS = ("countries", "themes")  # their primary keys are words


class Extract:
    """Ids of the records to be taken, by table; ``where`` says which rows that means."""

    def __init__(self, table: str, ids: list):
        self.table = table
        self.ids: dict[str, set] = {own: set() for own, _children in NOUNS.values()}
        self.ids[table] = set(ids)
        self._complete()

    def where(self, part: Part) -> str:
        """The condition over rows ``t`` of one part of the package."""
        if part.table in self.ids:
            return f't."{part.pk}" = ANY({self._array(part.table)})'
        if part.table == "redirects":
            return self._redirects()
        if part.table == "judgements":
            return self._judgements()
        owners = [
            f"{root.replace('r.', 't.')} = ANY({self._array(NOUNS[noun][0])})"
            for noun, root in part.model.ROOTS.items()
        ]
        return " AND ".join([f"({' OR '.join(owners)})", *public_ends(part)])

    def _array(self, table: str) -> str:
        ids = sorted(self.ids[table])
        if table in TEXT_KEYS:
            with connection.cursor() as cursor:
                return cursor.mogrify("%s::text[]", [ids]).decode()
        return f"'{{{','.join(map(str, ids))}}}'::bigint[]"

    def _redirects(self) -> str:
        kinds = [
            f"(t.kind = '{noun}' AND t.slug IN (SELECT o.slug FROM"
            f" {TABLES[own].parts[0].db_table} o WHERE o.id = ANY({self._array(own)})))"
            for noun, (own, _children) in NOUNS.items()
            if own not in TEXT_KEYS
        ]
        return " OR ".join(kinds)

    def _judgements(self) -> str:
        """Those of two records that are both here."""
        uids = " UNION ALL ".join(
            f"SELECT o.uid FROM {TABLES[own].parts[0].db_table} o WHERE o.id = ANY({array})"
            for own, array in ((f"{noun}s", self._array(f"{noun}s")) for noun in KINDS)
        )
        return " AND ".join(f"t.{end} IN ({uids})" for end in PAIR)

    def _complete(self) -> None:
        """Take along what is named, and what that names, until nothing new is found."""
        waiting = list(TABLES.values())
        while waiting:
            grown = set()
            for part in (part for table in waiting for part in table.parts):
                for target, found in self._named(part).items():
                    if found - self.ids[target]:
                        self.ids[target] |= found
                        grown.add(target)
            waiting = [
                TABLES[name]
                for noun, (own, children) in NOUNS.items()
                if own in grown
                for name in (own, *children)
            ]

    def _named(self, part: Part) -> dict[str, set]:
        """Ids that the rows taken of one part name, by table."""
        columns = {}
        for column in part.columns:
            target = table_of(column.target).name if column.target else ""
            if target in self.ids and target != self.table and noun_of(TABLES[target].parts[0]):
                columns[column.column] = target
        if not columns:
            return {}
        found: dict[str, set] = {}
        with connection.cursor() as cursor:
            for column, target in columns.items():
                cursor.execute(
                    f'SELECT DISTINCT t."{column}" FROM {part.db_table} t'
                    f' WHERE t."{column}" IS NOT NULL AND {self.where(part)}'
                )
                found.setdefault(target, set()).update(key for (key,) in cursor.fetchall())
        return found
