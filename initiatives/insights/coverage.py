"""How well the whole atlas is supported: one set of figures for home, about and reports."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q, Sum

from actors.models import Actor, Country
from atlas.kit.choices import State
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

    @property
    def cited_share(self) -> int:
        """Percentage of facts with a source that supports them, rounded down."""
        return 100 * (self.facts - self.uncited) // self.facts if self.facts else 0

    @property
    def single_share(self) -> int:
        return 100 * self.single_source // self.facts if self.facts else 0


def figures() -> Figures:
    """Six queries, whatever the size of the atlas."""
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
        **both,
    )


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
