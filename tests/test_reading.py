"""What helps an analyst to read on: filters by name, trees, figures at a glance, own languages."""

import re

import pytest
from django.http import QueryDict
from django.utils import timezone

from atlas.kit import caching
from atlas.kit.downloads import file_name, offered
from atlas.kit.languages import NamesMiddleware
from initiatives.filters import InitiativeFilterSet
from tests.page import Page

pytestmark = pytest.mark.django_db


def found(address: str) -> int:
    """How many initiatives the list at this address holds."""
    return InitiativeFilterSet(QueryDict(address.partition("?")[2])).qs.count()


def numbers(html: str) -> dict[str, int]:
    """Lists of initiatives that are linked with a number, and that number."""
    linked = re.findall(r'<a [^>]*href="(/initiatives/\?[^"]+)"[^>]*>[^<]*?(?:<b>)?(\d+)<', html)
    return {address.replace("&amp;", "&"): int(number) for address, number in linked}


# ------------------------------------------------------------------ figures


@pytest.mark.parametrize(
    "path", ["/countries/TH/", "/countries/TL/", "/themes/cybercrime/", "/actors/asean/"]
)
def test_every_number_at_a_glance_is_that_of_its_list(client, path):
    shown = numbers(client.get(path).content.decode())
    assert len(shown) > 5
    assert {address: found(address) for address in shown} == shown


def test_a_glance_names_what_nothing_on_file_is_about(client):
    text = Page(client.get("/countries/TH/")).text
    unfiled = [t for t in ("Standards", "Strategy and policy") if f"file: {t}" in text]
    assert unfiled and found("?country=TH&theme=standards") == 0


def test_a_payer_whose_parts_pay_too_is_told_at_a_glance(client):
    text = Page(client.get("/countries/TL/")).text.partition("Who pays")[2]
    pays = text.partition("Who takes part")[0]
    assert "Government of Japan with its parts" in pays
    assert "Japan International Cooperation Agency 1" in pays  # a part of it, without parts


def test_about_tells_coverage_by_actor_and_country(client):
    html = client.get("/about/").content.decode()
    held = html.partition('id="held"')[2].partition("</section>")[0]
    shown = numbers(held)
    assert {address: found(address) for address in shown} == shown
    assert any("actor=" in one for one in shown) and any("country=" in one for one in shown)


def test_about_says_whom_to_write_to(client, settings):
    text = Page(client.get("/about/")).text
    assert "has named no address" in text and "Suggest a correction" in text
    settings.ATLAS_CONTACT = "desk@atlas.example"
    assert "mailto:desk@atlas.example" in client.get("/about/").content.decode()


# ------------------------------------------------------------------ filters by name


@pytest.mark.parametrize(
    ("path", "words", "address"),
    [
        ("/search/?q=thailand", "initiatives reach Thailand", "/initiatives/?country=TH"),
        ("/search/?q=ASEAN", "Nations or its members", "/initiatives/?group=asean"),
        ("/search/?q=jaif", "Fund pays for", "/initiatives/?funder=jaif"),
        ("/search/?q=cybercrime", "on the theme Cybercrime", "/initiatives/?theme=cybercrime"),
        ("/initiatives/?q=thai&kind=centre", "reach", "/initiatives/?kind=centre&country=TH"),
    ],
)
def test_a_name_is_offered_as_a_filter_with_what_it_finds(client, path, words, address):
    html = client.get(path).content.decode()
    offer = re.search(rf'<a href="{re.escape(address.replace("&", "&amp;"))}">([^<]*)</a>', html)
    assert offer, address
    assert words.partition("reach")[0] in offer[1] and str(found(address)) in offer[1]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/initiatives/?actor=NEC&kind=exercise", "/initiatives/?actor=nec&kind=exercise"),
        ("/initiatives/?country=thailand&funder=", "/initiatives/?country=TH"),
        ("/initiatives/?funder=Japan-ASEAN+Integration+Fund", "/initiatives/?funder=jaif"),
        ("/actors/?country=Japan", "/actors/?country=JP"),
    ],
)
def test_a_typed_name_leads_to_the_address_with_its_value(client, path, there):
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, there)


def test_a_name_that_nobody_has_is_an_error_beside_its_field(client):
    answer = client.get("/initiatives/?actor=Nobody+At+All")
    assert answer.status_code == 400 and "There is no “Nobody At All”" in answer.content.decode()


def test_a_chosen_value_can_be_turned_into_an_exclusion(client):
    links = Page(client.get("/initiatives/?kind=centre&theme=cybercrime")).links
    assert "/initiatives/?theme=cybercrime&kind__not=centre" in links


def test_years_to_come_are_offered_only_where_something_has_a_stated_end(client):
    now = timezone.now().year
    html = client.get("/initiatives/").content.decode()
    field = html.partition('name="year"')[2].partition("</fieldset>")[0]
    offered_years = {int(y) for y in re.findall(r'value="(\d{4})"', field) if int(y) > now}
    ends = InitiativeFilterSet(QueryDict()).qs.values_list(
        "actual_end_latest", "planned_end_latest"
    )
    last = max(day.year for row in ends for day in row if day)
    assert offered_years == set(range(now + 1, last + 1))
    assert field.count("planned or without an end") == len(offered_years)


