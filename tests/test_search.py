"""Finding things: spellings, countries, and addresses that are nearly right."""

import pytest
from django.test import Client

from tests import making
from tests.making import ungated  # noqa: F401
from tests.page import Page, static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


def read(client, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, path
    return Page(response)


def found(client, noun: str, text: str) -> set[str]:
    rows = client.get(f"/api/v1/{noun}/", {"q": text, "page_size": 200}).json()["results"]
    return {row["slug"] for row in rows}


# ------------------------------------------------------------------ spellings


@pytest.mark.parametrize("noun", ["initiatives", "actors", "sources"])
@pytest.mark.parametrize(
    "ways",
    [("cyber crime", "cyber-crime", "cybercrime"), ("cyber security", "cybersecurity"),
     ("training center", "training centre")],
)  # fmt: skip
def test_every_spelling_finds_the_same(client, noun, ways):
    answers = [found(client, noun, way) for way in ways]
    assert all(answer == answers[0] for answer in answers)


def test_another_spelling_is_found(client):
    assert "ajcd" in found(client, "initiatives", "cyber crime")
    assert "/initiatives/ajcd/" in read(client, "/initiatives/?q=cyber-crime").links
    assert found(client, "initiatives", "capacity building center") >= {"ajccbc"}


def test_excluded_word_stays_excluded(client):
    assert not found(client, "initiatives", "cybercrime -cybercrime")


# ------------------------------------------------------------------ countries


@pytest.mark.parametrize("text", ["Thailand", "thai", "TH", "tha", " Thailand "])
def test_search_offers_the_country(client, text):
    assert "/countries/TH/" in Page(client.get("/search/", {"q": text})).links


def test_country_whose_code_it_is_stands_first(client):
    links = read(client, "/search/?q=in").links
    assert [link for link in links if link.startswith("/countries/") and len(link) > 12][0] == (
        "/countries/IN/"
    )


def test_country_alone_is_a_find(client):
    text = read(client, "/search/?q=Liechtenstein").text
    assert "1 country Liechtenstein" in text and "Nothing on file matches" not in text


# ------------------------------------------------------------------ addresses nearly right


@pytest.mark.parametrize("noun", ["initiatives", "actors", "sources"])
@pytest.mark.parametrize(("page", "status"), [("999", 404), ("0", 404), ("abc", 400)])
def test_page_that_is_not_there_is_said(client, noun, page, status):
    text = read(client, f"/{noun}/?page={page}&ordering=", status).text
    assert f"page: “{page}” is not a page of this list; it has " in text


def test_first_page_of_an_empty_list_is_there(client):
    assert read(client, "/initiatives/?q=zzzzqq&page=1").text


@pytest.mark.parametrize("path", ["initiatives/AJCCBC", "actors/ASEAN", "sources/INTERPOL-accdp"])
def test_upper_case_moves_for_good(client, path):
    response = client.get(f"/{path}/")
    assert (response.status_code, response["Location"]) == (301, f"/{path.lower()}/")


@pytest.mark.usefixtures("ungated")
def test_upper_case_tells_nothing_of_a_draft(client):
    making.initiative("not-yet", state="draft")
    assert client.get("/initiatives/NOT-YET/").status_code == 404
    assert client.get("/initiatives/NOPE/").status_code == 404


def test_robots_may_read_everything(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert response.content == b"User-agent: *\nDisallow:\n"


@pytest.mark.parametrize("path", ["/", "/initiatives/", "/actors/asean/", "/sources/", "/search/"])
def test_pages_are_only_read(path):
    client = Client(enforce_csrf_checks=True)
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


# ------------------------------------------------------------------ how sure


def test_accounts_that_differ_qualify_how_sure_we_are(client):
    differing = read(client, "/initiatives/accdp-1/").text
    assert "On 1 subject the accounts differ" in differing
    assert "No source contradicts another" not in differing
    assert "accounts differ" not in read(client, "/initiatives/tsubame/").text
