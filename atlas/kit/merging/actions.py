"""Merge, unmerge, judge: each one transaction through the gate, refused in words."""

import json
from dataclasses import dataclass, field
from itertools import takewhile

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from atlas.kit import gate, records
from atlas.kit.actions import redirect, refusal_of
from atlas.kit.choices import RANK, State, Verdict
from atlas.kit.facts import REGISTRY
from atlas.kit.history import door
from atlas.kit.merging import undoing
from atlas.kit.merging.documents import Merged, merged
from atlas.kit.merging.references import references, repoint, repoint_folded
from atlas.kit.models import Judgement, Redirect
from atlas.kit.naming import field_words
from atlas.kit.staging import Refused
from atlas.kit.tables import TABLES
from atlas.kit.wording import sentence

FARTHEST = 50  # steps up a tree


@dataclass
class Plan:
    """What merging would do; ``obstacles`` say why it cannot be done."""

    keep: object
    drop: object
    result: Merged
    changes: list[dict]  # as of records.diff
    elsewhere: list[str]  # rows of other records that will name the kept one
    obstacles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)  # that will lead to the kept record


def plan(*, keep, drop) -> Plan:
    """Look ahead: nothing is written."""
    noun = records.noun_of(keep)
    if keep.pk == drop.pk:
        raise ValidationError("A record cannot be merged with itself.")
    ours, theirs = records.document(keep), records.document(drop)
    result = merged(noun, ours, theirs, _free_key)
    elsewhere = [
        reference.words(row)
        for reference in references(noun)
        for row in reference.rows(drop.pk)
        if row.pk not in (keep.pk, drop.pk) or not reference.is_own
    ]
    changes = records.diff(ours, result.document)
    obstacles = [*_states(keep, drop), *_in_line(keep, drop)]
    old = Redirect.objects.filter(kind=noun, slug=drop.slug).order_by("old_slug")
    addresses = [drop.slug, *old.values_list("old_slug", flat=True)]
    return Plan(keep, drop, result, changes, elsewhere, obstacles, addresses)


def _free_key(table: str, wanted: str) -> str:
    return TABLES[table].models[0]()._free_key(wanted[:190])


def _states(keep, drop) -> list[str]:
    """The kept record is at least as public as the other, or an address would lead nowhere."""
    if RANK[keep.state] >= RANK[drop.state]:
        return []
    return [
        f"“{keep}” is {gate.STATE_WORDS.get(keep.state, keep.state)} and “{drop}” is"
        f" {gate.STATE_WORDS.get(drop.state, drop.state)}: merge the other way round, or change"
        " the state first."
    ]


def _in_line(keep, drop) -> list[str]:
    """A whole and its part, a fund and what it pays for, a record and its successor are two."""
    noun, found = records.noun_of(keep), []
    for reference in references(noun):
        for one, other in ((keep, drop), (drop, keep)):
            if reference.noun == noun and (steps := _leads(reference, one.pk, other.pk)):
                what = field_words(reference.part.model, reference.column.name).lower()
                where = "" if reference.is_own else f" in its {_table_words(reference)}"
                by_way = " by way of others" if steps > 1 else ""
                found.append(
                    f"“{one}” names “{other}” as {what}{where}{by_way}, and would come to name"
                    " itself: if they are one after all, remove that first."
                )
    return found


def _table_words(reference) -> str:
    return sentence(reference.part.table).lower()


def _leads(reference, start: int, end: int) -> int:
    """How many steps along a column lead from one record to the other; 0 where none do.

    More than one step counts only where the column makes a tree.
    """
    column, tree = reference.column.column, reference.part.model.TREE
    sql = (
        f"WITH RECURSIVE way(id, steps) AS (SELECT %(start)s::bigint, 0 UNION SELECT t.{column},"
        f" w.steps + 1 FROM way w JOIN {reference.part.db_table} t ON {reference.root} = w.id"
        f" WHERE t.{column} IS NOT NULL AND w.steps < {FARTHEST}"
        f" AND ({tree} OR (w.steps = 0 AND t.{column} = %(end)s)))"
        " SELECT min(steps) FROM way WHERE id = %(end)s AND steps > 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": start, "end": end})
        return cursor.fetchone()[0] or 0


@transaction.atomic
def merge(*, keep, drop, by=None, through="action"):
    """Make ``drop`` one with ``keep``: rows, evidence and what names it move, its address leads on.

    Should be all that its transaction does, so that ``unmerge`` can take it back.
    """
    type(keep)._default_manager.select_for_update().filter(pk__in=[keep.pk, drop.pk]).count()
    for record in (keep, drop):
        record.refresh_from_db()
    planned = plan(keep=keep, drop=drop)
    if planned.obstacles:
        raise ValidationError(planned.obstacles)
    noun = records.noun_of(keep)
    with door(through, by, merge=_note(noun, keep, drop)), transaction.atomic():
        redirect(kind=noun, old=drop.slug, new=keep.slug)
        try:
            repoint(noun, keep, drop, by, through)
            repoint_folded(planned.result.folded)
            type(drop)._default_manager.filter(pk=drop.pk).update(state=State.DRAFT)
            wanted = planned.result.document
            records.apply(wanted, noun=noun, by=by, through=through, taking=drop.pk)
        except Refused as refused:
            raise refusal_of(refused, keep) from refused
        _judge(noun, keep, drop, Verdict.SAME, by, "merged")
        type(drop)._default_manager.get(pk=drop.pk).delete()
        gate.check(keep)
    keep.refresh_from_db()
    return keep


