"""Searching by words: the ways one text is spelt, and what contains any of them."""

import re
from functools import reduce
from itertools import product
from operator import or_

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

MOST = 4  # spellings of one text
CYBER = re.compile(r"\bcyber[\s-]?(?=[a-z])", re.IGNORECASE)
CENTRE = re.compile(r"\bcent(?:re|er)(?=s?\b)", re.IGNORECASE)
WITHOUT = re.compile(r"(?:^|\s)-\S")  # websearch for "not this word"


def spellings(text: str) -> list[str]:
    """The text and its other spellings: cyber crime is cybercrime, a center is a centre."""
    if WITHOUT.search(text):
        return [text]  # one spelling excluded is not the other excluded
    cybers = ("cyber ", "cyber", "cyber-") if CYBER.search(text) else ("",)
    centres = ("centre", "center") if CENTRE.search(text) else ("",)
    found = [CENTRE.sub(c, CYBER.sub(w, text)) for w, c in product(cybers, centres)]
    others = [other for other in found if other.casefold() != text.casefold()]
    return [text, *others][:MOST]


def containing(text: str, *columns: str) -> Q:
    """Rows of which any of the columns contains any spelling of the text."""
    pairs = product(columns, spellings(text))
    return reduce(or_, (Q(**{f"{column}__icontains": said}) for column, said in pairs))


def full_text(text: str):
    """The full-text query for any spelling of the text."""
    queries = (SearchQuery(s, config="atlas", search_type="websearch") for s in spellings(text))
    return reduce(or_, queries)
