"""Records as linked formats see them: a document, what it names, and which sources support what."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from atlas.kit.choices import State
from atlas.kit.evidence import SUPPORTS, stances
from atlas.kit.facts import REGISTRY
from initiatives.exchange.selection import Entry, Selection

CHUNK = 500  # records whose evidence is weighed by one query
PUBLISHED = State.PUBLISHED.value  # plain, since it is compared for everything that is named
TABLES = {
    "initiative": "initiatives",
    "actor": "actors",
    "source": "sources",
    "country": "countries",
    "publisher": "publishers",
    "theme": "themes",
}
NOUNS = {table: noun for noun, table in TABLES.items()}


@dataclass
class Linked:
    """One record.  ``stances``: of its citations, by their key; empty for sources."""

    noun: str
    entry: Entry
    site: str
    stances: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> dict:
        return self.entry.document

    @property
    def slug(self) -> str:
        return self.document["slug"]

    @property
    def url(self) -> str:
        return self.entry.url

    @property
    def name(self) -> str:
        return self.document.get("title") or self.document.get("name") or self.slug

    def rows(self, table: str) -> list[dict]:
        """The rows of one child table of the document."""
        return self.document.get(table) or []

    # -------------------------------------------------------------- what it names

    def get(self, noun: str, key: str | None) -> dict | None:
        """The package row of a public record that the document names, or None."""
        row = self.entry.references.get(TABLES[noun], {}).get(key) if key else None
        return row if row and row.get("state", PUBLISHED) == PUBLISHED else None

    def address(self, noun: str, key: str) -> str:
        """The absolute address of a record's page."""
        return f"{self.site}/{TABLES[noun]}/{key}/"

    def words(self, key: str) -> str:
        """The name of the named record that goes by this slug or code, else the word itself."""
        for noun in ("actor", "initiative", "country"):
            if row := self.get(noun, key):
                return row.get("name") or row["title"]
        return key

    def named(self, noun: str, *columns: tuple[str, str]) -> list[dict]:
        """The records that these (table, column) pairs name, each once, by key.

        The table is empty for columns of the record itself.
        """
        keys = {
            row.get(column)
            for table, column in columns
            for row in (self.rows(table) if table else [self.document])
        }
        rows = [self.get(noun, key) for key in sorted(keys - {None, ""})]
        return [row for row in rows if row]

    def publisher(self, source: dict) -> dict:
        """The publisher of a source's row."""
        return self.get("publisher", source["publisher"]) or {"name": source["publisher"]}

    # -------------------------------------------------------------- its evidence

    @cached_property
    def _citations(self) -> dict[tuple[str, str], list[dict]]:
        found = defaultdict(list)
        for row in self.rows("citations"):
            found[(row.get("link_table") or "", row.get("link_key") or "")].append(row)
        return found

    @cached_property
    def _keyed(self) -> dict[str, dict[str, dict]]:
        return {}

    def row(self, table: str, key: str) -> dict:
        """One row of a child table by its key; empty where there is none."""
        if table not in self._keyed:
            self._keyed[table] = {row["key"]: row for row in self.rows(table)}
        return self._keyed[table].get(key, {})

    def stance(self, citation: dict) -> str:
        return self.stances.get(citation["key"], "")

    def sources(self, table: str = "", key: str = "", field: str = "") -> list[dict]:
        """Rows of the sources that support a link, or the record itself (or one field), once."""
        slugs = dict.fromkeys(
            row["source"]
            for row in self._citations.get((table, key), [])
            if self.stance(row) == SUPPORTS and (not field or row["field"] == field)
        )
        return [row for slug in slugs if (row := self.get("source", slug))]

    def all_sources(self) -> list[dict]:
        """Rows of every source that is cited for anything of the record, by slug."""
        return self.named("source", ("citations", "source"))

    def readable(self, source: dict) -> str:
        """Where a source can be read: its own address, or else our page on it."""
        return source["url"] or source["archived_url"] or self.address("source", source["slug"])


# columns that name actors and initiatives, as (table, column)
ACTORS = (
    ("participations", "actor"),
    ("funding_links", "funder_actor"),
    ("funding_links", "recipient"),
    ("funding_joint_funders", "actor"),
    ("initiative_reach", "group"),
    ("memberships", "member_actor"),
    ("", "parent"),
)
INITIATIVES = (("initiative_ties", "target"), ("funding_links", "funder_initiative"))
COUNTRIES = (("initiative_reach", "country"), ("memberships", "member_country"))


def linked(selection: Selection) -> Iterator[Linked]:
    """The records of a selection, each with its evidence weighed; a fixed number of queries
    a chunk."""
    noun = NOUNS[selection.noun]
    entries = selection.entries()
    while chunk := list(islice(entries, CHUNK)):
        found = weighed(noun, [entry.document["slug"] for entry in chunk])
        for entry in chunk:
            yield Linked(noun, entry, selection.site, found)


def weighed(noun: str, slugs: list[str]) -> dict[str, str]:
    """The stance of every citation of these records, by the citation's key."""
    if noun not in REGISTRY:
        return {}
    records = REGISTRY[noun].model.objects.filter(slug__in=slugs)
    return stances(noun, records.values_list("pk", flat=True))
