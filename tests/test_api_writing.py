"""Writing by programs: what is made, changed and proposed, as a script meets it."""

import pytest

from atlas.desk import actions
from atlas.desk.models import Revision
from atlas.kit import records
from initiatives.models import Initiative
from sources.models import Publisher, Source
from tests.forms import person
from tests.writing import NEW, Script, editor, pointers

pytestmark = pytest.mark.django_db
HERE = "/initiatives/ajccbc/"


@pytest.fixture
def script():
    return editor()


def made(script, **more) -> str:
    response = script.post("/initiatives/", NEW | more)
    assert response.status_code == 201, response.content
    return response["Location"].partition("/api/v1")[2]


# ------------------------------------------------------------------ creating and changing


def test_a_draft_is_made_completed_changed_and_deleted(script, client):
    rows = [{"actor": "asean", "role": "host"}, {"actor": "etda", "role": "host"}]
    told = {"title": "Opening\r\nceremony", "date": "2026-11"}
    path = made(script, participations=rows, events=[told])
    assert path == "/initiatives/a-new-centre/"
    assert client.get(f"/api/v1{path}").status_code == 404  # a draft
    document = script.document(path)
    assert [row["key"] for row in document["participations"]] == [
        "a-new-centre--asean--host",
        "a-new-centre--etda--host",
    ]
    assert document["events"][0]["initiative"] == "a-new-centre"
    assert document["events"][0]["title"] == told["title"]
    changed = script.patch(path, {"slug": "centre-b", "summary": "Text.", "kind": "project"})
    assert changed.status_code == 200, changed.content
    path = changed["Content-Location"].partition("/api/v1")[2]
    now = script.document(path)
    assert (now["summary"], now["events"][0]["initiative"]) == ("Text.", "centre-b")
    assert changed["ETag"] == script.etag(path)
    whole = {k: v for k, v in now.items() if k not in ("summary", "uid", "state")}
    replaced = script.patch(path, whole, method="PUT")
    assert replaced.json() == now | {"summary": None}
    who = Initiative.objects.get(slug="centre-b").history.order_by("-pgh_id").first().pgh_context
    assert (who.metadata["door"], who.metadata["user"]) == ("api", script.user.pk)
    assert script.send("DELETE", path, If_Match="*").status_code == 403  # an editor deletes nothing
    reviewer = Script(person("Reviewer"), "write")
    assert reviewer.send("DELETE", path, If_Match=reviewer.etag(path)).status_code == 204
    assert reviewer.send("DELETE", path, If_Match="*").status_code == 404


def test_an_address_that_is_or_was_anothers_is_a_conflict_with_its_place(script):
    response = script.post("/initiatives/", NEW | {"slug": "ajccbc"})
    assert response.status_code == 409 and response["Location"] == "/api/v1/initiatives/ajccbc/"
    response = script.post("/initiatives/", NEW | {"slug": "jaif-fund"})
    assert response.status_code == 409 and response["Location"].endswith("/jaif/")
    moved = script.send("PATCH", "/initiatives/jaif-fund/", {}, If_Match="*")
    assert moved.status_code == 308 and moved["Location"].endswith("/api/v1/initiatives/jaif/")


def test_sources_are_written_at_once_and_deleted_where_nothing_rests_on_them(script, client):
    given = {"title": "A letter", "publisher": "arayz", "published": "2018-09", "kind": "report"}
    path = script.post("/sources/", given)["Location"].partition("/api/v1")[2]
    assert client.get(f"/api/v1{path}").json()["title"] == "A letter"
    assert script.patch(path, {"author": "Somebody"}).json()["author"] == "Somebody"
    assert pointers(script.patch(path, {"publisher": "nobody"}))["/publisher"]
    reviewer = Script(person("Reviewer"), "write")
    cited = "/sources/ipdf-japan-leads/"
    refused = reviewer.send("DELETE", cited, If_Match=reviewer.etag(cited))
    assert refused.status_code == 422 and Source.objects.filter(slug="ipdf-japan-leads")
    assert reviewer.send("DELETE", path, If_Match=reviewer.etag(path)).status_code == 204
    named = reviewer.send("DELETE", "/publishers/arayz/", If_Match="*")
    assert named.status_code == 409 and Publisher.objects.filter(slug="arayz")


# ------------------------------------------------------------------ which state is meant


def test_a_change_says_which_state_it_means_and_loses_nobodys(script):
    path = made(script)
    seen = script.etag(path)
    assert script.send("PATCH", path, {"summary": "A"}).status_code == 428
    assert script.patch(path, {"summary": "B"}, If_Match=f"W/{seen}").status_code == 200
    late = script.patch(path, {"summary": "C"}, If_Match=seen)
    assert late.status_code == 412 and late["ETag"] == script.etag(path) != seen
    assert script.document(path)["summary"] == "B"
    both = f'"other", {script.etag(path)}'
    assert script.patch(path, {"summary": "D"}, If_Match=both).status_code == 200
    public = script.client.get("/api/v1/actors/asean/")["ETag"]  # nothing has changed since
    assert script.patch(path, {"summary": "E"}, If_Match=public).status_code in (200, 412)


