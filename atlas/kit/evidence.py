"""What the sources say about one record: the one read behind pages, API and downloads.

``for_record`` gives every fact of a record with its citations and their stance, in one query.
Stance is what the database function ``atlas_supports`` finds, so a page, the gate and the
``evidence`` filters can never disagree.  A statement about an event belongs to the event's owner.

    facts = for_record("initiative", initiative.pk)
    by_address = {fact.address: fact for fact in facts}
    by_address["actual_start"].citations[0].stance          # "supports"
    by_address["participations/ajccbc--jica--partner/role"].supported
    sources_of(facts)                                       # the numbered list at the page's foot
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connection

from atlas.kit.facts import REGISTRY, WEAK, Evidence, facts_sql

SUPPORTS, CONTRADICTS, OUTDATED, UNUSED = "supports", "contradicts", "outdated", "unused"


@dataclass(frozen=True)
class CitationView:
    """One source on one fact.

    ``stance``: ``supports``; ``contradicts`` (it says another value); ``outdated`` (prose whose
    wording changed since it was checked); ``unused`` (the field has no value to compare with).
    ``number`` is the footnote: one a source, counted in order of appearance, the same wherever
    that source is cited again.
    """

    key: str
    stance: str
    says: str
    locator: str
    credibility: int | None
    note: str
    checked_on: datetime.date | None
    checked_by: str
    source: str
    source_title: str
    author: str
    url: str
    archived_url: str
    published: str
    kind: str
    language: str
    publisher: str
    publisher_name: str
    publisher_website: str
    reliability: str
    number: int = 0

    @property
    def source_path(self) -> str:
        return f"/sources/{self.source}/"

    @property
    def supports(self) -> bool:
        return self.stance == SUPPORTS


@dataclass
class FactEvidence:
    """One fact: where it stands, our value as text, and what each source says of it.

    ``value`` is None for a field without a value that is cited nevertheless (all its citations
    are ``unused``).  ``kind`` is the comparison of ``atlas.kit.facts.Fact``.
    """

    link_table: str
    link_key: str
    field: str
    kind: str
    value: str | None
    citations: list[CitationView] = field(default_factory=list)

    @property
    def address(self) -> str:
        """``title`` for a field of the record, ``participations/KEY/role`` for one of a link."""
        return address(self.link_table, self.link_key, self.field)

    @property
    def supported(self) -> bool:
        return any(c.stance == SUPPORTS for c in self.citations)

    @property
    def weak(self) -> bool:
        """Whether all its support comes from publishers of the letters ``WEAK``."""
        letters = {c.reliability for c in self.citations if c.supports}
        return bool(letters) and letters <= set(WEAK)

    @property
    def contradicted(self) -> bool:
        return any(c.stance == CONTRADICTS for c in self.citations)

    @property
    def uncited(self) -> bool:
        return self.value is not None and not self.supported


def address(link_table: str, link_key: str, field_name: str) -> str:
    return f"{link_table}/{link_key}/{field_name}" if link_table else field_name


def for_record(noun: str, record_id: int) -> list[FactEvidence]:
    """Facts of one record (``initiative`` or ``actor``): own fields first, then link by link.

    Fields keep the order of ``FACTS``, link tables that of the registry, links that of their key;
    supporting citations come before the others, the latest check first.  One query.
    """
    evidence = REGISTRY[noun]
    rows = _rows(_evidence_sql(evidence, str(int(record_id))))
    facts: dict[tuple, FactEvidence] = {}
    numbers: dict[str, int] = {}
    for row in sorted(rows, key=_appearance(evidence)):
        place = (row["link_table"], row["link_key"], row["field"])
        fact = facts.get(place)
        if fact is None:
            fact = facts[place] = FactEvidence(*place, row["fact_kind"], row["value"])
        if row["key"]:
            number = numbers.setdefault(row["source"], len(numbers) + 1)
            said = [row[name] for name in CITATION_FIELDS]
            fact.citations.append(CitationView(*said, number))
    return list(facts.values())


def stances(noun: str, record_ids: Iterable[int]) -> dict[str, str]:
    """The stance of every citation of these records, by the citation's key.  One query."""
    ids = ",".join(str(int(pk)) for pk in record_ids)
    if not ids:
        return {}
    evidence = REGISTRY[noun]
    wanted = "SELECT id FROM wanted"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH wanted AS MATERIALIZED (SELECT unnest('{{{ids}}}'::bigint[]) AS id)"
            f" SELECT c.key, {_STANCE} FROM {evidence.citation._meta.db_table} c"
            f" LEFT JOIN ({facts_sql(evidence, wanted, cited=True)}) f"
            f" ON f.root = c.{evidence.root} AND f.link_ref = c.link_ref AND f.field = c.field"
            f" WHERE c.{evidence.root} IN ({wanted})"
        )
        return dict(cursor.fetchall())


