"""What somebody typed, read: words, phrases, OR and minus, and how each may be spelt.

Patterns are regular expressions that PostgreSQL and Python understand alike; they are matched
against text in lower case without accents.  A pattern can use a trigram index as ``LIKE`` can.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import product

GAP = "[^[:alnum:]]"  # anything between two words
START, END = f"(?:^|{GAP})", f"(?:{GAP}|$)"
LITERAL = "%_\\"  # signs that are looked for as they stand
MOST = 4  # spellings of one term in full text
TERMS = 12  # of one search; what follows is not looked at
# too common to be asked of every record, unless nothing else is
SMALL = frozenset("a an and at by for from in of on the to with de des du et la le les y".split())

# scripts written without spaces between words: Thai to Myanmar, Khmer, kana and kanji, Hangul
WIDE = (
    (0x0E00, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3041, 0x30FA),
    (0x30FC, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# signs that the database folds to several, or to letters: escaped before they are folded they would
# mean something else; a sign that becomes one other is escaped, and so is what it becomes
SIGNS = str.maketrans(
    {
        **{"©": "(c)", "®": "(r)", "℗": "(p)", "±": "+/-", "‖": "||", "∥": "||"},
        **{"₣": "fr.", "₤": "l.", "⦅": "((", "⦆": "))", "ˆ": "^", "℘": "p", "℞": "rx"},
        **{"₠": "ce", "₢": "cr", "₧": "pts", "₹": "rs", "₺": "tl"},
    }
)
TOKEN = re.compile(r'(?P<minus>(?<!\S)-(?=\S))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
# one word, several spellings: (as typed, as a pattern, as other words for full text)
SPELLINGS = (
    (re.compile(r"^cyber(?=[a-z]{3})"), f"cyber{GAP}*", ("cyber ", "cyber", "cyber-")),
    (re.compile(r"^cent(?:re|er)(?=s?$)"), "cent(?:re|er)", ("centre", "center")),
    (re.compile(r"^program(?:me)?(?=s?$)"), "program(?:me)?", ("programme", "program")),
    (re.compile(r"^defen[cs]e$"), "defen[cs]e", ("defence", "defense")),
    # a country and its people
    (re.compile(r"(?<=[a-z]{3})ian?$"), "ian?", ("ia", "ian")),
    (re.compile(r"^japan(?:ese)?$"), "japan(?:ese)?", ("japan", "japanese")),
    (re.compile(r"(?<=[a-z]{3})i[sz](?=(?:e[drs]?|ing|ations?)$)"), "i[sz]", ("is", "iz")),
)
CYBER = re.compile(r"(?<!\S)cyber[\s-]+(?=[a-z]{3})(?!or\b|and\b)", re.IGNORECASE)


def is_wide(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in WIDE)


def pieces_of(text: str) -> list[str]:
    """The runs of letters and digits in a text, split where the script changes."""
    found, kind = [], ""
    for char in text:
        now = "" if unicodedata.category(char)[0] not in "LNM" else "wide" if is_wide(char) else "w"
        if now and now == kind:
            found[-1] += char
        elif now:
            found.append(char)
        kind = now
    return found


def spelt(piece: str) -> str:
    """The pattern of one word in all its spellings."""
    for found, pattern, _words in SPELLINGS:
        if match := found.search(piece):
            before, after = piece[: match.start()], piece[match.end() :]
            return before + pattern + after
    return piece


def wordings(piece: str) -> list[str]:
    """The spellings of one word as words."""
    for found, _pattern, words in SPELLINGS:
        if found.search(piece):
            return [found.sub(word, piece, count=1) for word in words]
    return [piece]


@dataclass(frozen=True)
class Term:
    """One word or phrase that a record must, or must not, have."""

    text: str
    phrase: bool = False

    @cached_property
    def pieces(self) -> list[str]:
        return pieces_of(self.text)

    @property
    def literal(self) -> bool:
        """Signs to be found as they stand: ``%`` is a percent sign."""
        return not self.pieces or any(sign in self.text for sign in LITERAL)

    @property
    def guessable(self) -> bool:
        """Long enough that a likeness of other words means something."""
        return not self.literal and sum(map(len, self.pieces)) >= (3 if self.wide else 4)

    @property
    def wide(self) -> bool:
        return any(is_wide(char) for char in self.text)

    @property
    def pair(self) -> str:
        """One or two characters of a script without spaces; no trigram could find them."""
        whole = len(self.pieces) == 1 and self.wide and not self.literal
        return self.text if whole and len(self.text) < 3 else ""

    @cached_property
    def core(self) -> str:
        gap = f"{GAP}*" if self.wide else f"{GAP}+"
        return gap.join(spelt(piece) for piece in self.pieces)

    @cached_property
    def pattern(self) -> str:
        """Where in a name it stands: anywhere; short words begin a word or are one."""
        if self.literal:
            return escaped(self.text)
        if self.wide:
            return self.core
        letters = sum(map(len, self.pieces))
        start = START if letters < 4 or self.phrase else ""
        return start + self.core + (END if letters < 3 or self.phrase else "")

    @property
    def spellings(self) -> list[str]:
        """The term in words, as it stands in text: at most ``MOST`` ways."""
        ways = product(*(wordings(piece) for piece in self.pieces))
        return [" ".join(way) for way in ways][:MOST]


def escaped(text: str) -> str:
    """The text as a pattern that means only itself; white space may be any."""
    signs = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else f"\\{c}" for c in text)
    return re.sub(r"(?:\\\s)+", "[[:space:]]+", "".join(signs))


@dataclass(frozen=True)
class Asked:
    """A search: any of the groups, each with all of its terms, and none of ``without``."""

    text: str
    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()

    @property
    def terms(self) -> list[Term]:
        """All terms that a record may have."""
        return [term for group in self.groups for term in group]

    @property
    def wholes(self) -> list[Term]:
        """Each group as one phrase, as a name would hold it."""
        return [Term(" ".join(term.text for term in group)) for group in self.groups if group]

    @property
    def plain(self) -> str:
        """The text itself where it holds no operator, as an exact name would be typed."""
        simple = len(self.groups) == 1 and not self.without and '"' not in self.text
        return normal(self.text) if simple else ""


def normal(text: str) -> str:
    """The text in lower case and in its compatible form, with plain signs; white space made
    single."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(SIGNS).lower().split())