# ------------------------------------------------------------------ proposals


def test_what_is_public_changes_by_review(script, client):
    before = client.get(f"/api/v1{HERE}").json()
    assert list(pointers(script.patch(HERE, {"objectives": "New."}))) == ["why"]
    response = script.patch(HERE, {"title": "Another"}, why="It+is+called+so.")
    assert "no source" in pointers(response)["/title"]
    assert script.patch(HERE, {}).status_code == 200
    assert client.get(f"/api/v1{HERE}").json() == before


def proposed(script) -> tuple[str, dict]:
    rows = script.document(HERE)["initiative_themes"][:-1]
    response = script.patch(HERE, {"initiative_themes": rows}, why="Not+about+that.")
    assert response.status_code == 202, response.content
    return response["Location"].partition("/api/v1")[2], response.json()


def test_a_proposal_is_followed_changed_withdrawn_and_approved(client):
    script = editor("propose")
    path, body = proposed(script)
    assert (body["state"], body["why"]) == ("in-review", "Not about that.")
    assert len(body["changes"]) == 1
    again = script.patch(HERE, {"initiative_themes": []}, why="x")
    assert again.status_code == 409 and again["Location"].endswith(path)
    assert script.get(f"{HERE}proposals/").json()["count"] == 1
    assert script.send("PATCH", path, {"initiative_themes": []}).status_code == 428
    seen = script.etag(path)
    other = script.patch(path, {"initiative_themes": []}, If_Match=seen)
    assert other.status_code == 200 and other.json()["document"]["initiative_themes"] == []
    assert script.patch(path, {}, If_Match=seen).status_code == 412
    stranger = Script(person("Editor", "stranger"), "publish")
    assert stranger.get(path).status_code == 404
    actions.approve(revision=Revision.objects.get(), by=person("Reviewer"))
    assert script.get(path).json()["state"] == "approved"
    assert script.send("DELETE", path, If_Match=script.etag(path)).status_code == 409
    assert client.get(f"/api/v1{HERE}").json()["themes"] == []
    assert script.post(f"{HERE}proposals/", {"scope": None}, If_Match="*").status_code == 400


def test_a_withdrawn_proposal_stays_listed():
    script = editor("propose")
    path, _body = proposed(script)
    assert script.send("DELETE", path, If_Match=script.etag(path)).status_code == 204
    assert [p["state"] for p in script.get("/proposals/").json()["results"]] == ["withdrawn"]


def test_who_may_publish_and_approve_alone_changes_at_once(client, settings):
    script = Script(person("Reviewer"), "publish")
    rows = {"initiative_themes": script.document(HERE)["initiative_themes"][:-1]}
    assert script.patch(HERE, rows, why="x").status_code == 202
    settings.ATLAS_APPROVE_OWN = True
    response = script.patch(HERE, rows)
    assert response.status_code == 200, response.content
    assert len(client.get(f"/api/v1{HERE}").json()["themes"]) == len(rows["initiative_themes"])


# ------------------------------------------------------------------ states


def test_states_move_by_their_rules(script, client):
    path = made(script)
    assert script.patch(path, {"state": "published"}).status_code == 403
    assert script.patch(path, {"state": "in-review"}).json()["state"] == "in-review"
    reviewer = Script(person("Reviewer"), "publish")
    refused = reviewer.patch(path, {"state": "published"})
    assert set(pointers(refused)) == {"/title"}  # uncited
    assert (
        "why" in pointers(reviewer.patch("/initiatives/tsubame/", {"state": "withdrawn"}))["/state"]
    )
    gone = reviewer.patch("/initiatives/tsubame/", {"state": "withdrawn"}, why="Never+held.")
    assert gone.json()["state"] == "withdrawn"
    assert client.get("/api/v1/initiatives/tsubame/").status_code == 410
    assert "/state" in pointers(reviewer.patch(path, {"state": "nowhere"}))
    assert reviewer.send("DELETE", HERE, If_Match="*").status_code == 409


def test_a_record_taken_and_given_back_changes_nothing(script):
    for path in (HERE, "/actors/asean/", "/sources/ipdf-japan-leads/", "/publishers/arayz/"):
        response = script.patch(path, script.document(path), method="PUT")
        assert response.status_code == 200, response.content
    assert not Revision.objects.exists()
    assert records.document(Initiative.objects.get(slug="ajccbc")) == script.document(HERE)
