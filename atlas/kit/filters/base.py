"""Kinds of filter: vocabulary, record, text, date, and how their values join."""

import copy
import re

import django_filters
from django.db.models import Q
from pyroaring import BitMap

from atlas.kit.filters.fields import MEANT, BadValue, ManyField, Offer, named_like, nearest
from atlas.kit.models import Redirect
from atlas.kit.search import SearchedQuerySet

UNSTATED = "unstated"


class AtlasFilter(django_filters.Filter):
    """Base: parses values, joins their conditions by OR, may exclude what they match.

    ``help`` is shown in the API's description.  ``single`` filters take one value; ``negatable``
    ones get a twin ``<name>__not``; ``missing`` is the condition behind the word ``unstated``.
    """

    single = False
    negatable = True
    schema: dict = {"type": "string"}
    example = ""
    unstated = "Not stated"  # what a record without a value is called

    def __init__(self, field_name=None, *, help="", missing: Q | None = None, example="", **kwargs):
        super().__init__(field_name, **kwargs)
        self.help = help
        self.example = example or self.example
        self.missing = missing
        if self.label is None and field_name:
            self.label = field_name.replace("_", " ").capitalize()

    @property
    def has_choices(self) -> bool:
        return False

    @property
    def field(self) -> ManyField:
        if not hasattr(self, "_field"):
            self._field = ManyField(self, label=self.label, help_text=self.help)
        return self._field

    def __deepcopy__(self, memo) -> "AtlasFilter":
        """Each FilterSet has its own; nothing of one is ever changed but what it belongs to."""
        twin = copy.copy(self)
        twin.__dict__.pop("_field", None)
        return twin

    def negated(self) -> "AtlasFilter":
        twin = copy.deepcopy(self)
        twin.exclude = True
        twin.label = f"Not {self.label[:1].lower()}{self.label[1:]}"
        return twin

    def parse_all(self, texts: list[str]) -> list:
        return [UNSTATED if self._is_unstated(text) else self.parse(text) for text in texts]

    def _is_unstated(self, text: str) -> bool:
        return self.missing is not None and text == UNSTATED

    def parse(self, text: str):
        return text

    def text(self, value) -> str:
        """The value as it stands in the query string."""
        return str(value)

    def value_label(self, value) -> str:
        return self.unstated if value == UNSTATED else str(value)

    def condition(self, value) -> Q:
        raise NotImplementedError

    def conditions(self, values: list) -> Q:
        """The condition of all values; ``unstated`` is taken care of."""
        whole = Q()
        for value in values:
            unstated = isinstance(value, str) and value == UNSTATED and self.missing is not None
            whole |= self.missing if unstated else self.condition(value)
        return whole

    def filter(self, qs, value):
        if not value:
            return qs
        condition = self.conditions(value)
        if not self.exclude:
            return qs.filter(condition)
        # the exact complement, whatever NULLs the condition met
        matching = qs.model._base_manager.filter(condition)
        return qs.exclude(pk__in=matching.values("pk"))

    def meant(self, text: str) -> list[Offer]:
        """What may have been meant by a value that is none; also values of other parameters."""
        return []

    def elsewhere(self, parameter: str, found) -> list[Offer]:
        """(label, value) pairs as offers of another parameter, if there is such a filter."""
        name = f"{parameter}__not" if self.exclude else parameter
        known = name in self.parent.filters
        return [Offer(label, value, name) for label, value in found if known][:MEANT]

    def sibling(self, name: str) -> list:
        """The parsed values of another parameter of the same query string."""
        return self.parent.form.cleaned_data.get(name) or []


class WordFilter(AtlasFilter):
    """Words of a vocabulary: a TextChoices class, a list of pairs, or a callable giving one."""

    def __init__(self, field_name=None, *, choices, also=(), fixed=True, **kwargs):
        self._choices = choices
        self.fixed = fixed  # False where the words follow from the data
        self.also = tuple(also)  # accepted words beside the vocabulary, with their labels
        super().__init__(field_name, **kwargs)

    @property
    def has_choices(self) -> bool:
        return True

    @property
    def choices(self) -> list[tuple[str, str]]:
        given = getattr(self._choices, "choices", self._choices)
        return [*(given() if callable(given) else given), *self.also]

    def all_choices(self) -> list[tuple[str, str]]:
        """The choices and, where a value may be missing, ``unstated``."""
        unstated = [(UNSTATED, self.unstated)] if self.missing is not None else []
        return [*self.choices, *unstated]

    def parse(self, text):
        allowed = [value for value, _label in self.all_choices()]
        if text not in allowed:
            reason = f"“{text}” is not one of the words used here."
            raise BadValue(reason, allowed, self.meant(text), text)
        return text

    def meant(self, text):
        return nearest(text, [(value, str(label)) for value, label in self.all_choices()])

    def value_label(self, value):
        if value == UNSTATED and self.missing is not None:
            return super().value_label(value)
        return dict(self.all_choices()).get(value, value)

    def condition(self, value):
        return Q(**{self.field_name: value})


