"""Tokens at the door of the API: whose they are, what they are for, when they were used."""

import datetime

from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied

from atlas.accounts.tries import CountedTokens

HOW = "Send a token of yours: “Authorization: Token …”. You make them in the admin."
MINUTE = datetime.timedelta(minutes=1)


class ScopedTokens(CountedTokens):
    """``request.auth`` is the token; what it may is asked by ``need``."""

    def authenticate_credentials(self, token):
        if not token.isalnum():  # of bytes: ASCII
            raise AuthenticationFailed("This is no token of ours.")
        user, held = super().authenticate_credentials(token)
        now = timezone.now()
        if held.last_used is None or now - held.last_used > MINUTE:
            held.last_used = now
            held.save(update_fields=["last_used"])
        return user, held


def need(request, scope: str, permission: str = "") -> None:
    """Refuse whoever brings no token, one that is not made for this, or lacks the permission."""
    if request.auth is None:
        raise NotAuthenticated(HOW)
    if not request.auth.may(scope):
        refused = PermissionDenied(f"This token was not made for that: it needs “{scope}”.")
        refused.auth_header = f'Token error="insufficient_scope", scope="{scope}"'
        raise refused
    if permission and not request.user.has_perm(permission):
        refused = PermissionDenied("Your account may not do that.")
        refused.auth_header = 'Token error="insufficient_rights"'
        raise refused
