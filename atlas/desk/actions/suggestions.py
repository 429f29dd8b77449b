"""What happens with suggestions: taken in from readers, decided by reviewers."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from atlas.desk import proposals
from atlas.desk.choices import Kind, Verdict
from atlas.desk.models import Attempt, Suggestion
from atlas.kit import gate, records
from atlas.kit.actions import refusal_of
from atlas.kit.addresses import free_slug
from atlas.kit.facts import REGISTRY
from atlas.kit.staging import Refused

DAY = 24 * 3600


@dataclass
class TooMany(Exception):
    """More suggestions from one address than we take; try again in ``seconds``."""

    seconds: int


# ------------------------------------------------------------------ from readers


@transaction.atomic
def take(*, sender: str, suggestion: Suggestion) -> Suggestion:
    """Put a suggestion into the queue; raises TooMany where its sender sent too many.

    Senders wait for each other only: two processes cannot both take the last one allowed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [sender])
    for most, seconds in settings.ATLAS_SUGGESTION_LIMITS:
        sent = list(Attempt.objects.since(sender, seconds).values_list("at", flat=True))
        if len(sent) >= most:
            free = sent[-most] + timezone.timedelta(seconds=seconds)
            raise TooMany(max(1, round((free - timezone.now()).total_seconds())))
    Attempt.objects.create(sender=sender)
    suggestion.save()
    purge()
    return suggestion


@transaction.atomic
def purge() -> tuple[int, int]:
    """Delete contacts and senders that are due; (contacts, senders) deleted."""
    longest = max(seconds for _most, seconds in settings.ATLAS_SUGGESTION_LIMITS)
    return Suggestion.objects.forget_contacts(), Attempt.objects.forget(longest)


# ------------------------------------------------------------------ by reviewers


def record_of(suggestion: Suggestion, *, hold: bool = False):
    """The record it is about, however it is called now; None where it is new or gone.

    ``hold`` keeps others from changing it until the transaction ends.
    """
    if suggestion.uid is None:
        return None
    found = REGISTRY[suggestion.noun].model._default_manager.filter(uid=suggestion.uid)
    return (found.select_for_update(of=("self",)) if hold else found).first()


def proposed(suggestion: Suggestion, record) -> tuple[dict | None, dict, str]:
    """(today's document or None, the proposed one, why it cannot be put in as it is or empty).

    A correction is applied to the record of today: what others changed since stays.
    """
    if suggestion.kind == Kind.NEW:
        return None, suggestion.document, ""
    if record is None:
        return None, suggestion.document, _("The record is no longer there.")
    now = records.document(record)
    if not suggestion.fact:
        return now, now, _("No single fact was named: read the note and edit the record.")
    changed, why = proposals.corrected(now, suggestion.noun, suggestion.fact, suggestion.value)
    return now, changed, why


@transaction.atomic
def accept(*, suggestion: Suggestion, by, answer: str = "", cite: bool = True) -> Suggestion:
    """Apply what is proposed, through the gate; raises ValidationError with its reasons.

    The source given, on file under its address, is cited for the fact.  ``cite=False`` leaves the
    evidence as it is: a vaguer source on file may support the new value too.
    """
    held = _held(suggestion)
    record = record_of(held, hold=True)
    _now, document, why = proposed(held, record)
    if why:
        raise ValidationError(why)
    if held.kind == Kind.NEW:
        document = document | {"slug": free_slug(REGISTRY[held.noun].model, document["slug"])}
    source = proposals.source_on_file(held.source_url) if cite else None
    addresses = [held.fact] if held.fact else _given(held)
    if source is not None:
        today = timezone.localdate()
        for address in addresses:
            document = proposals.cited(
                document, held.noun, address, source=source, locator=held.locator, by=by, on=today
            )
    try:
        with transaction.atomic():
            records.apply(document, noun=held.noun, by=by, through="suggestion")
            gate.check(record)
    except Refused as refused:
        raise refusal_of(refused, record) from refused
    if source is None and cite and record is not None and proposals.is_fact(held.noun, held.fact):
        raise ValidationError(_("Enter the source first: nothing on file would say the new value."))
    if held.kind == Kind.NEW:
        held.uid = document["uid"]
    return _decide(held, Verdict.ACCEPTED, by, answer)


def _given(suggestion: Suggestion) -> list[str]:
    """The facts a new record was suggested with."""
    model = REGISTRY[suggestion.noun].model
    return [f.field for f in model.FACTS if suggestion.document.get(f.field)]


@transaction.atomic
def settle(*, suggestion: Suggestion, by, answer: str) -> Suggestion:
    """Mark as accepted what an editor put into the record by hand."""
    return _decide(_held(suggestion), Verdict.ACCEPTED, by, answer)


@transaction.atomic
def decline(*, suggestion: Suggestion, by, answer: str) -> Suggestion:
    """Leave the record as it is, and say why."""
    if not answer.strip():
        raise ValidationError({"answer": _("Say why: whoever sent it reads this.")})
    return _decide(_held(suggestion), Verdict.DECLINED, by, answer)


def _held(suggestion: Suggestion) -> Suggestion:
    """The suggestion, locked; refused when somebody else has decided already."""
    held = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if not held.is_open:
        who, what = held.decided_by or _("somebody"), held.get_state_display().lower()
        raise ValidationError(_("%(who)s decided already: %(what)s.") % {"who": who, "what": what})
    return held


def _decide(held: Suggestion, verdict: Verdict, by, answer: str) -> Suggestion:
    held.state, held.decided_by, held.decided_at = verdict, by, timezone.now()
    held.answer = answer.strip()
    held.save()
    purge()
    return held
