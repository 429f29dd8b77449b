"""Suggestions of readers: anybody may send one, nothing typed is lost, nobody is kept."""

import datetime
from importlib import import_module

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from atlas.desk import actions
from atlas.desk.models import Attempt, Suggestion
from atlas.kit import records, visitors
from initiatives.models import Initiative
from tests.forms import person
from tests.page import Page, static_files  # noqa: F401
from tests.suggesting import NEW, PATH, TYPED, fresh, made, patience, send  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files", "patience")]


def test_a_correction_lands_in_the_queue_as_a_document_and_prints_its_number(client, tsubame):
    response = client.post(PATH, {**fresh(client, PATH), **TYPED}, follow=True)
    kept = Suggestion.objects.get()
    assert kept.reference in Page(response).text and "waits for an editor" in Page(response).text
    asked = Page(client.get(PATH)).text
    assert "You get a number, and a page" in asked and "deleted 30 days after" in asked
    assert tsubame.get_absolute_url() in Page(response).links
    document = records.document(tsubame)
    changed = records.diff(document, kept.document)
    assert [(c["field"], c["after"]) for c in changed if not c["table"]] == [
        ("objectives", "Shares what sensors see.")
    ]
    assert (kept.uid, kept.version, kept.locator) == (tsubame.uid, 1, "page 4")
    assert records.document(tsubame) == document  # nothing changed yet


def test_a_new_record_lands_in_the_queue(client):
    kept = made(path="/suggest/?new=initiative", typed=NEW)
    assert (kept.kind, kept.noun, kept.document["title"]) == ("new", "initiative", "Harbour Watch")
    assert kept.document["state"] == "draft" and kept.document["participations"] == []
    assert not Initiative.objects.filter(slug="harbour-watch").exists()
    assert made(path="/suggest/?new=actor", typed=NEW | {"kind": "other"}).document["name"]


