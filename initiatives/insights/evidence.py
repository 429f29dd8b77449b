"""Addresses, titles and sources of the records behind a picture."""

from collections import defaultdict
from collections.abc import Callable, Collection

from initiatives.models import Initiative, InitiativeCitation
from initiatives.querysets import CitationQuerySet

Named = tuple[tuple[str, str], ...]


def slugs_of(ids: Collection[int]) -> dict[int, str]:
    return dict(Initiative.objects.cells(ids, "slug"))


def titles_of(ids: Collection[int], *, dated: bool = False) -> Named:
    """(title, address) of these initiatives, by title; of those with dates only, if asked."""
    rows = Initiative.objects.cells(ids, "title", "slug", dated=dated) if ids else ()
    pairs = [(title, f"/initiatives/{slug}/") for _pk, title, slug in rows]
    return tuple(sorted(pairs, key=lambda pair: pair[0].casefold()))


def cited(*, fields: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> Callable:
    """A function from ids to the slugs of the sources that speak of these fields or links."""

    def sources_of(ids: Collection[int]) -> dict[int, list[str]]:
        found = defaultdict(list)
        citations = CitationQuerySet(InitiativeCitation)
        for pk, source in citations.speaking_of(ids, fields, links):
            found[pk].append(source)
        return found

    return sources_of
