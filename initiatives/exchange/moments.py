"""Uncertain dates in formats that know only plain ones: no more is said than the source says."""

import re
from dataclasses import dataclass

from atlas.kit.dates import words

PLAIN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """``at``: the date where it is plain (a year, a month or a day); ``start`` and ``end`` of a
    plain interval, empty where open; ``words``: what none of these can hold, to be said in text.
    """

    at: str = ""
    start: str = ""
    end: str = ""
    words: str = ""


def moment(text: str | None) -> Moment:
    """A date of the EDTF profile as plain dates, or as words where it is uncertain."""
    if not text:
        return Moment()
    left, slash, right = text.partition("/")
    ends = [left, right] if slash else [left]
    if not all(end == ".." or PLAIN.fullmatch(end) for end in ends):
        return Moment(words=words(text))
    if not slash:
        return Moment(at=left)
    return Moment(start=left.replace("..", ""), end=right.replace("..", ""))
