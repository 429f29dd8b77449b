"""The records of a list page, taken from the index where it knows their order."""

from collections.abc import Callable

from pyroaring import BitMap

from atlas.kit.search import RELEVANCE


class Found:
    """The records of a selection in an order, fetched page by page; what a Paginator needs."""

    ordered = True

    def __init__(self, listing, prepare: Callable):
        self.listing, self.prepare = listing, prepare
        self.ids = listing.selection.ids()

    def count(self) -> int:
        return len(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> list:
        shelf = self.listing.selection.shelf
        size = part.stop - part.start
        ids = shelf.in_order(self.listing.ordering, self.ids, part.start, size)
        records = self.listing.filterset.queryset
        if ids is None and self.listing.ordering == RELEVANCE:
            return self._best(part)
        if ids is None:
            return self._sorted(self.ids, part)
        found = {record.pk: record for record in self.prepare(records.filter(pk__in=ids))}
        return [found[pk] for pk in ids if pk in found]

    def _sorted(self, ids: BitMap, part: slice, by_name: bool | None = None) -> list:
        """Some of these records as the database sorts them."""
        found = self.prepare(self.listing.filterset.queryset.filter(pk__among=ids))
        return list(self.listing.sort(found, by_name)[part])

    def _best(self, part: slice) -> list:
        """The best match first: what is found by name comes before the rest, which is often many
        times as much, and is weighed only where the page reaches it."""
        records = self.listing.filterset.queryset
        texts = self.listing.filterset.texts
        named = self.ids & BitMap.union(*(records.named_ids(text) for text in texts))
        found = []
        if part.start < len(named):
            found = self._sorted(named, part, True)
        if part.stop > len(named) and len(named) < len(self.ids):
            rest = slice(max(part.start - len(named), 0), part.stop - len(named))
            found += self._sorted(self.ids - named, rest, False)
        return found
