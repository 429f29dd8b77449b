"""What differs between two documents of a record: item by item, in words, and three ways."""

from atlas.kit.differences.addresses import readdressed
from atlas.kit.differences.items import Item, evidence_of, found, items
from atlas.kit.differences.joining import Joined, Side, join, taking
from atlas.kit.differences.words import Names

__all__ = [
    "Item",
    "Joined",
    "Names",
    "Side",
    "evidence_of",
    "found",
    "items",
    "join",
    "readdressed",
    "taking",
]
