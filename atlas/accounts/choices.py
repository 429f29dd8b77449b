"""What a token may be made for, and what a sign-in was."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token is for, the least first: each allows what those before it allow."""

    READ = "read", _("Read what is public, and what its user proposed")
    PROPOSE = "propose", _("Propose changes, for review")
    WRITE = "write", _("Create drafts and change them")
    PUBLISH = "publish", _("Change what readers see, publish and withdraw")


class Way(models.TextChoices):
    """What was asked for."""

    PASSWORD = "password", _("password")
    CODE = "code", _("second factor")
    AGAIN = "again", _("password asked again")
    TOKEN = "token", _("API token")


class Outcome(models.TextChoices):
    """What came of it."""

    ENTERED = "entered", _("let in")
    REFUSED = "refused", _("refused")
    LOCKED = "locked", _("locked out")
