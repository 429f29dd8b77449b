"""Words of the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What somebody suggests."""

    CORRECTION = "correction", _("Correction")
    NEW = "new", _("New record")


class Verdict(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class RevisionState(models.TextChoices):
    """Where a proposed change of a published record stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    SENT_BACK = "sent-back", _("Sent back")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.SENT_BACK)
