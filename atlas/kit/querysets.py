"""Reads over the rows that every noun shares."""

from collections.abc import Iterable

from django.db import models


class JudgementQuerySet(models.QuerySet):
    def of_pairs(self, kind: str, pairs: Iterable[tuple[str, str]]) -> dict:
        """Judgements of these pairs of uids, by the pair as a frozenset of two texts."""
        uids = {uid for pair in pairs for uid in pair}
        found = self.filter(kind=kind, first__in=uids, second__in=uids)
        return {frozenset((str(row.first), str(row.second))): row for row in found}
