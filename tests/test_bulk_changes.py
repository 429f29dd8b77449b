"""One change to many records: the preview tells what happens, and only that happens."""

import pytest
from django.utils import timezone
from lxml import html

from atlas.desk.models import Revision
from atlas.kit import records
from initiatives.admin import bulk
from initiatives.models import Initiative, Theme
from sources.models import Source
from tests.forms import person, refusals
from tests.page import static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
LIST = "/admin/initiatives/initiative/"


@pytest.fixture
def draft(db):
    return Initiative.objects.create(slug="a-draft", title="A draft", kind="project")


@pytest.fixture
def source():
    publisher = Source.objects.first().publisher
    return Source.objects.create(slug="letter", title="A letter", publisher=publisher)


def send(client, name: str, chosen: list, **given):
    data = {"action": name, "_selected_action": [record.pk for record in chosen], **given}
    return client.post(LIST, data, follow=True)


def told(response) -> dict[str, str]:
    rows = html.fromstring(response.content.decode()).xpath("//table//tr[td]")
    return {
        row.xpath("th/a")[0].text: " ".join(row.xpath("td")[0].text_content().split())
        for row in rows
    }


def look_then_do(client, name: str, chosen: list, **given):
    """The preview, and the answer to its confirmation."""
    seen = send(client, name, chosen, _look="1", why="As told.", **given)
    [mark] = html.fromstring(seen.content.decode()).xpath("//input[@name='mark']/@value")
    return seen, send(client, name, chosen, _apply="1", why="As told.", mark=mark, **given)


def waiting(record) -> Revision:
    return Revision.objects.of(record).still_open().get()


def test_first_it_asks_and_nothing_happens(client, editor, tsubame, draft):
    before = records.document(tsubame)
    page = send(client, "bulk_theme", [tsubame, draft])
    assert "A draft" in page.content.decode() and "_apply" not in page.content.decode()
    page = send(client, "bulk_theme", [tsubame, draft], _look="1", why="x")
    assert "This field is required" in page.content.decode()
    assert records.document(tsubame) == before


def test_a_theme_is_added_to_a_draft_at_once_and_waits_on_what_is_public(
    client, editor, tsubame, draft
):
    theme = Theme.objects.exclude(initiative_links__initiative=tsubame).first()
    before = records.document(tsubame)
    seen, done = look_then_do(client, "bulk_theme", [tsubame, draft], theme=theme.pk)
    rows = told(seen)
    assert theme.name in rows[tsubame.title] and theme.name in rows["A draft"]
    assert "1 record is changed" in done.content.decode()
    assert list(draft.themes.all()) == [theme]
    assert records.document(tsubame) == before
    document = waiting(tsubame).document
    assert theme.slug in [row["theme"] for row in document["initiative_themes"]]
    assert waiting(tsubame).why == "As told." and waiting(tsubame).state == "in-review"
    again = send(client, "bulk_theme", [tsubame, draft], _look="1", why="x", theme=theme.pk)
    rows = told(again)
    assert "pending revision" in rows[tsubame.title]
    assert "so already" in rows["A draft"]


def test_one_source_for_what_none_supports(client, editor, draft, source):
    given = {"source": source.pk, "locator": "p. 2", "credibility": "2"}
    seen, _done = look_then_do(client, "bulk_cite", [draft], **given)
    assert "A letter" in told(seen)["A draft"]
    page = html.fromstring(seen.content.decode())
    assert page.xpath("//select[@name='source']/option[@selected]/@value") == [str(source.pk)]
    [citation] = draft.citations.all()
    assert (citation.says, citation.locator, citation.credibility) == ("A draft", "p. 2", 2)
    assert citation.checked_on == timezone.localdate()


def test_still_says_so_renews_what_supports_and_nothing_else(client, editor, draft, source):
    long_ago = timezone.localdate().replace(year=2019)
    for says in ("A draft", "Another title"):
        draft.citations.create(field="title", source=source, says=says, checked_on=long_ago)
    look_then_do(client, "bulk_renew", [draft])
    checked = dict(draft.citations.values_list("says", "checked_on"))
    assert checked == {"A draft": timezone.localdate(), "Another title": long_ago}


def test_credibility_is_set_where_the_source_is_cited(client, editor, tsubame, draft):
    source = tsubame.citations.first().source
    given = {"source": source.pk, "credibility": "5"}
    seen, _done = look_then_do(client, "bulk_credit", [tsubame, draft], **given)
    assert "so already" in told(seen)["A draft"]
    rows = waiting(tsubame).document["citations"]
    assert {str(r["credibility"]) for r in rows if r["source"] == source.slug} == {"5"}


def test_what_changed_since_the_preview_is_shown_again(client, editor, draft, source):
    given = {"source": source.pk, "why": "x"}
    seen = send(client, "bulk_cite", [draft], _look="1", **given)
    [mark] = html.fromstring(seen.content.decode()).xpath("//input[@name='mark']/@value")
    Initiative.objects.filter(pk=draft.pk).update(status="closed")
    again = send(client, "bulk_cite", [draft], _apply="1", mark=mark, **given)
    assert "Something changed meanwhile" in again.content.decode()
    assert not draft.citations.exists()


def test_states_are_looked_at_first_and_who_must_stay_says_why(client, editor, tsubame, draft):
    editor.groups.set(person("Reviewer").groups.all())
    chosen = [tsubame, draft]
    seen = send(client, "publish_selected", chosen, _look="1", why="x")
    assert "has no source that supports it" in told(seen)["A draft"]
    assert "so already" in told(seen)[tsubame.title]
    seen, done = look_then_do(client, "withdraw_selected", chosen)
    assert told(seen)[tsubame.title] == "Published → Withdrawn"
    assert "1 record is changed" in done.content.decode()
    assert "only published records can become withdrawn" in " ".join(refusals(done))
    assert {r.state for r in Initiative.objects.filter(slug__in=("tsubame",))} == {"withdrawn"}
    history = client.get(f"{LIST}{tsubame.pk}/history/").content.decode()
    assert "As told." in history


def test_too_many_and_not_allowed(client, editor, draft, tsubame, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    assert "at most 1 can" in " ".join(refusals(send(client, "bulk_renew", [draft, tsubame])))
    editor.groups.clear()
    assert send(client, "bulk_renew", [draft]).status_code == 403
