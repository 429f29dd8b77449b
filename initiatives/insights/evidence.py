"""Addresses, titles and sources of the records behind a picture."""

from collections import defaultdict
from collections.abc import Callable, Collection

from initiatives.models import Initiative, InitiativeCitation
from initiatives.querysets import CitationQuerySet

NAMED = 500  # more names than anybody reads
Named = tuple[tuple[str, str], ...]


def slugs_of(ids: Collection[int]) -> dict[int, str]:
    return dict(Initiative.objects.cells(ids, "slug"))


def titles_of(ids: Collection[int], *, dated: bool = False) -> Named:
    """(title, address) of these initiatives, by title, at most 500; only of dated ones if asked."""
    if not ids:
        return ()
    rows = Initiative.objects.cells(ids, "title", "slug", dated=dated).order_by("sort_key", "slug")
    return tuple((title, f"/initiatives/{slug}/") for _pk, title, slug in rows[:NAMED])


def cited(*, fields: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> Callable:
    """A function from ids to the slugs of the sources that speak of these fields or links."""

    def sources_of(ids: Collection[int]) -> dict[int, list[str]]:
        found = defaultdict(list)
        citations = CitationQuerySet(InitiativeCitation)
        for pk, source in citations.speaking_of(ids, fields, links):
            found[pk].append(source)
        return found

    return sources_of
