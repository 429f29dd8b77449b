"""Text in an IATI element: its narratives and their languages."""

import re

from django.utils.text import slugify
from lxml import etree

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LONGEST_LANGUAGE = 10  # characters


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def words_of(text: str, longest: int) -> str:
    """The text as lower-case words joined by hyphens, for an address; may be empty."""
    return re.sub(r"[_-]+", "-", slugify(text))[:longest].strip("-")


def text_of(element) -> str:
    """All text of an element; comments and unknown elements inside it do not cut it short."""
    return ("".join(element.itertext(tag="*")) if len(element) else element.text or "").strip()


def first_text(element) -> str:
    """The first narrative that says anything."""
    return next(filter(None, map(text_of, element.iterchildren("narrative"))), "")


def narratives(element, default: str) -> list[tuple[str, str, int]]:
    """(language, text, position from 1) of every narrative that says anything."""
    found = []
    for position, child in enumerate(element.iterchildren("narrative"), 1):
        text = text_of(child)
        if text:
            language = (child.get(LANGUAGE) or default).strip().lower()[:LONGEST_LANGUAGE]
            found.append((language, text, position))
    return found


def chosen(found: list[tuple[str, str, int]]) -> tuple[str, str, int]:
    """The one a reader of the Atlas is shown: English where there is any, else the first."""
    return next((n for n in found if n[0].startswith("en")), found[0])


def path_within(element, top) -> str:
    """Where an element stands below ``top``: ``result[2]/indicator[1]/document-link[1]``."""
    steps = []
    while element is not top:
        nth = 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))
        steps.append(f"{etree.QName(element).localname}[{nth}]")
        element = element.getparent()
    return "/".join(reversed(steps))
