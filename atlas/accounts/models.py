"""People who sign in and the tokens of scripts; custom from the first migration on."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from atlas.accounts.choices import Scope


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
