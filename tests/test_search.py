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
    assert (
        "Countries 1 Western Europe Liechtenstein" in text and "Nothing on file matches" not in text
    )


# ------------------------------------------------------------------ addresses nearly right


@pytest.mark.parametrize("noun", ["initiatives", "actors", "sources"])
@pytest.mark.parametrize(("page", "status"), [("999", 404), ("0", 404), ("abc", 400)])
def test_page_that_is_not_there_is_said(client, noun, page, status):
    text = read(client, f"/{noun}/?page={page}", status).text
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


# ------------------------------------------------------------------ the search page


def search(client, text: str, **more) -> str:
    response = client.get("/search/", {"q": text, **more})
    assert response.status_code == 200, response.content
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("text", ["統合基金", "基金", "日・ASEAN統合基金"])
def test_a_name_in_japanese_is_shown_with_what_was_found(client, text):
    page = search(client, text)
    assert '<h3><a href="/initiatives/jaif/">' in page
    assert 'Also named <span lang="ja">' in page and "(Japanese)" in page
    assert "<mark>" in page


def test_a_passage_shows_the_words_in_another_form(client):
    page = search(client, "sensor placing")
    assert "<mark>sensors</mark> <mark>placed</mark>" in page


def test_an_acronym_is_marked_where_it_stands(client):
    assert '<span class="acronym"><mark>AJCCBC</mark></span>' in search(client, "ajccbc")


def test_the_noun_of_the_best_match_stands_first(client):
    assert search(client, "interpol").index('id="actors"') < search(client, "interpol").index(
        'id="initiatives"'
    )
    assert search(client, "jaif").index('id="initiatives"') < search(client, "jaif").index(
        'id="sources"'
    )


def test_a_misspelt_word_finds_what_is_like_it_and_says_so(client):
    page = search(client, "tsubami")
    assert "Nothing is spelt “tsubami”" in page
    assert '<a href="/search/?q=tsubame">tsubame</a>' in page
    assert "<mark>TSUBAME</mark>" in page


def test_a_word_that_is_somewhere_is_never_corrected(client):
    assert "Did you mean" not in search(client, "sensors")
    assert "Did you mean" not in search(client, "japan")


def test_finding_nothing_helps(client):
    page = search(client, "zzzqqq japan")
    assert "Nothing on file matches “zzzqqq japan”" in page
    assert '<a href="/search/?q=japan">japan</a>' in page
    assert 'href="/initiatives/"' in page and "The atlas holds" in page


@pytest.mark.usefixtures("ungated")
def test_a_draft_is_neither_found_nor_does_it_change_what_is(client):
    before = search(client, "tsubami").partition("<footer")[0]
    making.initiative("hidden", title="Tsubami", state="draft")
    assert search(client, "tsubami").partition("<footer")[0] == before
    assert found(client, "initiatives", "tsubami") == {"tsubame"}


@pytest.mark.usefixtures("ungated")
def test_signs_are_found_as_they_stand_and_text_is_escaped(client):
    making.initiative("half", title="50% of <b>it</b> & more", summary="A_B\\C")
    making.initiative("whole", title="100 of it", summary="AxBxC")
    for text in ("%", "50%", "a_b", "\\"):
        assert found(client, "initiatives", text) == {"half"}, text
    page = search(client, "50%")
    assert "<mark>50%</mark> of &lt;b&gt;it&lt;/b&gt; &amp; more" in page


@pytest.mark.parametrize(
    "text",
    ["%", "_", "\\", "'", '"', '"japan', "-", "--", "- -", "or", "or or", "(", "((", "[a", "a{2",
     "*", "!", "&|", ":*", "<->", "\u200b", "\u0301", "🙂", "a" * 200, '" "', "-%",
     "ﷺ" * 50, " ".join(["japan"] * 30), "' OR 1=1 --", "$1", "{0}", "%s", "\\d+", "^.*$"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(client, text):
    for path in ("/search/", "/search/suggest/", "/initiatives/", "/api/v1/sources/", "/countries/",
                 "/api/v1/events/", "/api/v1/themes/", "/api/v1/statements/"):  # fmt: skip
        assert client.get(path, {"q": text}).status_code == 200, (path, text)


@pytest.mark.parametrize("text", ["a" * 10_000, "japan\x00", "a\x1bb"])
def test_what_is_no_text_is_refused_in_words(client, text):
    response = client.get("/search/", {"q": text})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert client.get("/api/v1/initiatives/", {"q": text}).status_code == 400
    assert client.get("/search/suggest/", {"q": text}).content.strip() == b""


def test_all_statements_found_are_shown_in_pages(client):
    page = search(client, "japan", **{"in": "statements"})
    assert "Back to everything found" in page and 'id="initiatives"' not in page
    assert "in: " in client.get("/search/?q=japan&in=actors").content.decode()


def test_a_statement_leads_to_its_place_on_the_record(client):
    links = read(client, "/search/?q=cyberdefense&in=statements").links
    links += read(client, "/search/?q=japan&in=statements").links
    link = next(link for link in links if "#fact-statements--" in link)
    path, _hash, anchor = link.partition("#")
    assert anchor in read(client, path).ids


def test_suggestions_are_names_with_their_addresses(client):
    text = client.get("/search/suggest/?q=ajcc").content.decode()
    assert 'role="option"' in text and 'data-url="/initiatives/ajccbc/"' in text
    assert "summary" not in text


def test_relevance_needs_words(client):
    refused = client.get("/api/v1/initiatives/?ordering=relevance")
    assert refused.status_code == 400 and "give `q`" in refused.json()["detail"]
    refused = client.get("/initiatives/?ordering=relevance")
    assert refused.status_code == 400
    removed = read(client, "/initiatives/?q=japan&ordering=relevance").links
    assert "/initiatives/" in removed  # the chip takes the order along


@pytest.mark.parametrize(
    ("typed", "meant"), [("Fidji", "/countries/FJ/"), ("Vanuatoo", "/countries/VU/")]
)
def test_a_country_misspelt_is_found(client, typed, meant):
    page = read(client, f"/search/?q={typed}")
    assert meant in page.links
    assert meant not in read(client, f"/search/?q={typed}+asean").links


@pytest.mark.parametrize("sign", ["©", "JAIF©", "®", "a ± b", "‖", "₣", "⦅", "x｟"])
def test_no_sign_breaks_a_search(client, sign):
    for path in ("/search/", "/initiatives/", "/actors/", "/sources/"):
        assert client.get(path, {"q": sign}).status_code == 200
    assert client.get("/initiatives/", {"funder": sign}).status_code == 400
