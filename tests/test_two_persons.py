"""Nobody puts what he or she wrote before the public alone: the ways around a revision are shut."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from atlas.kit import records
from atlas.kit.actions import send_to_review
from atlas.kit.evidence import for_record
from atlas.kit.history import door
from initiatives.models import Initiative
from sources.actions import cite, delete_source, uncited
from sources.models import Source
from tests.forms import change, person, refusals
from tests.page import Page, static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def other():
    return signed_in(person("Reviewer", "the-other"))


@pytest.fixture
def draft(reviewer, source):
    """A cited draft that the signed-in reviewer wrote and sent to review."""
    with door("admin", reviewer):
        made = Initiative.objects.create(slug="a-draft", title="A draft", kind="project")
    cite(record=made, facts=uncited(made), source=source, by=reviewer)
    return send_to_review(record=made, by=reviewer)


def test_who_wrote_a_draft_publishes_it_on_no_page(client, draft):
    path = change(draft).replace("change", "review")
    page = Page(client.get(path))
    assert "Nobody approves" in page.text and "Publish: readers see it" not in page.text
    seen = {"seen": records.history_positions("initiative", draft.pk)[-1]}
    publish = {"verdict": "publish", **seen}
    assert "Nobody approves" in Page(client.post(path, publish, follow=True)).text
    editor = signed_in(person("Editor"))
    assert "Send back" not in Page(editor.get(path)).text
    assert editor.post(path, publish).status_code == 403
    draft.refresh_from_db()
    assert not draft.is_public


def test_who_wrote_a_draft_does_not_merge_it_into_what_is_public(client, other, draft, tsubame):
    before = records.document(tsubame)
    path = change(draft).replace("change", "merge")
    page = client.get(path, {"into": tsubame.pk}).content.decode()
    assert "Nobody approves" in page and 'value="Merge"' not in page
    said = refusals(client.post(path, {"into": tsubame.pk}, follow=True))
    assert "Nobody approves" in " ".join(said)
    assert records.document(tsubame) == before
    assert other.post(path, {"into": tsubame.pk}).status_code == 302
    assert not Initiative.objects.filter(pk=draft.pk).exists()


def test_two_that_readers_know_are_merged_once_somebody_else_says_so(
    client, reviewer, other, tsubame
):
    drop = Initiative.objects.get(slug="ajcd")
    path, queue = change(drop).replace("change", "merge"), "/admin/desk/revision/queue/"
    assert 'value="Merge"' not in client.get(path, {"into": tsubame.pk}).content.decode()
    same = {"other": tsubame.pk, "verdict": "same"}
    client.post(change(drop).replace("change", "judge"), same)
    assert "Two records said to be one" in Page(other.get(queue)).text
    Initiative.objects.filter(pk=drop.pk).update(state="withdrawn")  # no way around it
    said = refusals(client.post(path, {"into": tsubame.pk}, follow=True))
    assert "nobody merges them alone" in " ".join(said)
    assert other.get(path).context["form"]["into"].value() == tsubame.pk  # as it was judged
    assert other.post(path, {"into": tsubame.pk}).status_code == 302
    assert not Initiative.objects.filter(pk=drop.pk).exists()
    assert "said to be one" not in Page(other.get(queue)).text


def test_a_source_that_a_public_record_cites_is_not_deleted(client, reviewer, tsubame, source):
    publisher = source.publisher
    second = Source.objects.create(slug="second", title="Second", publisher=publisher)
    fact = next(f for f in for_record("initiative", tsubame.pk) if f.field == "title")
    cite(record=tsubame, facts=[fact], source=second, by=reviewer)
    before = records.document(tsubame)
    path = f"/admin/sources/source/{second.pk}/delete/"
    assert f"{tsubame.title}: Title." in refusals(client.post(path, {"post": "yes"}, follow=True))
    ticked = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    assert "Public records cite “Second”" in " ".join(
        refusals(client.post("/admin/sources/source/", ticked, follow=True))
    )
    with pytest.raises(ValidationError, match="merge it into another source"):
        delete_source(source=second)
    assert records.document(tsubame) == before


def test_a_reason_is_asked_of_many_as_of_one(client, reviewer, tsubame, draft):
    def look(name: str, record, **given) -> str:
        data = {"action": name, "_selected_action": [record.pk], "_look": "1", **given}
        return client.post("/admin/initiatives/initiative/", data).content.decode()

    asked = "This field is required"
    assert asked in look("withdraw_selected", tsubame)
    assert asked in look("unpublish_selected", tsubame)
    assert "Published → Withdrawn" in look("withdraw_selected", tsubame, why="Gone.")
    assert asked not in look("publish_selected", draft)
    first = {"action": "withdraw_selected", "_selected_action": [tsubame.pk]}
    form = client.post("/admin/initiatives/initiative/", first).context["form"]
    assert form["why"].value() is None
