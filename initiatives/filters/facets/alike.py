"""Facets that both nouns have."""

from atlas.kit.differing import differing_sql
from atlas.kit.facets import Facet, Family
from atlas.kit.filters import EvidenceFilter, stale_before


class WordFacet(Facet):
    """A vocabulary, in its order."""

    def __init__(self, family: str, choices):
        super().__init__(family)
        self.choices = choices

    def labels(self) -> dict[str, str]:
        given = getattr(self.choices, "choices", self.choices)
        return dict(given() if callable(given) else given)

    def keys(self, shelf):
        return list(self.labels())

    def shown(self, shelf, key):
        return key, str(self.labels()[key])


class EvidenceFacet(WordFacet):
    """What the digests count; stale is what was last checked before a day that moves on."""

    def __init__(self, words=EvidenceFilter.WORDS):
        super().__init__("evidence", words)
        self.families = ("evidence", "checked")

    def sources(self, shelf, key):
        if key != "stale":
            return [("evidence", key)]
        limit = stale_before().isoformat()
        return [("checked", day) for day in shelf.families["checked"] if day < limit]

    def affected(self, shelf, hits):
        return hits["evidence"] | ({"stale"} if hits["checked"] else set())


def evidence_families(digest: type, noun: str, more: str = "") -> dict[str, Family]:
    """``more`` selects further (word, id) pairs of the noun."""
    table, pk = digest._meta.db_table, f"{noun}_id"
    joined = f"FROM {table} d JOIN pub ON pub.id = d.{pk}"
    words = {"disputed": "disputed", "uncited": "uncited", "single-source": "single_source"}
    return {
        "evidence": Family(
            " UNION ALL ".join(
                f"SELECT '{word}', d.{pk} {joined} WHERE d.{column} > 0"
                for word, column in words.items()
            )
            + f" UNION ALL SELECT 'accounts-differ', x.owner"
            f" FROM ({differing_sql(noun, 'SELECT id FROM pub')}) x{more}"
        ),
        "checked": Family(
            f"SELECT d.oldest_check, d.{pk} {joined} WHERE d.oldest_check IS NOT NULL"
        ),
    }


# texts that sort as the lists do; the digest may be missing, which sorts first when descending
BREAK = "chr(1)"
LAST = "'~'"


def descending(number: str, digits: int) -> str:
    """A text that sorts whole numbers, most first; a missing one comes first."""
    return (
        f"coalesce(lpad((10::numeric ^ {digits} - 1 - {number})::bigint::text, {digits}, '0'), '')"
    )


BY_SOURCES = f"{descending('d.sources', 9)} || {BREAK} || sort_key || {BREAK} || slug"
MICROSECONDS = "(extract(epoch FROM d.updated_at) * 1000000)::bigint"
BY_CHANGE = f"{descending(MICROSECONDS, 17)} || {BREAK} || slug"
BY_NAME = f"sort_key || {BREAK} || slug"
