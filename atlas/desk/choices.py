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
