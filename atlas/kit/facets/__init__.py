"""Counts beside every choice of a filter, from bitmaps of record ids held in each process.

A *shelf* holds, for one noun, the ids of its public records by what they carry (``families``);
a *facet* says which of these make up one value of the filter of the same name.  The index is
built by SQL once, then follows the records that changed, data version by data version
(``index``).  A *selection* is one query string: what it finds, and the counts beside each choice.

    selection = facets.select("initiatives", filterset)      # a valid FilterSet
    len(selection.ids()); selection.counts("country", most=10)
    selection.ids(without=("kind",))                         # had this filter been dropped
"""

from atlas.kit.facets.families import EMPTY, Facet, Family, Kind
from atlas.kit.facets.index import current, register
from atlas.kit.facets.selections import Count, Selection, kind, select

__all__ = [
    "EMPTY",
    "Count",
    "Facet",
    "Family",
    "Kind",
    "Selection",
    "current",
    "kind",
    "register",
    "select",
]
