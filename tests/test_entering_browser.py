"""Entering in real Chromium, by keyboard alone: one screen from nothing to a public record."""

import re

from tests.site import PASSWORD
from tests.test_browser import browser, follow, pytestmark, tab_to  # noqa: F401

ARTICLE = "http://ipdefenseforum.com/japan-leads-regional-effort-to-fight-cyber-crime"


def enter(page, field: str, text: str) -> None:
    tab_to(page, field)
    page.keyboard.type(text)


def sign_in(page, following: str) -> None:
    page.goto(f"/admin/login/?next={following}")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_new_record_is_entered_cited_and_published_by_keyboard(browser, site):  # noqa: F811
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    page = context.new_page()
    asked, problems = [], []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    sign_in(page, "/admin/initiatives/initiative/")
    follow(page, "a.addlink[href$='/initiative/add/']")
    page.wait_for_url("**/add/")
    page.locator("#id_title:focus").wait_for()  # Django puts the focus there
    page.keyboard.type("Regional alliance against cyber crime led by Japan")
    page.get_by_text("Here already?").wait_for()  # the seed's own record of it
    enter(page, "#id_status", "Pl")  # a letter or two choose in a list
    enter(page, "#id_planned_start", "2019-08")
    page.get_by_text("August 2019", exact=True).wait_for()
    enter(page, "#id_kind", "All")
    enter(page, "#id_edit_locator", "paragraph 4")
    enter(page, "#id_new_url", ARTICLE)
    page.get_by_text("It is used as it stands").wait_for()
    page.evaluate("() => { setTimeout(() => location.assign('/admin/')); }")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and page.url.endswith("/add/")
    tab_to(page, "button[value=publish]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "is published" in page.locator(".messagelist").inner_text()
    assert page.locator("details.beside .mark-good").all_inner_texts() == ["cited by 1 source"] * 3
    assert asked == ["beforeunload"] and problems == []
    seen = context.new_page()
    seen.goto(page.get_by_role("link", name="View on site").get_attribute("href"))
    assert re.search("August 2019", seen.locator("main").inner_text())
    context.close()


def test_a_late_answer_does_not_push_the_field_in_use_off_the_screen(browser, site):  # noqa: F811
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    page, held = context.new_page(), []
    page.route("**/on-file/*", lambda route: held.append(route))
    sign_in(page, "/admin/initiatives/initiative/add/")
    with page.expect_request("**/on-file/*"):
        page.locator("#id_new_url").fill(ARTICLE)
    below = page.locator("#id_new_archived")
    below.focus()
    below.evaluate("field => scrollBy(0, field.getBoundingClientRect().bottom - innerHeight + 2)")
    top = "field => field.getBoundingClientRect().top + scrollY"
    before = below.evaluate(top)
    held[0].continue_()
    page.get_by_text("It is used as it stands").wait_for()
    assert below.evaluate(top) > before  # a line came above it
    assert below.evaluate("field => field.getBoundingClientRect().bottom - innerHeight") < 1
    context.close()
