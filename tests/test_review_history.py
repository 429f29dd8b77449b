"""What needs a history of several transactions: overtaken drafts, taking back, restoring, undoing.

Strategy: one database with real commits for the module; every test makes the records it changes.
"""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from lxml import html

from actors.models import Actor
from atlas.accounts.models import User
from atlas.desk import actions, waiting
from atlas.desk.models import Revision
from initiatives.actions import accept_import_file, import_tables, preview_tables, undo_import
from initiatives.models import Initiative
from sources.actions import cite, uncited
from sources.models import Source
from tests.conftest import connected
from tests.forms import add_row, change, person, refusals, sent_back
from tests.page import Page


@pytest.fixture(scope="module")
def people(template_database, django_db_setup, django_db_blocker):
    """A client for each of three people, in a database of their own."""
    with django_db_blocker.unblock(), connected(template_database, django_db_blocker):
        found = {}
        for name, group in (("ann", "Editor"), ("bob", "Editor"), ("eve", "Reviewer")):
            found[name] = Client()
            found[name].force_login(person(group, name))
        yield found


def user(name: str) -> User:
    return User.objects.get(username=name)


def draft(client: Client, slug: str) -> Initiative:
    """A draft as an editor makes it: all facts cited."""
    path = "/admin/initiatives/initiative/add/"
    data = sent_back(client.get(path)) | {"title": slug.title(), "kind": "project", "slug": slug}
    data |= {"edit_source": Source.objects.get(slug="jpcert-tsubame").pk}
    response = client.post(path, data)
    assert response.status_code == 302, refusals(response)
    return Initiative.objects.get(slug=slug)


def save(client: Client, record, data: dict | None = None, **fields):
    data = (data or sent_back(client.get(change(record)))) | fields
    response = client.post(change(record), data, follow=True)
    assert not refusals(response)
    record.refresh_from_db()
    return response


def history(client: Client, record, **post) -> list[tuple[str, str]]:
    """(transaction, item) of every button that takes something back, the newest first."""
    path = change(record).replace("change", "history")
    page = client.post(path, post, follow=True) if post else client.get(path)
    forms = html.fromstring(page.content).xpath("//form[@class='undo']")
    return [
        (f.xpath("input[@name='xid']")[0].value, f.xpath("button")[0].get("value")) for f in forms
    ]


def test_the_second_to_save_a_draft_sees_what_changed_and_merges(people):
    ann, bob = people["ann"], people["bob"]
    record = draft(ann, "overtaken")
    theirs = sent_back(bob.get(change(record)))
    save(ann, record, website="https://example.org/ann", scope="global")
    response = save(bob, record, theirs, website="https://example.org/bob", kind="centre")
    assert record.website == "https://example.org/ann" and record.kind == "project"
    revision = Revision.objects.get(uid=record.uid)
    path = f"/admin/desk/revision/{revision.pk}/merge/"
    assert response.redirect_chain[-1][0] == path
    tree = html.fromstring(response.content)
    assert "https://example.org/ann" in tree.xpath("//tr[@class='clash']")[0].text_content()
    fields = {
        f.name: f.value for f in tree.xpath("//div[@id='content-main']//input[@type='hidden']")
    }
    items = {v: k for k, v in fields.items() if k.startswith("item-")}
    fields |= {items["||website"].replace("item", "side"): "mine"}
    fields |= {items["||kind"].replace("item", "side"): "mine"}
    assert bob.post(path, fields, follow=True).status_code == 200
    record.refresh_from_db()
    assert (record.website, record.kind, record.scope) == (
        "https://example.org/bob", "centre", "global",
    )  # fmt: skip


