"""One query string against the index: what it finds and the counts beside each choice."""

from collections.abc import Callable
from dataclasses import dataclass

from pyroaring import BitMap

from atlas.kit.facets.families import Facet, Kind
from atlas.kit.facets.index import Registry, Snapshot, current
from atlas.kit.filters import NOT, UNSTATED, TextFilter
from atlas.kit.packing import ids_of


@dataclass(frozen=True)
class Count:
    """How many records one choice would find; ``itself`` counts its narrow sense, if it has one."""

    value: str
    label: str
    count: int
    itself: int | None = None


def kind(noun: str) -> Kind | None:
    """The definition of a list that is in the index."""
    return next((kind for kind in Registry.kinds if kind.name == noun), None)


def select(noun: str, filterset, snapshot: Snapshot | None = None) -> "Selection":
    """The selection of a valid FilterSet; by default of what the database holds now."""
    return Selection((snapshot or current()).shelves[noun], filterset)


class Selection:
    def __init__(self, shelf, filterset):
        self.shelf, self.filterset = shelf, filterset
        if filterset.problems:
            raise ValueError(f"A bad query selects nothing: {filterset.problems[0]}")
        cleaned = filterset.form.cleaned_data
        self.given = {
            name: self._keys(name, cleaned[name]) for name in filterset.filters if cleaned.get(name)
        }
        self.plain: dict[tuple[str, ...], BitMap] = {}

    def _keys(self, name: str, values: list) -> tuple:
        facet = self.shelf.kind.facets.get(name.removesuffix(NOT))
        if facet is None:
            return tuple(values)
        return tuple(UNSTATED if _is_unstated(v) else facet.key(v) for v in values)

    # -------------------------------------------------------------- what it finds

    def ids(self, without: tuple[str, ...] = (), instead: dict | None = None) -> BitMap:
        """Ids that match; some filters (and their exclusions) left out, or with other keys."""
        given = {n: keys for n, keys in self.given.items() if n.removesuffix(NOT) not in without}
        given |= instead or {}
        facets = self.shelf.kind.facets
        plain = tuple(name for name in given if name.removesuffix(NOT) not in facets)
        found = self._plain(plain) & self.shelf.everything if plain else self.shelf.everything
        for name, keys in given.items():
            facet = facets.get(name.removesuffix(NOT))
            if facet is not None:
                ids = self._any(facet, keys, asking(given))
                found = found - ids if name.endswith(NOT) else found & ids
        return found

    def _plain(self, names: tuple[str, ...]) -> BitMap:
        """Ids by the filters that are no facets, found by the database."""
        names = tuple(n for n in names if n != "certainty")  # it matches nothing by itself
        if not names:
            return self.shelf.everything
        if names not in self.plain:
            found = self._by_words(tuple(n for n in names if self._is_text(n)))
            rest = tuple(n for n in names if not self._is_text(n))
            self.plain[names] = found & self._by_columns(rest) if rest else found
        return self.plain[names]

    def _is_text(self, name: str) -> bool:
        return isinstance(self.filterset.filters[name], TextFilter)

    def _by_words(self, names: tuple[str, ...]) -> BitMap:
        """Ids by what is searched for; public or not, since they are put together with those."""
        found = self.shelf.everything
        for name in names:
            filter_ = self.filterset.filters[name]
            if (name,) not in self.plain:
                ids = filter_.found_ids(
                    self.filterset.form.cleaned_data[name], self.shelf.everything
                )
                whole = self.shelf.everything
                self.plain[(name,)] = whole - ids if filter_.exclude else whole & ids
            found = found & self.plain[(name,)]
        return found

    def _by_columns(self, names: tuple[str, ...]) -> BitMap:
        if names not in self.plain:
            rows = self.filterset.queryset
            for name in names:
                value = self.filterset.form.cleaned_data[name]
                rows = self.filterset.filters[name].filter(rows, value)
            self.plain[names] = ids_of(rows.values("pk"))
        return self.plain[names]

    def _any(self, facet: Facet, keys, asked: Callable) -> BitMap:
        found = [self._one(facet, key, asked) for key in keys]
        return found[0] if len(found) == 1 else BitMap.union(*found)

    def _one(self, facet: Facet, key, asked: Callable) -> BitMap:
        if key == UNSTATED:
            return self.shelf.unstated[facet.name]
        return facet.bitmap(self.shelf, key, asked)

    # -------------------------------------------------------------- counts

    def counts(self, name: str, most: int | None = None, also: tuple = ()) -> list[Count]:
        """What each choice of a facet would find in place of the present one.

        A long facet gives its ``most`` frequent values, most first, and those in ``also``; another
        gives all its values in their order.  ``unstated`` comes last where it can be asked for.
        """
        facet = self.shelf.kind.facets[name]
        count = self._counter(facet)
        if facet.long:
            keys = self._frequent(facet, count, most)
        else:
            keys = [(key, *count(key)) for key in facet.keys(self.shelf)]
        seen = {key for key, *_counts in keys}
        keys += [(key, *count(key)) for key in also if key not in seen and key != UNSTATED]
        found = [
            Count(*facet.shown(self.shelf, key), number, itself) for key, number, itself in keys
        ]
        if self.filterset.filters[name].missing is not None:
            label = self.filterset.filters[name].value_label(UNSTATED)
            found.append(Count(UNSTATED, label, count(UNSTATED)[0]))
        return found

    def count_of(self, name: str, key) -> int:
        """What one choice of a facet would find."""
        return self._counter(self.shelf.kind.facets[name])(key)[0]

    def found(self, name: str, most: int | None = None) -> list[tuple[Count, BitMap]]:
        """The values of a facet that find something, with the ids of what each finds."""
        facet = self.shelf.kind.facets[name]
        values = {facet.shown(self.shelf, key)[0]: key for key in facet.keys(self.shelf)}
        return [
            (count, self.ids(without=(name,), instead={name: (values[count.value],)}))
            for count in self.counts(name, most)
            if count.count and count.value in values
        ]

    def _counter(self, facet: Facet) -> Callable[[object], tuple[int, int | None]]:
        """A function that counts one key, and its narrow sense, among all that else matches."""
        dependent = [n for n in self.given if n.removesuffix(NOT) in facet.coupled]
        base = self.ids(without=(facet.name, *facet.coupled))
        asked = asking({n: k for n, k in self.given.items() if n.removesuffix(NOT) != facet.name})

        def count(key) -> tuple[int, int | None]:
            ids = self._one(facet, key, asked)
            if dependent:
                ids = self._narrowed(facet, key, ids, dependent)
            itself = None if key == UNSTATED else facet.itself(self.shelf, key)
            narrow = None if itself is None else base.intersection_cardinality(itself)
            return base.intersection_cardinality(ids), narrow

        return count

    def _narrowed(self, facet: Facet, key, ids: BitMap, dependent: list[str]) -> BitMap:
        """The ids of a key, by the filters whose meaning depends on it as well."""
        asked = asking({**self.given, facet.name: (key,)})
        for name in dependent:
            other = self.shelf.kind.facets[name.removesuffix(NOT)]
            found = self._any(other, self.given[name], asked)
            ids = ids - found if name.endswith(NOT) else ids & found
        return ids

    def _frequent(self, facet: Facet, count: Callable, most: int | None) -> list[tuple]:
        """The most frequent keys; no key that has fewer records in all need be looked at."""
        found: list[tuple] = []
        least = 1
        for total, key in self.shelf.ranking(facet):
            if total < least:
                break
            number, itself = count(key)
            if number >= least:
                found.append((key, number, itself))
                if most and len(found) > 4 * most:
                    found = sorted(found, key=lambda f: -f[1])
                    least = found[most - 1][1]
                    found = [f for f in found if f[1] >= least]
        label = self._label(facet)
        return sorted(found, key=lambda f: (-f[1], label(f[0])))[:most]

    def _label(self, facet: Facet) -> Callable[[object], str]:
        return lambda key: facet.shown(self.shelf, key)[1].casefold()


def asking(given: dict[str, tuple]) -> Callable[[str], tuple]:
    """What facets ask of the rest of the query: the keys of another filter."""
    return lambda name: given.get(name, ())


def _is_unstated(value) -> bool:
    return isinstance(value, str) and value == UNSTATED
