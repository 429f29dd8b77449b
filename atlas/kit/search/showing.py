"""Why a record was found: its names and its text with the words marked."""

import re
import unicodedata
from difflib import SequenceMatcher

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from atlas.kit.search.words import END, GAP, START, Asked, Term

OPEN, CLOSE = "\x02", "\x03"  # around found words in a headline; no text holds them
ENDS, STOPS = 24, ".!?"  # letters by which a text is known that begins or ends with a passage
ALIKE = 0.7  # of two words, to be shown as alike
# letters that have no accent to take away
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
PYTHON = ((START, r"(?<![^\W_])"), (END, r"(?![^\W_])"), (GAP, r"[\W_]"), ("[[:space:]]", r"\s"))


def fold(text: str) -> str:
    """The text in lower case without accents; the database's ``atlas_sort_key`` in Python."""
    split = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    kept = "".join(c for c in split if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept).translate(LETTERS)


def spans(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the text, in order; none overlaps another."""
    folded, places = "", []
    for place, char in enumerate(text):
        plain = fold(char)
        folded += plain
        places += [place] * len(plain)
    found = []
    for term in terms:
        pattern = fold(term.pattern)
        for ours, python in PYTHON:
            pattern = pattern.replace(ours, python)
        found += [
            (places[m.start()], places[m.end() - 1] + 1)
            for m in re.finditer(pattern, folded)
            if m.end() > m.start()
        ]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, asked: Asked) -> SafeString | str:
    """The text, escaped, with the words found in ``<mark>``; empty where none stands in it."""
    return _marked(text, spans(text, asked.terms))


def marked_alike(text: str, asked: Asked) -> SafeString | str:
    """The same for words that are only like those asked for."""
    words = [term for term in asked.terms if term.pieces]
    found = [
        (match.start(), match.end())
        for match in re.finditer(r"[^\W_]+", text)
        if any(alike(match[0], term.text) >= ALIKE for term in words)
    ]
    return _marked(text, found)


def _marked(text: str, places: list[tuple[int, int]]) -> SafeString | str:
    if not places:
        return ""
    parts, last = [], 0
    for start, end in places:
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html_join("", "{}<mark>{}</mark>", parts) + escape(text[last:])


def headline(text: str | None, *whole: str) -> SafeString | str:
    """A passage with marks, from the database's own, with dots where it is cut out of ``whole``;
    empty where nothing in it was found."""
    if not text or OPEN not in text:
        return ""
    passage = " ".join(text.split())
    plain = passage.replace(OPEN, "").replace(CLOSE, "")
    texts = [" ".join(part.split()) for part in whole]
    if texts and not any(part and plain.startswith(part[:ENDS]) for part in texts):
        passage = f"… {passage}"
    ends = tuple(part.rstrip(STOPS)[-ENDS:] for part in texts if part)
    if ends and not plain.rstrip(STOPS).endswith(ends):
        passage = f"{passage} …"
    return mark_safe(escape(passage).replace(OPEN, "<mark>").replace(CLOSE, "</mark>"))


def alike(word: str, other: str) -> float:
    """How like two words are, from 0 to 1."""
    return SequenceMatcher(None, fold(word), fold(other), autojunk=False).ratio()
