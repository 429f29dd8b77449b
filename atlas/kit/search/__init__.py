"""Searching by words, one way for pages, API and suggestions.

``words`` reads what somebody typed, ``conditions`` and ``matching`` find and rank records,
``showing`` says why a record was found.

    Initiative.objects.published().search('"capacity building" -police')
    found.order_by(found.relevance(["jaif"]).desc(), "slug")
"""

from atlas.kit.search.conditions import containing, full_text
from atlas.kit.search.matching import RELEVANCE, SearchedQuerySet
from atlas.kit.search.words import Asked, Term, read

__all__ = [
    "RELEVANCE",
    "Asked",
    "SearchedQuerySet",
    "Term",
    "containing",
    "full_text",
    "read",
]
