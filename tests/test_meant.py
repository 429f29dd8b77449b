"""A filter's value that is none: what may have been meant is offered, in words and one tap away."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

MEANT = [
    ("country=Ghanna", "country", "GH"),
    ("country=Fijji", "country", "FJ"),
    ("country=ecowas", "group", "ecowas"),
    ("country__not=ecowas", "group__not", "ecowas"),
    ("group=ghana", "country", "GH"),
    ("group=aseann", "group", "asean"),
    ("actor=interpoll", "actor", "interpol"),
    ("funder=jaiff", "funder", "jaif"),
    ("theme=cybercrim", "theme", "cybercrime"),
    ("region=pacifik", "region", "pacific"),
    ("kind=dialog", "kind", "dialogue"),
]


def refused(client, path: str) -> dict:
    """The one error that the API answers with."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    return error


@pytest.mark.parametrize("query, parameter, value", MEANT)
def test_a_value_that_is_none_leads_to_what_was_meant(client, query, parameter, value):
    whole = f"{query}&status=implementation"
    page = Page(client.get(f"/initiatives/?{whole}"))
    assert "Did you mean" in page.text
    ways = [parse_qs(urlsplit(link).query) for link in page.links if link.startswith("/init")]
    assert {parameter: [value], "status": ["implementation"]} in ways
    error = refused(client, f"initiatives/?{whole}")
    assert error["parameter"] == query.partition("=")[0]
    meant = [(offer["parameter"], offer["value"]) for offer in error["meant"]]
    assert (parameter, value) in meant
    for name, other in meant:
        assert client.get(f"/api/v1/initiatives/?{name}={other}").status_code == 200


def test_what_is_right_beside_it_is_kept(client):
    page = Page(client.get("/initiatives/?country=FJ&country=Tongga"))
    [way] = {link for link in page.links if "country=FJ&country=TO" in link}
    assert client.get(way).status_code == 200


def test_pictures_and_comparisons_offer_what_was_meant(client):
    page = Page(client.get("/funding/?of=ajccbb"))
    assert "/funding/?of=ajccbc" in page.links
    assert (
        "/overlap/?of=ajccbc&theme=cybercrime"
        in Page(client.get("/overlap/?of=ajccbb&theme=cybercrime")).links
    )
    page = Page(client.get("/compare/?id=jaif&id=ajccbb"))
    assert "Did you mean" in page.text and "/compare/?id=jaif&id=ajccbc" in page.links
    error = refused(client, "insights/compare/?id=jaif&id=ajccbb")
    assert {"parameter": "id", "value": "ajccbc"}.items() <= error["meant"][0].items()


def test_a_payer_is_not_taken_for_another_by_a_part_of_its_name(client):
    """Several bodies of Japan pay, so “Japan” is none of them, nor the Japan-ASEAN fund."""
    page = Page(client.get("/initiatives/?funder=Japan"))
    assert "/initiatives/?funder=japan-gov" in page.links
    agency = client.get("/initiatives/?funder=Ghana")
    assert agency.status_code == 400, (
        "a body that pays for nothing is no funder by a part of a name"
    )
    moved = client.get("/initiatives/?funder=Germany")
    assert moved["Location"] == "/initiatives/?funder=germany-gov"
    for name in ("JAIF", "Japan-ASEAN Integration Fund"):
        assert client.get("/initiatives/", {"funder": name})["Location"].endswith("funder=jaif")


def test_nothing_is_offered_for_what_is_like_nothing(client):
    assert "Did you mean" not in Page(client.get("/initiatives/?funder=xqzzvw")).text
    assert "meant" not in refused(client, "initiatives/?country=xqzzvw")


@pytest.mark.parametrize(
    "name, code",
    [("日本", "JP"), ("Allemagne", "DE"), ("المغرب", "MA"), ("Burma", "MM"), ("Ivory Coast", "CI")],
)
def test_a_country_is_found_by_its_name_in_another_language(client, name, code):
    found = Page(client.get("/search/", {"q": name}))
    assert f"/countries/{code}/" in found.links
    answer = client.get("/initiatives/", {"country": name})
    assert answer.status_code == 302 and answer["Location"] == f"/initiatives/?country={code}"


@pytest.mark.parametrize("words", ["Abidjan", "Port of Spain"])
def test_another_word_of_ours_is_no_spelling_of_what_was_asked(client, words):
    text = Page(client.get("/search/", {"q": words})).text
    assert "azerbaijan" not in text.casefold() and "sport of" not in text.casefold()


@pytest.mark.parametrize(
    "words, query",
    [
        ("Senegal cybersecurity school", "country=SN&q=cybersecurity%20school"),
        ("Ghana EU", "country=GH&actor=eu"),
    ],
)
@pytest.mark.parametrize("path", ["/search/", "/initiatives/"])
def test_words_that_nothing_has_together_are_parted_into_filters(client, path, words, query):
    page = Page(client.get(path, {"q": words}))
    assert f"/initiatives/?{query}" in page.links
    [said] = re.findall(r"(\d+) initiatives? (?:reaching|with)", page.text)
    answer = client.get(f"/api/v1/initiatives/?{query}&page_size=200").json()
    assert len(answer["results"]) == int(said) > 0
