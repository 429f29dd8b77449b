"""``fields`` and ``expand``: the parts of a record, however deep, and references as records.

A path names a part by the parts around it: ``participations.actor.name``.  A reference is a slug
(a code of a country); named by ``expand``, or with something behind it in ``fields``, it becomes
the record as its own list gives it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Model
from rest_framework import serializers

from atlas.kit.api.serializers import AddressedSerializer, RowSerializer
from atlas.kit.filters import BadValue, Problem
from atlas.kit.filters.fields import check_text

LONGEST = 200  # names in one request
EVERY = "*"  # in a tree: every key of a map


@dataclass
class Choice:
    """What was asked for: the tree of parts (empty: all), the references, what is wrong."""

    tree: dict = field(default_factory=dict)
    expanded: dict[tuple[str, ...], type[Model]] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)  # parts beside those that are given anyway
    problems: list[Problem] = field(default_factory=list)

    @property
    def top(self) -> tuple[str, ...]:
        return tuple(self.tree)


def read(known: serializers.Serializer, given: list[str], data, *, wide: bool) -> Choice:
    """The choice that a query string makes among the parts of ``known``.

    ``given`` names those that are given unasked; ``wide``: the others come by ``expand`` too.
    """
    choice = Choice()
    for path in _paths(data, "fields", choice):
        if steps := _walk(known, path, "fields", choice):
            _grow(choice.tree, steps)
    references = _paths(data, "expand", choice)
    allowed = dict.fromkeys(expandable(known, given, wide=wide)) if references else {}
    for path in references:
        if path not in allowed:
            reason = f"“{_shown(path)}” cannot be expanded."
            choice.problems.append(Problem("expand", reason, list(allowed)))
            continue
        steps = path.split(".")
        if steps[0] not in given and wide:
            choice.added.add(steps[0])
        if path not in known.fields or _target(known, path):
            _walk(known, f"{path}.{EVERY}", "expand", choice)
    if choice.problems:
        choice.tree, choice.expanded = {}, {}
    elif choice.tree:
        for name in choice.added:
            choice.tree.setdefault(name, None)
    return choice


def _paths(data, name: str, choice: Choice) -> list[str]:
    whole = ",".join(data.getlist(name))
    paths = list(dict.fromkeys(path.strip() for path in whole.split(",") if path.strip()))
    if len(paths) > LONGEST:
        choice.problems.append(Problem(name, f"At most {LONGEST} names.", []))
        return []
    return paths


def _shown(path: str) -> str:
    try:
        check_text(path)
    except BadValue as error:
        return error.messages[0]
    return path[:200]


def _walk(known, path: str, parameter: str, choice: Choice) -> list[str]:
    """The steps of a path through maps and lists; notes the references it leads through."""
    steps, here, behind = [], known, []
    names = path.split(".")
    for number, name in enumerate(names):
        if name == EVERY:
            break
        if name not in here.fields:
            allowed = [".".join([*behind, known_name]) for known_name in here.fields]
            reason = f"There is no field “{_shown(path)}”."
            choice.problems.append(Problem(parameter, reason, allowed))
            return []
        steps.append(name)
        behind.append(name)
        if number == len(names) - 1:
            break
        part, is_map = inside(here.fields[name])
        target = _target(here, name)
        if is_map:
            steps.append(EVERY)
        if part is None and target and not _through(behind[:-1], choice, parameter):
            part = row_serializer(target)()
            choice.expanded[tuple(behind)] = target
        if part is None:
            words = f"“{_shown('.'.join(behind))}” has no parts to choose from."
            choice.problems.append(Problem(parameter, words, [".".join(behind)]))
            return []
        here = part
    return steps


def _through(behind: list[str], choice: Choice, parameter: str) -> bool:
    """Whether the way already leads through a reference: one is enough."""
    return any(tuple(behind[: n + 1]) in choice.expanded for n in range(len(behind)))


def _grow(tree: dict, steps: list[str]) -> None:
    """Add a path to the tree; a whole part swallows its parts."""
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if step in tree and tree[step] is None:
            return
        if last:
            tree[step] = None
        else:
            tree = tree.setdefault(step, {})


# ------------------------------------------------------------------ what there is to choose


def inside(part) -> tuple[serializers.Serializer | None, bool]:
    """(the serializer of a field's parts, whether the field is a map of lists of them)."""
    if isinstance(part, serializers.SerializerMethodField):
        method = getattr(part.parent, part.method_name)
        part = getattr(method, "_spectacular_annotation", {}).get("field")
        part = part() if isinstance(part, type) else part
    if isinstance(part, serializers.DictField):
        return inside(part.child)[0], True
    if isinstance(part, serializers.ListSerializer):
        return part.child, False
    return (part, False) if isinstance(part, serializers.Serializer) else (None, False)


def _target(serializer, name: str) -> type[Model] | None:
    """The model that a reference leads to, if its records have an address of their own."""
    if not isinstance(serializer, RowSerializer) or name in serializer._declared_fields:
        return None
    model = serializer.Meta.model
    found = {f.name: f for f in model._meta.get_fields() if f.is_relation and f.many_to_one}
    target = found[name].related_model if name in found else None
    return target if target in AddressedSerializer.BY_MODEL else None


def row_serializer(model: type[Model]) -> type[AddressedSerializer]:
    """How the list of these records gives one."""
    return AddressedSerializer.BY_MODEL[model]


def expandable(known, given: list[str], *, wide: bool) -> Iterator[str]:
    """Every path that ``expand`` takes: references, and parts that a list leaves out."""
    for name, part in known.fields.items():
        if wide and name not in given:
            yield name
        if _target(known, name):
            yield name
        nested, _is_map = inside(part)
        if isinstance(nested, RowSerializer):
            yield from (f"{name}.{deep}" for deep in nested.fields if _target(nested, deep))


# ------------------------------------------------------------------ doing it


def chosen(rows: list[dict], choice: Choice, context: dict) -> list[dict]:
    """The rows with references as records and without what was not asked for."""
    for model in dict.fromkeys(choice.expanded.values()):
        ways = [way for way, target in choice.expanded.items() if target is model]
        keys = {key for way in ways for row in rows for key in _values(row, way)}
        records = _records(model, keys, context)
        for way in ways:
            for row in rows:
                _replace(row, way, records)
    return [_pruned(row, choice.tree) for row in rows] if choice.tree else rows


def _records(model: type[Model], keys: set[str], context: dict) -> dict[str, dict]:
    """The public records of these keys as their list gives them."""
    found = model._default_manager.all()
    found = found.published() if hasattr(found, "published") else found
    serializer = row_serializer(model)
    rows = serializer.rows(found.filter(**{f"{model.KEY}__in": keys}))
    made = serializer(rows, many=True, context=context).data
    return {row[model.KEY]: row for row in made}


def _holders(value, way: tuple[str, ...]) -> Iterator[dict]:
    """The objects that hold the last step of a way."""
    if isinstance(value, list):
        for one in value:
            yield from _holders(one, way)
    elif isinstance(value, dict) and len(way) == 1:
        yield value
    elif isinstance(value, dict):
        yield from _holders(value.get(way[0]), way[1:])


def _values(row: dict, way: tuple[str, ...]) -> Iterator[str]:
    for holder in _holders(row, way):
        if isinstance(holder.get(way[-1]), str):
            yield holder[way[-1]]


def _replace(row: dict, way: tuple[str, ...], records: dict[str, dict]) -> None:
    for holder in _holders(row, way):
        if isinstance(holder.get(way[-1]), str):
            holder[way[-1]] = records.get(holder[way[-1]])


def _pruned(value, tree: dict | None):
    if tree is None or value is None:
        return value
    if isinstance(value, list):
        return [_pruned(one, tree) for one in value]
    if EVERY in tree:
        return {name: _pruned(one, tree[EVERY]) for name, one in value.items()}
    return {name: _pruned(one, tree[name]) for name, one in value.items() if name in tree}
