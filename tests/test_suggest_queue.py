"""The queue of suggestions: editors see it, reviewers decide, the gate judges what is applied."""

import pytest
from django.db import transaction
from django.test import Client

from atlas.desk.models import Suggestion
from atlas.kit import records
from initiatives.models import Initiative
from sources.models import Source
from tests.forms import person
from tests.page import Page, static_files  # noqa: F401
from tests.suggesting import NEW, made, patience  # noqa: F401

QUEUE = "/admin/desk/suggestion/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files", "patience")]


def decide(client, suggestion, verdict: str, **data):
    data = {"verdict": verdict, "answer": "", "cite": "on", **data}
    return client.post(f"{QUEUE}{suggestion.pk}/change/", data, follow=True)


def test_editors_see_the_queue_and_reviewers_decide(client):
    kept = made()
    client.force_login(person("Editor"))
    assert kept.reference in client.get(QUEUE).content.decode()
    page = client.get(f"{QUEUE}{kept.pk}/change/").content.decode()
    assert "A reviewer decides" in page and "Decline</button>" not in page
    assert decide(client, kept, "decline", answer="No.").status_code == 403
    assert Client().get(f"{QUEUE}{kept.pk}/change/").status_code == 302
    client.force_login(person("Reviewer"))
    assert "Decline</button>" in client.get(f"{QUEUE}{kept.pk}/change/").content.decode()


def test_the_gate_refuses_what_no_source_on_file_supports_and_says_so(client, reviewer, tsubame):
    kept, before = made(), records.document(tsubame)
    page = Page(decide(client, kept, "accept"))
    assert "Nothing was changed" in page.text and "Objectives has no source" in page.text
    assert any(link.startswith("/admin/sources/source/add/?url=https") for link in page.links)
    assert records.document(tsubame) == before
    assert Suggestion.objects.get(pk=kept.pk).is_open


def test_a_vaguer_source_on_file_does_not_stand_in_for_the_one_given(client, reviewer, tsubame):
    """The gate lets 2008 support 2008-04; whoever says April must be on file first."""
    kept = made(fact="actual_start", value="2008-04")
    assert "Enter the source first" in Page(decide(client, kept, "accept")).text
    tsubame.refresh_from_db()
    assert tsubame.actual_start == "2008"
    decide(client, kept, "accept", cite="")
    tsubame.refresh_from_db()
    assert tsubame.actual_start == "2008-04"


def test_with_its_source_on_file_it_is_applied_and_cited_through_the_gate(
    client, reviewer, tsubame
):
    kept = made()
    publisher = Source.objects.first().publisher
    url = "https://www.example.org/report.pdf/"  # the same page, written otherwise
    Source.objects.create(slug="report", title="A report", publisher=publisher, url=url)
    shown = client.get(f"{QUEUE}{kept.pk}/change/").content.decode()
    assert "On file:" in shown and "<ins>Shares what sensors see.</ins>" in shown
    decide(client, kept, "accept", answer="Thank you.")
    tsubame.refresh_from_db()
    assert tsubame.objectives == "Shares what sensors see." and tsubame.state == "published"
    citation = tsubame.citations.get(field="objectives", source__slug="report")
    assert (citation.locator, citation.checked_by) == ("page 4", "reviewer-of-the-test")
    status = Page(Client().get(f"/suggest/{kept.reference}/")).text
    assert "It was accepted" in status and "Thank you." in status
    history = client.get(f"/admin/initiatives/initiative/{tsubame.pk}/history/").content.decode()
    assert "<td>suggestion</td>" in history and "reviewer-of-the-test" in history


def test_what_others_changed_since_stays(client, reviewer, tsubame):
    kept = made(fact="website", value="https://example.org/new")
    with transaction.atomic():
        Initiative.objects.filter(pk=tsubame.pk).update(scope="global")
    decide(client, kept, "accept")
    tsubame.refresh_from_db()
    assert (tsubame.scope, tsubame.website) == ("global", "https://example.org/new")


def test_a_fact_that_moved_meanwhile_is_shown_as_such(client, reviewer, tsubame):
    kept = made(fact="website", value="https://example.org/new")
    Initiative.objects.filter(pk=tsubame.pk).update(website="https://example.org/other")
    page = client.get(f"{QUEUE}{kept.pk}/change/").content.decode()
    assert "This very fact has changed since" in page and "https://example.org/other" in page


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        (
            "participations/tsubame--jpcert-cc--implementing/role",
            "sleeping",
            "is not one of our words",
        ),
        ("status", "sleeping", "is not one of our words"),
        ("", "", "No single fact was named"),
    ],
)
def test_what_cannot_be_put_in_is_left_to_the_editor_in_words(client, reviewer, fact, value, said):
    kept = made(fact=fact, value=value)
    page = client.get(f"{QUEUE}{kept.pk}/change/").content.decode()
    assert said in page and "Accept and change" not in page
    assert (value or "see the note") in page
    decide(client, kept, "settle", answer="Mended by hand.")
    assert Suggestion.objects.get(pk=kept.pk).state == "accepted"


def test_a_vocabulary_word_is_taken_by_its_label(client, tsubame):
    assert made(fact="status", value="closed").document["status"] == "closed"
    assert made(fact="status", value="Implementation").document["status"] == "implementation"
    assert made(fact="kind", value="").document["kind"] is None


def test_a_new_record_becomes_a_draft_and_overwrites_nothing(client, reviewer, tsubame):
    before = records.document(tsubame)
    kept = made(path="/suggest/?new=initiative", typed=NEW | {"name": "TSUBAME"})
    page = Page(client.get(f"{QUEUE}{kept.pk}/change/"))
    assert "Perhaps it is here already: TSUBAME" in page.text
    response = decide(client, kept, "accept")
    draft = Initiative.objects.get(slug="tsubame-2")
    assert (draft.title, draft.state, draft.kind) == ("TSUBAME", "draft", "project")
    assert response.redirect_chain[-1][0] == f"/admin/initiatives/initiative/{draft.pk}/change/"
    assert records.document(tsubame) == before
    assert Client().get("/initiatives/tsubame-2/").status_code == 404


def test_declining_needs_a_reason_which_the_sender_reads(client, reviewer, tsubame):
    kept = made()
    assert "Say why" in Page(decide(client, kept, "decline")).text
    decide(client, kept, "decline", answer="The report says otherwise.")
    page = Page(Client().get(f"/suggest/{kept.reference.lower()}/")).text
    assert "not taken over" in page and "The report says otherwise." in page
    assert "I work there." not in page and "reader@example.org" not in page
    assert "decided already: declined" in Page(decide(client, kept, "settle")).text


def test_the_queue_counts_by_state_and_its_queries_do_not_grow(
    client, reviewer, django_assert_num_queries
):
    first = made()
    client.get(QUEUE)
    for n in range(5):
        copied = Suggestion.objects.get(pk=first.pk)
        copied.pk, copied.reference = None, f"S-COPY-000{n}"
        copied.save()
    page = client.get(QUEUE).content.decode()
    assert "Open (6)" in page
    with django_assert_num_queries(11):
        client.get(QUEUE)
