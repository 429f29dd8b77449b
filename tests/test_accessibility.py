"""Every type of page in real Chromium: what axe finds, what the console says, what does not fit.

A page is loaded once and then looked at wide and narrow, light and dark.
"""

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests import visits
from tests.site import PASSWORD
from tests.test_browser import browser, leave, pytestmark  # noqa: F401

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": LEVELS}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SIZES = ["target-size", "scrollable-region-focusable", "css-orientation-lock", "meta-viewport"]
SEEN = {"type": "rule", "values": [*COLOURS["values"], *SIZES]}
# every rule once, and at the other width and colour those that depend on what is seen; the other
# two pairs, where time does not matter, with the rules that depend on colours
LOOKS = [("light", 1280, EVERYTHING), ("dark", 390, SEEN)]
if os.environ.get("EVERY_LOOK"):
    LOOKS += [("dark", 1280, COLOURS), ("light", 390, COLOURS)]
AXE = """([runOnly, rules, exclude]) => {
  // colours between two have no contrast
  document.getAnimations().forEach(one => one instanceof CSSTransition && one.finish());
  const options = {runOnly, rules, resultTypes: ['violations'], preload: false};
  return axe.run({include: 'html', exclude}, options).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)
  ));
}"""
# what is not ours: Swagger's colours and headings; in Django's admin the field that select2 puts
# in the place of a select, which has no name, and the heads of columns that are for buttons
FOREIGN = ["#swagger-ui"]
STOCK = {name: {"enabled": False} for name in ("aria-input-field-name", "empty-table-header")}
LEVELS_OF_HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"


@pytest.fixture(scope="module")
def visitor(browser, site):  # noqa: F811
    """One page for all visits."""
    visits.withdraw(site)
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    page = context.new_page()
    page.problems = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


@pytest.fixture(scope="module")
def editor(visitor):
    """The same page, signed in; asked for by the last visits of this file."""
    visitor.goto("/admin/login/")
    visitor.get_by_label("Username").fill("editor")
    visitor.get_by_label("Password").fill(PASSWORD)
    leave(visitor, visitor.get_by_role("button", name="Log in"))
    return visitor


def faults(page, off: dict | None = None) -> list[str]:
    """What is wrong with the page that is open, in all its looks, with some rules off."""
    found = []
    foreign = FOREIGN if page.locator(FOREIGN[0]).count() else []
    page.evaluate(AXE_SCRIPT)
    for scheme, width, rules in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        said = page.evaluate(AXE, [rules, off or {}, foreign])
        found += [f"{scheme} {width} px: {fault}" for fault in said]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{width} px: {wider} px wider than the screen"] if wider > 0 else []
    return found


def visit(page, path: str, status: int = 200):
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.problems.clear()
    assert page.goto(path).status == status
    assert [text for text in page.problems if f"status of {status}" not in text] == []


def assert_headings_step_down(page):
    levels = page.evaluate(LEVELS_OF_HEADINGS)
    assert levels and levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), levels


@pytest.mark.parametrize("name", visits.PUBLIC)
def test_a_page_shuts_nobody_out(visitor, name):
    visit(visitor, visits.PUBLIC[name], visits.STATUS.get(name, 200))
    if name != "API":  # Swagger's own headings
        assert_headings_step_down(visitor)
    assert faults(visitor) == []


def test_the_api_draws_its_description_without_a_complaint(visitor):
    """Swagger reads the description after the page has loaded; the strict CSP holds for it too."""
    visit(visitor, visits.PUBLIC["API"])
    operation = visitor.locator(".opblock").first
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table").wait_for()
    assert visitor.problems == []


def test_a_form_that_comes_back_shuts_nobody_out(visitor):
    visit(visitor, visits.PUBLIC["suggest a correction"])
    leave(visitor, visitor.get_by_role("button", name="Send to the editors"))
    assert visitor.get_by_role("alert").is_visible()
    assert faults(visitor) == []


def test_the_door_of_the_desk_shuts_nobody_out(visitor):
    visit(visitor, "/admin/login/")
    assert faults(visitor) == []


@pytest.mark.parametrize("name", visits.DESK)
def test_the_desk_shuts_nobody_out(editor, name):
    visit(editor, visits.DESK[name])
    assert faults(editor, STOCK) == []


@pytest.mark.parametrize("name", visits.OF_RECORDS)
def test_what_is_done_with_a_record_shuts_nobody_out(editor, site, name):
    visit(editor, visits.OF_RECORDS[name].format(*visits.keys(site, "tsubame", "ajcd")))
    assert faults(editor, STOCK) == []


def test_the_review_of_a_new_record_shuts_nobody_out(editor):
    visit(editor, visits.DESK["new record"])
    editor.fill("#id_title", "A record that waits")
    editor.select_option("#id_kind", "project")
    leave(editor, editor.locator("button[value=review]"))
    leave(editor, editor.get_by_role("link", name="Review it"))
    assert faults(editor, STOCK) == []


def test_a_change_and_its_merge_with_another_shut_nobody_out(editor, site):
    [pk] = visits.keys(site, "nict-nctc")
    visit(editor, visits.RECORD.format(pk) + "change/")
    editor.select_option("#id_scope", "global")
    editor.fill("#id_edit_why", "It reaches further.")
    leave(editor, editor.locator("button[value=send]"))
    assert faults(editor, STOCK) == []
    visits.asked(site, f"UPDATE initiatives_initiative SET scope = 'regional' WHERE id = {pk}")
    editor.reload()
    leave(editor, editor.get_by_role("link", name="Merge both"))
    assert editor.locator("tr.clash").count() == 1
    assert faults(editor, STOCK) == []


def test_a_change_of_many_shuts_nobody_out(editor):
    visit(editor, visits.DESK["records on the desk"])
    editor.locator("#result_list input.action-select").first.check()
    editor.select_option("select[name=action]", "withdraw_selected")
    leave(editor, editor.get_by_role("button", name="Go", exact=True))
    assert faults(editor, STOCK) == []
    editor.get_by_label("Why").fill("To look at it.")
    leave(editor, editor.get_by_role("button", name="Look at it first"))
    assert editor.locator("table.preview").is_visible()
    assert faults(editor, STOCK) == []


def test_a_record_with_its_evidence_shuts_nobody_out(editor):
    visit(editor, "/admin/initiatives/initiative/?q=tsubame")
    leave(editor, editor.locator("#result_list th.field-title a"))
    editor.locator("details.beside").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert faults(editor, STOCK) == []
