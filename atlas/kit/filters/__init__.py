"""Filters: one FilterSet a noun serves its page, the API, downloads and pictures.

The rules are the same everywhere: a repeated parameter is OR, different ones AND,
``<name>__not`` excludes, the word ``unstated`` matches a missing value, an empty value is no
filter.  A bad value is an error that names the parameter and what is allowed.

    filterset = InitiativeFilterSet(request.GET)          # or a dict of lists
    filterset.is_valid(); filterset.problems              # [Problem(parameter, reason, allowed)]
    filterset.unknown_parameters                          # names that no filter has
    filterset.qs                                          # published records only
    filterset.without("kind").qs                          # for facets
    filterset.chosen                                      # [Chosen(parameter, value, ...)]
"""

from atlas.kit.filters.base import (
    UNSTATED,
    AtlasFilter,
    PatternFilter,
    PlainFilter,
    RecordFilter,
    SlugFilter,
    TextFilter,
    UidFilter,
    WordFilter,
)
from atlas.kit.filters.dates import (
    CertaintyFilter,
    EvidenceFilter,
    PeriodFilter,
    SinceFilter,
    YearFilter,
    no_earlier,
    no_later,
    stale_before,
    unmarked,
)
from atlas.kit.filters.fields import (
    MEANT,
    BadValue,
    Chosen,
    Offer,
    Problem,
    named_like,
    nearest,
    several,
)
from atlas.kit.filters.sets import NOT, OTHER_PARAMETERS, AtlasFilterSet

__all__ = [
    "MEANT",
    "NOT",
    "OTHER_PARAMETERS",
    "UNSTATED",
    "AtlasFilter",
    "AtlasFilterSet",
    "BadValue",
    "CertaintyFilter",
    "Chosen",
    "EvidenceFilter",
    "Offer",
    "PatternFilter",
    "PeriodFilter",
    "PlainFilter",
    "Problem",
    "RecordFilter",
    "SinceFilter",
    "SlugFilter",
    "TextFilter",
    "UidFilter",
    "WordFilter",
    "YearFilter",
    "named_like",
    "nearest",
    "no_earlier",
    "no_later",
    "several",
    "stale_before",
    "unmarked",
]