def test_rows_that_another_removed_meanwhile_are_no_fault_of_the_form(people):
    ann, bob = people["ann"], people["bob"]
    record = draft(ann, "rows")
    data = sent_back(ann.get(change(record)))
    save(ann, record, add_row(data, "participations", actor=Actor.objects.first().pk, role="host"))
    theirs = sent_back(bob.get(change(record)))
    save(ann, record, **{"participations-0-DELETE": "on"})
    save(bob, record, theirs | {"participations-0-note": "Seen there."})
    [item] = actions.join_of(Revision.objects.get(uid=record.uid), record).items
    assert item.field == "note" and not record.participations.exists()


def test_one_fact_and_one_link_are_taken_back(people):
    ann = people["ann"]
    record = draft(ann, "taken-back")
    data = sent_back(ann.get(change(record))) | {"website": "https://example.org/1"}
    save(ann, record, add_row(data, "participations", actor=Actor.objects.first().pk, role="host"))
    save(ann, record, website="https://example.org/2")
    buttons = history(ann, record)
    first = {item: xid for xid, item in buttons if xid != buttons[0][0]}
    link = next(item for item in first if item.startswith("participations|"))
    history(ann, record, xid=first[link], item=link)
    assert not record.participations.exists()
    path = change(record).replace("change", "history")
    page = ann.post(path, {"xid": first["||website"], "item": "||website"}, follow=True)
    assert "“Website” was changed again since" in Page(page).text
    history(ann, record, xid=buttons[0][0], item="||website")
    record.refresh_from_db()
    assert record.website == "https://example.org/1"
    page = Page(ann.get(path)).text
    assert "Taken back: Website." in page and "ann" in page
    given = {"edit_source": Source.objects.get(slug="jpcert-tsubame").pk}
    for year in ("2015", "2016"):
        save(ann, record, actual_start=year, **given)
    [(xid, _item)] = [one for one in history(ann, record) if one[1] == "||actual_start"][:1]
    history(ann, record, xid=xid, item="||actual_start")
    assert record.citations.get(field="actual_start").says == "2015"  # its evidence went along


def test_taking_back_from_a_published_record_waits_for_review(people):
    eve, record = people["eve"], Initiative.objects.get(slug="tsubame")
    Initiative.objects.filter(pk=record.pk).update(website="https://example.org/wrong")
    [(xid, item)] = history(eve, record)[:1]
    history(eve, record, xid=xid, item=item)
    record.refresh_from_db()
    waits = Revision.objects.get(uid=record.uid)
    assert record.website == "https://example.org/wrong" and waits.state == "in-review"
    assert waits.document["website"] != record.website


def test_who_wrote_a_draft_does_not_publish_it(people):
    record = draft(people["eve"], "by-eve")
    assert "Nobody approves" in " ".join(refusals(_publish(people["eve"], record)))
    chosen = {"action": "publish_selected", "_selected_action": [record.pk]}
    chosen |= {"_look": "1", "why": "Ready."}
    seen = people["eve"].post("/admin/initiatives/initiative/", chosen)
    assert "Nobody approves" in Page(seen).text
    chosen |= {"_apply": "1", "mark": seen.context["mark"]}
    people["eve"].post("/admin/initiatives/initiative/", chosen)
    record.refresh_from_db()
    assert record.state == "draft"
    record = draft(people["ann"], "by-ann")
    save(people["eve"], record, _move="review")  # handing on is no writing
    assert not refusals(_publish(people["eve"], record))
    record.refresh_from_db()
    assert record.state == "published"


def test_nobody_publishes_what_changed_since_the_form_was_opened(people):
    record = draft(people["ann"], "moved-on")
    opened = sent_back(people["eve"].get(change(record)))
    save(people["ann"], record, website="https://example.org/planted")
    said = refusals(_publish(people["eve"], record, opened))
    assert said == ["Somebody changed the record since you opened it: save and merge first."]
    record.refresh_from_db()
    assert record.state == "draft"


def _publish(client, record, data: dict | None = None):
    data = (data or sent_back(client.get(change(record)))) | {"_move": "publish"}
    return client.post(change(record), data, follow=True)


