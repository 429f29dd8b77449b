"""How well the whole atlas is supported: one set of figures for home, about and reports."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Min, Q, Sum

from actors.models import Actor, Country
from atlas.kit.choices import State
from atlas.kit.facts import REGISTRY, matched_sql
from initiatives.models import ActorDigest, Initiative, InitiativeDigest
from sources.choices import Reliability
from sources.models import Publisher, Source


@dataclass(frozen=True)
class Figures:
    """Counts over published records only."""

    initiatives: int
    actors: int
    countries: int
    sources: int
    facts: int
    uncited: int
    disputed: int
    single_source: int
    disputed_initiatives: int
    unchecked: int

    @property
    def checked(self) -> int:
        """Facts that somebody compared with a source that supports them."""
        return self.facts - self.uncited - self.unchecked

    @property
    def single_share(self) -> int:
        return 100 * self.single_source // self.facts if self.facts else 0


def figures() -> Figures:
    """Seven queries, whatever the size of the atlas."""
    ours = _sums(InitiativeDigest, "initiative")
    theirs = _sums(ActorDigest, "actor")
    reach = Initiative.objects.published().aggregate(
        initiatives=Count("pk", distinct=True),
        disputed=Count("pk", distinct=True, filter=Q(digest__disputed__gt=0)),
    )
    both = {name: (ours[name] or 0) + (theirs[name] or 0) for name in ours}
    return Figures(
        initiatives=reach["initiatives"],
        actors=Actor.objects.published().count(),
        countries=Country.objects.reached().count(),
        sources=Source.objects.count(),
        disputed_initiatives=reach["disputed"],
        unchecked=unchecked(),
        **both,
    )


def unchecked() -> int:
    """Public facts of whose supporting citations none has a day of checking: from memory."""
    parts = []
    for noun, evidence in REGISTRY.items():
        ids = (
            f"SELECT d.{evidence.root} FROM {evidence.digest._meta.db_table} d"
            f" JOIN {evidence.model._meta.db_table} r ON r.id = d.{evidence.root}"
            " WHERE d.oldest_check = DATE '1900-01-01' AND r.state = 'published'"
        )
        parts.append(
            f"SELECT FROM ({matched_sql(evidence, ids)}) {noun} GROUP BY root, link_ref, field"
            " HAVING bool_or(supports) AND max(checked_on) FILTER (WHERE supports) IS NULL"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({' UNION ALL '.join(parts)}) facts")
        return cursor.fetchone()[0]


def _sums(digest, noun: str) -> dict:
    names = ("facts", "uncited", "disputed", "single_source")
    public = digest.objects.filter(**{f"{noun}__state": State.PUBLISHED})
    return public.aggregate(**{name: Sum(name) for name in names})


def oldest_check():
    """The earliest day on which a fact of a published initiative was last checked."""
    public = InitiativeDigest.objects.filter(initiative__state=State.PUBLISHED)
    return public.aggregate(day=Min("oldest_check"))["day"]


def publishers_by_reliability() -> list[tuple[str, str, int]]:
    """(letter, what it means, publishers that carry it) in the order of the code."""
    rows = Publisher.objects.order_by().values("reliability").annotate(found=Count("pk"))
    counts = dict(rows.values_list("reliability", "found"))
    return [(letter, label, counts.get(letter, 0)) for letter, label in Reliability.choices]
