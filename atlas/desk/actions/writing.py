"""Records by their documents, as programs write them: created, changed, proposed, deleted.

The rules are those of the admin: drafts change at once, what readers see changes by review unless
whoever writes may publish and may approve his or her own work.
"""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from atlas.desk.actions import moving, revisions
from atlas.desk.models import Revision
from atlas.kit import actions, differences, gate, records
from atlas.kit.addresses import free_slug, slug_of
from atlas.kit.choices import State
from atlas.kit.facts import REGISTRY
from atlas.kit.history import door
from atlas.kit.models import Redirect
from atlas.kit.staging import Refused


class Taken(ValidationError):
    """The address is another record's, or was; ``slug`` is what that record is called now."""

    def __init__(self, slug: str):
        self.slug = slug
        super().__init__({"slug": _("“%s” has this address, or had it.") % slug})


class Open(ValidationError):
    """Somebody has a pending revision of the record already."""

    def __init__(self, revision: Revision):
        self.revision = revision
        super().__init__(_("You have an open proposal for this record: change that one."))


@dataclass
class Written:
    """What became of a document: ``revision`` where it waits for a reviewer."""

    record: object
    document: dict
    revision: Revision | None = None


def locked(model, slug: str):
    """The record by its address in whatever state, held until the transaction ends; or None."""
    return model._default_manager.select_for_update(of=("self",)).filter(slug=slug).first()


def named(model, slug: str):
    """The record by its address in whatever state, or None."""
    return model._default_manager.filter(slug=slug).first()


def new_slug(model, slug: str | None, title: str) -> str:
    """The address of a record that is made now, held against others who make one."""
    noun = model._meta.model_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"atlas create {noun}"])
    if not slug:
        return slug_of(model, title) or free_slug(model, noun)
    led = Redirect.objects.filter(kind=noun, old_slug=slug).values_list("slug", flat=True).first()
    if led or model._default_manager.filter(slug=slug).exists():
        raise Taken(led or slug)
    return slug


@transaction.atomic
def create(*, model, document: dict, by, why: str = ""):
    """Make a record of a document whose address is free; what has states begins as a draft."""
    noun = model._meta.model_name
    if noun in REGISTRY:
        document = document | {"uid": str(uuid.uuid4()), "state": State.DRAFT.value}
    because = {"why": why} if why else {}
    try:
        with door("api", by, **because), transaction.atomic():
            records.apply(document, noun=noun, by=by, through="api")
    except Refused as refused:
        raise actions.refusal_of(refused) from refused
    return model._default_manager.get(slug=document["slug"])


@transaction.atomic
def write(*, record, document: dict, by, why: str = "") -> Written:
    """Make the record say what the document says, its state included."""
    noun, now = records.noun_of(record), records.document(record)
    state = document.get("state")
    if document | {"state": state} != now:
        because = {"why": why} if why else {}
        document = addressed(noun, document, record.slug)
        actions.rewrite(record=record, document=document, by=by, through="api", **because)
    if state and state != record.state:
        move(record=record, state=State(state), by=by, why=why)
    return Written(record, records.document(record))


def addressed(noun: str, document: dict, slug: str) -> dict:
    """The document with its references to itself under its new address, where it has one."""
    new = document["slug"]
    return (
        differences.readdressed(noun, document | {"slug": slug}, new) if new != slug else document
    )


def move(*, record, state: State, by, why: str = "") -> None:
    """Bring the record into another state by the rules of each move."""
    if state == State.PUBLISHED:
        moving.publish(record=record, by=by, why=why, through="api")
        return
    moves = {
        State.IN_REVIEW: actions.send_to_review,
        State.WITHDRAWN: actions.withdraw,
        State.DRAFT: actions.unpublish,
    }
    if record.is_public and not why:
        raise ValidationError({"state": _("Say why (the parameter “why”): the history keeps it.")})
    try:
        with door("api", by, **({"why": why} if why else {})):
            moves[state](record=record, by=by, through="api")
    except gate.GateRefused:
        raise
    except ValidationError as error:
        raise ValidationError({"state": error.messages}) from error


@transaction.atomic
def hand_in(*, record, document: dict, by, why: str) -> Written:
    """Propose what the document says; nothing is kept where it says what the record says."""
    noun, now = records.noun_of(record), records.document(record)
    document = addressed(noun, document, record.slug)
    said = revisions.tried(record, document, by)
    if not differences.items(noun, now, said):
        return Written(record, now)
    if held := Revision.objects.own(record, by):
        raise Open(held)
    given = {"base": now, "document": said, "by": by, "why": why, "through": "api"}
    return Written(record, now, revisions.keep(record=record, send=True, **given))


@transaction.atomic
def hand_in_again(*, revision: Revision, document: dict, by, why: str = "") -> Revision:
    """Put another document into one's open proposal and send it to review."""
    record = revisions.record_named(revision.noun, revision.uid, hold=True)
    if record is None:
        raise ValidationError(_("The record is no longer there."))
    document = addressed(revision.noun, document, record.slug)
    said = revisions.tried(record, document, by)
    given = {"base": revision.base, "document": said, "by": by, "why": why, "through": "api"}
    return revisions.keep(record=record, send=True, seen=revision.stamp, **given)


def may_write_at_once(user, record) -> bool:
    """Whether what somebody writes on a public record needs no other person."""
    may = revisions.may_approve(user, records.noun_of(record))
    return may and settings.ATLAS_APPROVE_OWN


@transaction.atomic
def delete(*, record, by) -> None:
    """Delete a record that is not public; what still names it refuses."""
    with door("api", by), transaction.atomic():
        record.delete()
        gate.check()
