"""The organisations a file names, and the actors they are.

An organisation is what its ``ref`` and its name say together: publishers put one ref on bodies
that are not one, so a ref alone is trusted only where an editor's published actor bears it, or
where no other name stands beside it.
"""

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from actors.models import Actor, ActorIdentifier, ActorName
from atlas.kit.choices import State
from atlas.kit.models import RESERVED_SLUGS, Redirect
from initiatives.exchange.iati import codes
from initiatives.exchange.iati.narratives import first_text, one_line, words_of

SCHEME = "iati"
TAGS = ("reporting-org", "participating-org", "provider-org", "receiver-org")
LONGEST_REF, LONGEST_NAME, LONGEST_SLUG = 100, 290, 80  # characters
BATCH = 1000


@dataclass(frozen=True)
class Organisation:
    """As one element names it; both may not be empty."""

    ref: str
    name: str

    @property
    def uid(self) -> str:
        """The permanent identity of the actor that is made of it."""
        text = f"iati:organisation:{self.ref}|{self.name.lower()}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, text))

    @property
    def flaw(self) -> str:
        if len(self.name) > LONGEST_NAME:
            return f"the name is longer than {LONGEST_NAME} characters"
        if len(self.ref) > LONGEST_REF:
            return f"@ref is longer than {LONGEST_REF} characters"
        return ""


@dataclass(frozen=True)
class NewActor:
    """An actor to be made; ``ref`` is empty where another one bears the identifier."""

    slug: str
    uid: str
    name: str
    kind: str
    ref: str


def organisation(element) -> Organisation | None:
    """What an element names; None where it names nobody."""
    if element is None:
        return None
    found = Organisation(one_line(element.get("ref")), one_line(first_text(element)))
    return found if found.ref or found.name else None


@dataclass
class _Known:
    """Actors of the database that organisations of the file may be, by slug."""

    by_ref: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_uid: dict[str, str] = field(default_factory=dict)
    refs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    published: set[str] = field(default_factory=set)


class Organisations:
    """Note every element first, ``resolve`` once, then ask for slugs."""

    def __init__(self):
        self.seen: Counter[Organisation] = Counter()
        self.types: dict[Organisation, str] = {}
        self.slugs: dict[Organisation, str] = {}
        self.new: dict[str, NewActor] = {}

    def note(self, activity) -> None:
        for element in activity.iter(*TAGS):
            found = organisation(element)
            if found and not found.flaw:
                self.seen[found] += 1
                self.types.setdefault(found, element.get("type") or "")

    def slug(self, found: Organisation | None) -> str:
        """The slug of the actor; empty for nobody."""
        return self.slugs[found] if found else ""

    def resolve(self) -> None:
        """Find each organisation's actor, or plan a new one; the same file plans the same."""
        known = self._known()
        order = sorted(
            self.seen, key=lambda o: (not (o.ref and o.name), -self.seen[o], o.ref, o.name)
        )
        fresh = []
        for found in order:
            slug = _match(found, known)
            if slug:
                self.slugs[found] = slug
            else:
                fresh.append(found)
        self._plan(fresh, known)

    def _plan(self, fresh: list[Organisation], known: _Known) -> None:
        """New actors: named ones first, so that a bare ref or a bare name can join them."""
        owners, named = dict(known.by_ref), {}
        for found, slug in self.slugs.items():
            named.setdefault(found.name.lower(), slug)
        taken = _taken(_slug_of(found) for found in fresh)
        for found in fresh:
            joined = ""
            if not found.name:
                joined = owners.get(found.ref, "")
            elif not found.ref:
                joined = named.get(found.name.lower(), "")
            if joined:
                self.slugs[found] = joined
                continue
            slug = _slug_of(found)
            if slug in taken:
                slug = f"{slug}-{found.uid[:6]}"
            taken.add(slug)
            ref = "" if found.ref in owners else found.ref
            kind = codes.ORGANISATION_TYPE.word(self.types[found]) or "other"
            self.new[slug] = NewActor(slug, found.uid, found.name or found.ref, kind, ref)
            self.slugs[found] = slug
            if found.ref:
                owners.setdefault(found.ref, slug)
            named.setdefault(found.name.lower(), slug)

    def _known(self) -> _Known:
        known = _Known()
        refs = sorted({o.ref for o in self.seen if o.ref})
        names = sorted({o.name.lower() for o in self.seen if o.name})
        uids = {o.uid for o in self.seen}
        slugs: set[str] = set()
        identifiers = ActorIdentifier.objects.filter(scheme=SCHEME)
        for batch in batches(refs):
            for code, slug in identifiers.filter(code__in=batch).values_list("code", "actor__slug"):
                known.by_ref[code] = slug
                slugs.add(slug)
        for batch in batches(names):
            for model, path in ((Actor, "slug"), (ActorName, "actor__slug")):
                rows = model.objects.annotate(low=Lower("name")).filter(low__in=batch)
                for low, slug in rows.order_by(path).values_list("low", path):
                    known.by_name[low].append(slug)
                    slugs.add(slug)
        for batch in batches(sorted(uids)):
            for uid, slug in Actor.objects.filter(uid__in=batch).values_list("uid", "slug"):
                known.by_uid[str(uid)] = slug
        for batch in batches(sorted(slugs)):
            self._details(batch, known)
        return known

    def _details(self, slugs: list[str], known: _Known) -> None:
        chosen = Actor.objects.filter(slug__in=slugs)
        known.published.update(
            chosen.filter(state=State.PUBLISHED).values_list("slug", flat=True).order_by()
        )
        for slug, name in chosen.values_list("slug", "name").order_by():
            known.names[slug].add(name.lower())
        for slug, name in chosen.values_list("slug", "names__name").order_by():
            known.names[slug].add((name or "").lower())
        coded = chosen.filter(identifiers__scheme=SCHEME)
        for slug, code in coded.values_list("slug", "identifiers__code").order_by():
            known.refs[slug].add(code)


def _match(found: Organisation, known: _Known) -> str:
    """The actor that an organisation is, by identifier and by exact name; empty when none is."""
    name, bearer = found.name.lower(), known.by_ref.get(found.ref, "") if found.ref else ""
    if bearer and (not name or name in known.names[bearer] or bearer in known.published):
        return bearer
    if found.uid in known.by_uid:
        return known.by_uid[found.uid]
    for slug in known.by_name.get(name, ()) if name else ():
        others = known.refs[slug] - {found.ref}
        if not (found.ref and others and found.ref not in known.refs[slug]):
            return slug
    return ""


def _slug_of(found: Organisation) -> str:
    return words_of(found.name or found.ref, LONGEST_SLUG) or f"org-{found.uid[:8]}"


def _taken(slugs: Iterable[str]) -> set[str]:
    taken = set(RESERVED_SLUGS)
    for batch in batches(sorted(set(slugs))):
        taken.update(Actor.objects.filter(slug__in=batch).values_list("slug", flat=True))
        moved = Redirect.objects.filter(kind="actor", old_slug__in=batch)
        taken.update(moved.values_list("old_slug", flat=True))
    return taken


def batches(values: list) -> Iterable[list]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def short_hash(text: str) -> str:
    """Six digits that tell two texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]
