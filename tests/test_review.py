"""Pending revisions: what waits is nowhere public, what is approved is exactly what was sent."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from lxml import html

from actors.models import Actor
from atlas.accounts.models import User
from atlas.desk import actions
from atlas.desk.models import Comment, Revision
from atlas.kit import differences, records
from atlas.kit.differences import Side
from initiatives.models import Initiative, Theme
from sources.models import Source
from tests.forms import add_row, change, person, refusals, row_of, sent_back
from tests.page import Page, static_files  # noqa: F401
from tests.suggesting import made, patience  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]

QUEUE = "/admin/desk/revision/queue/"
PUBLIC = (
    "/initiatives/ajccbc/",
    "/api/v1/initiatives/ajccbc/",
    "/api/v1/initiatives/?format=csv",
    "/changes/feed/",
)


@pytest.fixture
def centre():
    return Initiative.objects.get(slug="ajccbc")


@pytest.fixture
def source():
    publisher = Source.objects.first().publisher
    return Source.objects.create(slug="letter", title="A letter", publisher=publisher)


@pytest.fixture
def reviewer():
    return person("Reviewer")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(element) -> str:
    return " ".join(element.text_content().split())


def rows_of(response) -> dict[str, str]:
    """What a table of differences, or the queue, says: label -> the whole row."""
    rows = html.fromstring(response.content.decode()).xpath(
        "//table[contains(@class, 'items')]//tr[th[@scope='row']]"
    )
    return {words(row.xpath("th")[0]): words(row) for row in rows}


def page_of(revision) -> str:
    return f"/admin/desk/revision/{revision.pk}/change/"


def decide(user, revision, verdict: str, answer: str = "", seen: int | None = None) -> Page:
    data = {"verdict": verdict, "answer": answer, "seen": seen or revision.stamp}
    return Page(signed_in(user).post(page_of(revision), data, follow=True))


def save_change(client, record, source, **more) -> Revision:
    """Another title, cited, and one more participation."""
    data = sent_back(client.get(change(record)))
    data |= {"title": "Tsubame", "edit_source": source.pk}
    data |= {"edit_why": "The letter says so.", "_desk": "send", **more}
    add_row(data, "participations", actor=Actor.objects.get(slug="jica").pk, role="partner")
    response = client.post(change(record), data)
    assert response.status_code == 302, refusals(response)
    return Revision.objects.get(uid=record.uid)


def save_five_changes(client, centre, source, **more):
    """Title, a participation, a funding link, a citation and a theme in one form."""
    page = client.get(change(centre))
    data = sent_back(page) | {"title": "The Bangkok centre", "edit_source": source.pk}
    add_row(data, "participations", actor=Actor.objects.get(slug="jica").pk, role="host")
    money = row_of(page, "funding", lambda link: link.key == "ajccbc--japan-gov")
    cited = row_of(page, "citations", lambda c: c.field == "actual_start")
    theme = Theme.objects.exclude(pk__in=centre.themes.values("pk")).first()
    add_row(data, "theme_links", theme=theme.pk)
    data |= {f"{money}-DELETE": "on", f"{cited}-locator": "page 99"}
    data |= {"edit_why": "The letter says so.", "_desk": "send", **more}
    response = client.post(change(centre), data)
    assert response.status_code == 302, refusals(response)
    return Revision.objects.get(uid=centre.uid)


def test_five_changes_in_one_save_wait_and_are_approved_as_sent(
    client, editor, reviewer, centre, source
):
    before = [b"".join(Client().get(path)) for path in PUBLIC]
    document, events = records.document(centre), centre.history.count()
    revision = save_five_changes(client, centre, source)
    assert [b"".join(Client().get(path)) for path in PUBLIC] == before
    assert (records.document(centre), centre.history.count()) == (document, events)
    rows = rows_of(signed_in(reviewer).get(page_of(revision)))
    assert len(rows) == 5 and next(iter(rows)) == "Title"
    assert "Host: Japan International Cooperation Agency" in rows
    assert "says “The Bangkok centre”" in rows["Title"]
    decide(reviewer, revision, "approve")
    centre.refresh_from_db()
    assert records.document(centre) == revision.document
    assert centre.title == "The Bangkok centre" and centre.state == "published"
    history = Page(client.get(change(centre).replace("change", "history"))).text
    assert "The letter says so." in history and "proposed by editor-of-the-test" in history


def test_nobody_approves_what_he_or_she_wrote_unless_the_setting_says_so(
    client, tsubame, source, reviewer, settings
):
    mine = signed_in(reviewer)
    revision = save_change(mine, tsubame, source)
    page = Page(mine.get(page_of(revision))).text
    assert "Another reviewer decides" in page and "Approve: readers see it" not in page
    assert "Nobody approves" in decide(reviewer, revision, "approve").text
    with pytest.raises(PermissionDenied):
        actions.approve(revision=revision, by=person("Editor", "someone"))
    settings.ATLAS_APPROVE_OWN = True
    decide(reviewer, revision, "approve")
    assert Initiative.objects.get(pk=tsubame.pk).title == "Tsubame"


def test_the_author_goes_on_in_the_form_where_it_was_left(client, editor, tsubame, source):
    revision = save_change(client, tsubame, source, _desk="")
    page = client.get(change(tsubame))
    shown = sent_back(page)
    assert shown["title"] == "Tsubame"
    assert "shows your pending revision (draft)" in page.content.decode()
    host = row_of(page, "participations", lambda p: p.actor.slug == "jica")
    data = shown | {f"{host}-note": "Since the letter.", "website": "https://example.org/x"}
    assert client.post(change(tsubame), data).status_code == 302
    again = Revision.objects.get()
    assert (again.pk, again.stamp, again.state) == (revision.pk, 2, "draft")
    [row] = [r for r in again.document["participations"] if r["note"] == "Since the letter."]
    assert row["key"] in {r["key"] for r in revision.document["participations"]}
    assert len(differences.items("initiative", again.base, again.document)) == 3
    stale = client.post(change(tsubame), data)  # the same form once more, from another window
    assert "in another window" in " ".join(refusals(stale))
    assert Initiative.objects.get(pk=tsubame.pk).website == tsubame.website


def test_what_was_changed_since_it_was_seen_is_not_approved(
    client, editor, reviewer, tsubame, source
):
    revision = save_change(client, tsubame, source)
    data = sent_back(client.get(change(tsubame))) | {"title": "Planted"}
    data |= {"edit_source": source.pk, "_desk": "send"}
    assert client.post(change(tsubame), data).status_code == 302
    page = decide(reviewer, revision, "approve", seen=1)
    assert "changed since you opened it" in page.text
    assert "Say what is wrong" in decide(reviewer, revision, "send-back", seen=2).text
    decide(reviewer, revision, "send-back", "The title is planted.", seen=2)
    assert Revision.objects.get().state == "sent-back"
    assert "The title is planted." in client.get(change(tsubame)).content.decode()
    decide(reviewer, Revision.objects.get(), "comment", "See the letter.")
    assert Comment.objects.get().who == "reviewer-of-the-test"
    assert (
        "See the letter."
        in client.get(change(tsubame).replace("change", "comments")).content.decode()
    )


def test_a_change_approved_in_between_is_merged_item_by_item(
    client, editor, reviewer, tsubame, source
):
    mine = save_change(client, tsubame, source)
    other = signed_in(person("Editor", "other"))
    data = sent_back(other.get(change(tsubame))) | {"title": "Theirs", "scope": "global"}
    data |= {"edit_source": source.pk, "edit_why": "Heard so.", "_desk": "send"}
    assert other.post(change(tsubame), data).status_code == 302
    decide(reviewer, Revision.objects.get(author__username="other"), "approve")
    assert "has changed since" in decide(reviewer, mine, "approve").text
    path = f"/admin/desk/revision/{mine.pk}/merge/"
    page = client.get(path)
    rows, tree = rows_of(page), html.fromstring(page.content.decode())
    assert [label for label in rows if "both changed it" in label] == ["Titleboth changed it"]
    assert "Theirs" in rows["Titleboth changed it"]
    assert "Scope" in rows  # what only they changed stays, and is told
    hidden = tree.xpath("//div[@id='content-main']//input[@type='hidden']")
    fields = {field.name: field.value for field in hidden}
    assert "Choose one: Title" in Page(client.post(path, fields)).text
    sides = {name.replace("item", "side"): "mine" for name in fields if name.startswith("item-")}
    title = next(name for name, value in fields.items() if value == "||title")
    fields |= sides | {title.replace("item", "side"): "theirs"}
    assert client.post(path, fields).status_code == 302
    decide(reviewer, Revision.objects.get(pk=mine.pk), "approve")
    tsubame.refresh_from_db()
    assert (tsubame.title, tsubame.scope) == ("Theirs", "global")
    assert tsubame.participations.filter(actor__slug="jica").exists()


def test_a_link_that_one_removed_and_the_other_cited_is_a_clash(centre):
    base = records.document(centre)
    drop, cite = (records.document(centre) for _n in range(2))
    key = base["participations"][0]["key"]
    drop["participations"] = [r for r in base["participations"] if r["key"] != key]
    drop["citations"] = [c for c in base["citations"] if c["link_key"] != key]
    row = next(c for c in base["citations"] if c["link_key"] == key)
    cite["citations"] = [*base["citations"], row | {"key": "another", "locator": "page 9"}]
    joined = differences.join("initiative", base, drop, cite)
    assert len(joined.items) == len(joined.clashes) == 1
    [item] = joined.items
    kept = joined.result({item.id: Side.MINE})
    assert {c["key"] for c in kept["citations"] if c["link_key"] == key} >= {row["key"], "another"}
    assert [r for r in kept["participations"] if r["key"] == key] == base["participations"][:1]
    assert joined.result({item.id: Side.THEIRS}) == drop


@pytest.mark.usefixtures("patience")
def test_the_queue_holds_everything_that_waits(
    client,
    editor,
    reviewer,
    tsubame,
    source,
    django_assert_num_queries,
):
    save_change(client, tsubame, source)
    kept = made()
    Initiative.objects.create(slug="new-one", title="New one", kind="project", state="in-review")
    response = client.get(QUEUE)
    page = Page(response)
    assert f"/admin/desk/suggestion/{kept.pk}/change/" in page.links
    assert len([link for link in page.links if link.endswith(("/change/", "/review/"))]) == 3
    assert "Change of a public record (1)" in page.text and "editor-of-the-test (1)" in page.text
    only = client.get(QUEUE, {"kind": "revision", "noun": "initiative"})
    assert len(rows_of(only)) == 1
    assert "Nothing waits." in Page(client.get(QUEUE, {"state": "sent-back"})).text
    feed = next(link for link in page.links if "queue/feed" in link)
    said = Client().get(feed)
    assert said["Content-Type"].startswith("application/atom+xml")
    assert "Change of a public record: " in said.content.decode()
    assert Client().get(feed.partition("?")[0]).status_code == 403
    editor.set_password("another-password-now")
    editor.save()
    assert Client().get(feed).status_code == 403
    client.force_login(editor)
    for n in range(3):
        Initiative.objects.create(slug=f"n-{n}", title="N", kind="project", state="in-review")
    with django_assert_num_queries(6):
        client.get(QUEUE)


def test_moves_of_a_published_record_are_not_mixed_with_changes(reviewer):
    mine, record = signed_in(reviewer), Initiative.objects.get(slug="tsubame")
    data = sent_back(mine.get(change(record)))
    data |= {"website": "https://example.org/x", "edit_why": "Gone.", "_move": "unpublish"}
    assert mine.post(change(record), data).status_code == 302
    record.refresh_from_db()
    assert record.state == "published" and Revision.objects.get().is_open


# ------------------------------------------------------------------ for writers of scripts


def test_a_document_is_proposed_checked_and_kept(centre, editor, reviewer, source):
    wanted = records.document(centre) | {"website": "https://example.org/api"}
    given = {"noun": "initiative", "by": editor, "why": "A script."}
    kept = actions.propose(document=wanted, **given).revision
    assert (kept.state, kept.through) == ("in-review", "api") and kept.document == wanted
    with pytest.raises(ValidationError, match="saved a revision of this record elsewhere"):
        actions.propose(document=wanted, **given)
    broken = wanted | {"title": "No source says this"}
    with pytest.raises(ValidationError, match="has no source that supports it"):
        actions.propose(document=broken, seen=kept.stamp, **given)
    with pytest.raises(ValidationError, match="There is no such record"):
        actions.propose(document=wanted | {"uid": "00000000-0000-4000-8000-000000000000"}, **given)
    with pytest.raises(ValidationError, match="give the whole record"):
        actions.propose(document={k: v for k, v in wanted.items() if k != "citations"}, **given)
    actions.approve(revision=kept, by=reviewer, seen=1)
    assert records.document(centre) == wanted
    with pytest.raises(ValidationError, match="decided already"):
        actions.send_back(revision=kept, by=reviewer, answer="Too late.")
