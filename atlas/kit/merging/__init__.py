"""Making two records one, and taking that back."""

from atlas.kit.merging.actions import Plan, judge, merge, plan, unmerge

__all__ = ["Plan", "judge", "merge", "plan", "unmerge"]