def missing_of(noun: str, record_id: int) -> list[dict]:
    """What a record lacks and why: link_table, link_key, field, reason, note.  One query."""
    evidence = REGISTRY[noun]
    return _rows(
        "SELECT split_part(c.link_ref, ':', 1) AS link_table,"
        f" {_link_key_sql(evidence)} AS link_key, c.field, c.reason, c.note"
        f" FROM {evidence.missing._meta.db_table} c WHERE c.{evidence.root} = {int(record_id)}"
        " ORDER BY 1, 2, c.field"
    )


def _rows(sql: str) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]


CITATION_FIELDS = tuple(CitationView.__dataclass_fields__)[:-1]
# what citation ``c`` does to fact ``f``; equal values need no comparison by the function
_STANCE = f"""CASE WHEN f.value IS NULL THEN '{UNUSED}'
    WHEN f.value = c.says AND f.kind <> 'prose' THEN '{SUPPORTS}'
    WHEN atlas_supports(f.kind, f.value, c.says) THEN '{SUPPORTS}'
    WHEN f.kind = 'prose' THEN '{OUTDATED}' ELSE '{CONTRADICTS}' END"""
_STANCE_ORDER = {SUPPORTS: 0, CONTRADICTS: 1, OUTDATED: 2, UNUSED: 3, None: 4}


def _link_key_sql(evidence: Evidence) -> str:
    """The key of the link that row ``c`` is about; empty for the record itself."""
    keys = " ".join(
        f"WHEN '{name}' THEN (SELECT l.key FROM {model._meta.db_table} l WHERE l.id ="
        " split_part(c.link_ref, ':', 2)::bigint)"
        for name, model in evidence.links.items()
    )
    return f"CASE split_part(c.link_ref, ':', 1) {keys} ELSE '' END"


def _evidence_sql(evidence: Evidence, ids: str) -> str:
    """Every fact beside every citation of it; citations of fields without a value are kept."""
    return f"""
    SELECT split_part(coalesce(f.link_ref, c.link_ref), ':', 1) AS link_table,
        coalesce(f.link_key, {_link_key_sql(evidence)}) AS link_key,
        coalesce(f.field, c.field) AS field, coalesce(f.kind, '') AS fact_kind, f.value,
        CASE WHEN c.key IS NOT NULL THEN {_STANCE} END AS stance,
        c.key, c.says, c.locator, c.credibility, c.note, c.checked_on, c.checked_by,
        s.slug AS source, s.title AS source_title, s.author, s.url, s.archived_url, s.published,
        s.kind, s.language, p.slug AS publisher, p.name AS publisher_name,
        p.website AS publisher_website, p.reliability
    FROM ({facts_sql(evidence, ids, folded=True)}) f
    FULL JOIN (SELECT * FROM {evidence.citation._meta.db_table} t
        WHERE t.{evidence.root} IN ({ids})) c ON c.{evidence.root} = f.root
        AND c.link_ref = f.link_ref AND c.field = f.field
    LEFT JOIN sources_source s ON s.id = c.source_id
    LEFT JOIN sources_publisher p ON p.id = s.publisher_id"""


def _appearance(evidence: Evidence) -> Callable[[dict], tuple]:
    """Where a row stands on the page: table, link, field, then the strength of the citation."""
    places = {}
    for number, (table, model) in enumerate({"": evidence.model, **evidence.links}.items()):
        fields = {fact.field: n for n, fact in enumerate(model.FACTS)}
        places[table] = number, fields, len(fields)

    def place(row: dict) -> tuple:
        number, fields, after = places[row["link_table"]]
        checked = row["checked_on"]
        return (
            number,
            row["link_key"],
            fields.get(row["field"], after),
            row["field"],
            _STANCE_ORDER[row["stance"]],
            -checked.toordinal() if checked else 0,
            row["key"] or "",
        )

    return place


def sources_of(facts: Iterable[FactEvidence]) -> list[tuple[CitationView, list[FactEvidence]]]:
    """The numbered list: one citation standing for each source, and the facts it is cited for."""
    first: dict[int, CitationView] = {}
    cited: dict[int, list[FactEvidence]] = defaultdict(list)
    for fact in facts:
        for citation in fact.citations:
            first.setdefault(citation.number, citation)
            if fact not in cited[citation.number]:
                cited[citation.number].append(fact)
    return [(first[number], cited[number]) for number in sorted(first)]
