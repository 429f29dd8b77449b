"""Entries of the change pages and feeds: which record, which version, what changed."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from atlas.kit.changes.spans import BEFORE_ALL, Span, changed
from atlas.kit.changes.words import told
from atlas.kit.facts import REGISTRY

FIRST, AGAIN, CHANGED, GONE = "first", "again", "changed", "gone"


@dataclass
class Entry:
    """One public change of one record."""

    noun: str
    noun_label: str
    kind: str
    title: str
    url: str
    version: int
    at: datetime
    id: uuid.UUID
    words: list[str] = field(default_factory=list)

    @property
    def version_url(self) -> str:
        return f"{self.url}versions/{self.version}/" if self.kind != GONE else ""

    @property
    def headline(self) -> str:
        """What happened, in two words."""
        return {
            FIRST: _("First published"),
            AGAIN: _("Published again"),
            CHANGED: _("Changed"),
            GONE: _("Withdrawn"),
        }[self.kind]

    @property
    def sentences(self) -> list[str]:
        """What changed, never empty."""
        if self.words or self.kind != CHANGED:
            return self.words
        return [_("Nothing a reader sees: the order or a key of rows was mended.")]


def entries(changes) -> list[Entry]:
    """The changes (with ``seen_xid`` and ``was_public``) in words; the queries do not grow."""
    changes = list(changes)
    found: dict[int, Entry] = {}
    for noun in REGISTRY:
        ours = [c for c in changes if c.noun == noun]
        records = REGISTRY[noun].model._default_manager.in_bulk({c.record_id for c in ours})
        spans = {c.pk: _span(c) for c in ours if c.record_id in records}
        rows = changed(noun, [s for s in dict.fromkeys(spans.values()) if s])
        for change in ours:
            if change.record_id in records:
                found[change.pk] = _entry(
                    change, records[change.record_id], rows.get(spans[change.pk], [])
                )
    return [found[c.pk] for c in changes if c.pk in found]


def _span(change) -> Span | None:
    """What to compare: with the last public version; for a withdrawal, that version whole."""
    if not change.public:
        return Span(change.record_id, BEFORE_ALL, change.seen_xid or change.xid)
    if change.seen_xid is None:
        return None
    return Span(change.record_id, change.seen_xid, change.xid)


def _entry(change, record, rows: list) -> Entry:
    noun = change.noun
    title, words = str(record), told(noun, rows) if change.public else []
    if not change.public:
        title = _title_then(record, rows)
        name = f"withdrawn:{change.xid}"
    else:
        name = f"version:{change.version}"
    kind = GONE if not change.public else FIRST if change.seen_xid is None else CHANGED
    if kind == CHANGED and not change.was_public:
        kind = AGAIN
    return Entry(
        noun=noun,
        noun_label=str(record._meta.verbose_name).capitalize(),
        kind=kind,
        title=title,
        url=record.get_absolute_url(),
        version=change.version,
        at=change.at,
        id=uuid.uuid5(record.uid, name),
        words=words,
    )


def _title_then(record, rows: list) -> str:
    """Its name as the public last saw it; whatever was written since is not public."""
    own = next((row for row in rows if row.part.model is type(record)), None)
    if own is None:
        return _("A record")
    return own.after.get("title") or own.after.get("name") or _("A record")
