"""Reads and upkeep of suggestions, pending revisions and comments."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from atlas.desk.choices import OPEN_STATES, Verdict


class SuggestionQuerySet(models.QuerySet):
    def in_order(self):
        """Open ones first, the oldest of them first; then the latest decided."""
        is_open = Case(When(state=Verdict.OPEN, then=Value(0)), default=Value(1))
        return self.order_by(is_open, "-decided_at", "made_at", "pk")

    def forget_contacts(self) -> int:
        """Delete the contact of what was decided, or made, longer ago than we promise to keep it.

        Returns how many.
        """
        now = timezone.now()
        decided = now - datetime.timedelta(days=settings.ATLAS_CONTACT_DAYS_DECIDED)
        made = now - datetime.timedelta(days=settings.ATLAS_CONTACT_DAYS)
        due = Q(decided_at__lte=decided) | Q(made_at__lte=made)
        return self.exclude(contact="").filter(due).update(contact="")


class RevisionQuerySet(models.QuerySet):
    def of(self, record):
        """Revisions of one record, the latest first."""
        found = self.filter(noun=record._meta.model_name, uid=record.uid)
        return found.select_related("author", "decided_by").order_by("-pk")

    def still_open(self):
        return self.filter(state__in=OPEN_STATES)

    def by(self, user):
        """All that somebody ever proposed, the latest first."""
        return self.filter(author=user.pk).select_related("decided_by").order_by("-pk")

    def about(self, record):
        return self.filter(noun=record._meta.model_name, uid=record.uid)

    def before(self, number: str):
        """Those made before the one with this number; all where it is empty."""
        return self.filter(pk__lt=number) if number else self

    def numbered(self, number: str):
        return self.filter(pk=number).first()

    def own(self, record, user):
        """The one revision of a record that somebody is working on, or None."""
        return self.of(record).still_open().filter(author=user.pk).first()


class CommentQuerySet(models.QuerySet):
    def of(self, record):
        return self.filter(noun=record._meta.model_name, uid=record.uid)


class AttemptQuerySet(models.QuerySet):
    """Who sent something lately, by a hash that says nothing without our secret."""

    def since(self, sender: str, seconds: int):
        return self.filter(sender=sender, at__gt=_ago(seconds)).order_by("at")

    def forget(self, seconds: int) -> int:
        """Delete what is older than the longest limit looks back; returns how many."""
        return self.filter(at__lte=_ago(seconds)).delete()[0]


def _ago(seconds: int):
    return timezone.now() - datetime.timedelta(seconds=seconds)