def test_a_list_by_date_says_of_how_many_the_sources_disagree_on_it(client):
    page = Page(client.get("/initiatives/?year=2009&certainty=sure"))
    assert "Sources disagree on the start or end of 1 of them; the date we follow" in page.text
    there = "/initiatives/?year=2009&certainty=sure&evidence=dates-disputed"
    assert there in page.links
    for view in ("", "&view=table"):
        text = Page(client.get(f"{there}{view}")).text
        assert "1 initiative" in text and "since 2008 (sources disagree)" in text
    counts = client.get("/api/v1/initiatives/facets/?facet=evidence").json()["evidence"]
    assert {"dates-disputed": 1}.items() <= {c["value"]: c["count"] for c in counts}.items()


# ------------------------------------------------------------------ records


def test_wholes_and_parts_stand_as_a_tree_with_their_proof(client):
    page = Page(client.get("/initiatives/nec-ajccbc-exercises/"))
    at = page.text.index("The whole and its parts")
    whole = page.text.index("Capacity Building Centre since", at)
    assert whole < page.text.index("this record", whole)
    tie = "fact-initiative-ties--nec-ajccbc-exercises--part-of--ajccbc--target"
    assert tie in page.ids
    assert (
        f"/initiatives/nec-ajccbc-exercises/#{tie}"
        in Page(client.get("/initiatives/ajccbc/")).links
    )


def test_phases_stand_in_their_order(client):
    text = Page(client.get("/initiatives/japan-regional-cyber-alliance/")).text
    first = text.index("ASEAN-Japan Cybercrime Dialogue", text.index("Phases, oldest first"))
    assert first < text.index("this record", first) < text.index("follows", first)


def test_how_sure_we_are_stands_in_one_line(client):
    text = Page(client.get("/initiatives/ajccbc/")).text
    line = re.search(
        r"How sure are we\? (\d+) independent sources; the best [a-z ]+ \([A-F]\);"
        r" (\d+) of (\d+) facts rest on one alone; ",
        text,
    )
    assert line and int(line[1]) > 2 and 0 < int(line[2]) < int(line[3])


def test_a_status_says_when_it_was_stated(client):
    text = Page(client.get("/initiatives/ajccbc/")).text
    assert re.search(r", as of (\d|[A-Z])", text) and re.search(r"As stated (on|in) ", text)


# ------------------------------------------------------------------ names in other languages

JAIF = 'lang="ja" title="Japanese">日・ASEAN統合基金</span>'


def test_names_stand_in_the_readers_language_beside_ours(client):
    for path in ("/initiatives/jaif/", "/initiatives/?kind=fund", "/search/?q=integration+fund"):
        plain = client.get(path)
        assert JAIF not in plain.content.decode()
        assert {"Accept-Language", "Cookie"} <= set(plain["Vary"].split(", "))
        html = client.get(path, headers={"accept-language": "ja-JP,en;q=0.8"}).content.decode()
        assert JAIF in html and "Japan-ASEAN Integration Fund" in html, path
        english = client.get(path, headers={"accept-language": "en,ja;q=0.8"})
        assert JAIF not in english.content.decode()


def test_a_language_chosen_is_kept_and_leaves_the_address(client):
    answer = client.get("/initiatives/?kind=fund&lang=ja")
    assert (answer.status_code, answer["Location"]) == (302, "/initiatives/?kind=fund")
    assert JAIF in client.get("/initiatives/jaif/").content.decode()
    assert "parameter lang" in Page(client.get("/initiatives/?lang=tlh")).text


def test_choosing_a_language_leads_to_no_other_site(rf):
    request = rf.get("/?lang=ja")
    request.path = "//elsewhere.example/"
    assert NamesMiddleware(None)(request)["Location"] == "/%2Felsewhere.example/"


def test_pages_are_kept_apart_by_language(rf):
    one, other = rf.get("/initiatives/jaif/"), rf.get("/initiatives/jaif/")
    one.names_in, other.names_in = "", "ja"
    assert caching.key_of(one) != caching.key_of(other)


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("country=TH&format=csv&page=2", "-country-th-"),
        ("theme__not=cybercrime", "-theme-not-cybercrime-"),
        ("q=統合基金", "-search-"),
        ("actor=" + "&actor=".join(["a-long-name"] * 9), "-search-"),
        ("", "-"),
    ],
)
def test_a_file_is_named_after_its_search(query, said):
    csv = next(format_ for format_ in offered("initiatives") if format_.name == "csv")
    today = timezone.now().date().isoformat()
    name = file_name(csv, "initiatives", data=QueryDict(query))
    assert name == f"atlas-initiatives{said}{today}.csv"
    other = next(one for one in offered("initiatives") if one.name == "iati-left-out")
    name = file_name(other, "initiatives", data=QueryDict(query))
    assert name == f"atlas-initiatives-iati-left-out{said}{today}.csv"


@pytest.mark.parametrize(
    "path", ["/initiatives/jaif/", "/actors/interpol/", "/sources/jpcert-tsubame/"]
)
def test_a_file_asked_of_a_records_page_is_had_from_the_api(client, path):
    answer = client.get(f"{path}?format=json", follow=True)
    assert answer.redirect_chain == [(f"/api/v1{path}?format=json", 302)]
    assert answer.json()["slug"] == path.split("/")[2]
    refused = client.get(f"{path}?format=nonsense", follow=True)
    assert refused.status_code == 406 and "json" in refused.text
