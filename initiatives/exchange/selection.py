"""The row source of every format: exactly the public records that a search shows.

    with selection.snapshot():                 # one view of the database for the whole file
        for entry in selection.entries():
            entry.document                     # shape of atlas.kit.records.document
            entry.url                          # https://host/initiatives/ajccbc/
            entry.name("actors", "jica")       # names of what the document refers to

Everything is read in chunks, a fixed number of queries each, whatever the size of the selection.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import connection, transaction
from django.db.models import QuerySet

from atlas.kit.documents import documents_sql, names_of, noun_of
from atlas.kit.facts import REGISTRY
from atlas.kit.footnotes import anchor_of
from atlas.kit.models import DataVersion
from atlas.kit.tables import NOUNS, TABLES, Part
from initiatives.exchange.references import find_references

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
TABLE_OF = {**RECORDS, **LINKS}
WITHOUT_PAGE = ("publishers",)  # they are seen in the API only
CHUNK = 1000  # records a query
ROWS = 200  # of a file that go out together
COPIED = 10  # times as many where the database writes: planning and small tables cost less of it
# one processor a download: workers would have to start anew for every chunk
SETTINGS = (
    "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off;"
    " SET LOCAL max_parallel_workers_per_gather = 0"
)


@dataclass(frozen=True)
class Entry:
    """One record of a selection.

    ``document``: of a record (initiatives, actors ...) what ``records.document`` gives; of a link
    its package row, with ``citations`` and ``missing`` (those about this link) and, for funding
    links, ``funding_joint_funders`` and ``funding_includes``, for events ``statements``.  ``url``
    is its page (a link's: the page of the record it belongs to), ``api_url`` its address in the
    API.  ``references`` has the package rows of what the document names, by table and key:
    actors and initiatives (with ``identifiers``, {scheme: code}), sources, publishers of those,
    countries, themes.  ``version`` and ``updated_at`` (ISO 8601) are set for initiatives and
    actors.
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
        return TABLE_OF[self.noun]

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
            with connection.cursor() as cursor:
                if outermost:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute(SETTINGS)
            now = DataVersion.objects.get()
            self.as_of = AsOf(now.version, now.changed_at)
            yield self

    def count(self) -> int:
        return sum(queryset.count() for queryset in self.querysets)

    def documents(self) -> Iterator[dict]:
        return (entry.document for entry in self.entries())

    def entries(self) -> Iterator[Entry]:
        """Every record with what its document refers to."""
        for part, ids in self.chunks():
            yield from self.read(part, ids)  # of its own, so that a chunk is let go

    def read(self, part: Part, ids: list) -> Iterator[Entry]:
        """The records with these keys."""
        rows = [json.loads(text) for text in self._texts(part, ids, ADDRESSED)]
        beside = [{name: row.pop(f"_{name}") for name in ADDRESSED} for row in rows]
        references = find_references(part, rows)
        for row, more in zip(rows, beside, strict=True):
            yield Entry(row, references=references, **more)

    def copied(self, sql: Callable[[Part], str], read: type["Pieces"] | None = None):
        """The file that the database itself writes, by COPY of one query a large chunk, in pieces.

        ``sql`` gives the COPY for the records ``%(ids)s`` of one part; ``read`` takes its rows.
        """
        for part, ids in self.chunks(COPIED):
            with connection.cursor() as cursor:
                given = cursor.mogrify(sql(part), {"ids": ids, "site": self.site})
                pieces = (read or Pieces)()
                cursor.copy_expert(given.decode(), pieces)
            yield from pieces

    def chunks(self, times: int = 1) -> Iterator[tuple[Part, list]]:
        """(part, primary keys) in order; the keys come from a cursor in the database.

        ``times`` asks for larger chunks, where rows are small.
        """
        size = times * CHUNK
        for queryset in self.querysets:
            part = part_of(self.table, queryset.model)
            plain = queryset.prefetch_related(None)
            keys = plain.values_list("pk", flat=True).iterator(chunk_size=size)
            chunk = []
            for key in keys:
                chunk.append(key)
                if len(chunk) == size:
                    yield part, chunk
                    chunk = []
            if chunk:
                yield part, chunk

    def run(self, sql: str, ids: list) -> list[tuple]:
        """Rows of a query over the records ``%(ids)s``; ``%(site)s`` is known too."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {"ids": ids, "site": self.site})
            return cursor.fetchall()

    def _texts(self, part: Part, ids: list, beside=(), only=()) -> list[str]:
        sql = written(self.noun, part, tuple(beside), tuple(only))
        return [text for (text,) in self.run(sql, ids)]


def one(noun: str, record, site: str) -> Selection:
    """A single record."""
    return Selection(noun, (type(record)._base_manager.filter(pk=record.pk),), site=site)


def entry_of(noun: str, record, site: str) -> Entry:
    """One record that has been read already."""
    alone = one(noun, record, site)
    return next(alone.read(part_of(alone.table, type(record)), [record.pk]))


class Pieces:
    """What COPY writes, row by row; read again in pieces of some size."""

    between = b""

    def __init__(self):
        self.rows: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.rows.append(data)

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self.rows), ROWS):
            yield self.between.join((*self.rows[start : start + ROWS], b""))


ADDRESSED = ("url", "api_url", "version", "updated_at")


@cache
def written(noun: str, part: Part, beside: tuple[str, ...], only: tuple[str, ...]) -> str:
    """The query for documents; ``beside`` adds facts about the record under ``_names``."""
    known = beside_sql(noun, part)
    also = {f"_{name}": known[name] for name in beside}
    back = back_link(part.table)
    if not beside and (not only or back in only):
        also[back] = known["url"]
    return documents_sql(part, only=only, also=also)


def part_of(table: str, model: type) -> Part:
    return next(part for part in TABLES[table].parts if part.model is model)


def beside_sql(noun: str, part: Part) -> dict[str, str]:
    """SQL over the row ``t``: addresses, and the record's version where it has one."""
    api = f"%(site)s || '/api/v1/{noun}/' || t.\"{part.key}\" || '/'"
    found = {"url": api, "api_url": api, "version": "NULL::int", "updated_at": "NULL::text"}
    own = noun_of(part)
    if not own:
        found["url"] = f"%(site)s || {_link_path(part)}"
    elif noun not in WITHOUT_PAGE:
        found["url"] = f"%(site)s || '/{noun}/' || t.\"{part.key}\" || '/'"
    if own in REGISTRY:
        digest = REGISTRY[own].digest._meta.db_table
        for name in ("version", "updated_at"):
            found[name] = f"(SELECT g.{name} FROM {digest} g WHERE g.{own}_id = t.id)"
    return found


def _link_path(part: Part) -> str:
    """The place of a link on the page of the record it belongs to."""
    pages = []
    for noun, root in part.model.ROOTS.items():
        own = NOUNS[noun][0]
        owner = TABLES[own].parts[0].db_table
        root = root.replace("r.", "t.")
        pages.append(f"(SELECT '/{own}/' || o.slug || '/' FROM {owner} o WHERE o.id = {root})")
    page = f"coalesce({', '.join(pages)})"
    if not part.model.FACTS:
        return page
    before = anchor_of(f"{part.table}/")
    fact = part.model.FACTS[0].field.replace("_", "-")
    return f"{page} || '#{before}' || replace(t.key, '_', '-') || '--{fact}'"


def back_link(table: str) -> str:
    """What the address of our page is called; ``url`` of a source is the source's own address."""
    return "page_url" if "url" in TABLES[table].headers else "url"


def field_names(noun: str) -> tuple[str, ...]:
    """What ``fields=`` may choose of a document of this noun."""
    table = TABLE_OF[noun]
    return (*names_of(TABLES[table].parts[0]), back_link(table))


@cache
def labels(table: str, column: str) -> dict[str, str]:
    """Code -> label of the vocabulary of a package column; empty for columns without one."""
    for part in TABLES[table].parts:
        for known in part.columns:
            if known.name == column:
                return {str(value): str(words) for value, words in known.field.choices or ()}
    raise KeyError(f"{table} has no column {column}")


def label(table: str, column: str, code) -> str:
    """The label of a code of a package column, else the code itself."""
    return labels(table, column).get(str(code), str(code))