class RecordFilter(AtlasFilter):
    """Records named by slug (or ``key``): they must exist and be public.

    ``records`` gives the queryset they may come from; an old slug is understood.  ``through``
    names the condition: a lookup, or a method of the FilterSet taking the records.
    """

    def __init__(self, field_name=None, *, records, key="slug", kind="", words="", **kwargs):
        self.records = records
        self.key = key
        self.kind = kind  # of kit.Redirect
        self.words = words
        super().__init__(field_name, **kwargs)

    def parse_all(self, texts):
        named = [text for text in texts if not self._is_unstated(text)]
        found = self.find([self.spell(text) for text in named])
        for text in named:
            if self.spell(text) not in found:
                raise self.unknown(text)
        return [UNSTATED if self._is_unstated(text) else found[self.spell(text)] for text in texts]

    def spell(self, text: str) -> str:
        return text

    def meant(self, text):
        records = self.records()
        return named_like(records, text) if isinstance(records, SearchedQuerySet) else []

    def unknown(self, text: str) -> BadValue:
        """Why there is no such record."""
        return BadValue(f"There is no “{text}”.", self.allowed(), self.meant(text), text)

    def find(self, wanted: list[str]) -> dict:
        found = self._named(wanted)
        gone = [text for text in wanted if text not in found]
        if gone and self.kind:
            moves = Redirect.objects.filter(kind=self.kind, old_slug__in=gone)
            moved = dict(moves.values_list("old_slug", "slug"))
            now = self._named(list(moved.values()))
            found |= {old: now[new] for old, new in moved.items() if new in now}
        return found

    def _named(self, keys: list[str]) -> dict:
        records = self.records().filter(**{f"{self.key}__in": keys}) if keys else ()
        return {getattr(record, self.key): record for record in records}

    def allowed(self) -> list[str]:
        return [self.words or f"the {self.key} of a published record"]

    def text(self, value) -> str:
        return value if isinstance(value, str) else str(getattr(value, self.key))

    def condition(self, value):
        return Q(**{self.field_name: value.pk})


class TextFilter(AtlasFilter):
    """Words anybody may look for; ``search()`` of the queryset decides what they match."""

    example = "cybercrime"

    def condition(self, value):
        return Q(pk__in=self.model._default_manager.search(value).values("pk"))

    def found_ids(self, values: list[str], everything: BitMap) -> BitMap:
        """What any of the values finds, of more than the public records."""
        records = self.model._default_manager.all()
        return BitMap.union(*(records.search_ids(value, everything) for value in values))


class PlainFilter(AtlasFilter):
    """Equality with free text, ignoring case."""

    def condition(self, value):
        return Q(**{f"{self.field_name}__iexact": value})


class PatternFilter(AtlasFilter):
    """Words of an open list that have a known form, such as currency or language codes."""

    def __init__(self, field_name=None, *, pattern, expected, spell=str, **kwargs):
        self.pattern = re.compile(pattern, re.ASCII)
        self.expected = expected
        self.spell = spell
        super().__init__(field_name, **kwargs)

    def parse(self, text):
        word = self.spell(text)
        if not self.pattern.fullmatch(word):
            raise BadValue(f"“{text}” is not {self.expected}.", [self.expected])
        return word

    def condition(self, value):
        return Q(**{self.field_name: value})


class UidFilter(PatternFilter):
    """Records by the permanent id that outlives every renaming."""

    negatable = False
    example = "30ca6c31-29f0-5c97-848b-fb43c9e055b0"

    def __init__(self, field_name="uid", **kwargs):
        kwargs.setdefault("label", "Permanent id")
        kwargs.setdefault("help", "Permanent id: what does not change when a slug does.")
        super().__init__(
            field_name,
            pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            expected="a permanent id (`uid`)",
            spell=str.lower,
            **kwargs,
        )


class SlugFilter(PatternFilter):
    """Records by their own slug, as they are named today."""

    negatable = False

    def __init__(self, field_name="slug", **kwargs):
        kwargs.setdefault("label", "Slug")
        kwargs.setdefault("help", "Its own slug.")
        super().__init__(field_name, pattern=r"[a-z0-9-]+", expected="a slug", **kwargs)
