"""What an open form stands on, and what becomes of it when it is saved.

The form of a published record, and one that somebody overtook, is saved apart: the document the
form was made from is put into a savepoint, the stock admin saves into it, the record document is
read, and the savepoint is rolled back.  Public pages, history and the log never see it.
"""

import json
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from atlas.desk import actions
from atlas.desk.models import Revision
from atlas.kit import records
from atlas.kit.actions import as_it_was, rewrite
from atlas.kit.tables import TABLES, table_of

BASE, REVISION, ROWS, WHY, GO = "_base", "_revision", "_rows", "edit_why", "_desk"
SEND, APPROVE = "send", "approve"


@dataclass
class Editing:
    """One form of one record: ``revision`` is the pending one it shows, ``position`` the last
    transaction of the record that it knows of.
    """

    record: object
    noun: str
    revision: Revision | None = None
    others: list[Revision] = field(default_factory=list)
    position: int = 0
    seen: int | None = None
    stale: bool = False
    base: dict | None = None  # what all its changes are counted from
    start: dict | None = None  # what the form's fields showed; None: the record as it is
    document: dict | None = None  # what was saved
    why: str = ""
    go: str = ""

    @property
    def apart(self) -> bool:
        return self.record.is_public or self.stale or self.revision is not None


def opened(request, record) -> Editing:
    """The form as it is about to be shown."""
    noun = records.noun_of(record)
    found = list(Revision.objects.of(record).still_open())
    own = next((r for r in found if r.author_id == request.user.pk), None)
    position = records.history_positions(noun, record.pk)
    editing = Editing(record, noun, own, [r for r in found if r is not own])
    editing.position = position[-1] if position else 0
    if own is not None:
        editing.base, editing.start, editing.seen = own.base, own.document, own.stamp
    return editing


def sent(request, record) -> Editing:
    """The form as it came back."""
    noun, data = records.noun_of(record), request.POST
    positions = records.history_positions(noun, record.pk)
    last = positions[-1] if positions else 0
    editing = Editing(record, noun, position=_number(data.get(BASE), last))
    editing.why, editing.go = data.get(WHY, "").strip(), data.get(GO, "")
    pk, _colon, stamp = data.get(REVISION, "").partition(":")
    if pk.isdecimal() and stamp.isdecimal():
        editing.revision = Revision.objects.of(record).filter(pk=pk, author=request.user).first()
    if editing.revision is not None:
        editing.base, editing.start = editing.revision.base, editing.revision.document
        editing.seen = int(stamp) if editing.revision.is_open else None
    elif editing.position != last:
        if editing.position not in positions:
            raise ValidationError(_("This form is too old: load it again."))
        editing.stale = True
        editing.base = editing.start = as_it_was(record, editing.position)
    return editing


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else otherwise


def begin(editing: Editing, user) -> None:
    """Inside a savepoint: let the record say what the form was made from."""
    if editing.base is None:
        editing.base = records.document(editing.record)
    if editing.start is not None:
        probe = type(editing.record)._default_manager.get(pk=editing.record.pk)
        rewrite(record=probe, document=editing.start, by=user, through="admin")


def finish(editing: Editing, user) -> None:
    """Inside the savepoint, all saved: read what it says now; refuse what could not be kept."""
    own = Revision.objects.own(editing.record, user)
    if (own.stamp if own else None) != editing.seen:
        raise ValidationError(
            _("You saved a pending revision of this record in another window: go on there.")
        )
    explained = editing.why or (editing.revision and editing.revision.why)
    if editing.record.is_public and editing.go in (SEND, APPROVE) and not explained:
        raise ValidationError({WHY: _("Say why: the reviewer and the history need it.")})
    editing.document = records.document(editing.record)


# ------------------------------------------------------------------ hidden fields


def hidden(editing: Editing, formsets) -> dict[str, str]:
    """What the form carries, so that it can be saved on top of what it was made from."""
    revision = editing.revision
    stamp = editing.seen if editing.seen is not None else 0
    return {
        BASE: str(editing.position),
        REVISION: f"{revision.pk}:{stamp}" if revision else "",
        ROWS: json.dumps(_rows(formsets), separators=(",", ":")),
    }


def _rows(formsets) -> dict[str, list[str]]:
    """``prefix:id`` -> table and key of every row shown: ids of a savepoint do not last."""
    found = {}
    for inline in formsets:
        formset = inline.formset
        if hasattr(formset.model, "KEY"):
            table = table_of(formset.model).name
            for form in formset.initial_forms:
                found[f"{formset.prefix}:{form.instance.pk}"] = [table, form.instance.key]
    return found


def renumbered(data, noun: str):
    """The POST data with the ids that the same rows have now."""
    try:
        rows = json.loads(data.get(ROWS) or "{}")
        named = {place: (str(table), str(key)) for place, (table, key) in rows.items()}
    except (ValueError, TypeError, AttributeError):
        raise ValidationError(_("This form came back damaged: load it again.")) from None
    ids = _ids(noun, set(named.values()))
    fresh = data.copy()
    for name, value in data.items():
        match = re.fullmatch(r"(.+)-[0-9]+-id", name)
        place = named.get(f"{match[1]}:{value}") if match else None
        if place in ids:
            fresh[name] = str(ids[place])
    return fresh


def _ids(noun: str, places: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    found = {}
    for table in {table for table, _key in places if table in TABLES}:
        keys = [key for name, key in places if name == table]
        for part in TABLES[table].parts:
            if noun in getattr(part.model, "ROOTS", {}) and part.model.KEY == "key":
                rows = part.model._default_manager.filter(key__in=keys)
                found |= {(table, key): pk for key, pk in rows.values_list("key", "pk")}
    return found


def kept(editing: Editing, user) -> Revision:
    """The revision that the form became."""
    return actions.keep(
        record=editing.record,
        base=editing.base,
        document=editing.document,
        by=user,
        why=editing.why,
        send=editing.record.is_public and editing.go == SEND,
        seen=editing.seen,
    )
