"""The index of this process: one snapshot a database, brought up to the data version asked for.

Snapshots are never changed, so a reader keeps the one it has while another thread makes the next.
The version is read first and the changed records after it: a snapshot holds at least everything
of its version.  Inside a transaction that has written, readers see what nobody else sees; they
get an index of their own.
"""

import datetime
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from atlas.kit import versions
from atlas.kit.facets.families import Kind
from atlas.kit.facets.shelves import Shelf

MANY = 2000  # changed records above which everything is read again


@dataclass(frozen=True)
class Snapshot:
    version: int
    day: datetime.date
    world: object
    shelves: dict[str, Shelf]


class Registry:
    """The nouns, in the order in which changes of one lead to the next, and what they share.

    ``world(before, changed)`` gives it anew, or ``before`` itself where nothing of it changed;
    ``follow(kind, hits, changed, before, world)`` gives ids of a noun that change with others.
    """

    kinds: tuple[Kind, ...] = ()
    world: Callable
    follow: Callable
    shared: frozenset[str] = frozenset()
    held: dict[str, Snapshot] = {}
    lock = threading.Lock()


def register(kinds, *, world: Callable, follow: Callable, shared: Iterable[str]) -> None:
    """Called once, when apps are ready; with a change of a ``shared`` noun all is read anew."""
    for kind in kinds:
        for name, facet in kind.facets.items():
            facet.name = name
    Registry.kinds, Registry.world, Registry.follow = tuple(kinds), world, follow
    Registry.shared = frozenset(shared)


def current() -> Snapshot:
    """The index of what the database holds now, as this connection sees it."""
    state = versions.asked()
    version = state.version
    if state.wrote:
        return built(version)
    name = database()
    held = Registry.held.get(name)
    if held and held.version == version and held.day == timezone.now().date():
        return held
    with Registry.lock:
        held, version = Registry.held.get(name), versions.read().version
        if not held or held.version != version or held.day != timezone.now().date():
            held = followed(held, version) if held else built(version)
            Registry.held[name] = held
        return held


def database() -> str:
    given = connection.settings_dict
    return f"{given['HOST']}:{given['PORT']}/{given['NAME']}"


def built(version: int) -> Snapshot:
    """Everything read anew."""
    world = Registry.world(None, {})
    shelves = {kind.name: Shelf.read(kind, world) for kind in Registry.kinds}
    return Snapshot(version, timezone.now().date(), world, shelves)


def followed(held: Snapshot, version: int) -> Snapshot:
    """The snapshot with the records that changed since; anew where that is most of them."""
    changed = changed_since(held.version)
    known = sum(len(shelf.everything) for shelf in held.shelves.values())
    several = sum(map(len, changed.values()))
    if (
        held.day != timezone.now().date()
        or held.version > version
        or several > min(MANY, known / 4 + 10)
        or changed.keys() & Registry.shared
    ):
        return built(version)
    world = Registry.world(held.world, changed)
    shelves, hits = {}, {}
    for kind in Registry.kinds:
        shelf = held.shelves[kind.name]
        more = Registry.follow(kind, hits, changed, held.world, world)
        ids = changed.get(kind.noun, BitMap()) | BitMap(more)
        if ids:
            shelves[kind.name], hits[kind.name] = shelf.followed(world, ids)
        else:
            shelves[kind.name] = shelf if world is held.world else shelf.seen_in(world)
    return Snapshot(version, held.day, world, shelves)


def changed_since(version: int) -> dict[str, BitMap]:
    """Ids by noun of what changed, was made or was deleted after a data version."""
    found: dict[str, BitMap] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT noun, record_id FROM kit_changed WHERE version > %s AND noun = ANY(%s)"
            " LIMIT %s",
            [version, [*(kind.noun for kind in Registry.kinds), *Registry.shared], 2 * MANY],
        )
        for noun, pk in cursor:
            found.setdefault(noun, BitMap()).add(pk)
    return found
