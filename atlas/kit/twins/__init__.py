"""Likely twins: records that may be one, with a score and reasons; an editor judges.

of(record)             its likely twins, the likeliest first
of_name(noun, text)    the same for a name that is being typed
of_new(noun, ids)      the same for records an import has just written
"""

from atlas.kit.twins.finding import Pair, Twin, of, of_many, of_name, of_new, told
from atlas.kit.twins.scoring import LIKELY, STRONG, Likeness, likeness

__all__ = [
    "LIKELY",
    "STRONG",
    "Likeness",
    "Pair",
    "Twin",
    "likeness",
    "of",
    "of_many",
    "of_name",
    "of_new",
    "told",
]
