"""Likely twins of a record or of many, with what editors said of them before."""

from collections.abc import Iterable
from dataclasses import dataclass

from atlas.kit.choices import RANK, Verdict
from atlas.kit.models import Judgement
from atlas.kit.twins.candidates import candidates, country_words, named, profiles
from atlas.kit.twins.scoring import LIKELY, Likeness, Profile, likeness

ALIKE = 0.45  # of a name alone, which carries less than a record
TOLD = 10  # pairs that a command prints


@dataclass(frozen=True)
class Twin:
    """A record that may be the same as the one asked about."""

    profile: Profile
    likeness: Likeness
    judgement: Judgement | None
    gives_way: bool = False  # less public than the record asked about: that one stays

    @property
    def is_open(self) -> bool:
        """Nobody has said that the two are different."""
        return self.judgement is None or self.judgement.verdict != Verdict.DIFFERENT

    @property
    def is_unjudged(self) -> bool:
        return self.judgement is None


@dataclass(frozen=True)
class Pair:
    """Two records of one noun that may be the same."""

    noun: str
    record: Profile
    twin: Twin

    def __str__(self) -> str:
        likeness = self.twin.likeness
        return (
            f"{self.record.slug} looks like {self.twin.profile.slug}"
            f" ({likeness.percent} %: {', '.join(likeness.reasons)})"
        )


def of(record, least: float = LIKELY) -> list[Twin]:
    """Likely twins of one record, the likeliest first; those judged different among them."""
    pairs = of_many(record._meta.model_name, [record.pk], least)
    return [pair.twin for pair in pairs]


def of_many(noun: str, ids: Iterable[int], least: float = LIKELY) -> list[Pair]:
    """Likely pairs of which one record is among ``ids``, each pair once.

    Unjudged ones come first, then by score.
    """
    asked = profiles(noun, list(ids))
    near = candidates(noun, list(asked.values()))
    known = asked | profiles(noun, sorted({pk for found in near.values() for pk in found}))
    countries = country_words()
    found: dict[frozenset[int], tuple[Profile, Profile, Likeness]] = {}
    for pk, others in near.items():
        for other in others:
            pair = frozenset((pk, other))
            if pair not in found and other in known:
                record, twin = known[pk], known[other]
                found[pair] = record, twin, likeness(record, twin, countries)
    likely = [f for f in found.values() if f[2].score >= least]
    judged = Judgement.objects.of_pairs(noun, [(a.uid, b.uid) for a, b, _likeness in likely])
    pairs = [
        Pair(noun, a, Twin(b, like, judged.get(frozenset((a.uid, b.uid))), _lower(b, a)))
        for a, b, like in likely
    ]
    return sorted(
        pairs, key=lambda p: (not p.twin.is_unjudged, -p.twin.likeness.score, p.record.slug)
    )


def _lower(one: Profile, other: Profile) -> bool:
    return RANK[one.state] < RANK[other.state]


def of_name(noun: str, text: str, leave: int = 0, least: float = ALIKE) -> list[Twin]:
    """Records called like ``text``, the likeliest first: for who is about to enter one.

    ``leave`` is the record being named.  Judgements are about pairs of records: none here.
    """
    asked = named(text, leave)
    near = profiles(noun, candidates(noun, [asked])[asked.pk])
    countries = country_words()
    found = [Twin(other, likeness(asked, other, countries), None) for other in near.values()]
    likely = [twin for twin in found if twin.likeness.score >= least]
    return sorted(likely, key=lambda t: (-t.likeness.score, t.profile.slug))


def of_new(noun: str, ids: Iterable[int]) -> list[Pair]:
    """What an importer tells after writing: likely twins of its new records, as yet unjudged."""
    return [pair for pair in of_many(noun, ids) if pair.twin.is_unjudged]


def told(pairs: list[Pair]) -> list[str]:
    """The pairs as lines for a command: how many, and the first few."""
    if not pairs:
        return []
    many = f"{len(pairs)} likely twin{'s' if len(pairs) > 1 else ''} to judge in the admin:"
    more = [f"  and {len(pairs) - TOLD} more"] if len(pairs) > TOLD else []
    return [many, *(f"  {pair}" for pair in pairs[:TOLD]), *more]
