"""One change to many records: what it would do to each, and doing it, both by record documents.

A change writes into a savepoint as any editor would; the document is read, judged by the gate, and
the savepoint goes.  What is done then goes the way of every proposal: drafts take it at once, for
published records it becomes a pending revision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from atlas.desk import actions as desk
from atlas.desk.models import Revision
from atlas.kit import differences, gate, records
from atlas.kit.evidence import SUPPORTS, stances
from atlas.kit.facts import REGISTRY
from atlas.kit.history import door
from initiatives.models import InitiativeTheme, Theme
from sources.actions import cite, uncited
from sources.models import Source

Write = Callable[[object, object], None]  # (record, who): writes the change to the record


@dataclass
class Effect:
    """What a change does to one record, or why it is refused; ``outcome`` once it is done."""

    record: object
    document: dict
    changes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    outcome: object = None

    @property
    def waits(self) -> bool:
        """It became, or would become, a pending revision."""
        revision = getattr(self.outcome, "revision", None)
        return revision.is_open if revision is not None else False


@transaction.atomic
def preview(*, record, write: Write, by) -> Effect:
    """What ``write`` would do; nothing stays written."""
    noun, before = records.noun_of(record), records.document(record)
    probe = type(record)._default_manager.get(pk=record.pk)
    effect = Effect(record, before)
    if Revision.objects.own(record, by) is not None:
        effect.refused = [_("You have a pending revision of it: go on there.")]
        return effect
    try:
        with transaction.atomic():
            with door("admin", by):
                write(probe, by)
            effect.document = records.document(probe)
            gate.check(probe)
            transaction.set_rollback(True)
    except (ValidationError, IntegrityError) as error:
        refused = gate.refusal(error, record) if isinstance(error, IntegrityError) else error
        effect.refused = list(refused.messages)
    found = differences.items(noun, before, effect.document)
    effect.changes = [item.sentence for item in found]
    return effect


@transaction.atomic
def change_many(*, queryset, write: Write, by, why: str) -> list[Effect]:
    """Do it to every record that it changes and that the gate lets pass; the others say why not."""
    done = []
    for record in queryset:
        effect = preview(record=record, write=write, by=by)
        if effect.changes and not effect.refused:
            try:
                with transaction.atomic():
                    effect.outcome = desk.put(
                        record=record, document=effect.document, by=by, why=why
                    )
            except ValidationError as error:
                effect.refused = list(error.messages)
        done.append(effect)
    return done


@transaction.atomic
def move_many(*, queryset, move, by, why: str, really: bool = True) -> list[Effect]:
    """Move records to another state together; who must stay says why.  ``really``: else look only.

    ``move(queryset)`` moves what it can and gives the reasons of the others, by id.
    """
    effects = [Effect(record, {}) for record in queryset]
    was = {effect.record.pk: effect.record.get_state_display() for effect in effects}
    with transaction.atomic(), door("admin", by, why=why):
        refused = move(queryset)
        now = {r.pk: r.get_state_display() for r in queryset.all()}
        transaction.set_rollback(not really)
    for effect in effects:
        pk = effect.record.pk
        effect.refused = refused.get(pk, [])
        if now[pk] != was[pk]:
            effect.changes = [f"{was[pk]} → {now[pk]}"]
            effect.outcome = effect if really else None
    return effects


def one_by_one(*, action: Callable, by) -> Callable:
    """How many records go a way that each goes for itself."""

    def move(queryset) -> dict[int, list[str]]:
        refused = {}
        for record in queryset.all():
            try:
                with transaction.atomic():
                    action(record=record, by=by, through="admin")
            except (ValidationError, IntegrityError) as error:
                told = gate.refusal(error, record) if isinstance(error, IntegrityError) else error
                refused[record.pk] = list(told.messages)
        return refused

    return move


def together(*, publish_many: Callable) -> Callable:
    """How many records become public at once: those that name each other need each other."""

    def move(queryset) -> dict[int, list[str]]:
        verdicts = publish_many(queryset)
        return {record.pk: reasons for record, reasons in verdicts.refused.items()}

    return move


# ------------------------------------------------------------------ the changes


def renewing(*, source: Source | None = None) -> Write:
    """What supports us still says so, today; of one source, or of all."""

    def write(record, by):
        noun = records.noun_of(record)
        backing = [key for key, said in stances(noun, [record.pk]).items() if said == SUPPORTS]
        rows = REGISTRY[noun].citation.objects.filter(key__in=backing)
        rows = rows.filter(source=source) if source else rows
        who = by.get_full_name() or by.get_username()
        rows.update(checked_on=timezone.localdate(), checked_by=who)

    return write


def crediting(*, source: Source, credibility: int) -> Write:
    """How far to believe what one source says."""

    def write(record, by):
        citations = REGISTRY[records.noun_of(record)].citation.objects
        citations.filter(**{records.noun_of(record): record}, source=source).update(
            credibility=credibility
        )

    return write


def theming(*, theme: Theme) -> Write:
    """One more theme; our classification, so no source is needed."""

    def write(record, by):
        InitiativeTheme.objects.get_or_create(initiative=record, theme=theme)

    return write


def citing(*, source: Source, locator: str = "", credibility: int | None = None) -> Write:
    """One source for every fact that none supports."""

    def write(record, by):
        checked = {
            "checked_on": timezone.localdate(),
            "checked_by": by.get_full_name() or by.get_username(),
        }
        if credibility:
            checked["credibility"] = credibility
        facts = uncited(record)
        if facts:
            cite(record=record, facts=facts, source=source, locator=locator, by=by, **checked)

    return write
