"""What editors do with an actor beyond saving it; the rules are those of every record."""

from atlas.kit.actions import (
    Verdicts,
    publish,
    publish_many,
    rename,
    revert,
    send_to_review,
    unpublish,
    withdraw,
)
from atlas.kit.merging import judge, merge, unmerge

__all__ = [
    "Verdicts",
    "judge",
    "merge",
    "publish",
    "publish_many",
    "rename",
    "revert",
    "send_to_review",
    "unmerge",
    "unpublish",
    "withdraw",
]
