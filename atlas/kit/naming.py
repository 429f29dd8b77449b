"""Facts and links by name, as forms, refusals and history write them."""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.utils.text import Truncator, capfirst

from atlas.kit.facts import REGISTRY
from atlas.kit.models import Link
from atlas.kit.wording import amount

VALUE_LENGTH = 80


def link_rows(model) -> QuerySet:
    """Rows of a link model with all that naming them needs."""
    names = [n for n in model.KEY_PARTS if model._meta.get_field(n).is_relation]
    return model._default_manager.select_related(*names)


def links_of(record) -> dict[str, list]:
    """Every link of a record that evidence can be about, by package table; one query a table."""
    noun = record._meta.model_name
    return {
        table: list(link_rows(model).filter(root_is(model, noun, record.pk)))
        for table, model in REGISTRY[noun].links.items()
    }


def root_is(model, noun: str, pk: int) -> Q:
    """The condition that a link row belongs to a record, also by way of another link."""
    through = model.ROOT_THROUGH
    if through is None:
        return Q(**{model.ROOTS[noun].removeprefix("r."): pk})
    condition = Q(**{f"{through.name}__{noun}_id": pk})
    own = any(f.name == noun for f in model._meta.fields)
    return condition | Q(**{f"{noun}_id": pk}) if own else condition


def link_words(row) -> str:
    """How a reader would name a link: “Host: ASEAN Secretariat”, “Name: AJCCBC”."""
    model = type(row)
    head, parts = kind_words(model), []
    for name in _naming_parts(model):
        field = model._meta.get_field(name)
        if field.choices:
            head = str(getattr(row, f"get_{name}_display")())
        elif value := getattr(row, name):
            parts.append(str(value))
    return f"{head}: {', '.join(parts)}" if parts else head


def _naming_parts(model) -> list[str]:
    """The parts of the key that tell a row from its record's other rows."""
    roots = {expression.removeprefix("r.") for expression in model.ROOTS.values()}
    names = []
    for name in model.KEY_PARTS:
        field = model._meta.get_field(name)
        owner = field.is_relation and (field.column in roots or name in model.ROOTS)
        nameless = field.is_relation and field.related_model.__str__ is Link.__str__
        if not owner and not nameless:
            names.append(name)
    return names


def kind_words(model) -> str:
    words = str(model._meta.verbose_name)
    for noun in ("initiative ", "actor "):
        words = words.removeprefix(noun)
    return capfirst(words)


def field_words(model, name: str) -> str:
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))
    except FieldDoesNotExist:
        return capfirst(name.replace("_", " "))


def fact_words(model, field: str, row=None) -> str:
    """A fact in words: “Actual start”, “Host: ASEAN Secretariat, since”."""
    if row is None:
        return field_words(model, field)
    return f"{link_words(row)}, {field_words(model, field).lower()}"


def value_words(model, name: str, value: str) -> str:
    """A fact's value as text: vocabulary words by their label, amounts with spaces."""
    if name == "amount":
        return amount(value)
    try:
        choices = dict(model._meta.get_field(name).flatchoices)
    except FieldDoesNotExist:
        choices = {}
    return Truncator(str(choices.get(value, value))).chars(VALUE_LENGTH)