def test_a_new_record_is_looked_at_sent_back_mended_and_published(people):
    ann, eve = people["ann"], people["eve"]
    record = draft(ann, "looked-at")
    path = change(record).replace("change", "review")

    def seen() -> dict[str, str]:
        [field] = html.fromstring(eve.get(path).content).xpath("//input[@name='seen']/@value")
        return {"seen": field}

    save(ann, record, _move="review")
    page = Page(eve.get(path))
    assert "Looked-At" in page.text and "Kind" in page.text
    made = Page(ann.get(change(record).replace("change", "history")))
    assert "Title: “Looked-At; 1 source”" in made.text and "“”" not in made.text
    first = seen()
    send = {"verdict": "send-back", **first}
    assert "Say what is wrong" in Page(eve.post(path, send, follow=True)).text
    assert eve.post(path, send | {"answer": "It is global."}).status_code == 302
    [waits] = waiting.waiting({"kind": "record", "state": "sent-back"})
    assert (waits.title, waits.author) == ("Looked-At", "ann")
    assert "It is global." in ann.get(change(record)).content.decode()
    save(ann, record, scope="global", _move="review")
    assert waiting.waiting({"state": "sent-back"}) == []
    assert "1 change since it was sent back" in Page(eve.get(path)).text
    publish = {"verdict": "publish", **first}
    assert "changed since you opened it" in Page(eve.post(path, publish, follow=True)).text
    assert eve.post(path, publish | seen()).status_code == 302
    record.refresh_from_db()
    assert record.is_public


def test_a_deleted_record_comes_back_as_a_draft_with_its_evidence(people):
    record = draft(people["ann"], "deleted")
    pk, cited = record.pk, record.citations.count()
    assert (
        people["eve"].post(change(record).replace("change", "delete"), {"post": "yes"}).status_code
        == 302
    )
    assert not Initiative.objects.filter(slug="deleted").exists()
    path = "/admin/desk/revision/deleted/"
    assert "Deleted initiative" in Page(people["ann"].get(path)).text
    people["ann"].post(path, {"restore": f"initiative:{pk}"})
    again = Initiative.objects.get(slug="deleted")
    assert (again.uid, again.state, again.citations.count()) == (record.uid, "draft", cited)


def test_an_import_waits_in_the_queue_and_is_undone_as_a_whole(people):
    kept = _imported("kept", "First")
    waits = [i for i in waiting.waiting({"kind": "import"}) if i.pk == kept.pk]
    assert [i.title for i in waits] == ["kept.csv (2 drafts)"]
    page = people["eve"].post(f"/admin/initiatives/importrun/{kept.pk}/undo/", follow=True)
    assert "All that kept.csv wrote is undone." in Page(page).text
    assert not Initiative.objects.filter(slug__startswith="kept-").exists()
    assert not [i for i in waiting.waiting({"kind": "import"}) if i.pk == kept.pk]
    with pytest.raises(ValidationError, match="undone already"):
        undo_import(run=kept, by=user("eve"))
    changed = _imported("changed", "Second")
    record = Initiative.objects.get(slug="changed-1")
    cite(record=record, facts=uncited(record), source=Source.objects.first())
    Initiative.objects.filter(pk=record.pk).update(title="Written by hand")
    with pytest.raises(ValidationError, match="Changed since the import: initiatives: changed-1"):
        undo_import(run=changed, by=user("eve"))
    assert people["ann"].post(f"/admin/initiatives/importrun/{changed.pk}/undo/").status_code == 403


def _imported(name: str, title: str):
    rows = "".join(f"{name}-{n},{title} import {n},project\n" for n in (1, 2))
    file = accept_import_file(
        owner=user("ann"),
        name=f"{name}.csv",
        content=f"slug,title,kind\n{rows}".encode(),
        table="initiatives",
    )
    preview_tables(file=file, by=user("ann"))
    file.refresh_from_db()
    return import_tables(file=file, by=user("ann"))
