"""Long runs of one small shape, each as one piece of text; templates say where they stand.

A page has hundreds of them.  Written by the template engine, value by value, they took most of the
time that a page costs.
"""

from atlas.kit.drawing.facts import differing, missing, refs, statements, value, when
from atlas.kit.drawing.lists import boxes, choices, facts, own_name, tags, weight
from atlas.kit.drawing.money import payments
from atlas.kit.drawing.notes import footnotes

__all__ = [
    "boxes",
    "choices",
    "differing",
    "facts",
    "footnotes",
    "missing",
    "own_name",
    "payments",
    "refs",
    "statements",
    "tags",
    "value",
    "weight",
    "when",
]
