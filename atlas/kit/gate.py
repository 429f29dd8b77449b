"""The gate in plain words: run now instead of at commit, and say what it refuses and why.

The rule itself stands in the database (``atlas.kit.facts``).  ``check`` asks it inside a
transaction, ``refusal`` puts any refusal of the database into words, ``pending`` says what a
draft still lacks.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint
from django.utils.text import capfirst

from atlas.kit.commit import CITED, OWN_LINKS, PUBLIC_LINKS
from atlas.kit.facts import REGISTRY, judged_sql, other_ends_sql
from atlas.kit.faults import told
from atlas.kit.naming import fact_words, field_words, link_rows, link_words, value_words
from atlas.kit.wording import listed

GATES = (CITED, PUBLIC_LINKS, OWN_LINKS)
STATE_WORDS = {"draft": "a draft", "in-review": "in review", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Fault:
    """One reason the gate refuses a record; ``reason``: uncited, unpublished or foreign."""

    noun: str
    record: str
    link_table: str
    link_key: str
    field: str
    value: str
    reason: str

    @property
    def model(self):
        """The model that holds the field: the record's own or one of its links'."""
        evidence = REGISTRY[self.noun]
        return evidence.links[self.link_table] if self.link_table else evidence.model


class GateRefused(ValidationError):
    """The gate's refusal; ``faults`` as data, ``reasons`` in words, one sentence a fault."""

    def __init__(self, faults: Iterable[Fault], about=None):
        self.faults = sorted(faults, key=_place)
        self.reasons = sentences(self.faults, about)
        super().__init__(self.reasons)

    def by_field(self, noun: str, slugs: Iterable[str]) -> list[tuple[str | None, str]]:
        """(field or None, reason): own facts of the record named stand at their field."""
        return [
            (
                f.field if (f.noun, f.link_table) == (noun, "") and f.record in slugs else None,
                reason,
            )
            for f, reason in zip(self.faults, self.reasons, strict=True)
        ]


def check(about=None) -> None:
    """Let the gate judge what this transaction changed so far; raise GateRefused.

    The transaction stays usable: only the asking is rolled back.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise refusal(error, about) from error


def refusal(error: IntegrityError, about=None) -> ValidationError:
    """The database's refusal as a ValidationError; an error without a name is raised again."""
    diag = getattr(error.__cause__, "diag", None)
    if diag is None:
        raise error
    if diag.constraint_name in GATES:
        faults = [Fault(**item) for item in json.loads(diag.message_detail)]
        return GateRefused(faults, about)
    found = _constraint_error(diag)
    if found is None:
        raise error
    return found


def reasons(refused) -> list[str]:
    """Plain words for an error of the gate, or for what a record still lacks."""
    if isinstance(refused, ValidationError):
        return refused.messages
    if isinstance(refused, IntegrityError):
        return refusal(refused).messages
    return pending(refused)


# ------------------------------------------------------------------ what a draft lacks


def pending(record) -> list[str]:
    """What keeps this record from being published, one sentence each; empty when nothing does."""
    return sentences(lacking(record._meta.model_name, [record.pk]), record)


