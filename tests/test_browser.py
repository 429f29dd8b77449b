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


def leave(page, through) -> None:
    """Click what leads to another page, and wait for it: a click alone may come back before."""
    with page.expect_navigation():
        through.click()


def test_from_the_search_field_to_the_paragraph_that_says_so(page):
    page.goto("/")
    page.get_by_role("combobox").first.fill("JAIF")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Japan-ASEAN Integration Fund", exact=True).first.click()
    page.wait_for_url("**/initiatives/jaif/")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Japan-ASEAN Integration")
    footnote = page.locator("a[href^='#note-']").first
    target = footnote.get_attribute("href")
    footnote.click()
    page.wait_for_url(f"**{target}")
    assert page.locator(target).is_visible()
    source = f"li:has({target}) a[href^='/sources/'], {target} a[href^='/sources/']"
    page.locator(source).first.click()
    page.wait_for_url("**/sources/*/**")
    assert page.problems == []


FOCUS = """wanted => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && !style.outlineColor.endsWith(', 0)');
  return {
    shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight
      && (ring || style.boxShadow !== 'none'),
    wanted: focused.matches(wanted),
    html: focused.outerHTML.slice(0, 120),
  }
}"""


def tab_to(page, selector: str, most: int = 250) -> None:
    """Press Tab until an element like this has the focus, which is seen at every step."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS, selector)
        assert focus["shown"], focus["html"]
        if focus["wanted"]:
            return
    raise AssertionError(f"{most} times Tab on {page.url} did not lead to {selector}")


def follow(page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_whole_journey_by_keyboard_alone(browser, site, scripts):
    """Search, facet, record, footnote and back, download."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/")
    follow(page, ".skip")
    page.wait_for_url("**/#content")
    tab_to(page, "input[name=q]", 1)
    page.keyboard.type("policy")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=policy*")
    follow(page, "main a[href^='/initiatives/?']")
    page.wait_for_url("**/initiatives/?*")
    tab_to(page, "input[name=country][value=TH]")
    page.keyboard.press("Space")
    follow(page, ".filters button")
    page.wait_for_url("**country=TH*")
    follow(page, "h3 a[href='/initiatives/us-asean-cyber-policy-dialogue/']")
    page.wait_for_url("**/initiatives/*/")
    follow(page, "td a[href^='#note-']")
    page.locator("[id^='note-']:target").wait_for()
    follow(page, ".back a[href^='#fact-']")
    page.wait_for_url("**/#fact-*")
    tab_to(page, ".downloads a[href*='format=jsonld']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "us-asean-cyber-policy-dialogue" in download.value.suggested_filename
    context.close()


SHIFTS = """new Promise(settled => {
  const seen = [];
  new PerformanceObserver(list => seen.push(...list.getEntries().map(entry => entry.value)))
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => settled(seen))));
})"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/", "/initiatives/", "/initiatives/ajccbc/"])
def test_a_first_view_is_light_and_does_not_move(browser, site, path, width):
    """Under 80 KB as transferred and 12 requests, for a visitor whose browser keeps nothing yet."""
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes = []
    network.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert 0 < len(sizes) < 12
    assert sum(sizes) < 80 * 1024
    # a tenth of what counts as good: a page in pieces on a busy processor may move by a hair
    assert sum(page.evaluate(SHIFTS)) < 0.01
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


def test_a_table_stands_as_blocks_on_a_phone_and_prints_whole(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/initiatives/?view=table")
    row = page.locator(".list tbody tr").first
    assert row.locator("td").count() > 3
    for cell in row.locator("td").all():
        box = cell.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] < 300
        label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert label == f'"{cell.get_attribute("data-label")}"'
    assert row.bounding_box()["height"] < 600
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.table--list').scrollHeight") <= page.evaluate(
        "document.querySelector('.table--list').clientHeight"
    )
    assert not page.locator(".columns-of").is_visible()


@pytest.mark.parametrize("query", ["region=pacific", "theme=cybercrime", "year=2022", ""])
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
