"""A record as formats see it, made of what its page has read: the database is not asked again.

Equal to what ``linking.linked`` gives of it (a test holds the two together), but for identifiers
of the records it names, which no page shows.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from atlas.kit.choices import State
from atlas.kit.evidence import FactEvidence
from atlas.kit.records import child_part, implied
from atlas.kit.tables import NOUNS, TABLES, Column, Part, table_of
from initiatives.exchange.linking import Linked
from initiatives.exchange.selection import Entry

RELATIONS = {
    "initiative": {
        "initiative_names": "names",
        "initiative_identifiers": "identifiers",
        "initiative_reach": "reach",
        "initiative_ties": "ties",
        "participations": "participations",
        "funding_links": "funding",
        "events": "events",
        "results": "results",
    },
    "actor": {
        "actor_names": "names",
        "actor_identifiers": "identifiers",
        "memberships": "members",
        "events": "events",
    },
}
NAMED = ("slug", "iso2", "uid", "state", "name", "title", "kind")  # columns of what is named
ABOUT_SOURCE = ("author", "url", "archived_url", "published", "kind", "language")
CITED = ("key", "source", "says")


def shown(record, facts: Iterable[FactEvidence], site: str) -> Linked:
    """An initiative or actor ``for_record``, with all its evidence."""
    return _Reader(record).linked(list(facts), site)


class _Reader:
    def __init__(self, record):
        self.record, self.noun = record, record._meta.model_name
        self.references: dict[str, dict[str, dict]] = {
            name: {} for name in ("actors", "initiatives", "countries", "themes")
        }

    def linked(self, facts: list[FactEvidence], site: str) -> Linked:
        own = NOUNS[self.noun][0]
        document = self._row(TABLES[own].parts[0], self.record)
        for table, relation in RELATIONS[self.noun].items():
            document[table] = self._rows(table, getattr(self.record, relation).all())
        document["statements"] = self._rows("statements", self._statements())
        if self.noun == "initiative":
            shared = (row for link in self.record.funding.all() for row in link.joint_links.all())
            document["funding_joint_funders"] = self._rows("funding_joint_funders", shared)
            themes = sorted(self.record.themes.all(), key=lambda theme: theme.slug)
            document["initiative_themes"] = [{"theme": self._name(theme)} for theme in themes]
        document["citations"] = _citations(facts)
        references = self.references | _sources(facts)
        address = self.record.get_absolute_url()
        entry = Entry(document, f"{site}{address}", f"{site}/api/v1{address}", references)
        stances = {c.key: c.stance for fact in facts for c in fact.citations}
        return Linked(self.noun, entry, site, stances)

    def _statements(self) -> Iterator:
        """Of the record and of its events."""
        events = (event.statements.all() for event in self.record.events.all())
        return chain(self.record.statements.all(), *events)

    def _rows(self, table: str, rows: Iterable) -> list[dict]:
        """By key, without those that name what is not public."""
        part = child_part(TABLES[table], self.noun)
        found = (self._row(part, row) for row in rows if _ends_are_public(part, row))
        return sorted(found, key=lambda row: row["key"])

    def _row(self, part: Part, row) -> dict:
        left_out = implied(part, self.noun) if row is not self.record else ()
        return {c.name: self._cell(c, row) for c in part.columns if c.name not in left_out}

    def _cell(self, column: Column, row):
        value = getattr(row, column.column)
        if value is None or value == "":
            return None
        match column.kind:
            case "ref":
                return self._name(getattr(row, column.name))
            case "decimal":
                return f"{value.normalize():f}"
            case "list" | "integer" | "boolean":
                return value
            case _:
                return str(value)

    def _name(self, named) -> str | None:
        """The key of a record or link; of a record what is known of it is kept."""
        key = getattr(named, named.KEY)
        table = self.references.get(table_of(type(named)).name)
        if table is None:
            return key
        if getattr(named, "state", State.PUBLISHED) != State.PUBLISHED:
            return None
        if key not in table:
            known = {name: getattr(named, name) for name in NAMED if hasattr(named, name)}
            table[key] = known | {"identifiers": {}}
            if "country" in named._state.fields_cache and named.country:
                self._name(named.country)
        return key


def _ends_are_public(part: Part, row) -> bool:
    named = (c.name for c in part.columns if c.kind == "ref" and hasattr(c.target, "state"))
    ends = (getattr(row, name) for name in named)
    return all(end is None or end.state == State.PUBLISHED for end in ends)


def _citations(facts: list[FactEvidence]) -> list[dict]:
    rows = [
        {
            **{name: getattr(citation, name) for name in CITED},
            "link_table": fact.link_table or None,
            "link_key": fact.link_key or None,
            "field": fact.field,
        }
        for fact in facts
        for citation in fact.citations
    ]
    return sorted(rows, key=lambda row: row["key"])


def _sources(facts: list[FactEvidence]) -> dict[str, dict[str, dict]]:
    """The sources cited, and who put them out."""
    sources, publishers = {}, {}
    for citation in (citation for fact in facts for citation in fact.citations):
        if citation.source not in sources:
            known = {name: getattr(citation, name) for name in ABOUT_SOURCE}
            known |= {"slug": citation.source, "title": citation.source_title}
            sources[citation.source] = known | {"publisher": citation.publisher}
            publishers[citation.publisher] = {
                "slug": citation.publisher,
                "name": citation.publisher_name,
                "website": citation.publisher_website,
            }
    return {"sources": sources, "publishers": publishers}