def lacking(noun: str, ids: Iterable[int]) -> list[Fault]:
    """Every fault that publishing these records would meet, in the order of the page."""
    evidence = REGISTRY[noun]
    chosen = ", ".join(str(int(i)) for i in ids) or "NULL"
    slug = f"(SELECT r.slug FROM {evidence.model._meta.db_table} r WHERE r.id = root)"
    sql = (
        f"SELECT {slug}, split_part(link_ref, ':', 1), link_key, field, value, 'uncited'"
        f" FROM ({judged_sql(evidence, chosen)}) judged WHERE NOT supported"
        f" UNION ALL SELECT {slug}, link_table, link_key, field, target, 'unpublished'"
        f" FROM ({other_ends_sql(evidence, chosen)}) ends"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted((Fault(noun, *row) for row in cursor.fetchall()), key=_place)


def _place(fault: Fault) -> tuple:
    """Where a fault stands on the page: record, its own fields, then link by link."""
    tables = ["", *REGISTRY[fault.noun].links]
    fields = [fact.field for fact in fault.model.FACTS]
    rank = fields.index(fault.field) if fault.field in fields else len(fields)
    return (fault.record, fault.reason, tables.index(fault.link_table), fault.link_key, rank)


# ------------------------------------------------------------------ words


def sentences(faults: list[Fault], about=None) -> list[str]:
    """One sentence a fault; faults of a record other than ``about`` name it first."""
    rows = {}
    for model in {f.model for f in faults if f.link_table}:
        keys = {f.link_key for f in faults if f.model is model}
        rows |= {(model, row.key): row for row in link_rows(model).filter(key__in=keys)}
    records = _named({(REGISTRY[f.noun].model, f.record) for f in faults})
    targets = _named({(_target(f), f.value) for f in faults if f.reason == "unpublished"})
    own = about is not None and (type(about), about.slug)
    said = []
    for fault in faults:
        record = (REGISTRY[fault.noun].model, fault.record)
        row = rows.get((fault.model, fault.link_key))
        text = _sentence(fault, row, targets.get((_target(fault), fault.value)))
        said.append(text if record == own else f"{records.get(record, fault.record)}: {text}")
    return said


def _target(fault: Fault):
    """The model of the other end that the public cannot see."""
    if fault.reason != "unpublished":
        return None
    return fault.model._meta.get_field(fault.field).related_model


def _named(wanted: set[tuple]) -> dict:
    """(model, slug) -> record, one query a model."""
    found = {}
    for model in {model for model, _slug in wanted}:
        slugs = [slug for m, slug in wanted if m is model]
        found |= {(model, r.slug): r for r in model._default_manager.filter(slug__in=slugs)}
    return found


def _sentence(fault: Fault, row, target) -> str:
    where = fact_words(fault.model, fault.field, row)
    if fault.link_table and row is None:
        where = f"{fault.link_key}, {where.lower()}"
    if fault.reason == "foreign":
        return f"{where}: evidence {fault.record} names a row of another record."
    if fault.reason == "unpublished":
        state = STATE_WORDS.get(getattr(target, "state", ""), "not public")
        head = link_words(row).partition(":")[0] if row else where
        return f"{head}: “{target or fault.value}” is {state} and cannot stand on a public record."
    if any(f.kind == "prose" for f in fault.model.FACTS if f.field == fault.field):
        return f"{where} has no source that was checked against its present wording."
    value = value_words(fault.model, fault.field, fault.value)
    return f"{where} “{value}” has no source that supports it."


# ------------------------------------------------------------------ other constraints


def _constraint_error(diag) -> ValidationError | None:
    """A named constraint's message at the field it is about."""
    model = next((m for m in apps.get_models() if m._meta.db_table == diag.table_name), None)
    if model is None:
        return None
    if diag.sqlstate == "23503":
        return ValidationError(f"A {model._meta.verbose_name} still refers to this.")
    named = {c.name: c for c in model._meta.constraints}
    constraint = named.get(diag.constraint_name)
    if diag.sqlstate == "23505":
        return _taken(model, constraint, diag.message_detail or "")
    if constraint is None:
        return None
    message = told(constraint)
    field, colon, rest = message.partition(": ")
    if colon and _has_field(model, field):
        return ValidationError({field: capfirst(rest)})
    return ValidationError({NON_FIELD_ERRORS: [message]})


def _taken(model, constraint: UniqueConstraint | None, detail: str) -> ValidationError:
    default = UniqueConstraint.default_violation_error_message
    if constraint and constraint.violation_error_message != default:
        return ValidationError(str(constraint.get_violation_error_message()))
    columns = re.match(r"Key \(([^)]+)\)=", detail)
    names = [c.strip(' "').removesuffix("_id") for c in columns[1].split(",")] if columns else []
    known = [name for name in names if _has_field(model, name)]
    words = [field_words(model, name).lower() for name in known]
    message = f"Another {model._meta.verbose_name} has the same {listed(words) or 'values'}."
    return ValidationError({known[0] if len(names) == 1 and known else NON_FIELD_ERRORS: message})


def _has_field(model, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