def test_a_record_page_leads_to_the_form_with_its_fact_chosen(client):
    links = Page(client.get("/initiatives/ajccbc/")).links
    assert "/suggest/?initiative=ajccbc" in links
    facts = [link for link in links if link.startswith("/suggest/?initiative=ajccbc&fact=")]
    assert len(facts) > 3
    for link in facts:
        form = client.get(link).context["form"]
        chosen = form["fact"].value()
        assert chosen in dict(form.fields["fact"].choices) or "/" in chosen, link


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"source_url": ""}, "source_url", "Name a source"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "not an address we can open"),
        ({"source_url": "ftp://example.org/a.pdf"}, "source_url", "not an address we can open"),
        ({"source_url": f"https://example.org/{'x' * 1000}"}, "source_url", "at most 1000"),
        ({"contact": "no address"}, "contact", "not an e-mail address"),
        ({"note": "x" * 5001}, "note", "at most 5000"),
        ({"note": "a\0b"}, "note", "Null characters"),
        ({"fact": "nothing/like/it"}, "fact", "The record has no such fact"),
        ({"value": "", "note": ""}, "value", "Say what it should say"),
        ({"fact": "title", "value": "TSUBAME"}, "value", "what the record says now"),
        ({"fact": "actual_start", "value": "2018-13-45"}, "value", "“2018-13-45”"),
        ({"fact": "actual_start", "value": "next Tuesday"}, "value", "under “Anything else”"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(client, changes, field, said):
    response = send(client, **changes)
    page = response.content.decode()
    assert response.status_code == 400 and Suggestion.objects.count() == 0
    assert said in " ".join(response.context["form"].errors[field])
    at_field = page.split(f'id="e-{field}"')[1].split("</div>")[0]
    assert said in at_field and 'aria-invalid="true"' in at_field
    for name, text in (TYPED | changes).items():
        if name not in (field, "fact"):
            assert text in page, name


def test_a_form_sent_at_once_or_by_a_machine_comes_back_whole(client, settings):
    settings.ATLAS_SUGGESTION_SECONDS = 3
    response = send(client)
    assert "very quick" in Page(response).text and "I work there." in Page(response).text
    settings.ATLAS_SUGGESTION_SECONDS = -1
    assert "has to stay empty" in Page(send(client, homepage="https://spam.example")).text
    assert "open for more than a day" in Page(send(client, begun="forged")).text
    assert Suggestion.objects.count() == 0
    again = send(client, begun="").context["form"]["begun"].value()
    assert client.post(PATH, {**TYPED, "begun": again}).status_code == 302


def test_without_our_cookie_the_form_comes_back_as_it_was_typed():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(PATH, TYPED)
    assert response.status_code == 403 and Suggestion.objects.count() == 0
    assert "I work there." in Page(response).text and "send it once more" in Page(response).text
    page = strict.get(PATH)
    hidden = {"csrfmiddlewaretoken": page.context["csrf_token"], **fresh(strict, PATH)}
    assert strict.post(PATH, {**TYPED, **hidden}).status_code == 302
    assert strict.post("/admin/login/", {"username": "x"}).status_code == 403


def test_the_seventh_within_an_hour_waits_with_everything_typed(client):
    for _n in range(6):
        assert send(client).status_code == 302
    response = send(client)
    assert response.status_code == 429 and 3000 < int(response["Retry-After"]) <= 3600
    assert "Several suggestions came" in Page(response).text
    assert "I work there." in Page(response).text
    assert send(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302
    Attempt.objects.update(at=timezone.now() - datetime.timedelta(hours=1, seconds=1))
    assert send(client).status_code == 302


def test_addresses_are_kept_only_as_hashes_and_not_for_long(client):
    made()
    attempt = Attempt.objects.get()
    assert "127.0.0.1" not in str(attempt.__dict__) and len(attempt.sender) == 64
    same = visitors.sender_of("2001:db8::1"), visitors.sender_of("2001:db8::ffff")
    assert same[0] == same[1] != visitors.sender_of("2001:db8:0:1::1")
    Attempt.objects.update(at=timezone.now() - datetime.timedelta(days=2))
    made()
    assert Attempt.objects.count() == 1


def test_a_proxy_is_believed_only_where_it_is_ours(client, settings):
    for _n in range(6):
        send(client)
    faked = {"HTTP_X_FORWARDED_FOR": "198.51.100.9"}
    assert client.post(PATH, {**fresh(client, PATH), **TYPED}, **faked).status_code == 429
    settings.BEHIND_PROXY = True
    assert client.post(PATH, {**fresh(client, PATH), **TYPED}, **faked).status_code == 302


def test_drafts_are_neither_shown_nor_told_apart_from_nothing(client):
    Initiative.objects.create(slug="hidden", title="A secret title", kind="project")
    for path in ("?initiative=hidden", "?initiative=none-such", "?record=hidden", "?new=spaceship"):
        response = client.get(f"/suggest/{path}")
        assert response.status_code == 404 and "A secret title" not in Page(response).text
        assert "no public record at this address" in Page(response).text
    assert client.post("/suggest/?initiative=hidden", TYPED).status_code == 404
    assert client.get("/suggest/S-AAAA-AAAA/").status_code == 404
    assert client.get("/suggest/", {"initiative": "a\0b", "record": "%00"}).status_code == 404


def test_an_address_pasted_leads_to_the_form(client):
    for pasted in ("http://testserver/initiatives/tsubame/", "/initiatives/tsubame/", "TSUBAME"):
        assert client.get("/suggest/", {"record": pasted})["Location"] == PATH
    assert client.get("/suggest/").status_code == 200


def test_a_contact_is_deleted_when_promised(client, capsys):
    kept, later = made(), made()
    Suggestion.objects.filter(pk=kept.pk).update(
        made_at=timezone.now() - datetime.timedelta(days=180, seconds=1)
    )
    call_command("purge_suggestions")
    assert "Contacts deleted: 1." in capsys.readouterr().out
    actions.decline(suggestion=later, by=person("Reviewer"), answer="Not so.")
    month = timezone.now() - datetime.timedelta(days=30, seconds=1)
    Suggestion.objects.filter(pk=later.pk).update(decided_at=month)
    made(contact="")
    assert Suggestion.objects.exclude(contact="").count() == 0
    page = Page(client.get(PATH)).text
    assert "deleted 30 days after the decision, and at the latest 180 days from now" in page


def test_no_two_pages_share_a_name():
    rooms = ("initiatives.urls.pages", "actors.urls.pages", "sources.urls.pages", "atlas.desk.urls")
    names = [
        entry.name for room in rooms for entry in import_module(room).urlpatterns if entry.name
    ]
    assert sorted(names) == sorted(set(names))
