"""Conditions on folded columns: has the pattern, has a word like it, has the words in its text."""

from functools import reduce
from operator import and_, or_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Func, Q, Value

from atlas.kit.search.words import Asked, Term, is_wide, pieces_of, read

CONFIG = "atlas"


class Folded(Func):
    """A text in lower case without accents, as names are compared."""

    function = "atlas_sort_key"
    output_field = models.TextField()

    def __init__(self, text: str):
        super().__init__(Value(text))


class Pairs(models.Transform):
    """All single and double characters of scripts written without spaces."""

    lookup_name = "pairs"
    function = "atlas_pairs"
    output_field = ArrayField(models.TextField())


class FoldedColumn(models.Transform):
    lookup_name = "folded"
    function = "atlas_sort_key"
    output_field = models.TextField()


for kind in (models.CharField, models.TextField):
    kind.register_lookup(Pairs)
    kind.register_lookup(FoldedColumn)


def matches(column: str, pattern: str) -> Q:
    """Rows of which the folded column has the pattern.

    An index knows no pattern of a script without spaces: its words are looked for beside it.
    """
    found = Q(**{f"{column}__regex": Folded(pattern)})
    for piece in pieces_of(pattern):
        if is_wide(piece[0]):
            found &= has_piece(column, piece)
    return found


def has_piece(column: str, piece: str) -> Q:
    """The same for the characters of a script without spaces, as they stand."""
    if len(piece) < 3:
        return Q(**{f"{column}__pairs__contains": [piece]})
    return Q(**{f"{column}__contains": Folded(piece)})


def holds(column: str, term: Term) -> Q:
    """Rows of which the folded column has the term."""
    return has_piece(column, term.pair) if term.pair else matches(column, term.pattern)


def like(column: str, text: Folded) -> Q:
    """Rows whose folded column has a word like the text: near by index, then word by word."""
    alike = Func(F(column), text, function="atlas_alike", output_field=models.BooleanField())
    return Q(**{f"{column}__trigram_word_similar": text}) & Q(alike)


def everything(asked: Asked, condition) -> Q:
    """``condition(term)`` joined as the search joins its terms; all rows for an empty search."""
    found = [reduce(and_, map(condition, group)) for group in asked.groups]
    whole = reduce(or_, found) if found else Q()
    for term in asked.without:
        whole &= ~condition(term)
    return whole


def containing(text: str, *columns: str) -> Q:
    """Rows that have the words in any of the columns; for tables too small to need an index."""
    return everything(
        read(text),
        lambda term: reduce(or_, (holds(f"{column}__folded", term) for column in columns)),
    )


def full_text(*terms: Term) -> SearchQuery | None:
    """The full-text query for any of the terms in any spelling; None where there are no words."""
    ways = [way for term in terms if not term.literal for way in term.spellings]
    queries = [SearchQuery(way, config=CONFIG, search_type="phrase") for way in ways]
    return reduce(or_, queries) if queries else None
