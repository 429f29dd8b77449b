"""Admin of initiatives, of actors with all that joins them, and of themes."""

from initiatives.admin.actors import ActorAdmin
from initiatives.admin.initiatives import InitiativeAdmin, ThemeAdmin
from initiatives.admin.links import EventAdmin, FundingLinkAdmin

__all__ = ["ActorAdmin", "EventAdmin", "FundingLinkAdmin", "InitiativeAdmin", "ThemeAdmin"]
