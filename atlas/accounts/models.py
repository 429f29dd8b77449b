"""People who sign in and the tokens of scripts; custom from the first migration on."""

import hashlib

from axes.models import AccessAttempt
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from knox.models import AbstractAuthToken

from atlas.accounts.choices import Outcome, Scope, Way
from atlas.accounts.querysets import SignInQuerySet


class User(AbstractUser):
    """An editor, reviewer or administrator.  Readers need no account."""


class AuthToken(AbstractAuthToken):
    """A hashed, expiring API token; ``scopes`` narrows what its user may do with it.

    A token without scopes reads only; none allows what its user may not.
    """

    name = models.CharField(max_length=100, blank=True, default="")
    scopes = ArrayField(
        models.CharField(max_length=30, choices=Scope.choices), default=list, blank=True
    )
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values),
                name="authtoken_scopes_known",
                violation_error_message=f"scopes: use {', '.join(Scope.values)}.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.token_key

    def may(self, scope: str) -> bool:
        """Whether it was made for this or for more."""
        return any(scope in allowed(held) for held in self.scopes)


def allowed(scope: str) -> list[str]:
    """The scope and all it includes; nothing for a word that is none."""
    words = Scope.values
    return words[: words.index(scope) + 1] if scope in words else []


class RecoveryCodes(ThrottlingMixin, Device):
    """Codes for who has lost the second factor: each opens once, only hashes are stored.

    A code has 80 random bits, so that a plain hash cannot be reversed by trying.
    """

    hashes = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("recovery codes")

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether it is one of the codes; it is none any more afterwards."""
        if not self.verify_is_allowed()[0]:
            return False
        found = hash_of_code(token)
        if found not in self.hashes:
            self.throttle_increment()
            return False
        self.hashes.remove(found)
        self.throttle_reset(commit=False)
        self.save()
        return True


def hash_of_code(code: str) -> str:
    """Case, spaces and hyphens do not matter."""
    bare = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


class SignIn(models.Model):
    """One try to get in; kept for ``ATLAS_SIGN_IN_DAYS``.

    ``name`` is empty where no such account exists: people type passwords into the wrong field.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, verbose_name=_("account"), related_name="sign_ins"
    )
    name = models.CharField(_("who"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True)
    way = models.CharField(_("means"), max_length=10, choices=Way.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class FailedTries(AccessAttempt):
    """What django-axes counts of one name from one address; without it they are let in again."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("failed tries and locks")
