"""What a query string may hold: text checked, values parsed, problems named."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from atlas.kit import wording
from atlas.kit.search.showing import alike

MAX_VALUES = 100
MAX_CHARACTERS = 200
TOLD = 10  # records of one name
MEANT = 3  # offered for a value that is none
LIKE = 0.72  # of a value or its name, misspelt


@dataclass(frozen=True)
class Offer:
    """A value that may have been meant, of the same parameter or of another one."""

    label: str
    value: str
    parameter: str = ""


class BadValue(ValidationError):
    """A refused value; ``allowed`` lists the values, or says in words what is expected.

    ``offered`` are what may have been meant in place of ``value``.
    """

    def __init__(self, message: str, allowed=(), offered: Iterable[Offer] = (), value=""):
        super().__init__(message, code="invalid")
        self.allowed = [str(word) for word in allowed]
        self.offered, self.value = tuple(offered), value


@dataclass(frozen=True)
class Problem:
    """One refused parameter, or one place of a document by its JSON Pointer."""

    parameter: str
    reason: str
    allowed: list[str]
    pointer: str | None = None
    offered: tuple[Offer, ...] = ()
    value: str = ""  # that the offers may stand for

    @classmethod
    def of(cls, parameter: str, error: ValidationError) -> "Problem":
        """What is wrong with the value of a parameter."""
        offered, value = getattr(error, "offered", ()), getattr(error, "value", "")
        allowed = getattr(error, "allowed", [])
        return cls(parameter, error.messages[0], allowed, offered=offered, value=value)

    def __str__(self) -> str:
        if self.meant:
            meant = " or ".join(f"{o['parameter']}={o['value']} ({o['label']})" for o in self.meant)
            return f"{self.parameter}: {self.reason} Did you mean {meant}?"
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{self.parameter or self.pointer}: {self.reason}{allowed}"

    @property
    def meant(self) -> list[dict[str, str]]:
        """The offers as errors of the API list them."""
        named = [(one, one.parameter or self.parameter) for one in self.offered]
        return [{"parameter": name, "value": one.value, "label": one.label} for one, name in named]

    @property
    def place(self) -> dict[str, str]:
        """Where it is, as errors of the API say it."""
        if self.pointer is not None:
            return {"pointer": self.pointer}
        return {"parameter": self.parameter}


@dataclass(frozen=True)
class Chosen:
    """One value in force, for the chips above a list."""

    parameter: str
    value: str
    label: str
    filter_label: str
    negated: bool


def check_text(text: str) -> str:
    """The text itself, unless no database and no reader could make sense of it."""
    if len(text) > MAX_CHARACTERS:
        raise BadValue("The value is too long.", [f"at most {MAX_CHARACTERS} characters"])
    broken = any(c < " " and c not in "\t\n\r" or "\ud800" <= c <= "\udfff" for c in text)
    if broken or "\ufffd" in text:
        raise BadValue("The value has characters that are not text.", ["text in UTF-8"])
    return text.strip()


class ManyInput(forms.TextInput):
    """A text input whose name may be repeated in the query string."""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [values] if isinstance(values, str) else list(values)

    def format_value(self, value):
        return " ".join(value) if isinstance(value, list) else value


class ManySelect(ManyInput, forms.SelectMultiple):
    """The same, chosen from a list."""

    input_type = "select"
    template_name = "django/forms/widgets/select.html"

    def format_value(self, value):
        return forms.SelectMultiple.format_value(self, value)


class ManyField(forms.Field):
    """All values of one parameter, each parsed by its filter."""

    def __init__(self, filter_, **kwargs):
        self.filter = filter_
        kwargs.setdefault("widget", ManySelect if filter_.has_choices else ManyInput)
        super().__init__(required=False, **kwargs)
        if filter_.has_choices:
            self.widget.choices = filter_.all_choices

    def __deepcopy__(self, memo) -> "ManyField":
        """The form of one FilterSet takes the fields of that FilterSet as they are."""
        return self

    def clean(self, value) -> list:
        texts = [check_text(str(text)) for text in value or []]
        texts = list(dict.fromkeys(text for text in texts if text))
        if len(texts) > MAX_VALUES:
            raise BadValue("Too many values.", [f"at most {MAX_VALUES} values"])
        if self.filter.single and len(texts) > 1:
            raise BadValue("Give one value only.", ["one value"])
        return self.filter.parse_all(texts) if texts else []


def several(text: str, *found) -> BadValue | None:
    """Of more than one record called so, why none is taken, with each of them; else None."""
    named = [Offer(str(record), record.slug) for records in found for record in records[:TOLD]]
    if len(named) < 2:
        return None
    said = wording.listed([f"{one.label} ({one.value})" for one in named])
    words = _("“%(text)s” is a name of several: %(said)s. Give the slug of one.")
    slugs = [one.value for one in named]
    return BadValue(words % {"text": text[:100], "said": said}, slugs, named, text)


def named_like(records, text: str) -> list[Offer]:
    """Of records that are searched by name those a text may mean, the likest first."""
    words = text.replace("-", " ")
    named, told = records.search_names(words), records.search(words)  # which has more stems
    found = list(_first(named, words)) or _first(told, words)
    return [Offer(str(record), record.slug) for record in found]


def _first(records, words: str):
    return records.order_by(records.relevance([words]).desc(), "slug")[:MEANT]


def nearest(text: str, values: Iterable[tuple[str, str]]) -> list[Offer]:
    """Of (value, label) pairs those spelt most like the text."""
    liked = [(max(alike(text, value), alike(text, label)), value, label) for value, label in values]
    likest = sorted((one for one in liked if one[0] >= LIKE), reverse=True)
    return [Offer(label, value) for _likeness, value, label in likest[:MEANT]]
