"""Suggestions while typing, by keyboard alone, and the same search without JavaScript."""

import re

from tests.test_browser import browser, page, pytestmark  # noqa: F401


def expanded(page) -> str:  # noqa: F811
    return page.get_by_role("combobox").get_attribute("aria-expanded")


def test_suggestions_are_chosen_by_keyboard(page):  # noqa: F811
    page.goto("/")
    field = page.get_by_role("combobox", name="Search")
    field.focus()
    page.keyboard.type("jaif")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert expanded(page) == "true"
    assert field.get_attribute("aria-activedescendant") is None
    assert page.get_by_role("status").inner_text().endswith("arrow down to choose")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert "Japan-ASEAN Integration Fund" in chosen.inner_text()
    page.keyboard.press("Escape")
    assert expanded(page) == "false" and field.input_value() == "jaif"
    page.keyboard.press("ArrowDown")
    assert expanded(page) == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/initiatives/jaif/")
    assert page.problems == []


def test_enter_without_a_choice_searches(page):  # noqa: F811
    page.goto("/search/")
    page.get_by_role("combobox").focus()
    page.keyboard.type("統合")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.locator("h3 a[href='/initiatives/jaif/']").is_visible()
    assert page.locator("mark").count() >= 1
    page.keyboard.press("Tab")
    assert page.problems == []


def test_a_suggestion_can_be_clicked_on_a_phone(page):  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    page.get_by_role("combobox").fill("ajccbc")
    option = page.get_by_role("option").first
    option.wait_for()
    box = option.bounding_box()
    assert box["height"] >= 24 and box["x"] >= 0 and box["x"] + box["width"] <= 390
    option.click()
    page.wait_for_url("**/initiatives/ajccbc/")


def test_leaving_the_field_closes_the_list(page):  # noqa: F811
    page.goto("/search/")
    page.get_by_role("combobox").fill("japan")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("listbox").wait_for(state="hidden")


def test_the_search_works_without_javascript(browser, site):  # noqa: F811
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()  # noqa: F811
    page.goto("/")
    field = page.get_by_role("searchbox")
    field.fill("tsubami")
    with page.expect_navigation():
        field.press("Enter")
    page.get_by_role("link", name="TSUBAME").first.click()
    page.wait_for_url(re.compile("/initiatives/tsubame/$|q=tsubame"))
    context.close()
