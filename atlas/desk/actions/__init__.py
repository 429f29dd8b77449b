"""What happens at the desk: suggestions are decided, changes reviewed, deeds undone."""

from atlas.desk.actions.moving import publish, publish_many, say, withhold
from atlas.desk.actions.revisions import (
    Behind,
    approve,
    give_up,
    join_of,
    keep,
    merge,
    record_named,
    send_back,
)
from atlas.desk.actions.suggestions import (
    TooMany,
    accept,
    decline,
    proposed,
    purge,
    record_of,
    settle,
    take,
)
from atlas.desk.actions.undoing import Deleted, Outcome, deleted, propose, restore, undo, undo_item

__all__ = [
    "Behind",
    "Deleted",
    "Outcome",
    "TooMany",
    "accept",
    "approve",
    "decline",
    "deleted",
    "give_up",
    "join_of",
    "keep",
    "merge",
    "propose",
    "proposed",
    "publish",
    "publish_many",
    "purge",
    "record_named",
    "record_of",
    "restore",
    "say",
    "send_back",
    "settle",
    "take",
    "undo",
    "undo_item",
    "withhold",
]
