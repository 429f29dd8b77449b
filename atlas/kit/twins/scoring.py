"""How likely two records are one: a weighted rule, and its reasons in words.

Each feature adds or takes a fixed weight; the sum, cut to 0..1, is the score.  What tells the
members of a series or of a family apart (a phase, another country) caps it.  The weights were set
by hand, in sight of the pairs of ``tests/data/twins.csv``.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import product

from atlas.kit.twins import names
from atlas.kit.wording import listed

LIKELY, STRONG = 0.6, 0.85

SAME_NAME, ALIKE_FROM = 0.7, 0.55
LONG_ACRONYM, ACRONYM, SHORT_ACRONYM, INITIALS = 0.5, 0.45, 0.3, 0.25
WEBSITE, PAGE, SITE = 0.5, 0.3, 0.1
SAME_START, SAME_YEAR, SAME_ACTOR, MOST_ACTORS = 0.15, 0.07, 0.05, 0.15
SAME_COUNTRY = 0.05
OTHER_ACRONYM, OTHER_CODE, OTHER_START = -0.2, -0.2, -0.2
# what keeps two records apart however much else they share, unless their identifier is the same
NARROWER, SERIES, PLACES = 0.55, 0.5, 0.3
FAR_APART = 550  # days between two starts of one thing, at most


@dataclass
class Profile:
    """What a record is compared by."""

    pk: int
    uid: str = ""
    slug: str = ""
    label: str = ""
    state: str = ""
    names: list[str] = field(default_factory=list)
    acronyms: list[str] = field(default_factory=list)
    website: str = ""  # without scheme and “www.”
    codes: dict[str, set[str]] = field(default_factory=dict)  # scheme -> codes
    start: tuple[date | None, date | None] = (None, None)  # earliest, latest
    actors: set[int] = field(default_factory=set)
    country: str = ""
    related: set[int] = field(default_factory=set)  # follows, part of: either way round


@dataclass(frozen=True)
class Likeness:
    """A score from 0 to 1 and why, the weightiest reason first."""

    score: float
    reasons: list[str]

    @property
    def percent(self) -> int:
        return round(self.score * 100)

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY

    @property
    def is_strong(self) -> bool:
        return self.score >= STRONG


@dataclass(frozen=True)
class Reason:
    """What one feature adds to the score, or the most it lets the score be."""

    words: str
    weight: float = 0.0
    most: float = 1.0

    @property
    def rank(self) -> float:
        return -max(abs(self.weight), 1.0 if self.most < 1 else 0.0)


def likeness(a: Profile, b: Profile, countries: frozenset[str]) -> Likeness:
    """Weigh everything that speaks for and against the two being one."""
    known = list(_codes(a, b))
    found = [*known, *_names(a, b, countries), *_acronyms(a, b), *_addresses(a, b)]
    found += [*_times(a, b), *_company(a, b)]
    score = sum(reason.weight for reason in found)
    if not any(reason.weight >= 1 for reason in known):
        score = min([score, *(reason.most for reason in found)])
    score = max(0.0, min(1.0, score))
    return Likeness(round(score, 2), [r.words for r in sorted(found, key=lambda r: r.rank)])


def _names(a: Profile, b: Profile, countries: frozenset[str]):
    """The best pair of names counts, and what sets the names of that pair apart."""
    compared = [
        (names.compare(names.read(x, countries), names.read(y, countries)), x, y)
        for x, y in _pairs(a.names, b.names)
    ]
    if not compared:
        return
    best, x, y = max(compared, key=lambda found: (found[0].alike, not found[0].series))
    same = names.plain(x) == names.plain(y)
    if best.alike > 0.97 and not best.narrower:
        loosely = "same name but for spelling, order or common words"
        yield Reason("same name" if same else loosely, SAME_NAME)
    elif best.alike >= ALIKE_FROM:
        weight = SAME_NAME * (best.alike - 0.25) / 0.75
        yield Reason(f"names alike ({round(best.alike * 100)} %)", weight)
    if best.alike >= ALIKE_FROM / 2 or _base(a) & _base(b):
        yield from _apart(a, b, best)


def _pairs(ours: list[str], theirs: list[str]):
    """Names to compare; of one side also without the body that leads it."""
    ours, theirs = ([names.without_head(text) for text in side] for side in (ours, theirs))
    yield from product(ours, theirs)
    yield from product(filter(None, map(names.without_body, ours)), theirs)
    yield from product(ours, filter(None, map(names.without_body, theirs)))


def _apart(a: Profile, b: Profile, best: names.Comparison):
    if best.series or _numbered(a, b):
        words = "names differ only by" if best.alike > 0.9 else "names differ by"
        yield Reason(f"{words} a phase, a year, a number or a “plus”", most=SERIES)
    if best.places:
        yield Reason("names name different countries", most=PLACES)
    elif best.regions:
        yield Reason("names name different regions", most=PLACES)
    elif best.narrower and len({a.country, b.country} - {""}) != 1:
        yield Reason("only one name names a country", most=NARROWER)


def _folded(profile: Profile) -> dict[str, names.Name]:
    return {text: names.read(text) for text in profile.acronyms}


def _base(profile: Profile) -> set[str]:
    return {name.joined for name in _folded(profile).values()} - {""}


def _numbered(a: Profile, b: Profile) -> bool:
    """Acronyms that are one but for a number: GLACY, GLACY+."""
    ours, theirs = _folded(a).values(), _folded(b).values()
    same = [(x, y) for x in ours for y in theirs if x.joined == y.joined]
    return bool(same) and all(x.markers - {"1"} != y.markers - {"1"} for x, y in same)


def _acronyms(a: Profile, b: Profile):
    shared = _base(a) & _base(b)
    if shared and not _numbered(a, b):
        longest = max(shared, key=len)
        said = next(t for t in a.acronyms if names.read(t).joined == longest)
        yield Reason(f"same short name {said}", _rarity(longest))
        return
    if spelt := next(_spelt_by(a, b), ""):
        yield Reason(f"{spelt} are the initials of the other’s name", INITIALS)
    elif _base(a) and _base(b) and not shared:
        yield Reason(f"short names differ ({a.acronyms[0]}, {b.acronyms[0]})", OTHER_ACRONYM)


def _rarity(acronym: str) -> float:
    """Short acronyms are borne by many."""
    if len(acronym) > 5:
        return LONG_ACRONYM
    return ACRONYM if len(acronym) > 3 else SHORT_ACRONYM


def _spelt_by(a: Profile, b: Profile):
    """Short names of one record that are the initials of a name of the other."""
    for one, other in ((a, b), (b, a)):
        made = {names.initials(text) for text in other.names}
        yield from (text for text in one.acronyms if len(text) > 3 and names.plain(text) in made)


def _addresses(a: Profile, b: Profile):
    if not a.website or not b.website:
        return
    if a.website == b.website:
        own = "/" not in a.website
        yield Reason("same website" if own else "same page", WEBSITE if own else PAGE)
    elif a.website.partition("/")[0] == b.website.partition("/")[0]:
        yield Reason("pages of one website", SITE)


def _codes(a: Profile, b: Profile):
    ours, theirs = (set().union(*p.codes.values()) if p.codes else set() for p in (a, b))
    if shared := ours & theirs:
        yield Reason(f"same identifier {min(shared)}", 1.0)
        return
    for scheme in sorted(a.codes.keys() & b.codes.keys()):
        yield Reason(f"different identifiers in {scheme}", OTHER_CODE)


def _times(a: Profile, b: Profile):
    (early, late), (their_early, their_late) = a.start, b.start
    if not (early and late and their_early and their_late):
        return
    if early <= their_late and their_early <= late:
        exact = max(late - early, their_late - their_early).days < 32
        yield Reason("same start", SAME_START) if exact else Reason("starts that agree", SAME_YEAR)
    elif max(their_early - late, early - their_late).days > FAR_APART:
        yield Reason("starts lie years apart", OTHER_START)


def _company(a: Profile, b: Profile):
    if b.pk in a.related or a.pk in b.related:
        yield Reason("one follows the other or is part of it", most=PLACES)
    if shared := len(a.actors & b.actors):
        weight = min(MOST_ACTORS, shared * SAME_ACTOR)
        yield Reason(f"{shared} actor{'s' if shared > 1 else ''} in common", weight)
    if a.country and b.country:
        if a.country == b.country:
            yield Reason("same country", SAME_COUNTRY)
        else:
            seats = listed([a.country, b.country])
            yield Reason(f"seats in different countries ({seats})", most=PLACES)
