"""A visitor's journey in real Chromium, on the site as ``make run`` starts it."""

import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("site"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: browser tests not run"),
]
PAGES = (
    "/", "/initiatives/", "/initiatives/ajccbc/", "/initiatives/ajcd/", "/actors/",
    "/actors/asean/", "/sources/", "/sources/ipdf-japan-leads/", "/countries/", "/countries/TH/",
    "/themes/cybercrime/", "/about/", "/search/?q=jaif", "/search/?q=tsubami",
    "/initiatives/none-such/",
    "/map/", "/map/?by=theme&area=pacific", "/timeline/", "/years/", "/years/?of=money",
    "/coverage/",
    "/network/", "/network/?actor=japan-gov", "/funding/", "/funding/?of=ajccbc",
    "/overlap/?of=ajccbc", "/compare/?id=ajccbc&id=ajcd", "/briefing/?region=pacific",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, site):
    """A fresh page that collects console errors (CSP violations are among them)."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.problems = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


def test_from_the_search_field_to_the_paragraph_that_says_so(page):
    page.goto("/")
    page.get_by_role("combobox").first.fill("JAIF")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Japan-ASEAN Integration Fund").first.click()
    assert page.url.endswith("/initiatives/jaif/")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Japan-ASEAN Integration")
    footnote = page.locator("a[href^='#note-']").first
    target = footnote.get_attribute("href")
    footnote.click()
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()
    source = f"li:has({target}) a[href^='/sources/'], {target} a[href^='/sources/']"
    page.locator(source).first.click()
    assert "/sources/" in page.url
    assert page.problems == []


def test_the_keyboard_alone_reaches_the_content(page):
    page.goto("/initiatives/ajccbc/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    assert skip and skip.startswith("#")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == skip
    outlines = page.evaluate(
        "() => { const a = document.querySelector('main a'); a.focus();"
        " const s = getComputedStyle(a); return s.outlineStyle + s.outlineWidth + s.boxShadow }"
    )
    assert outlines != "none0pxnone"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_their_width_and_break_no_rule(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{overflow} px wider than the screen"
    expected = [p for p in page.problems if "404" not in p]
    assert expected == []


@pytest.mark.parametrize("path", PAGES)
def test_headings_step_down_one_at_a_time(page, path):
    page.goto(path)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels and levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), levels


def test_pages_work_without_javascript(browser, site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/initiatives/?q=cybercrime")
    assert page.get_by_role("link", name="ASEAN-Japan Cybercrime Dialogue").count() >= 1
    context.close()


def test_dark_mode_is_dark_and_print_keeps_the_footnotes(browser, site):
    context = browser.new_context(base_url=site.url, color_scheme="dark")
    page = context.new_page()
    page.goto("/initiatives/ajccbc/")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, dark[dark.index("(") + 1 : -1].split(",")[:3])) < 200
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("[id^='note-']").first.is_visible()
    assert not page.locator("nav").first.is_visible()
    context.close()


@pytest.mark.parametrize("query", ["region=pacific", "theme=cybercrime", ""])
def test_a_briefing_prints_on_two_pages(page, query):
    page.goto(f"/briefing/?{query}")
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_a_picture_is_looked_at_closer_by_button_key_wheel_and_hand(page):
    page.goto("/map/")
    svg = page.locator(".canvas > svg")
    whole = svg.get_attribute("viewBox")

    def seen() -> list[float]:
        return [float(number) for number in svg.get_attribute("viewBox").split()]

    width = seen()[2]
    page.get_by_role("button", name="Closer").click()
    assert seen()[2] < width and page.get_by_role("button", name="Wider").is_enabled()
    dot = page.locator(".dots a").first
    dot.focus()
    page.keyboard.press("+")
    near, x = seen()[2], seen()[0]
    assert near < width / 2
    page.keyboard.press("ArrowLeft")
    assert seen()[0] < x
    box = svg.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    x = seen()[0]
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 60, box["y"] + 40)
    page.mouse.up()
    assert seen()[0] < x and page.url.endswith("/map/"), "pulled to the right, nothing chosen"
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.wait_for_function(
        "near => +document.querySelector('.canvas > svg').getAttribute('viewBox').split(' ')[2]"
        " < near",
        arg=near,
    )
    page.keyboard.up("Control")
    page.get_by_role("button", name="The whole picture").click()
    assert svg.get_attribute("viewBox") == whole
    assert page.problems == []


def test_labels_of_a_picture_show_on_hover_and_on_focus(page):
    page.goto("/coverage/?within=polynesia")
    tip = page.locator(".tip")
    cell = page.locator(".canvas a:has(rect)").first
    name = cell.get_attribute("aria-label")
    assert name and tip.is_hidden()
    cell.hover()
    assert tip.inner_text() == name
    page.mouse.move(0, 0)
    tip.wait_for(state="hidden")
    page.locator(".canvas a").first.focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused and tip.inner_text() == focused
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_open_ends_fade_and_plans_are_hollow(page):
    page.goto("/timeline/")
    look = "name => getComputedStyle(document.querySelector('.' + name)).fill"
    full, faded, planned = (page.evaluate(look, n) for n in ("bar-sure", "bar-out", "bar-plan"))
    assert len({full, faded, planned}) == 3 and "fade-out" in faded
