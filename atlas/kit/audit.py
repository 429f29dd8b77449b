"""How well published facts are supported, reckoned from the rows themselves.

Digests answer the same for pages, but only as far as the trigger that keeps them ran; this asks
every fact anew, so that it can catch what came in beside the trigger.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from atlas.kit.facts import REGISTRY, Evidence, judged_sql

SHORTFALLS = {
    "uncited": "NOT j.supported",
    "disputed": "j.contradicted",
    "stale": "j.supported AND (j.checked_on IS NULL OR j.checked_on < %(oldest)s)",
    "unchecked": "j.supported AND j.checked_on IS NULL",
    "single-source": "j.supported AND j.sources = 1",
}


@dataclass(frozen=True)
class Figures:
    """Counts over the published records of one noun; ``missing`` counts reasons given."""

    noun: str
    records: int
    facts: int
    missing: int
    short: dict[str, int]

    @property
    def cited(self) -> int:
        return self.facts - self.short["uncited"]

    def __add__(self, other: "Figures") -> "Figures":
        short = {name: count + other.short[name] for name, count in self.short.items()}
        return Figures(
            "total",
            self.records + other.records,
            self.facts + other.facts,
            self.missing + other.missing,
            short,
        )


@dataclass(frozen=True)
class Shortfall:
    """One fact that falls short: ``record`` is a slug, ``link`` a key or empty."""

    noun: str
    record: str
    link: str
    field: str
    value: str

    def __str__(self) -> str:
        where = f"{self.noun} {self.record}" + (f", {self.link}" if self.link else "")
        return f"{where}, {self.field}: {self.value}"


def figures(noun: str, oldest) -> Figures:
    """The figures of one noun; a check before the date ``oldest`` is stale."""
    evidence = REGISTRY[noun]
    table, missing = evidence.model._meta.db_table, evidence.missing._meta.db_table
    counts = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in SHORTFALLS.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {counts} FROM ({_published(evidence)}) j", {"oldest": oldest}
        )
        facts, *short = cursor.fetchone()
        cursor.execute(
            f"SELECT (SELECT count(*) FROM {table} WHERE state = 'published'),"
            f" (SELECT count(*) FROM {missing} m JOIN {table} t ON t.id = m.{evidence.root}"
            " WHERE t.state = 'published')"
        )
        records, reasons = cursor.fetchone()
    named = dict(zip(SHORTFALLS, short, strict=True))
    return Figures(noun, records, facts, reasons, named)


def shortfalls(noun: str, name: str, oldest) -> Iterator[Shortfall]:
    """Every published fact of one noun that falls short in the way named, by record."""
    evidence = REGISTRY[noun]
    sql = (
        "SELECT t.slug, j.link_key, j.field, left(j.value, 60)"
        f" FROM ({_published(evidence)}) j JOIN {evidence.model._meta.db_table} t ON t.id = j.root"
        f' WHERE {SHORTFALLS[name]} ORDER BY t.slug COLLATE "C", j.link_key COLLATE "C", j.field'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"oldest": oldest})
        for row in cursor:
            yield Shortfall(noun, *row)


def _published(evidence: Evidence) -> str:
    table = evidence.model._meta.db_table
    sql = judged_sql(evidence, f"SELECT id FROM {table} WHERE state = 'published'")
    return sql.replace("%", "%%")