def read(text: str) -> Asked:
    """Read a search; there is no text that cannot be read."""
    text = normal(text)
    groups: list[list[Term]] = [[]]
    without: list[Term] = []
    for match in list(TOKEN.finditer(CYBER.sub("cyber", text)))[: TERMS * 2]:
        word = match["phrase"] if match["word"] is None else match["word"]
        if match["word"] in ("or", "|") and not match["minus"]:
            groups.append([])
            continue
        terms = list(_terms(word, phrase=match["phrase"] is not None))
        without += terms if match["minus"] else []
        groups[-1] += [] if match["minus"] else terms
    kept = [tuple(_telling(group)[:TERMS]) for group in groups if group]
    if not kept and not without and text:
        kept = [(Term(text),)]  # “or” alone, or nothing but quotation marks
    return Asked(text, tuple(kept), tuple(without[:TERMS]))


def _terms(word: str, *, phrase: bool):
    """A phrase is one term; a word is one for each script it is written in."""
    word = word.strip()
    pieces = pieces_of(word)
    if not word:
        return
    if phrase or not pieces or any(sign in word for sign in LITERAL):
        yield Term(word, phrase and bool(pieces))
        return
    runs: list[list[str]] = []
    for piece in pieces:
        if runs and is_wide(runs[-1][0][0]) == is_wide(piece[0]) and not is_wide(piece[0]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    for run in runs:
        yield Term("-".join(run) if len(run) > 1 else run[0])


def _telling(group: list[Term]) -> list[Term]:
    """The terms without those that every text holds, unless nothing else is there."""
    terms = list(dict.fromkeys(group))
    return [term for term in terms if term.phrase or term.text not in SMALL] or terms
