"""Guesses at the door of the API count like those at the door of the desk."""

import hashlib

from django.contrib.auth.signals import user_login_failed
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from atlas.accounts.choices import Way
from atlas.accounts.models import FailedTries


class CountedTokens(TokenAuthentication):
    """A wrong token is a try of its address; too many of them are answered 429.

    The same wrong token counts once, so that a script whose token has run out locks out nobody.
    A right one is taken from a locked address too: it has too many bits to be a guess.
    """

    def authenticate(self, request):
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            self.count(request)
            raise

    def count(self, request) -> None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        name = "token " + hashlib.sha256(header.encode(errors="replace")).hexdigest()[:16]
        if not FailedTries.objects.filter(username=name).exists():
            credentials = {"username": name, "way": Way.TOKEN}
            user_login_failed.send(
                sender=type(self), credentials=credentials, request=request._request
            )
