"""The row source of every format: exactly the public records that a search shows.

with selection.snapshot():                 # one view of the database for the whole file
    for entry in selection.entries():
        entry.document                     # shape of atlas.kit.records.document
        entry.url                          # https://host/initiatives/ajccbc/
        entry.name("actors", "jica")       # names of what the document refers to
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from atlas.kit import records
from atlas.kit.models import DataVersion
from atlas.kit.tables import TABLES

# API list -> package table.  Records stand by themselves, links belong to a record.
RECORDS = {
    "initiatives": "initiatives",
    "actors": "actors",
    "sources": "sources",
    "publishers": "publishers",
    "countries": "countries",
    "themes": "themes",
}
LINKS = {
    "participations": "participations",
    "funding-links": "funding_links",
    "events": "events",
    "results": "results",
    "statements": "statements",
    "citations": "citations",
}


@dataclass(frozen=True)
class Entry:
    """One record of a selection.

    ``document``: of a record (initiatives, actors ...) what ``records.document`` gives; of a link
    its package row, with ``citations`` and ``missing`` (those about this link) and, for funding
    links, ``funding_joint_funders`` and ``funding_includes``.  ``url`` is its page (a link's: the
    page of the record it belongs to), ``api_url`` its address in the API.  ``references`` has the
    package rows of what the document names, by table and key: actors and initiatives (with
    ``identifiers``, {scheme: code}), sources, publishers of those, countries, themes.  ``version``
    and ``updated_at`` (ISO 8601) are set for initiatives and actors.
    """

    document: dict
    url: str
    api_url: str
    references: dict[str, dict[str, dict]] = field(default_factory=dict)
    version: int | None = None
    updated_at: str | None = None

    def name(self, table: str, key: str) -> str:
        """The name of a referenced record, else its key."""
        row = self.references.get(table, {}).get(key, {})
        return row.get("name") or row.get("title") or key


@dataclass(frozen=True)
class AsOf:
    """Which state of the data: its version and when it was last changed."""

    version: int
    changed_at: datetime


@dataclass
class Selection:
    """Public records of one noun, in the order asked for.

    ``noun`` is the name of the API list; ``querysets`` are its tables, filtered and ordered
    (citations have two); ``fields`` what ``fields=`` chose, empty for all; ``parameters`` the
    query string without ``format``; ``site`` is ``https://host`` without a slash.
    """

    noun: str
    querysets: tuple[QuerySet, ...]
    fields: tuple[str, ...] = ()
    parameters: str = ""
    site: str = ""
    as_of: AsOf | None = None

    @property
    def queryset(self) -> QuerySet:
        return self.querysets[0]

    @property
    def table(self) -> str:
        """The package table of the noun."""
        return {**RECORDS, **LINKS}[self.noun]

    @property
    def page(self) -> str:
        """The address of this search in the API."""
        query = f"?{self.parameters}" if self.parameters else ""
        return f"{self.site}/api/v1/{self.noun}/{query}"

    @contextmanager
    def snapshot(self):
        """One view of the database for everything read inside; sets ``as_of``."""
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            now = DataVersion.objects.get()
            self.as_of = AsOf(now.version, now.changed_at)
            yield self

    def count(self) -> int:
        return sum(queryset.count() for queryset in self.querysets)

    def documents(self) -> Iterator[dict]:
        return (entry.document for entry in self.entries())

    def entries(self) -> Iterator[Entry]:
        """Every record, in constant memory."""
        for queryset in self.querysets:  # for now one by one; the shape stays
            for record in queryset.iterator(chunk_size=500):
                value = records.document(record)
                path = getattr(record, "get_absolute_url", lambda: f"/{self.noun}/")()
                key = value[TABLES[self.table].key]
                yield Entry(value, self.site + path, f"{self.site}/api/v1/{self.noun}/{key}/")


def label(table: str, column: str, code) -> str:
    """The label of a code of the vocabulary of a package column, else the code itself."""
    for part in TABLES[table].parts:
        for known in part.columns:
            if known.name == column:
                labels = {str(value): str(words) for value, words in known.field.choices or ()}
                return labels.get(str(code), str(code))
    raise KeyError(f"{table} has no column {column}")
