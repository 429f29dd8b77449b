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

__all__ = [
    "Verdicts",
    "publish",
    "publish_many",
    "rename",
    "revert",
    "send_to_review",
    "unpublish",
    "withdraw",
]
