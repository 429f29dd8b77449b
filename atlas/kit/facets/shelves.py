"""The ids of one noun as they stood in one data version; never changed, only replaced."""

from bisect import insort
from collections.abc import Iterable
from itertools import islice

from pyroaring import BitMap

from atlas.kit.facets.families import EMPTY, EVERYTHING, Facet, Kind

MARGIN = 1000  # so few records are sorted by the database


class Shelf:
    """Bitmaps of one noun; what is derived from them is worked out once and kept.

    ``world`` is what all nouns share and facets look things up in: trees, members, names; what of
    it decides which ids a value has is its ``shape``.
    """

    def __init__(self, kind: Kind, world, everything: BitMap, families, unstated):
        self.kind, self.world = kind, world
        self.everything, self.families, self.unstated = everything, families, unstated
        self.unions: dict[tuple[str, object], BitMap] = {}
        self.totals: dict[str, dict[object, int]] = {}
        self.ranked: dict[str, list] = {}
        self.sorted: dict[str, list[tuple[str, int]]] = {}

    @classmethod
    def read(cls, kind: Kind, world) -> "Shelf":
        found = kind.read()
        everything = found.pop(EVERYTHING).get("", EMPTY)
        unstated = {name: everything - together(found, f) for name, f in kind.facets.items()}
        return cls(kind, world, everything, found, unstated)

    # -------------------------------------------------------------- following changes

    def followed(self, world, changed: BitMap) -> tuple["Shelf", dict[str, set]]:
        """The shelf after some records changed; with the keys that they had or have now."""
        found = self.kind.read(changed)
        present = found.pop(EVERYTHING).get("", EMPTY)
        families, hits = {}, {}
        for name, keys in self.families.items():
            hits[name] = self._had(name, changed, hits) | found[name].keys()
            families[name] = merged(keys, hits[name], found[name], changed)
        unstated = {
            name: (self.unstated[name] - changed) | (present - together(found, facet))
            for name, facet in self.kind.facets.items()
        }
        everything = (self.everything - changed) | present
        shelf = Shelf(self.kind, world, everything, families, unstated)
        shelf._inherit(self, hits, changed)
        return shelf, hits

    def seen_in(self, world) -> "Shelf":
        """The same ids where only the world has changed."""
        shelf = Shelf(self.kind, world, self.everything, self.families, self.unstated)
        shelf.sorted = self.sorted
        return shelf

    def _had(self, name: str, changed: BitMap, hits: dict[str, set]) -> set:
        """Keys of a family that any of the changed records had."""
        keys, family = self.families[name], self.kind.families[name]
        if family.under is None:
            return {key for key, ids in keys.items() if ids.intersect(changed)}
        above, variants = family.under
        return {(a, v) for a in hits[above] for v in variants if (a, v) in keys}

    def _inherit(self, before: "Shelf", hits: dict[str, set], changed: BitMap) -> None:
        """Keep what was worked out before and still holds."""
        for order, entries in before.sorted.items():
            kept = [entry for entry in entries if entry[1] not in changed]
            for entry in self.kind.sort_keys(order, changed):
                insort(kept, entry)
            self.sorted[order] = kept
        if self.world is not before.world and self.world.shape != before.world.shape:
            return
        stale = {name: f.affected(self, hits) for name, f in self.kind.facets.items()}
        self.unions = {
            place: ids
            for place, ids in before.unions.items()
            if stale[place[0]] is not None and place[1] not in stale[place[0]]
        }
        for name, totals in before.totals.items():
            if stale[name] is not None:
                facet = self.kind.facets[name]
                fresh = {key: len(self.expanded(facet, key)) for key in stale[name]}
                self.totals[name] = totals | fresh

    # -------------------------------------------------------------- looking up

    def get(self, family: str, key) -> BitMap:
        return self.families[family].get(key, EMPTY)

    def union(self, sources: Iterable[tuple[str, object]]) -> BitMap:
        found = [ids for family, key in sources if (ids := self.families[family].get(key))]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else EMPTY

    def expanded(self, facet: Facet, key) -> BitMap:
        """All ids of a value."""
        if type(facet).sources is Facet.sources and type(facet).gather is Facet.gather:
            return self.get(facet.families[0], key)
        place = (facet.name, key)
        ids = self.unions.get(place)
        if ids is None:
            ids = self.unions[place] = facet.gather(self, key)
        return ids

    def ranking(self, facet: Facet) -> list[tuple[int, object]]:
        """(how many records have it, key) of every value that some record has, most first."""
        if facet.name not in self.ranked:
            totals = self.totals.get(facet.name)
            if totals is None:
                totals = {key: len(self.expanded(facet, key)) for key in facet.keys(self)}
                self.totals[facet.name] = totals
            pairs = [(total, key) for key, total in totals.items() if total]
            self.ranked[facet.name] = sorted(pairs, key=lambda pair: -pair[0])
        return self.ranked[facet.name]

    # -------------------------------------------------------------- order

    def in_order(self, order: str, ids: BitMap, start: int, size: int) -> list[int] | None:
        """Ids of one page in an order of the list; None where the database should sort them."""
        if order not in self.kind.orders or len(ids) <= MARGIN < len(self.everything):
            return None
        if order not in self.sorted:
            self.sorted[order] = sorted(self.kind.sort_keys(order))
        entries = self.sorted[order]
        if len(ids) == len(entries):
            return [pk for _key, pk in entries[start : start + size]]
        matching = (pk for _key, pk in entries if pk in ids)
        return list(islice(matching, start, start + size))


def together(families: dict[str, dict], facet: Facet) -> BitMap:
    """Ids with any value of the facet."""
    found = [ids for name in facet.families for ids in families[name].values()]
    return BitMap.union(*found) if found else EMPTY


def merged(keys: dict, hit: set, found: dict, changed: BitMap) -> dict:
    """A family with the changed records taken out and put where they belong now."""
    if not hit:
        return keys
    now = dict(keys)
    for key in hit:
        ids = (keys.get(key, EMPTY) - changed) | found.get(key, EMPTY)
        if ids:
            now[key] = ids
        else:
            now.pop(key, None)
    return now
