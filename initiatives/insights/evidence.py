"""Addresses, titles and sources of the records behind a picture."""

from collections import defaultdict
from collections.abc import Callable, Collection

from pyroaring import BitMap

from initiatives.models import Initiative, InitiativeCitation
from initiatives.querysets import CitationQuerySet

NAMED = 500  # more names than anybody reads
Named = tuple[tuple[str, str], ...]


def slugs_of(ids: Collection[int]) -> dict[int, str]:
    return dict(Initiative.objects.cells(ids, "slug"))


def titles_of(ids: Collection[int], *, dated: bool = False, shelf=None) -> Named:
    """(title, address) of these initiatives, by title, at most 500; only of dated ones if asked.

    Of thousands the ``shelf`` of the search knows the first without sorting them.
    """
    if not ids:
        return ()
    first = shelf and shelf.in_order("title", BitMap(ids), 0, NAMED)
    rows = Initiative.objects.cells(first or ids, "title", "slug", dated=dated)
    rows = rows.order_by("sort_key", "slug")[:NAMED]
    return tuple((title, f"/initiatives/{slug}/") for _pk, title, slug in rows)


def cited(*, fields: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> Callable:
    """A function from ids to the slugs of the sources that speak of these fields or links."""

    def sources_of(ids: Collection[int]) -> dict[int, list[str]]:
        found = defaultdict(list)
        citations = CitationQuerySet(InitiativeCitation)
        for pk, source in citations.speaking_of(ids, fields, links):
            found[pk].append(source)
        return found

    return sources_of
