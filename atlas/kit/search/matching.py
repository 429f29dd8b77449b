"""Finding records by words, and which of them come first; every step has an index.

A term is looked for in a record's names (substring, then likeness where no name holds it) and in
its text.  Each record found has a place: the name itself, a name that begins with the words, one
that has them at the start of a word, anywhere, scattered, something like them, and last the text.
"""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchRank,
    TrigramWordDistance,
)
from django.db import models
from django.db.models import Case, Exists, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least
from pyroaring import BitMap

from atlas.kit.packing import ids_of
from atlas.kit.search.conditions import (
    CONFIG,
    Folded,
    everything,
    full_text,
    holds,
    like,
    matches,
)
from atlas.kit.search.showing import CLOSE, OPEN, fold
from atlas.kit.search.words import END, GAP, START, Asked, Term, escaped, read

RELEVANCE = "relevance"  # the ordering; only where something is asked
EXACT, NEARLY, BEGINS, WORD, INSIDE, SCATTERED, LIKE, TEXT = range(7, -1, -1)
STEP = 1_000_000  # between two places; below it rank in text and weight of evidence
MOST_SOURCES = 999


class SearchedQuerySet(models.QuerySet):
    """Records with names and text to be searched.

    ``OWN`` is the record's own folded column, ``NAMES`` the relation to other names (with a column
    ``folded``), ``TEXT`` a search vector, ``PROSE`` what signs such as ``%`` are looked for in,
    ``PASSAGE`` what a passage is cut from, ``WEIGHT`` how many sources a record has.
    """

    OWN = "folded"
    NAMES = ""
    SLUG = True
    TEXT = "search_vector"
    PROSE: tuple[str, ...] = ()
    PASSAGE: tuple[str, ...] = ()
    WEIGHT = ""

    def search(self, text: str):
        """Records that have the words: in names, in names like them, or in text."""
        return self._found(read(text), self._has)

    def called(self, text: str):
        """Public records of which one name, and not a part of one, is this text."""
        same = fold(" ".join(text.split()))
        named = Q(**{f"{self.NAMES}__folded": same})
        return self._public().filter(Q(**{self.OWN: same}) | named).distinct()

    def search_names(self, text: str):
        """Records that have the words in names, or in names like them."""
        return self._found(read(text), self._has_in_name)

    def search_ids(self, text: str, everything: BitMap) -> BitMap:
        """Ids of what ``search`` finds; everything where nothing is asked."""
        asked = read(text)
        return self._joined(asked, everything, lambda term: ids_of(*self._ways(term)))

    def named_ids(self, text: str) -> BitMap:
        """Ids of what has a place by its name: all of it comes before what else is found."""
        if not (asked := read(text)).groups:
            return BitMap()
        names = Asked(asked.text, asked.groups)
        found = self._joined(names, BitMap(), lambda term: ids_of(*self._named_so(term)))
        slug = self._rows().filter(slug=asked.plain).values("pk") if self.SLUG else None
        return found if slug is None else found | ids_of(slug)

    def best_named(self, text: str):
        """Records that have a place by their name, the best match first, with ``relevance``."""
        named = self.named_ids(text)
        for term in read(text).without:
            named = named - ids_of(*self._by_name(term))
        if not named:
            return self.annotate(relevance=Value(0)).none()
        found = self.filter(pk__among=named).annotate(relevance=self.relevance([text], True))
        return found.order_by("-relevance", "slug" if self.SLUG else "key")

    @staticmethod
    def _joined(asked: Asked, everything: BitMap, ids: Callable[[Term], BitMap]) -> BitMap:
        """What is asked, put together of the ids of each term."""
        groups = [reduce(and_, map(ids, group)) for group in asked.groups]
        found = BitMap.union(*groups) if groups else everything
        for term in asked.without:
            found = found - ids(term)
        return found

    def best_first(self, text: str):
        """What a search found, the best match first, with ``relevance`` and a ``passage``."""
        found = self.annotate(relevance=self.relevance([text]))
        query = full_text(*read(text).terms)
        if query is not None and self.PASSAGE:
            found = found.annotate(passage=self._passage(query))
        return found.order_by("-relevance", "slug" if self.SLUG else "key")

    def names_like(self, term: Term, most: int = 20) -> list[str]:
        """Public names, folded, that have a word like the term; the likest first."""
        text = Folded(" ".join(term.pieces))
        found = [(self._public(), self.OWN)]
        if self.NAMES:
            names, owner = self._named()
            found.append((names.filter(**{f"{owner}__in": self._public().values("pk")}), "folded"))
        return [
            name
            for rows, column in found
            for name in rows.filter(like(column, text))
            .order_by(TrigramWordDistance(text, column))
            .values_list(column, flat=True)[:most]
        ]

    def name_languages(self) -> set[str]:
        """The languages that other names of public records are in."""
        names, owner = self._named()
        rows = names.filter(**{f"{owner}__in": self._public().values("pk")})
        return set(rows.values_list("language", flat=True).distinct())

    def _passage(self, query):
        columns = [part for name in self.PASSAGE for part in (F(name), Value(" · "))][:-1]
        return SearchHeadline(
            Concat(*columns, output_field=models.TextField()) if columns[1:] else columns[0],
            query,
            config=CONFIG,
            start_sel=OPEN,
            stop_sel=CLOSE,
            max_words=32,
            min_words=18,
            max_fragments=1,
        )

    def relevance(self, texts: list[str], by_name: bool | None = None):
        """An integer, the greater the better; of several texts the best counts.

        ``by_name``: all records, or none of them, have a place by their name (``named_ids``).
        """
        known = None if texts[1:] else by_name
        scores = [self._score(read(text), known) for text in texts]
        return Greatest(*scores) if len(scores) > 1 else scores[0]

    # -------------------------------------------------------------- finding

    def _found(self, asked: Asked, condition):
        """Of several groups each is found by itself: joined by OR, no index would serve them."""
        if not asked.groups[1:]:
            return self.filter(everything(asked, condition))
        groups = [
            self._rows().filter(reduce(and_, map(condition, group))).values("pk")
            for group in asked.groups
        ]
        return self.filter(
            self._any(*groups), everything(Asked(asked.text, (), asked.without), condition)
        )

    def _rows(self):
        return type(self)(self.model).order_by()

    def _public(self):
        rows = self._rows()
        return rows.published() if hasattr(rows, "published") else rows

    def _named(self):
        """(other names, the column that leads to the record)."""
        field = self.model._meta.get_field(self.NAMES)
        return field.related_model._default_manager.order_by(), field.field.attname

    def _has(self, term: Term) -> Q:
        return self._any(*self._ways(term))

    def _ways(self, term: Term) -> list:
        return [*self._by_name(term), *self._in_text(term), *self._like(term)]

    def _has_in_name(self, term: Term) -> Q:
        return self._any(*self._by_name(term), *self._like(term))

    @staticmethod
    def _any(first, *others) -> Q:
        """One subquery of all ways to be found, so that each of them can use its index.

        Without ``all``: the planner then knows how many different records there may be.
        """
        return Q(pk__in=first.union(*others) if others else first)

    def _by_name(self, term: Term) -> list:
        parts = self._named_so(term)
        if self.SLUG:
            parts.insert(1, self._rows().filter(slug=term.text).values("pk"))
        return parts

    def _named_so(self, term: Term) -> list:
        parts = [self._rows().filter(holds(self.OWN, term)).values("pk")]
        if self.NAMES:
            names, owner = self._named()
            parts.append(names.filter(holds("folded", term)).values(owner))
        return parts

    def _in_text(self, term: Term) -> list:
        if term.literal:
            signs = (Q(**{f"{name}__icontains": term.text}) for name in self.PROSE)
            return [self._rows().filter(reduce(or_, signs)).values("pk")] if self.PROSE else []
        if not self.TEXT:
            return []
        return [self._rows().filter(**{self.TEXT: full_text(term)}).values("pk")]

    def _like(self, term: Term) -> list:
        """Names like the term, where no public record has it in a name or in its text."""
        if not term.guessable:
            return []
        text = Folded(" ".join(term.pieces))
        named = self._public().filter(holds(self.OWN, term))
        held = ~Exists(named)
        parts = [(self._rows(), self.OWN, "pk")]
        if self.NAMES:
            names, owner = self._named()
            public = Q(**{f"{owner}__in": self._public().values("pk")})
            held &= ~Exists(names.filter(public, holds("folded", term)))
            parts.append((names, "folded", owner))
        if self.TEXT:
            # a union is read by index to its end; alone, a scan for the first row would be chosen
            said = self._public().filter(**{self.TEXT: full_text(term)})
            held &= ~Exists(named.values("pk").union(said.values("pk")))
        return [rows.filter(like(column, text), held).values(pk) for rows, column, pk in parts]

    # -------------------------------------------------------------- ranking

    def _called(self, pattern: str) -> Q:
        """Records one of whose names has the pattern."""
        own = matches(self.OWN, pattern)
        if not self.NAMES:
            return own
        names, owner = self._named()
        return own | Q(pk__in=names.filter(matches("folded", pattern)).values(owner))

    def _holding(self, term: Term) -> Q:
        own = holds(self.OWN, term)
        if not self.NAMES:
            return own
        names, owner = self._named()
        return own | Q(pk__in=names.filter(holds("folded", term)).values(owner))

    def _score(self, asked: Asked, by_name: bool | None):
        """The place by name times ``STEP``, and below it the rank in text and the evidence."""
        known = Least(Coalesce(F(self.WEIGHT), 0), MOST_SOURCES) if self.WEIGHT else Value(0)
        weight = Cast(known, IntegerField())  # a bare 0 to order by would mean a column
        if not asked.groups:
            return weight
        if by_name is False:
            return self._without_name(asked) + weight
        steps = [When(slug=asked.plain, then=Value(EXACT * STEP))] if self.SLUG else []
        if by_name is None:
            named = reduce(or_, (reduce(and_, map(self._holding, g)) for g in asked.groups))
            steps.append(When(~named, then=self._without_name(asked)))
        steps += [
            When(reduce(or_, (self._called(p) for p in patterns)), then=Value(place * STEP))
            for place, patterns in self._places(asked)
            if patterns
        ]
        place = Case(*steps, default=Value(SCATTERED * STEP), output_field=IntegerField())
        return place + weight

    @staticmethod
    def _places(asked: Asked) -> list[tuple[int, list[str]]]:
        lines, ends = r"(?:^|\n)", r"(?:\n|$)"
        cores = [whole.core for whole in asked.wholes if not whole.literal]
        exact = [f"{lines}{escaped(asked.plain)}{ends}"] if asked.plain else []
        return [
            (EXACT, exact),
            (NEARLY, [f"{lines}{core}{GAP}*{ends}" for core in cores]),
            (BEGINS, [f"{lines}{core}{END}" for core in cores]),
            (WORD, [f"{START}{core}" for core in cores]),
            (INSIDE, cores),
        ]

    def _without_name(self, asked: Asked):
        """The place of records found otherwise: by a name like it, else by text and how well."""
        words = [term for term in asked.terms if not term.literal]
        steps = [
            When(Q(pk__in=part), then=Value(LIKE * STEP))
            for term in words
            for part in self._like(term)
        ]
        query = full_text(*words) if self.TEXT else None
        rank = Value(0)
        if query is not None:
            rank = Cast(SearchRank(F(self.TEXT), query) * 500, IntegerField()) * 1000
        return Case(*steps, default=rank, output_field=IntegerField()) if steps else rank
