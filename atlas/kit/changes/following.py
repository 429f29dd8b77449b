"""What followers of the data are told of each change: kind, record, and the facts that changed.

Only public documents are compared, so nothing is said of what stood in a draft.  A record that is
not public today is named by its last public slug and by nothing else.
"""

from django.db import connection

from atlas.kit.changes.documents import Found, Point, documents_at, heads_at
from atlas.kit.changes.telling import KEPT, WHOLE
from atlas.kit.choices import State
from atlas.kit.tables import NOUNS, TABLES

KINDS = {
    "create": "First published",
    "update": "Changed",
    "rename": "Goes by another slug",
    "merge": "Became one with another record",
    "unpublish": "No longer public",
    "withdraw": "Withdrawn",
    "restore": "Public again",
    "delete": "Deleted",
}
COMPARED = ("update", "rename", "restore")
FOLLOWED = ("initiative", "actor", *KEPT, *WHOLE)


def told(entries) -> list[dict]:
    """The entries (``FeedEntryQuerySet.with_before``) as the API gives them, in their order.

    The number of queries depends on the nouns among them, not on how many there are.
    """
    entries, found = list(entries), {}
    for noun in dict.fromkeys(entry.noun for entry in entries):
        ours = [entry for entry in entries if entry.noun == noun]
        found |= {e.pk: _whole(e) for e in ours} if noun in WHOLE else _of_noun(noun, ours)
    return [found[entry.pk] for entry in entries]


def _whole(entry) -> dict:
    """Countries and themes are few: one entry says that their list is to be read again."""
    return _entry(entry, "update")


def _entry(entry, kind: str, **more) -> dict:
    none = dict.fromkeys(("uid", "slug", "old_slug", "into", "label", "version"))
    given = {"kind": kind, "kind_label": KINDS[kind], "noun": entry.noun}
    return {**given, **none, "at": entry.at, "path": None, "page": None, "facts": [], **more}


def _now(entry) -> Point:
    return Point(entry.record_id, entry.position, entry.xid)


def _seen(entry) -> Point | None:
    """Where the public last saw the record before."""
    if entry.seen_position is None:
        return None
    return Point(entry.record_id, entry.seen_position, entry.seen_xid)


def _of_noun(noun: str, entries: list) -> dict[int, dict]:
    points = [p for e in entries for p in (_now(e), _seen(e)) if p]
    heads = heads_at(noun, points)
    kinds = {e.pk: _kind(e, heads) for e in entries}
    public = _public_today(noun, {e.record_id for e in entries})
    compared = [e for e in entries if kinds[e.pk] in COMPARED and e.record_id in public]
    documents = documents_at(noun, [p for e in compared for p in (_now(e), _seen(e))])
    merged = _merged(noun, [e for e in entries if kinds[e.pk] == "delete"])
    found = {}
    for entry in entries:
        kind, into = kinds[entry.pk], merged.get(entry.pk)
        shown = heads[_now(entry)] if entry.public else heads.get(_seen(entry))
        more = _named(noun, entry, shown, public)
        if kind == "rename":
            more["old_slug"] = heads[_seen(entry)].cells["slug"]
        if entry in compared:
            more["facts"] = facts(documents[_seen(entry)], documents[_now(entry)])
        kind = "merge" if entry.pk in merged else kind
        found[entry.pk] = _entry(entry, kind, into=into, version=entry.version, **more)
    return found


def _kind(entry, heads: dict[Point, Found | None]) -> str:
    head, seen = heads[_now(entry)], _seen(entry)
    if entry.public:
        if seen is None:
            return "create"
        if not entry.was_public:
            return "restore"
        before = heads[seen]
        same = before is None or before.cells["slug"] == head.cells["slug"]
        return "update" if same else "rename"
    if head is None:
        return "delete"
    return "withdraw" if head.state == State.WITHDRAWN else "unpublish"


def _public_today(noun: str, ids: set[int]) -> dict[int, str]:
    """id -> slug of the records that are public as this is read."""
    model = TABLES[NOUNS[noun][0]].parts[0].model
    found = model._default_manager.filter(pk__in=ids)
    if hasattr(model, "state"):
        found = found.filter(state=State.PUBLISHED)
    return dict(found.values_list("pk", "slug"))


def _named(noun: str, entry, shown: Found | None, public: dict[int, str]) -> dict:
    """Permanent id and slug as the public knew them; the rest only of what is public today."""
    cells = shown.cells if shown else {}
    more = {"slug": cells.get("slug"), "uid": cells.get("uid")}
    if entry.public and entry.record_id in public:
        slug, folder = public[entry.record_id], NOUNS[noun][0]
        more["label"] = cells.get("title") or cells.get("name")
        more["path"] = f"/api/v1/{folder}/{slug}/"
        more["page"] = f"/{folder}/{slug}/" if noun != "publisher" else None
    return more


def _merged(noun: str, entries: list) -> dict[int, str | None]:
    """Which of these deletions were merges -> the slug of the record it became one with."""
    if not entries:
        return {}
    history = TABLES[NOUNS[noun][0]].parts[0].history_table
    sql = (
        "SELECT h.pgh_obj_id, h.pgh_xid, (c.metadata->'merge'->>'keep')::bigint"
        f" FROM {history} h JOIN pghistory_context c ON c.id = h.pgh_context_id"
        " WHERE h.pgh_obj_id = ANY(%s) AND h.pgh_label = 'delete' AND c.metadata ? 'merge'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[entry.record_id for entry in entries]])
        kept = {(pk, xid): keep for pk, xid, keep in cursor.fetchall()}
    slugs = _public_today(noun, set(kept.values()))
    return {
        entry.pk: slugs.get(kept[entry.record_id, entry.xid])
        for entry in entries
        if (entry.record_id, entry.xid) in kept
    }


# ------------------------------------------------------------------ facts


def facts(before: dict | None, after: dict | None) -> list[dict]:
    """What differs between two documents: JSON Pointer, old and new value.

    Pointers lead into the document after the change; of a row that is gone, into the one before.
    """
    if not before or not after:
        return []
    found = []
    for name, new in after.items():
        old = before.get(name)
        if old == new:
            continue
        if name in TABLES and isinstance(new, list):
            found += _of_rows(name, old or [], new)
        else:
            found.append({"pointer": f"/{name}", "key": None, "old": old, "new": new})
    return found


def _of_rows(name: str, before: list[dict], after: list[dict]) -> list[dict]:
    key = TABLES[name].key
    old = {row[key]: (place, row) for place, row in enumerate(before)}
    new = {row[key]: (place, row) for place, row in enumerate(after)}
    found = []
    for known in sorted({*old, *new}):
        place, row = new.get(known) or old[known]
        pointer = f"/{name}/{place}"
        if known not in old or known not in new:
            sides = {"old": None, "new": row} if known in new else {"old": row, "new": None}
            found.append({"pointer": pointer, "key": known, **sides})
            continue
        then = old[known][1]
        found += [
            {"pointer": f"{pointer}/{cell}", "key": known, "old": then.get(cell), "new": value}
            for cell, value in row.items()
            if then.get(cell) != value
        ]
    return found
