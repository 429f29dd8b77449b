"""A script that writes: a token and its requests, as the test client sends them."""

import json

from django.test import Client

from atlas.accounts.models import AuthToken
from tests.forms import person

API = "/api/v1"
NEW = {"title": "A new centre", "kind": "centre"}
MERGE, JSON = "application/merge-patch+json", "application/json"


class Script:
    """Requests with one token; ``If-Match`` is asked for first unless one is given."""

    def __init__(self, user, *scopes: str, **more):
        self.user = user
        self.held, self.token = AuthToken.objects.create(user, scopes=list(scopes), **more)
        self.client = Client()

    def send(self, method: str, path: str, body=None, kind=None, **headers):
        kind = kind or (MERGE if method == "PATCH" else JSON)
        data = json.dumps(body) if isinstance(body, dict | list) else body or ""
        given = {"Authorization": f"Token {self.token}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"{API}{path}", data, kind, headers=given)

    def get(self, path: str):
        return self.send("GET", path)

    def document(self, path: str) -> dict:
        return self.get(f"{path}document/").json()

    def post(self, path: str, body, **headers):
        return self.send("POST", path, body, **headers)

    def etag(self, path: str) -> str:
        return self.get(path if "/proposals/" in path else f"{path}document/")["ETag"]

    def patch(self, path: str, body, why="", method="PATCH", **headers):
        headers.setdefault("If_Match", self.etag(path))
        return self.send(method, f"{path}{why and f'?why={why}'}", body, **headers)


def editor(*scopes: str) -> Script:
    return Script(person("Editor"), *(scopes or ("write",)))


def pointers(response) -> dict[str, str]:
    """What is wrong, by place."""
    assert response["Content-Type"] == "application/problem+json", response.content[:500]
    return {e.get("pointer", e.get("parameter")): e["reason"] for e in response.json()["errors"]}
