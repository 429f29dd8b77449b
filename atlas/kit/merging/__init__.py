"""Making two records one, and taking that back."""

from atlas.kit.merging.actions import Plan, judge, judged_same, merge, plan, said_same, unmerge

__all__ = ["Plan", "judge", "judged_same", "merge", "plan", "said_same", "unmerge"]
