"""The ways of a record to the public and back, as the buttons of its form."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import actions, gate, records
from atlas.kit.choices import State


@dataclass(frozen=True)
class Move:
    """One way of changing a record's state, and who may go it."""

    name: str
    action: object
    label: str
    done: str
    permission: str
    after: tuple[State, ...]
    confirm: str = ""  # what must be ticked first

    @property
    def tick(self) -> str:
        """The name of the box to tick."""
        return f"_confirm_{self.name}"

    def said(self, record) -> str:
        """What an editor reads once it is done: on the way to the public also what is uncited."""
        done = _("“%(record)s” %(done)s.") % {"record": record, "done": self.done}
        if self.name != "review":
            return done
        faults = gate.lacking(records.noun_of(record), [record.pk])
        uncited = sum(fault.reason == "uncited" for fault in faults)
        if not uncited:
            return done
        return (
            f"{done} "
            + ngettext(
                "%d fact has no source yet: it cannot be published before that is cited.",
                "%d facts have no source yet: it cannot be published before they are cited.",
                uncited,
            )
            % uncited
        )


MOVES = {
    move.name: move
    for move in (
        Move("publish", actions.publish, "Save and publish", "is published", "publish",
             actions.FROM[State.PUBLISHED]),
        Move("review", actions.send_to_review, "Save and send to review", "is in review", "change",
             actions.FROM[State.IN_REVIEW]),
        Move("unpublish", actions.unpublish, "Save and return to draft", "is a draft again",
             "publish", actions.FROM[State.DRAFT]),
        Move("withdraw", actions.withdraw, "Save and withdraw", "is withdrawn", "publish",
             actions.FROM[State.WITHDRAWN],
             "Yes, withdraw: the page answers 410 from now on"),
    )
}  # fmt: skip
