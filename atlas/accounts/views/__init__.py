"""Pages of one's own account."""

from atlas.accounts.views.locked import locked_out

__all__ = ["locked_out"]
