"""Admin of initiatives, of actors with all that joins them, and of themes."""

from initiatives.admin.actors import ActorAdmin
from initiatives.admin.initiatives import InitiativeAdmin, ThemeAdmin
from initiatives.admin.links import EventAdmin, FundingLinkAdmin
from initiatives.admin.tables import ImportRunAdmin

__all__ = [
    "ActorAdmin",
    "EventAdmin",
    "FundingLinkAdmin",
    "ImportRunAdmin",
    "InitiativeAdmin",
    "ThemeAdmin",
]
