"""Who may do what in the admin, what its history says, and what its pages cost."""

import json
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, Country
from atlas.accounts.models import User
from initiatives.models import Initiative, InitiativeName, Participation
from sources.models import Source
from tests import making
from tests.forms import change, let_in, person, refusals, sent_back

pytestmark = pytest.mark.django_db
COUNTS = Path(__file__).parent / "query_counts.json"


# ------------------------------------------------------------------ who may what


def test_editor_edits_but_neither_publishes_nor_deletes(client, editor, tsubame):
    page = client.get(change(tsubame))
    assert [m.name for m in page.context["moves"]] == []
    data = sent_back(page) | {"_move": "withdraw"}
    assert client.post(change(tsubame), data).status_code == 403
    draft = making.initiative("mine", state="draft")
    assert [m.name for m in client.get(change(draft)).context["moves"]] == ["review"]
    assert client.get(change(draft).replace("change", "delete")).status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 403


def test_reviewer_moves_records_and_never_deletes_a_published_one(client, reviewer, tsubame):
    names = {m.name for m in client.get(change(tsubame)).context["moves"]}
    assert names == {"withdraw", "unpublish"}
    assert client.get(change(tsubame).replace("change", "delete")).status_code == 403
    data = sent_back(client.get(change(tsubame))) | {"_move": "withdraw"}
    assert "tick “Yes, withdraw" in " ".join(refusals(client.post(change(tsubame), data)))
    data |= {"_confirm_withdraw": "on"}
    assert refusals(client.post(change(tsubame), data)) == ["Say why: the history keeps it."]
    data |= {"edit_why": "It never took place."}
    response = client.post(change(tsubame), data, follow=True)
    assert "“TSUBAME” is withdrawn." in {str(m) for m in response.context["messages"]}


def test_administrator_cannot_make_superusers(client):
    client.force_login(person("Administrator"))
    boss = User.objects.create_superuser("boss")
    assert client.post(change(boss), {"username": "mine"}).status_code == 403
    user = person("Editor", "someone")
    form = client.get(change(user)).context["adminform"].form
    assert "is_superuser" not in form.fields and "groups" in form.fields


# ------------------------------------------------------------------ history


def test_history_says_who_changed_what_through_which_door(client, editor, tsubame):
    data = sent_back(client.get(change(tsubame))) | {"website": "https://example.org/tsubame"}
    assert client.post(change(tsubame), data).status_code == 302
    let_in(tsubame)
    page = client.get(change(tsubame).replace("change", "history")).content.decode()
    assert "proposed by editor-of-the-test" in page and "<td>review</td>" in page
    assert "Website: " in page and "https://example.org/tsubame" in page


# ------------------------------------------------------------------ queries

PAGES = {
    "admin:/initiatives/": "/admin/initiatives/initiative/",
    "admin:/initiatives/<id>/change/": "tsubame",
    "admin:/initiatives/<id>/cite/": "tsubame/cite",
    "admin:/actors/": "/admin/actors/actor/",
    "admin:/actors/<id>/change/": "asean",
    "admin:/sources/": "/admin/sources/source/",
}


def grow(tsubame, asean, source) -> None:
    """Twice the rows: records in the lists, links and evidence on the forms."""
    for n in range(12):
        record = Initiative.objects.create(slug=f"more-{n}", title=f"More {n}", kind="project")
        actor = Actor.objects.create(slug=f"more-{n}", name=f"More {n}", kind="other")
        Source.objects.create(slug=f"more-{n}", title=f"More {n}", publisher=source.publisher)
        name = InitiativeName.objects.create(initiative=tsubame, name=f"N{n}", kind="alias")
        Participation.objects.create(initiative=tsubame, actor=actor, role="partner")
        tsubame.ties.create(kind="related", target=record)
        tsubame.reach.create(country=Country.objects.all()[n])
        tsubame.citations.create(field="name", initiative_name=name, source=source, says=f"N{n}")
        asean.members.create(member_actor=actor)
        asean.citations.create(field="name", source=source, says=f"N{n}")


@pytest.mark.parametrize("name", PAGES)
def test_query_count_is_exact_and_does_not_grow(client, reviewer, name, tsubame, source):
    asean = Actor.objects.get(slug="asean")
    records = {"tsubame": tsubame, "asean": asean}
    slug, _slash, page = PAGES[name].partition("/")
    path = PAGES[name]
    if slug in records:
        path = change(records[slug]).replace("change", page or "change")
    expected = json.loads(COUNTS.read_text("utf-8"))[name]["queries"]
    client.get(path)  # content types and permissions are asked for once a process
    with CaptureQueriesContext(connection) as first:
        client.get(path)
    with transaction.atomic():
        grow(tsubame, asean, source)
        with CaptureQueriesContext(connection) as second:
            client.get(path)
        transaction.set_rollback(True)
    assert (len(first), len(second)) == (expected, expected)
