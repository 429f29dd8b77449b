"""What a page is asked for and does not know: said on it, never passed over in silence."""

import re

import pytest

from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

PAGES = (
    *("/", "/about/", "/search/?q=jaif", "/changes/", "/compare/?id=jaif", "/countries/"),
    *("/initiatives/jaif/", "/actors/asean/", "/sources/ipdf-japan-leads/", "/countries/FJ/"),
    *(
        "/themes/cybercrime/",
        "/suggest/",
        "/suggest/?initiative=jaif",
        "/initiatives/jaif/history/",
        "/initiatives/jaif/versions/1/",
    ),
    *("/initiatives/", "/actors/", "/sources/", "/map/", "/briefing/?region=pacific"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_parameter_that_a_page_does_not_know_is_named(client, path):
    joint = "&" if "?" in path else "?"
    page = Page(client.get(f"{path}{joint}as_of=2026-01-01&foo=1"))
    assert "This page does not know the parameters as_of and foo; they were ignored." in page.text
    assert "does not know" not in Page(client.get(path)).text


@pytest.mark.parametrize(
    "path",
    ["/initiatives/jaif/", "/actors/asean/", "/sources/ipdf-japan-leads/"]
    + ["/countries/FJ/", "/themes/cybercrime/"],
)
def test_a_format_that_does_not_exist_is_answered_in_words_with_those_that_do(client, path):
    answer = client.get(f"{path}?format=xyz")
    page = Page(answer)
    assert answer.status_code == 406 and "There is no format “xyz” of this record" in page.text
    assert path in page.links
    files = [link for link in page.links if link.startswith(f"{path}?format=")]
    assert f"{path}?format=json" in files
    for link in files:
        answer = client.get(link, follow=True)
        assert answer.status_code == 200 and "text/html" not in answer["Content-Type"], link
        assert answer.getvalue(), link
    assert client.get(f"{path}?format=").status_code == 200


def test_a_country_that_joined_late_accounts_for_all_that_reaches_it(client):
    text = Page(client.get("/countries/TL/")).text
    said = re.search(
        r"(\d+) initiatives reach it, (\d+) by name, (\d+) through a group it belongs to"
        r" and (\d+) through a group that it joined only later",
        text,
    )
    every, *parts = map(int, said.groups())
    assert every == sum(parts) and parts[-1] > 0


@pytest.mark.parametrize("sense", ["named", "through", "later"])
@pytest.mark.parametrize("code", ["TK", "XK", "AW", "TH"])  # all but one in no group on file
def test_how_a_country_is_reached_can_be_asked_of_any_country(client, code, sense):
    for address in ("/initiatives/", "/api/v1/initiatives/", "/map/", "/briefing/"):
        assert client.get(f"{address}?also_country={code}:{sense}").status_code == 200
    answer = client.get(f"/initiatives/?also_country={code}:{sense}&format=csv")
    rows = len(answer.getvalue().decode().splitlines()) - 1
    found = client.get(f"/api/v1/initiatives/?also_country={code}:{sense}").json()
    assert found["count"] == rows


@pytest.mark.parametrize("name", ["country", "group", "funder", "actor"])
@pytest.mark.parametrize("path", ["/initiatives/", "/map/", "/briefing/"])
def test_a_null_character_is_an_error_in_words(client, path, name):
    answer = client.get(f"{path}?{name}=%00")
    assert answer.status_code == 400 and "Nothing is shown, because" in Page(answer).text


@pytest.mark.parametrize("path", ["/initiatives/", "/actors/", "/sources/", "/search/"])
@pytest.mark.parametrize("words", ["-cyber", "-zzz", '""', "or", "-", "%", "-%", '-"a b" -c'])
def test_a_search_of_operators_alone_is_answered(client, path, words):
    assert client.get(path, {"q": words}).status_code == 200
    if path != "/search/":
        assert client.get(f"/api/v1{path}", {"q": words}).status_code == 200
