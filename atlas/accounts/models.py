"""People who sign in and the tokens of scripts; custom from the first migration on."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from knox.models import AbstractAuthToken


class User(AbstractUser):
    """An editor, reviewer or administrator.  Readers need no account."""


class AuthToken(AbstractAuthToken):
    """A hashed, expiring API token; ``scopes`` narrows what its user may do with it."""

    name = models.CharField(max_length=100, blank=True, default="")
    scopes = ArrayField(models.CharField(max_length=30), default=list, blank=True)
