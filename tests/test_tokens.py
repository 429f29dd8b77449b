"""Tokens for scripts: made in the admin, used at the door of the API."""

import re

import pytest
from axes.middleware import AxesMiddleware
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from atlas.accounts.models import AuthToken
from tests.signing_in import known, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cheap_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Private(APIView):
    """An address of the API for whoever has a token."""

    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response(status=204)


def with_token(secret: str):
    header = {"HTTP_AUTHORIZATION": f"Token {secret}"}
    request = RequestFactory().get("/api/v1/private/", REMOTE_ADDR="192.0.2.77", **header)
    return AxesMiddleware(Private.as_view())(request)


def test_a_token_is_made_for_oneself_shown_once_and_revoked(client, settings):
    editor, other = known("Editor"), known("Reviewer")
    theirs, _secret = AuthToken.objects.create(user=other, name="of another")
    sign_in(client, editor.username)
    path = "/admin/accounts/authtoken/"
    page = client.get(f"{path}add/").content.decode()
    assert 'value="write"' in page and 'value="publish"' not in page
    data = {"name": "mirror", "scope": "publish", "days": "30", "user": other.pk}
    assert "not one of the available choices" in client.post(f"{path}add/", data).content.decode()
    made = client.post(f"{path}add/", data | {"scope": "propose"})
    token = AuthToken.objects.get(name="mirror")
    shown = re.search(r'class="token">([^<]{40,})<', made.content.decode()).group(1)
    assert "no-store" in made["Cache-Control"] and shown.startswith(token.token_key)
    assert shown not in token.digest and token.user == editor and token.scopes == ["propose"]
    assert 29 <= (token.expiry - timezone.now()).days <= 30
    listed = client.get(path).content.decode()
    assert "mirror" in listed and "of another" not in listed and shown not in listed
    assert with_token(shown).status_code == 204
    client.post(path, {"action": "revoke", "_selected_action": [theirs.pk, token.pk]})
    assert [*AuthToken.objects.all()] == [theirs]
    assert with_token(shown).status_code == 401


def test_guessed_tokens_lock_their_address_and_an_old_one_does_not(client, settings):
    _token, good = AuthToken.objects.create(user=known("Editor"), name="good")

    assert {with_token("f" * 64).status_code for _n in range(10)} == {401}
    tried = [with_token(f"{n}" * 64) for n in range(settings.AXES_FAILURE_LIMIT)]
    assert [t.status_code for t in tried][-2:] == [429, 429]
    last = tried[-1]
    assert last["Content-Type"].startswith("application/problem+json")
    assert int(last["Retry-After"]) > 0 and "Try again in 15 minutes" in last.content.decode()
    assert with_token(good).status_code == 204
