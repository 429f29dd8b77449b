"""Names folded for comparison: spellings made one, phases and places kept apart from the rest.

``read`` turns a name into tokens; ``compare`` says how much two have in common and what sets them
apart.  Nothing here asks the database except for the names of countries.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

LONG = {
    "un": "united nations",
    "uk": "united kingdom",
    "us": "united states",
    "eu": "european union",
    "cert": "computer emergency response team",
}
# spellings and phrases that mean one thing
SAME = tuple(
    (re.compile(pattern), one)
    for pattern, one in (
        (r"&", " and "),
        (r"\+", " plus "),
        (r"\bu\.\s?s\.(?:\s?a\.)?", "us"),
        (r"\bu\.\s?k\.", "uk"),
        (r"\bunited states of america\b", "us"),
        *((rf"\b{long}\b", short) for short, long in LONG.items()),
        (r"\bcomputer (?:emergency|security incident) (?:response|readiness) teams?\b", "cert"),
        (r"\bcsirts?\b", "cert"),
        (r"\bcyber[\s-]+(?=[a-z])", "cyber"),
        (r"\bcenter(?=s?\b)", "centre"),
        (r"\bprograms?\b", "programme"),
        (r"\bco-operat", "cooperat"),
        (r"\bdefense\b", "defence"),
        (r"(?<=[a-z])iz(?=ation|ing|ed\b)", "is"),
        (r"\bcapacity[\s-]+building\b", "capacity building"),
    )
)
STOP = frozenset(
    "a an and against as at by d de del der des di die du e el en et for from fuer fur il in into"
    " its l la las le les los lo of on or para per pour the to und with within y".split()
)
# words that nearly every name of the field holds, or that only say what kind of thing it is
COMMON = frozenset(
    "cyber cybersecurity security cybercrime crime capacity building programme programmes project"
    " initiative action support national regional international global digital network centre"
    " centres meeting workshop training development strengthening enhancing government ministry"
    " department office agency authority council commission organisation body body information"
    " technology ict system systems annual review gmbh ltd inc".split()
)
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
ORDINAL = {"first": "1", "second": "2", "third": "3", "fourth": "4", "one": "1", "two": "2"}
STEP = frozenset("phase step stage tranche round cycle edition".split())
# words that make the next of a series out of a name
NEXT = frozenset("plus extended enhanced continued next new ii iii iv followup".split())
REGIONS = frozenset(
    "africa african americas america asia asian balkans caribbean central east eastern europe"
    " european latin north northern oceania pacific south southeast southern west western arab"
    " asean eap ipa eu ecowas sahel gulf".split()
)
DEMONYM = ("", "n", "an", "ian", "ese", "ish", "i", "ean", "er", "s")
OTHERS = {
    "british": "uk",
    "danish": "denmark",
    "dutch": "netherlands",
    "filipino": "philippines",
    "french": "france",
    "greek": "greece",
    "irish": "ireland",
    "norwegian": "norway",
    "philippine": "philippines",
    "polish": "poland",
    "spanish": "spain",
    "swedish": "sweden",
    "swiss": "switzerland",
    "thai": "thailand",
    "turkish": "turkey",
    "uae": "emirates",
    "uk": "uk",
    "us": "us",
}
INITIALISM = re.compile(r"\(((?=[^)]*[A-Z][^)]*[A-Z\d])[A-Za-z][\w@/+.-]{1,19})\)")
# “CyberSouth - …”, “ESIWA - …”, “GLACY+ …”, “EU4Digital: …”; not “INTERPOL project …”
SHORT_HEAD = re.compile(r"(\w+\+(?=\s)|[\w-]*[A-Z][\w-]*\+?(?=\s[-–—]\s|:\s))(?:\s[-–—]|:)?\s+")
LEADING_BODY = re.compile(r"([A-Z]{3,}|World Bank)\s+(?=[A-Z])")
ALIKE = 0.86  # of two tokens' letters


@dataclass(frozen=True)
class Name:
    """One name: what it is about, which of a series it is, and which places it names."""

    text: str
    tokens: frozenset[str]
    markers: frozenset[str]
    places: frozenset[str]
    regions: frozenset[str]

    @property
    def joined(self) -> str:
        """The name as one word without its markers, as acronyms are compared."""
        return "".join(t for t in plain(self.text).split() if t not in self.markers)


def plain(text: str) -> str:
    """Small letters without accents, spellings made one, words apart by single spaces."""
    text = text.replace("ß", "ss")
    for mark, two in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.replace(mark, two).replace(mark.upper(), two)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    for pattern, one in SAME:
        text = pattern.sub(one, text)
    return " ".join(re.findall(r"\w+", text))


@lru_cache(maxsize=20_000)
def read(text: str, countries: frozenset[str] = frozenset()) -> Name:
    """Fold a name; ``countries``: the words by which countries are known."""
    words = plain(INITIALISM.sub(" ", text) or text).split() or plain(text).split()
    tokens, markers, places, regions = set(), set(), set(), set()
    for before, word in zip(["", *words], words, strict=False):
        if word in STOP or word in STEP:
            continue
        if marker := _marker(word, before, word is words[-1]):
            markers.add(marker)
        elif place := _place(word, countries):
            places.add(place)
        elif word in REGIONS:
            regions.add(word)
        else:
            tokens.add(word)
    return Name(text, *map(frozenset, (tokens, markers, places, regions)))


def _marker(word: str, before: str, last: bool) -> str:
    """Which of a series the word says this is: a number, a year, “plus”; nothing for others."""
    if word.isdigit():
        return str(int(word))
    if word in ROMAN and (before in STEP or last or word not in ("i", "v")):
        return ROMAN[word]
    if word in ORDINAL and before not in STOP:
        return ORDINAL[word]
    return word if word in NEXT else ""


def _place(word: str, countries: frozenset[str]) -> str:
    if word in OTHERS:
        return OTHERS[word]
    for size in range(len(word), 3, -1):
        stem = word[:size]
        for end in ("", "a", "y", "e"):
            if stem + end in countries and word[size:] in DEMONYM:
                return stem + end
    return ""


def spelt(text: str) -> list[str]:
    """The name as it may stand elsewhere: as it is, abbreviated, written out, without its head."""
    short = plain(text)
    long = " ".join(LONG.get(word, word) for word in short.split())
    heads = (without_head(text), without_body(text))
    kept = [text, *(t for t in heads if len(t) > 8)]
    return list(dict.fromkeys([*kept, *([short, long] if short != long else [])]))


@dataclass(frozen=True)
class Comparison:
    """``alike`` from 0 to 1; what two names say of series and places, where they differ."""

    alike: float
    series: bool
    places: bool
    regions: bool
    narrower: bool  # only one of them names a place


def compare(a: Name, b: Name) -> Comparison:
    """How much of what the names say is the same, common words counting less."""
    shared, total = _overlap(a.tokens, b.tokens)
    same_places, all_places = len(a.places & b.places), len(a.places | b.places)
    same_regions, all_regions = len(a.regions & b.regions), len(a.regions | b.regions)
    total += 0.8 * all_places + 0.6 * all_regions
    shared += 0.8 * same_places + 0.6 * same_regions
    return Comparison(
        alike=shared / total if total else 0.0,
        series=_number(a) != _number(b),
        places=bool(a.places and b.places and not a.places & b.places),
        regions=bool(a.regions and b.regions and not a.regions & b.regions),
        narrower=bool(a.places) != bool(b.places),
    )


def _number(name: Name) -> frozenset[str]:
    """What tells one of a series; the first of it often bears no number."""
    return name.markers - {"1"}


def _weight(token: str) -> float:
    return 0.35 if token in COMMON else 1.0


def _overlap(a: frozenset[str], b: frozenset[str]) -> tuple[float, float]:
    """(weight of what both hold, weight of all), tokens that are nearly spelt alike as one."""
    both = sum(map(_weight, a & b))
    left, right = sorted(a - b), set(b - a)
    alone = 0.0
    for token in left:
        near = next((t for t in sorted(right) if _near(token, t)), None)
        if near:
            right.discard(near)
            both += _weight(token)
        else:
            alone += _weight(token)
    return both, both + alone + sum(map(_weight, right))


def _near(a: str, b: str) -> bool:
    if min(len(a), len(b)) < 5:
        return False
    return SequenceMatcher(None, a, b).ratio() >= ALIKE


def acronyms_in(text: str) -> list[str]:
    """Short names that a title carries: “(OCWAR-C)”, “GLACY+ Global Action …”, “CyberSouth - …”."""
    found = [short for short in INITIALISM.findall(text) if not _is_place(short)]
    if head := SHORT_HEAD.match(text):
        found.append(head[1])
    if re.fullmatch(r"[A-Za-z][\w@/+.-]{1,19}", text.strip()):
        found.append(text.strip())
    return found


def _is_place(word: str) -> bool:
    return plain(word) in OTHERS or plain(word) in REGIONS


def without_head(text: str) -> str:
    """The title behind its short name: “GLACY+ Global Action …” without “GLACY+”."""
    head = SHORT_HEAD.match(text)
    return text[head.end() :] if head else text


def without_body(text: str) -> str:
    """The title without the body that leads it: “UNODC Global Programme …”; empty where none."""
    match = LEADING_BODY.match(text)
    return text[match.end() :] if match and not _is_place(match[1]) else ""


def initials(text: str) -> str:
    """First letters of the words of a title, small words and brackets left out."""
    words = plain(re.sub(r"\([^)]*\)", " ", text)).split()
    return "".join(word[0] for word in words if word not in STOP)
