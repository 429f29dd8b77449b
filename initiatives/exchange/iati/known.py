"""What the Atlas holds already of what a file names: its activities, its reporters."""

import hashlib
from collections.abc import Iterable

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import MD5

from atlas.kit.models import Redirect
from initiatives.exchange.iati.draft import Existing, uid_of
from initiatives.exchange.iati.narratives import words_of
from initiatives.exchange.iati.organisations import SCHEME, Organisation, batches, short_hash
from initiatives.models import Initiative, InitiativeIdentifier, SourceRecord
from sources.models import Publisher

KEY_END = "--iati"  # of a source record's key; what stands before begins the keys of all its rows
LONGEST_PUBLISHER = 200  # characters
UNJUDGED = "Reports to IATI; not judged yet."


def existing_activities(identifiers: Iterable[str]) -> dict[str, Existing]:
    """By identifier, the initiatives that bear it or were made from it; others are left out."""
    found: dict[str, Existing] = {}
    for batch in batches(sorted(identifiers)):
        by_uid = {uid_of(identifier): identifier for identifier in batch}
        coded = InitiativeIdentifier.objects.filter(scheme=SCHEME, code__in=batch)
        by_id = dict(coded.values_list("initiative_id", "code"))
        record = SourceRecord.objects.filter(initiative=OuterRef("pk"), key__endswith=KEY_END)
        rows = (
            Initiative.objects.filter(Q(pk__in=by_id) | Q(uid__in=by_uid))
            .order_by()
            .annotate(base=Subquery(record.values("key")[:1]))
            .annotate(kept=Subquery(record.annotate(m=MD5("content")).values("m")[:1]))
            .values_list("pk", "slug", "uid", "state", F("base"), F("kept"))
        )
        for pk, slug, uid, state, base, kept in rows:
            identifier = by_id.get(pk) or by_uid.get(str(uid), "")
            key = (base or "").removesuffix(KEY_END)
            found[identifier] = Existing(slug, str(uid), state, key, kept or "")
    return found


def digest(content: str) -> str:
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


class Reporters:
    """The publishers and sources that a file's reporting organisations are."""

    def __init__(self, file_name: str):
        self.stem = words_of(file_name.rpartition(".")[0] or file_name, 55) or "file"
        self.new_publishers: list[tuple[str, str]] = []  # slug, name
        self.sources: dict[Organisation, tuple[str, str]] = {}  # source's slug, publisher's slug
        self.by_name: dict[str, str] = {}

    def add(self, reporter: Organisation) -> None:
        if reporter in self.sources:
            return
        mark = words_of(reporter.ref or reporter.name, 50)
        slug = f"iati-{mark or short_hash(reporter.name)}-{self.stem}"
        if any(slug == other for other, _publisher in self.sources.values()):
            slug += f"-{short_hash(reporter.name)}"  # one ref, another name
        merged = Redirect.objects.filter(kind="source", old_slug=slug).values_list(
            "slug", flat=True
        )
        self.sources[reporter] = (merged.first() or slug, self._publisher(reporter))

    def _publisher(self, reporter: Organisation) -> str:
        name = (reporter.name or reporter.ref)[:LONGEST_PUBLISHER]
        if name.lower() not in self.by_name:
            same = Publisher.objects.filter(name__iexact=name).order_by("slug")
            slug = same.values_list("slug", flat=True).first()
            if slug is None:
                slug = words_of(name, 100) or f"publisher-{short_hash(name)}"
                taken = {slug for slug, _name in self.new_publishers}
                if slug in taken or Publisher.objects.filter(slug=slug).exists():
                    slug += f"-{short_hash(name)}"
                self.new_publishers.append((slug, name))
            self.by_name[name.lower()] = slug
        return self.by_name[name.lower()]
