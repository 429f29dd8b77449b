"""Pending revisions: kept apart from the record, reviewed, merged, approved through the gate.

Each action is one transaction.  What is refused raises ValidationError (GateRefused where the gate
refuses, Behind where the record moved on); who may not raises PermissionDenied; then nothing was
changed.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from atlas.desk.choices import RevisionState
from atlas.desk.models import Revision
from atlas.kit import differences, records
from atlas.kit.actions import rewrite
from atlas.kit.differences import Joined, Side
from atlas.kit.facts import REGISTRY

SAY_WHY = "Say why: the reviewer and the history need it."
NOT_OWN = (
    "Nobody approves what he or she wrote: another reviewer decides (the setting"
    " ATLAS_APPROVE_OWN allows it where one person works alone)."
)


class Behind(ValidationError):
    """The record changed since the revision was made from it: merge first."""


def record_named(noun: str, uid, *, hold: bool = False):
    """The record with this permanent id, or None; ``hold`` locks it until the transaction ends."""
    found = REGISTRY[noun].model._default_manager.filter(uid=uid)
    return (found.select_for_update(of=("self",)) if hold else found).first()


def may_approve(user, noun: str) -> bool:
    """Whether somebody may put changes of such records before the public."""
    opts = REGISTRY[noun].model._meta
    return user.has_perm(f"{opts.app_label}.publish_{opts.model_name}")


def name_of(user) -> str:
    return user.get_full_name() or user.get_username()


# ------------------------------------------------------------------ by the author


@transaction.atomic
def keep(*, record, base: dict, document: dict, by, why="", through="admin", send=False, seen=None):
    """Store what ``by`` proposes: a new revision from ``base``, or the one he or she has open.

    ``seen`` is the stamp of the open revision it goes on from; ``send`` hands it to review, for
    which a reason is needed.  The document must be one the record took and gave back.
    """
    held = Revision.objects.own(record, by)
    if held is not None:
        held = Revision.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if (held.stamp if held else None) != seen:
        raise ValidationError(_("You saved a revision of this record elsewhere meanwhile."))
    if held is None:
        digest = getattr(record, "digest", None)
        held = Revision(noun=records.noun_of(record), uid=record.uid, base=base, author=by)
        held.base_version = digest.version if digest else 0
    else:
        held.stamp += 1
    held.who, held.through, held.title = name_of(by), through, str(record)[:300]
    held.document, held.why = document, why.strip() or held.why
    if send:
        _send(held)
    held.save()
    return held


def _send(held: Revision) -> None:
    if not held.why:
        raise ValidationError({"why": SAY_WHY})
    held.state, held.sent_at = RevisionState.IN_REVIEW, timezone.now()


@transaction.atomic
def give_up(*, revision: Revision, by, answer: str = "") -> Revision:
    """Withdraw a revision: its author or a reviewer may."""
    held = _held(revision)
    if by.pk != held.author_id and not may_approve(by, held.noun):
        raise PermissionDenied
    return _decide(held, RevisionState.WITHDRAWN, by, answer)


# ------------------------------------------------------------------ merging


def join_of(revision: Revision, record) -> Joined:
    """What the author changed beside what the record has become since."""
    base, mine = _addressed(revision, record)
    return differences.join(revision.noun, base, records.document(record), mine)


def _addressed(revision: Revision, record) -> tuple[dict, dict]:
    """(base, proposed) under the addresses of today; an address the author changed stays so."""
    noun, base, mine = revision.noun, revision.base, revision.document
    slug = record.slug if mine["slug"] == base["slug"] else mine["slug"]
    return (
        differences.readdressed(noun, base, record.slug),
        differences.readdressed(noun, mine, slug),
    )


@transaction.atomic
def merge(*, revision: Revision, by, choices: dict[str, Side], seen: int) -> Revision:
    """Put the author's changes on the record of today; clashing items go as chosen.

    A draft takes the result at once; a published record keeps it pending.
    """
    held = _held(revision, seen)
    if by.pk != held.author_id:
        raise PermissionDenied
    record = _record(held)
    joined = join_of(held, record)
    if undecided := [
        i.label for i in joined.items if i.id in joined.clashes and i.id not in choices
    ]:
        raise ValidationError([_("Choose one: %s.") % label for label in undecided])
    base = joined.theirs
    document = tried(record, joined.result(choices), by)
    if not record.is_public:
        rewrite(record=record, document=document, by=by, through="admin", why=held.why)
        return _decide(held, RevisionState.APPROVED, by, "")
    held.base, held.document, held.stamp = base, document, held.stamp + 1
    held.base_version = record.digest.version
    held.save()
    return held


def tried(record, document: dict, by) -> dict:
    """What the record would say if it took the document; nothing stays written."""
    probe = type(record)._default_manager.get(pk=record.pk)
    with transaction.atomic():
        rewrite(record=probe, document=document, by=by)
        said = records.document(probe)
        transaction.set_rollback(True)
    return said


# ------------------------------------------------------------------ by the reviewer


@transaction.atomic
def approve(*, revision: Revision, by, answer: str = "", seen: int | None = None) -> Revision:
    """Make the record say exactly what was submitted.

    ``seen`` is the stamp of the revision the reviewer looked at.
    """
    held = _held(revision, seen)
    if not may_approve(by, held.noun):
        raise PermissionDenied
    own = by.pk == held.author_id
    if own and not settings.ATLAS_APPROVE_OWN:
        raise ValidationError(NOT_OWN)
    if not own and held.state != RevisionState.IN_REVIEW:
        raise ValidationError(_("Its author has not sent it to review."))
    record = _record(held)
    base, document = _addressed(held, record)
    if differences.items(held.noun, base, records.document(record)):
        raise Behind(_("The record has changed since: its author merges both first."))
    more = {"author": held.who, "why": held.why, "revision": held.pk}
    rewrite(record=record, document=document, by=by, through="review", **more)
    return _decide(held, RevisionState.APPROVED, by, answer)


@transaction.atomic
def send_back(*, revision: Revision, by, answer: str, seen: int | None = None) -> Revision:
    """Return it to its author with the reasons."""
    held = _held(revision, seen)
    if not may_approve(by, held.noun):
        raise PermissionDenied
    if held.state != RevisionState.IN_REVIEW:
        raise ValidationError(_("Its author has not sent it to review."))
    if not answer.strip():
        raise ValidationError({"answer": _("Say what is wrong: its author reads this.")})
    held.state, held.answer, held.decided_by = RevisionState.SENT_BACK, answer.strip(), by
    held.save()
    return held


def _record(held: Revision):
    record = record_named(held.noun, held.uid, hold=True)
    if record is None:
        raise ValidationError(_("The record is no longer there."))
    return record


def _held(revision: Revision, seen: int | None = None) -> Revision:
    """The revision, locked, open and as it was seen; its record is locked first, as forms do."""
    record_named(revision.noun, revision.uid, hold=True)
    held = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if not held.is_open:
        words = {"who": held.decided_by or _("somebody"), "what": held.get_state_display().lower()}
        raise ValidationError(_("%(who)s decided already: %(what)s.") % words)
    if seen is not None and held.stamp != seen:
        raise ValidationError(_("It was changed since you opened it: look at it again."))
    return held


def _decide(held: Revision, state: RevisionState, by, answer: str) -> Revision:
    held.state, held.decided_by, held.decided_at = state, by, timezone.now()
    held.answer = answer.strip() or held.answer
    held.save()
    return held
