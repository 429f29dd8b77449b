"""Reads of who signed in."""

import datetime

from django.db.models import QuerySet


class SignInQuerySet(QuerySet):
    """Tries to get in."""

    def of(self, user) -> "SignInQuerySet":
        return self.filter(user=user)

    def entries(self) -> "SignInQuerySet":
        """Sign-ins that succeeded, the latest first."""
        return self.filter(outcome="entered", way__in=("password", "code")).order_by("-at", "-pk")

    def failures_since(self, at: datetime.datetime) -> "SignInQuerySet":
        return self.filter(at__gt=at).exclude(outcome="entered")

    def older_than(self, days: int, now: datetime.datetime) -> "SignInQuerySet":
        return self.filter(at__lt=now - datetime.timedelta(days=days))
