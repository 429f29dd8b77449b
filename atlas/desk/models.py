"""The desk: what readers suggest, what editors propose, and what they say to each other."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from atlas.desk.choices import OPEN_STATES, Kind, RevisionState, Verdict
from atlas.desk.querysets import (
    AttemptQuerySet,
    CommentQuerySet,
    RevisionQuerySet,
    SuggestionQuerySet,
)
from atlas.kit.models import one_of

LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # none that can be misread, no words


def new_reference() -> str:
    """``S-7K3M-9QXT``: cannot be guessed, can be read out on the telephone."""
    letters = "".join(secrets.choice(LETTERS) for _i in range(8))
    return f"S-{letters[:4]}-{letters[4:]}"


class Suggestion(models.Model):
    """A correction of one public record, or a new record, as a reader proposed it.

    ``document`` is the whole proposed record document as of ``version``; where one fact is meant
    its address (``title``, ``events/KEY/date``), our value and the proposed one stand beside it.
    """

    reference = models.CharField(max_length=12, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    noun = models.CharField(max_length=20)
    uid = models.UUIDField("record", null=True, blank=True)
    title = models.CharField(max_length=300)
    version = models.PositiveIntegerField(default=0)
    fact = models.CharField(max_length=300, blank=True, default="")
    fact_label = models.CharField(max_length=400, blank=True, default="")
    was = models.TextField(blank=True, default="")
    value = models.TextField(blank=True, default="")
    document = models.JSONField()
    source_url = models.CharField("address of the source", max_length=1000, blank=True, default="")
    source_title = models.CharField("source", max_length=500, blank=True, default="")
    locator = models.CharField("where in it", max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    contact = models.EmailField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField("made", auto_now_add=True)
    state = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        permissions = [("decide_suggestion", "Can decide on suggestions")]
        indexes = [models.Index(fields=["state", "made_at"], name="suggestion_queue")]
        constraints = [
            one_of("kind", Kind, "suggestion_kind_known"),
            one_of("state", Verdict, "suggestion_state_known"),
            models.CheckConstraint(
                condition=Q(state=Verdict.OPEN, decided_at=None)
                | Q(decided_at__isnull=False) & ~Q(state=Verdict.OPEN),
                name="suggestion_decided_when",
                violation_error_message="What is decided has a day, what is open has none.",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.NEW) | Q(uid__isnull=False),
                name="suggestion_corrects_a_record",
                violation_error_message="A correction names the record it is about.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == Verdict.OPEN


class Attempt(models.Model):
    """One suggestion sent from one address, kept only as long as the limit looks back."""

    sender = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sender", "at"], name="attempt_sender")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Revision(models.Model):
    """A change somebody proposes to a record, apart from the record until it is approved.

    ``base`` is the record document it was made from, ``document`` the proposed one; nobody but its
    author changes it.  ``stamp`` counts its savings, so that what is approved is what was seen.
    """

    noun = models.CharField(max_length=20)
    uid = models.UUIDField("record")
    title = models.CharField(max_length=300)
    base = models.JSONField()
    base_version = models.PositiveIntegerField(default=0)
    document = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    who = models.CharField("by", max_length=150)
    why = models.TextField(blank=True, default="")
    through = models.CharField(max_length=20, default="admin")
    state = models.CharField(
        max_length=10, choices=RevisionState.choices, default=RevisionState.DRAFT
    )
    stamp = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField("made", auto_now_add=True)
    sent_at = models.DateTimeField("sent to review", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "pending revision"
        permissions = [("approve_revision", "Can approve pending revisions")]
        indexes = [
            models.Index(fields=["state", "sent_at"], name="revision_queue"),
            models.Index(fields=["noun", "uid"], name="revision_record"),
        ]
        constraints = [
            one_of("state", RevisionState, "revision_state_known"),
            models.UniqueConstraint(
                fields=["noun", "uid", "author"],
                condition=Q(state__in=OPEN_STATES),
                name="revision_one_open_each",
                violation_error_message="You have a pending revision of this record already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_state_display().lower()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def get_absolute_url(self) -> str:
        """The page on which it is reviewed."""
        return reverse("admin:desk_revision_change", args=[self.pk])


class Comment(models.Model):
    """What an editor says about a record, where it stands; said once, never changed."""

    noun = models.CharField(max_length=20)
    uid = models.UUIDField("record")
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    who = models.CharField("by", max_length=150)
    text = models.TextField(max_length=5000)
    at = models.DateTimeField(auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["noun", "uid"], name="comment_record")]

    def __str__(self) -> str:
        return f"{self.who}, {self.at:%Y-%m-%d}"
