"""The desk in real Chromium: from an article to the public by keyboard, and two at one record."""

import re
import urllib.request

import pytest

from tests.site import PASSWORD
from tests.test_browser import browser, follow, leave, pytestmark, tab_to  # noqa: F401

ARTICLE = "https://ipdefenseforum.com/japan-leads-regional-effort-to-fight-cyber-crime/"
TITLE = "Cybercrime training for ASEAN states"
SLUG = "cybercrime-training-for-asean-states"
RECORD = "/admin/initiatives/initiative/{}/"


def page_of(browser, site, name: str, group: str):  # noqa: F811
    """A browser in which somebody new has signed in by keyboard."""
    site.account(name, group)
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    page = context.new_page()
    page.problems = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.goto("/admin/")
    page.locator("#id_username:focus").wait_for()
    page.keyboard.type(name)
    enter(page, "#id_password", PASSWORD)
    press(page, "input[type=submit]")
    return page


def enter(page, field: str, text: str) -> None:
    """Tab to a field; what it holds is replaced."""
    tab_to(page, field)
    page.keyboard.type(text)


def press(page, button: str) -> None:
    tab_to(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def to_queue(page, pk: str, part: str) -> None:
    """From the desk over the queue to one record's page."""
    page.goto("/admin/")
    press(page, "#queue-module a[href$='/queue/']")
    row = page.locator(".queue tr").filter(has_text=TITLE)
    assert row.count() == 1
    press(page, f"a[href='{RECORD.format(pk)}{part}/']")


def read(site, path: str) -> str:
    with urllib.request.urlopen(site.url + path, timeout=30) as answer:
        return answer.read().decode()


def item(page, label: str) -> str:
    """The row of a difference."""
    named = page.get_by_role("rowheader", name=label, exact=True)
    return page.locator("table.items tr").filter(has=named).first.inner_text()


def write_record(page) -> str:
    """As docs/editing.md says: title, dates, kind, one source; the start is wrong.  The key."""
    press(page, "a.addlink[href$='/initiative/add/']")
    page.locator("#id_title:focus").wait_for()
    page.keyboard.type(TITLE)
    enter(page, "#id_actual_start", "2015")
    enter(page, "#id_actual_end", "2018")
    enter(page, "#id_kind", "Pro")
    enter(page, "#id_edit_locator", "paragraph 13")
    enter(page, "#id_new_url", ARTICLE)
    page.get_by_text("It is used as it stands").wait_for()
    press(page, "button[value=review]")
    assert "is in review" in page.locator(".messagelist").inner_text()
    assert page.locator("details.beside .mark-good").all_inner_texts() == ["cited by 1 source"] * 3
    return re.search(r"/(\d+)/", page.url)[1]


def test_from_an_article_over_the_queue_to_the_public_by_keyboard(browser, site):  # noqa: F811
    editor = page_of(browser, site, "newcomer", "Editor")
    pk = write_record(editor)
    reviewer = page_of(browser, site, "second-pair-of-eyes", "Reviewer")
    to_queue(reviewer, pk, "review")
    assert "2015" in item(reviewer, "Actual start") and "paragraph 13" in item(reviewer, "Title")
    enter(reviewer, "[name=answer]", "Paragraph 13 says 2016.")
    press(reviewer, "button[value=send-back]")
    to_queue(editor, pk, "change")
    assert "Paragraph 13 says 2016." in editor.locator(".desk").inner_text()
    enter(editor, "#id_actual_start", "2016")
    enter(editor, "#id_edit_locator", "paragraph 13")
    enter(editor, "#id_new_url", ARTICLE)
    press(editor, "button[value=review]")
    to_queue(reviewer, pk, "review")
    mended = reviewer.locator("table.items").first.locator("tbody th").all_inner_texts()
    assert mended == ["Actual start", "Actual start: evidence"]
    assert TITLE not in read(site, "/initiatives/feed/")
    press(reviewer, "button[value=publish]")
    # the first readings after it, nothing is waited for
    assert TITLE in read(site, "/initiatives/feed/")
    assert "2016" in read(site, f"/initiatives/{SLUG}/")
    change_what_is_public(editor, reviewer, site, pk)
    assert editor.problems == reviewer.problems == []
    editor.context.close()
    reviewer.context.close()


def change_what_is_public(editor, reviewer, site, pk: str) -> None:
    """A pending revision: its difference lists the change, readers see it once it is approved."""
    editor.goto(RECORD.format(pk) + "change/")
    enter(editor, "#id_actual_end", "2019")
    enter(editor, "#id_new_url", ARTICLE)
    enter(editor, "#id_edit_why", "It went on.")
    press(editor, "button[value=send]")
    mine = editor.url.partition(site.url)[2]
    told = editor.locator("table.items tbody th").all_inner_texts()
    assert told == ["Actual end", "Actual end: evidence"]
    assert "2018" in item(editor, "Actual end") and "2019" in item(editor, "Actual end")
    assert "2019" not in read(site, f"/initiatives/{SLUG}/")
    reviewer.goto("/admin/desk/revision/queue/")
    press(reviewer, f"a[href='{mine}']")
    press(reviewer, "button[value=approve]")
    assert "2019" in read(site, f"/initiatives/{SLUG}/")


@pytest.fixture
def both(browser, site):  # noqa: F811
    """Two editors in two browsers, with the form of one draft open in each."""
    pages = [page_of(browser, site, name, "Editor") for name in ("ann", "bob")]
    ann, bob = pages
    ann.goto(RECORD.format("add"))
    ann.fill("#id_title", "A workshop in two hands")
    ann.select_option("#id_kind", "project")
    leave(ann, ann.locator("[name=_continue]"))
    bob.goto(ann.url)
    yield ann, bob
    for page in pages:
        page.context.close()


def test_who_saves_second_sees_what_changed_and_chooses(both):
    ann, bob = both
    address = ann.url
    ann.fill("#id_summary", "Ann tells what it is.")
    ann.fill("#id_website", "https://example.org/ann")
    bob.fill("#id_objectives", "Bob tells what it is for.")
    bob.fill("#id_website", "https://example.org/bob")
    leave(ann, ann.locator("[name=_continue]"))
    leave(bob, bob.locator("[name=_continue]"))
    assert bob.url.endswith("/merge/")
    clash = bob.locator("tr.clash")
    assert clash.count() == 1 and "https://example.org/ann" in clash.inner_text()
    assert "Ann tells what it is." in bob.locator("#content").inner_text()
    tab_to(bob, "tr.clash input[value=mine]")
    bob.keyboard.press("Space")
    press(bob, "button.default")
    ann.goto(address)
    assert ann.input_value("#id_summary") == "Ann tells what it is."
    assert ann.input_value("#id_objectives") == "Bob tells what it is for."
    assert ann.input_value("#id_website") == "https://example.org/bob"