def _note(noun: str, keep, drop) -> dict:
    """What history alone cannot tell the one who takes it back."""
    digest = getattr(drop, "digest", None)
    led = Redirect.objects.filter(kind=noun, slug=drop.slug)
    return {
        "noun": noun,
        "keep": keep.pk,
        "drop": drop.pk,
        "slug": drop.slug,
        "uid": str(drop.uid),
        "name": str(drop),
        "version": digest.version if digest else 0,
        "redirects": list(led.values_list("old_slug", flat=True)),
    }


# ------------------------------------------------------------------ taking it back


def note_of(record, xid: int) -> dict | None:
    """What the merge of that transaction into this record noted of itself."""
    history = type(record).history.rel.related_model._meta.db_table
    sql = (
        "SELECT c.metadata->'merge' FROM pghistory_context c WHERE c.metadata->'merge'->>'keep' ="
        f" %s AND c.metadata->'merge'->>'noun' = %s AND c.id IN (SELECT h.pgh_context_id"
        f" FROM {history} h WHERE h.pgh_xid = %s) LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(record.pk), records.noun_of(record), xid])
        row = cursor.fetchone()
    return json.loads(row[0]) if row else None


@transaction.atomic
def unmerge(*, record, xid: int, by=None, through="action"):
    """Take the merge of transaction ``xid`` back; returns the record that is there again.

    Refused where either of the two, or a row that was pointed elsewhere, was changed since.
    """
    noun, model = records.noun_of(record), type(record)
    model._default_manager.select_for_update().filter(pk=record.pk).count()
    note = note_of(record, xid)
    if note is None:
        raise ValidationError("No merge into this record happened then.")
    if later := _later(noun, record, note, xid):
        raise ValidationError(later)
    try:
        with door(through, by, unmerge=xid), transaction.atomic():
            undoing.take_back(xid)
            Redirect.objects.filter(kind=noun, old_slug=note["slug"]).delete()
            led = Redirect.objects.filter(kind=noun, old_slug__in=note["redirects"])
            led.update(slug=note["slug"])
            _digest_again(noun, note)
            gate.check(record)
    except IntegrityError as error:
        raise gate.refusal(error, record) from error
    record.refresh_from_db()
    return model._default_manager.get(pk=note["drop"])


def _later(noun: str, record, note: dict, xid: int) -> list[str]:
    """Why it is too late."""
    same = Q(slug=note["slug"]) | Q(uid=note["uid"])
    taken = type(record)._default_manager.filter(same)
    if taken.exists():
        return [f"There is a record at “{note['slug']}” again: merge or rename that one first."]
    if records.history_positions(noun, record.pk)[-1] > xid:
        return [f"“{record}” was changed after the merge: undo those changes first."]
    changed = undoing.changed_since(xid)
    return [f"Changed after the merge: {row}." for row in changed[:20]]


def _digest_again(noun: str, note: dict) -> None:
    """The version readers saw goes on counting."""
    evidence = REGISTRY[noun]
    evidence.digest._default_manager.create(
        **{evidence.root: note["drop"]}, version=note["version"], updated_at=timezone.now()
    )


# ------------------------------------------------------------------ judging


@transaction.atomic
def judge(*, one, other, verdict: str, note: str = "", by=None, through="action") -> Judgement:
    """Note whether two records are the same, different, or that nobody can tell yet."""
    if one.pk == other.pk:
        raise ValidationError("A record is not compared with itself.")
    if verdict not in Verdict.values:
        raise ValidationError(f"“{verdict}” is none of {', '.join(Verdict.values)}.")
    with door(through, by):
        return _judge(records.noun_of(one), one, other, verdict, by, note)


def said_same(one, other, *, but) -> bool:
    """Whether somebody other than ``but`` says, and nobody said otherwise since, that two are one.

    Who said it is read from history: a judgement itself only holds a name.
    """
    history = Judgement.history.rel.related_model._meta.db_table
    sql = (
        f"SELECT h.verdict, c.metadata->>'user' FROM {history} h LEFT JOIN pghistory_context c"
        " ON c.id = h.pgh_context_id WHERE h.pgh_label <> 'delete' AND h.pgh_obj_id ="
        " (SELECT id FROM kit_judgement WHERE kind = %s AND first = %s AND second = %s)"
        " ORDER BY h.pgh_id DESC"
    )
    first, second = _in_order(one, other)
    with connection.cursor() as cursor:
        cursor.execute(sql, [records.noun_of(one), first.uid, second.uid])
        told = takewhile(lambda row: row[0] == Verdict.SAME, cursor.fetchall())
        return any(user and user != str(but.pk) for _verdict, user in told)


def judged_same(record):
    """The record that this one was judged to be one with; None where there is none, or several."""
    mine = Judgement.objects.filter(kind=records.noun_of(record), verdict=Verdict.SAME)
    pairs = mine.filter(Q(first=record.uid) | Q(second=record.uid)).values_list("first", "second")
    uids = {uid for pair in pairs for uid in pair} - {record.uid}
    found = list(type(record)._default_manager.filter(uid__in=uids)[:2])
    return found[0] if len(found) == 1 else None


def _in_order(one, other):
    return sorted((one, other), key=lambda record: record.uid.bytes)


def _judge(noun: str, one, other, verdict: str, by, note: str) -> Judgement:
    first, second = _in_order(one, other)
    pair = {"kind": noun, "first": first.uid, "second": second.uid}
    row = Judgement.objects.filter(**pair).first() or Judgement(**pair)
    if not row.key:
        row.key = row._free_key(f"{noun}--{first.slug}--{second.slug}"[:190].strip("-"))
    row.verdict, row.judged_on = verdict, timezone.localdate()
    row.note = note or row.note
    row.judged_by = (by.get_full_name() or by.get_username()) if by else ""
    row.save()
    return row
