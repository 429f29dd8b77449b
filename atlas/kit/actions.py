"""What editors do with a record beyond saving it: publish, withdraw, rename, restore.

Each action runs in one transaction through the gate and raises ValidationError (GateRefused where
the gate refuses); then nothing was changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.text import capfirst

from atlas.kit import gate, records
from atlas.kit.addresses import refuse_taken
from atlas.kit.choices import State
from atlas.kit.differences import readdressed
from atlas.kit.fields import validate_word
from atlas.kit.history import door
from atlas.kit.models import Redirect
from atlas.kit.staging import Refused

# state -> the states it may follow
FROM = {
    State.PUBLISHED: (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN),
    State.IN_REVIEW: (State.DRAFT,),
    State.WITHDRAWN: (State.PUBLISHED,),
    State.DRAFT: (State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN),
}


@dataclass
class Verdicts:
    """Outcome of a bulk action: records published, and for each refused one the reasons."""

    published: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)


@transaction.atomic
def publish(*, record, by=None, through="action"):
    """Make the record public; the gate refuses while a fact lacks a source."""
    return _move(record, State.PUBLISHED, by, through)


@transaction.atomic
def send_to_review(*, record, by=None, through="action"):
    """Ask a reviewer to look at a draft."""
    return _move(record, State.IN_REVIEW, by, through)


@transaction.atomic
def withdraw(*, record, by=None, through="action"):
    """Take a published record back; its address answers that it is gone."""
    return _move(record, State.WITHDRAWN, by, through)


@transaction.atomic
def unpublish(*, record, by=None, through="action"):
    """Return the record to draft."""
    return _move(record, State.DRAFT, by, through)


def _move(record, state: State, by, through: str):
    before, states = record.state, FROM[state]
    with door(through, by), transaction.atomic():
        mine = type(record)._default_manager.filter(pk=record.pk, state__in=states)
        if not mine.update(state=state):
            now = capfirst(State(before).label.lower())
            raise ValidationError(
                f"{now}: only {' or '.join(s.label.lower() for s in states)} records can become"
                f" {state.label.lower()}."
            )
        gate.check(record)
    record.state = state
    return record


@transaction.atomic
def publish_many(*, queryset, by=None, through="action") -> Verdicts:
    """Publish what the gate lets pass; every other record is refused with its own reasons."""
    verdicts = Verdicts()
    model = queryset.model
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # history triggers, thousands of rows
    waiting = {r.slug: r for r in queryset.exclude(state=State.PUBLISHED)}
    _refuse(_uncited(model, waiting.values()), waiting, verdicts)
    with door(through, by):
        while waiting:
            try:
                with transaction.atomic():
                    chosen = model._default_manager.filter(slug__in=waiting)
                    chosen.update(state=State.PUBLISHED)
                    gate.check()
            except gate.GateRefused as refused:
                if not _refuse(refused.faults, waiting, verdicts):
                    raise
            else:
                break
    for record in waiting.values():
        record.state = State.PUBLISHED
    verdicts.published = list(waiting.values())
    return verdicts


def _uncited(model, candidates) -> list[gate.Fault]:
    """Faults that no other record of the batch can mend; links wait for the gate."""
    found = gate.lacking(model._meta.model_name, [r.pk for r in candidates])
    return [fault for fault in found if fault.reason == "uncited"]


def _refuse(faults: Iterable, waiting: dict, verdicts: Verdicts) -> int:
    """Move the records that the faults name from waiting to refused; how many."""
    named: dict[str, list] = {}
    for fault in faults:
        named.setdefault(fault.record, []).append(fault)
    found = [slug for slug in named if slug in waiting]
    for slug in found:
        record = waiting.pop(slug)
        verdicts.refused[record] = gate.sentences(named[slug], record)
    return len(found)


@transaction.atomic
def rename(*, record, slug: str, by=None, through="action"):
    """Give the record another address; the old one, and those before it, lead to the new."""
    validate_word(slug)
    old = record.slug
    if slug == old:
        return record
    refuse_taken(type(record), slug, record)
    with door(through, by), transaction.atomic():
        type(record)._default_manager.filter(pk=record.pk).update(slug=slug)
        redirect(kind=record._meta.model_name, old=old, new=slug)
        gate.check(record)
    record.slug = slug
    return record


@transaction.atomic
def redirect(*, kind: str, old: str, new: str) -> Redirect:
    """Lead an old address, and all that led to it, to the new one."""
    ours = Redirect.objects.filter(kind=kind)
    ours.filter(old_slug=new).delete()
    ours.filter(slug=old).update(slug=new)
    found, _created = ours.update_or_create(
        old_slug=old, defaults={"slug": new}, create_defaults={"kind": kind, "slug": new}
    )
    return found


@transaction.atomic
def rewrite(*, record, document: dict, by=None, through="action", **more):
    """Make the record say what the document says, its address included; its state stays.

    ``more`` goes into the history beside user and door.
    """
    noun = records.noun_of(record)
    with door(through, by, **more), transaction.atomic():
        if document["slug"] != record.slug:
            rename(record=record, slug=document["slug"], by=by, through=through)
        kept = {n: str(getattr(record, n)) for n in ("uid", "state") if hasattr(record, n)}
        try:
            with transaction.atomic():
                records.apply(document | kept, noun=noun, by=by, through=through)
        except Refused as refused:
            raise refusal_of(refused, record) from refused
    record.refresh_from_db()
    return record


def refusal_of(refused: Refused, record=None) -> ValidationError:
    """What a document was refused for, in words."""
    if isinstance(refused.__cause__, IntegrityError):
        try:
            return gate.refusal(refused.__cause__, record)
        except IntegrityError:
            pass
    return ValidationError([str(fault) for fault in refused.faults])


def as_it_was(record, to: int) -> dict:
    """What the record said after transaction ``to``, under its address of today."""
    noun = records.noun_of(record)
    then = records.document_at(noun, record.pk, to)
    return readdressed(noun, then, record.slug)


@transaction.atomic
def revert(*, record, to: int, by=None, through="action"):
    """Restore what the record said after transaction ``to``; address and state stay."""
    return rewrite(record=record, document=as_it_was(record, to), by=by, through=through)
