"""Models that every noun shares."""

from atlas.kit.models.order import (
    CommitOrder,
    DataVersion,
    FeedEntry,
    LoadedPackage,
    PublicChange,
)
from atlas.kit.models.rows import (
    RESERVED_SLUGS,
    Digest,
    Event,
    Judgement,
    Link,
    Publishable,
    Redirect,
    Row,
    edtf,
    exactly_one,
    filled,
    folded,
    one_of,
    searched,
)

__all__ = [
    "CommitOrder",
    "DataVersion",
    "Digest",
    "Event",
    "FeedEntry",
    "Judgement",
    "Link",
    "LoadedPackage",
    "PublicChange",
    "Publishable",
    "RESERVED_SLUGS",
    "Redirect",
    "Row",
    "edtf",
    "exactly_one",
    "filled",
    "folded",
    "one_of",
    "searched",
]
