"""Writing by programs: who may not, and what cannot be taken, each said where it is."""

import datetime

import pytest
from django.utils import timezone

from atlas.accounts.models import AuthToken
from initiatives.models import Initiative
from tests.forms import person
from tests.writing import JSON, MERGE, NEW, Script, editor, pointers

pytestmark = pytest.mark.django_db
HERE = "/initiatives/ajccbc/"


@pytest.fixture
def script():
    return editor()


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize(
    "scopes, codes",
    [
        ((), [403, 403, 403, 403]),
        (("read",), [200, 403, 403, 403]),
        (("propose",), [200, 202, 403, 403]),
        (("write",), [200, 202, 201, 403]),
        (("publish",), [200, 202, 201, 200]),
    ],
)
def test_a_scope_allows_what_it_says_and_what_is_less(scopes, codes):
    script = Script(person("Reviewer"), *scopes)
    rows = {"initiative_themes": []}
    found = [script.get(f"{HERE}document/")]
    found.append(script.send("PATCH", f"{HERE}?why=x", rows, If_Match="*"))
    found.append(script.post("/initiatives/", NEW))
    found.append(
        script.send("PATCH", "/initiatives/tsubame/?why=x", {"state": "draft"}, If_Match="*")
    )
    assert [response.status_code for response in found] == codes
    for response in found:
        if response.status_code == 403:
            assert "insufficient" in response["WWW-Authenticate"]


def test_tokens_that_are_not_good_any_more(script, client):
    def code(**changes) -> int:
        response = script.post("/initiatives/", {"title": "x"} | changes)
        if response.status_code == 401:
            assert response["WWW-Authenticate"].startswith("Token")
            assert response["Content-Type"] == "application/problem+json"
        return response.status_code

    assert code() == 422  # known, so the document is looked at
    assert AuthToken.objects.get().last_used is not None
    assert client.post("/api/v1/initiatives/", NEW, JSON).status_code == 401
    for text in (
        "Token",
        "Token x y",
        "Token ÿþ",
        "Bearer x",
        f"Token {script.token}0",
        "Token \x00",
    ):
        bad = client.post("/api/v1/initiatives/", NEW, JSON, headers={"Authorization": text})
        assert bad.status_code == 401, text
    script.user.groups.clear()
    assert code() == 403
    script.user.is_active = False
    script.user.save()
    assert code() == 401
    script.user.is_active = True
    script.user.save()
    AuthToken.objects.update(expiry=timezone.now() - datetime.timedelta(seconds=1))
    assert code() == 401
    other = Script(script.user, "write")
    AuthToken.objects.all().delete()
    assert other.get("/proposals/").status_code == 401


def test_a_token_writes_so_often_a_minute(script, settings, tmp_path):
    settings.DATA_FOLDER, settings.ATLAS_WRITES_A_MINUTE = tmp_path, 2
    codes = [script.post("/initiatives/", {}).status_code for _n in range(3)]
    assert codes == [422, 422, 429]
    refused = script.post("/initiatives/", {}, X_Forwarded_For="203.0.113.9")
    assert refused["Retry-After"] and '"token";q=2' in refused["RateLimit-Policy"]
    assert script.get("/proposals/").status_code == 200  # reading goes on
    settings.ATLAS_READS_A_MINUTE = 3  # guessing tokens is counted by address
    guesses = [script.client.post("/api/v1/initiatives/").status_code for _n in range(4)]
    assert guesses[-1] == 429


# ------------------------------------------------------------------ what is refused


DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
UNREADABLE = {
    "no JSON": ("{", 400),
    "a list": ("[]", 400),
    "deep": (DEEP, 400),
    "NaN": ('{"title": NaN}', 400),
    "a long number": ('{"title": ' + "9" * 5000 + "}", 400),
    "twice": ('{"title": "a", "title": "b"}', 400),
    "no UTF-8": (b'{"title": "\xff"}', 400),
    "huge": ('{"title": "' + "x" * 3_000_000 + '"}', 413),
}


def test_what_cannot_be_read_is_refused(script):
    found = {n: script.post("/initiatives/", body) for n, (body, _status) in UNREADABLE.items()}
    assert {n: r.status_code for n, r in found.items()} == {
        n: s for n, (_b, s) in UNREADABLE.items()
    }
    assert all(response.json()["detail"] for response in found.values())


def test_other_media_types_are_refused_with_those_we_read(script):
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "x"):
        response = script.send("PATCH", HERE, "{}", kind, If_Match="*")
        assert response.status_code == 415 and MERGE in response["Accept-Patch"], kind
    assert script.post("/initiatives/", NEW, kind=MERGE).status_code == 415
    assert script.send("PATCH", HERE, {}, JSON, If_Match="*").status_code == 200


FAULTS = {
    "/colour": {"colour": "red"},
    "/title": {"title": 5},
    "/summary": {"summary": "a\x00b"},
    "/objectives": {"objectives": "\ud800"},
    "/kind": {"kind": "thing"},
    "/planned_start": {"planned_start": "soon"},
    "/regions": {"regions": ["a;b"]},
    "/website": {"website": "javascript:alert(1)"},
    "/uid": {"uid": "00000000-0000-4000-8000-000000000001"},
    "/state": {"state": "published"},
    "/slug": {"slug": "No Word"},
    "/participations": {"participations": "x"},
    "/participations/0": {"participations": [5]},
    "/participations/0/actor": {"participations": [{"actor": "nobody", "role": "host"}]},
    "/participations/1/role": {
        "participations": [{"actor": "asean", "role": "host"}, {"actor": "etda", "role": "king"}]
    },
    "/participations/0/x~1y": {"participations": [{"x/y": 1}]},
    "/participations/0/key": {
        "participations": [{"key": "ajccbc--etda--host", "actor": "etda", "role": "host"}]
    },
    "/events/0/initiative": {"events": [{"initiative": "ajccbc", "title": "x"}]},
    "/funding_links/0/amount": {"funding_links": [{"amount": 1.5}]},
    "/results/0/value": {"results": [{"indicator": "people", "value": "١"}]},
    "/citations/0/source": {"citations": [{"field": "title", "source": "none", "says": "x"}]},
    "/citations/0/credibility": {"citations": [{"credibility": 70000}]},
    "/initiative_names/0/name": {"initiative_names": [{"name": "x" * 400, "kind": "alias"}]},
}


def test_a_fault_is_named_by_its_place(script):
    found = {place: script.post("/initiatives/", NEW | given) for place, given in FAULTS.items()}
    wrong = {
        place: response.content
        for place, response in found.items()
        if response.status_code != 422 or place not in pointers(response)
    }
    assert not wrong and not Initiative.objects.filter(title=NEW["title"]).exists()


def test_many_faults_are_told_at_once(script):
    response = script.post("/initiatives/", {"kind": "thing", "status": "x", "title": "T" * 999})
    assert {"/kind", "/status", "/title"} <= set(pointers(response))
    assert "centre" in response.json()["errors"][0]["allowed"]
