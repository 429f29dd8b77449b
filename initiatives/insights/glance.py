"""A search at a glance: what it is about, who pays, how it stands, what is missing, how sure."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from atlas.kit import facets
from atlas.kit.filters import UNSTATED
from initiatives.models import InitiativeCitation, InitiativeDigest

MOST = 8  # values of one question that are named
QUESTIONS: dict[str, Promise] = {
    "theme": _("About"),
    "kind": _("Kinds"),
    "status": _("How it stands"),
    "funder": _("Who pays"),
    "actor": _("Who takes part"),
    "country": _("Where"),
}
OF_ACTORS = {"funder": "payer", "actor": "involved"}  # questions and the families they count
WHOLE = ("theme",)  # vocabularies so short that what nothing is filed under is named too


@dataclass(frozen=True)
class Answer:
    """One value, how many initiatives have it, their list, and whether parts of it count too."""

    label: str
    count: int
    url: str
    with_parts: bool = False


@dataclass(frozen=True)
class Question:
    """One question about the search; ``none`` are values that nothing has, ``more`` are unseen."""

    label: str
    answers: list[Answer]
    unstated: Answer | None
    none: list[str]
    more: int


@dataclass(frozen=True)
class Support:
    """How well the facts of these initiatives are supported."""

    facts: int
    single_source: int
    disputed: int
    sources: int
    publishers: int
    best: str
    oldest_check: object

    @property
    def never_twice(self) -> bool:
        """Whether no fact has a second source that is independent."""
        return self.single_source == self.facts

    @property
    def single_share(self) -> int:
        """Percentage of the facts that rest on one source alone, rounded down."""
        return 100 * self.single_source // self.facts if self.facts else 0


@dataclass(frozen=True)
class Glance:
    count: int
    questions: list[Question]
    support: Support


def glance(
    selection: facets.Selection, given: dict[str, str], asked: tuple[str, ...]
) -> Glance | None:
    """``selection`` finds what the filters ``given`` do; ``asked`` are names of questions.

    None where nothing matches.  Two queries beside the index: digests and citations.
    """
    ids = list(selection.ids())
    if not ids:
        return None
    link = partial(_link, given)
    questions = [_question(selection, name, link, BitMap(ids)) for name in asked]
    return Glance(len(ids), questions, _support(ids))


def _link(given: dict[str, str], name: str, value: str) -> str:
    return f"{reverse('initiatives')}?{urlencode({**given, name: value})}"


def _question(selection: facets.Selection, name: str, link, ids: BitMap) -> Question:
    counts = selection.counts(name, MOST + 1)
    found = [
        Answer(
            count.label,
            count.count,
            link(name, count.value),
            _with_parts(selection.shelf, name, count.value, ids),
        )
        for count in sorted(counts, key=lambda count: -count.count)
        if count.count and count.value != UNSTATED
    ]
    blank = next((c for c in counts if c.value == UNSTATED and c.count), None)
    none = [c.label for c in counts if not c.count and c.value != UNSTATED]
    return Question(
        label=str(QUESTIONS[name]),
        answers=found[:MOST],
        unstated=Answer(blank.label, blank.count, link(name, UNSTATED)) if blank else None,
        none=none if name in WHOLE else [],
        more=len(found) > MOST,
    )


def _with_parts(shelf, name: str, slug: str, ids: BitMap) -> bool:
    """Whether actors below this one are among those that its number counts."""
    pk = shelf.world.ids.get(slug) if name in OF_ACTORS else None
    if pk not in shelf.world.public:
        return False
    below = [(OF_ACTORS[name], part) for part in shelf.world.parts(pk) if part != pk]
    return bool(shelf.union(below) & ids)


def _support(ids: list[int]) -> Support:
    sums = InitiativeDigest.objects.filter(pk__in=ids).aggregate(
        facts=Sum("facts"),
        single_source=Sum("single_source"),
        disputed=Sum("disputed"),
        oldest_check=Min("oldest_check"),
    )
    told = InitiativeCitation.objects.filter(initiative__in=ids).aggregate(
        sources=Count("source", distinct=True),
        publishers=Count("source__publisher", distinct=True),
        best=Min("source__publisher__reliability"),
    )
    return Support(**{**sums, **told})
