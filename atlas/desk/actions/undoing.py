"""Proposals by document, and taking back: one item, a whole record, what was deleted."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from atlas.desk.actions.revisions import approve, keep, may_approve, record_named, tried
from atlas.desk.models import Revision
from atlas.kit import differences, records
from atlas.kit.actions import as_it_was, refusal_of, rewrite
from atlas.kit.addresses import free_slug
from atlas.kit.choices import State
from atlas.kit.facts import REGISTRY
from atlas.kit.staging import Refused
from atlas.kit.tables import NOUNS, TABLES


@dataclass
class Outcome:
    """What became of a proposal: ``revision`` where the record is published and waits."""

    record: object
    revision: Revision | None = None


@transaction.atomic
def propose(
    *, noun: str, document: dict, by, why: str = "", base: dict | None = None,
    seen: int | None = None, through: str = "api", send: bool = True,
) -> Outcome:  # fmt: skip
    """Propose that the record with the document's ``uid`` says what the document says.

    A published record keeps it as a pending revision of ``by`` (``seen``: the stamp of the one
    that is open already); a draft takes it at once, refused where it no longer says ``base``.
    ``base`` is the document it was made from, today's if left out.  Raises ValidationError.
    """
    if noun not in REGISTRY:
        raise ValidationError(_("“%s” is no kind of record.") % noun)
    _whole(noun, document)
    record = record_named(noun, document["uid"], hold=True)
    if record is None:
        raise ValidationError({"uid": _("There is no such record.")})
    now = records.document(record)
    base = differences.readdressed(noun, base, record.slug) if base else now
    said = tried(record, document, by)
    if record.is_public:
        kept = {"why": why, "through": through, "send": send, "seen": seen}
        return Outcome(record, keep(record=record, base=base, document=said, by=by, **kept))
    if moved := differences.items(noun, base, now):
        labels = ", ".join(item.label for item in moved)
        raise ValidationError(_("Changed by somebody else meanwhile: %s.") % labels)
    return Outcome(rewrite(record=record, document=said, by=by, through=through, why=why))


def _whole(noun: str, document: dict) -> None:
    """Refuse a document that leaves out a part: what it lacks would be deleted."""
    own, children = NOUNS[noun]
    known = [*TABLES[own].parts[0].headers, *children]
    wrong = {name: _("This is no part of the record.") for name in document if name not in known}
    wrong |= {
        name: _("This is missing: give the whole record.") for name in known if name not in document
    }
    for table in children:
        rows = document.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            wrong[table] = _("Give a list of rows.")
    if wrong:
        raise ValidationError(wrong)
    try:
        uuid.UUID(str(document["uid"]))
    except ValueError as error:
        raise ValidationError({"uid": _("This is no permanent id.")}) from error


# ------------------------------------------------------------------ taking back


@transaction.atomic
def undo(*, record, to: int, by, why: str = "") -> Outcome:
    """Let the whole record say what it said after transaction ``to``."""
    return put(record=record, document=_then(record, to), by=by, why=why or _("As it was before."))


@transaction.atomic
def undo_item(*, record, xid: int, item: str, by, why: str = "") -> Outcome:
    """Take back one fact, with the evidence changed beside it, or one link that ``xid`` changed."""
    noun, positions = (
        records.noun_of(record),
        records.history_positions(records.noun_of(record), record.pk),
    )
    if xid not in positions or positions.index(xid) == 0:
        raise ValidationError(_("Nothing of this record can be taken back there."))
    after, before = _then(record, xid), _then(record, positions[positions.index(xid) - 1])
    joined = differences.join(noun, after, records.document(record), before)
    chosen = differences.found(joined.items, item)
    if chosen is None:
        raise ValidationError(_("That is so already."))
    if chosen.id in joined.clashes:
        raise ValidationError(
            _("“%s” was changed again since: take back the later change first.") % chosen.label
        )
    beside = differences.evidence_of(joined.items, chosen)  # else what it says has no source
    taken = [chosen, *(i for i in beside if i.id not in joined.clashes)]
    document = differences.taking(noun, joined.theirs, before, taken)
    return put(
        record=record, document=document, by=by, why=why or _("Taken back: %s.") % chosen.label
    )


def _then(record, xid: int) -> dict:
    try:
        return as_it_was(record, xid)
    except records.UnknownRecord as error:
        raise ValidationError(_("The record did not exist then.")) from error


@transaction.atomic
def put(*, record, document: dict, by, why: str) -> Outcome:
    """A draft takes it; for a published record it is a revision, approved where ``by`` may."""
    outcome = propose(
        noun=records.noun_of(record), document=document, by=by, why=why, through="admin"
    )
    own = settings.ATLAS_APPROVE_OWN and may_approve(by, records.noun_of(record))
    if outcome.revision is not None and own:
        outcome.revision = approve(revision=outcome.revision, by=by)
    return outcome


# ------------------------------------------------------------------ what was deleted


@dataclass(frozen=True)
class Deleted:
    """A record that is no longer there; ``xid`` is the transaction that deleted it."""

    noun: str
    id: int
    name: str
    slug: str
    xid: int
    at: object
    who: str
    merged: bool


def deleted(noun: str) -> list[Deleted]:
    """Deleted records of one noun, the latest first; those that were merged say so."""
    evidence = REGISTRY[noun]
    history = TABLES[NOUNS[noun][0]].parts[0].history_table
    title = evidence.model.FACTS[0].field
    sql = (
        f"SELECT d.pgh_obj_id, d.{title}, d.slug, d.pgh_xid, d.pgh_created_at,"
        " coalesce(c.metadata->>'name', ''), c.metadata ? 'merge'"
        f" FROM {history} d LEFT JOIN pghistory_context c ON c.id = d.pgh_context_id"
        " WHERE d.pgh_label = 'delete' AND NOT EXISTS"
        f" (SELECT FROM {evidence.model._meta.db_table} r WHERE r.id = d.pgh_obj_id"
        " OR r.uid = d.uid) ORDER BY d.pgh_id DESC LIMIT 200"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [Deleted(noun, *row[:6], bool(row[6])) for row in cursor.fetchall()]


@transaction.atomic
def restore(*, noun: str, record_id: int, by):
    """Bring a deleted record back as a draft, with its links and evidence."""
    gone = next((d for d in deleted(noun) if d.id == record_id), None)
    if gone is None:
        raise ValidationError(_("No such record was deleted."))
    if gone.merged:
        raise ValidationError(_("It was merged: take the merge back in the other's history."))
    positions = [x for x in records.history_positions(noun, record_id) if x < gone.xid]
    if not positions:
        raise ValidationError(_("Nothing is known of it before it was deleted."))
    then = records.document_at(noun, record_id, positions[-1])
    document = differences.readdressed(noun, then, free_slug(REGISTRY[noun].model, then["slug"]))
    document["state"] = State.DRAFT.value
    try:
        with transaction.atomic():
            records.apply(document, noun=noun, by=by, through="admin")
    except Refused as refused:
        raise refusal_of(refused) from refused
    return record_named(noun, document["uid"])
