"""Public pages as a reader meets them, without JavaScript."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from actors.models import Actor
from atlas.kit import pages
from atlas.kit.models import CommitOrder
from initiatives.insights.funding import of_search
from initiatives.models import Initiative
from initiatives.views import actor as actor_page
from initiatives.views import joined
from sources.models import Source
from tests import making
from tests.making import ungated  # noqa: F401
from tests.page import Page, static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]

RECORDS = ("ajccbc", "ajcd", "accdp-1", "jaif", "tsubame", "nec-ajccbc-exercises")
PUBLIC = (
    "/", "/about/", "/search/", "/search/?q=jaif", "/initiatives/", "/initiatives/ajccbc/",
    "/initiatives/ajcd/", "/actors/", "/actors/japan-gov/", "/actors/arf/", "/sources/",
    "/sources/ipdf-japan-leads/", "/countries/", "/countries/TH/", "/themes/cybercrime/",
)  # fmt: skip


def read(client, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, path
    return Page(response)


# ------------------------------------------------------------------ every page


@pytest.mark.parametrize("path", PUBLIC)
def test_page_is_well_formed(client, path):
    page = read(client, path)
    assert page.inline == [], "the content security policy forbids inline code"
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.anchors) <= set(page.ids), "a link on the page leads nowhere"
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), page.headings


def test_page_says_what_it_is_to_machines(client):
    html = client.get("/initiatives/jaif/").content.decode()
    assert '<html lang="en-GB">' in html
    assert 'rel="canonical" href="http://testserver/initiatives/jaif/"' in html
    assert '<meta name="description" content="Fund with Japanese money' in html


def test_stylesheet_is_small_and_names_its_colours_once():
    css = (Path(settings.BASE_DIR) / "atlas/static/atlas/atlas.css").read_text()
    assert len(css) < 30_000
    rules = re.sub(r":root \{.*?\n {0,2}\}", "", css, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", rules) == []


# ------------------------------------------------------------------ records


@pytest.mark.parametrize("slug", RECORDS)
def test_every_fact_has_a_number_and_every_number_a_note(client, slug):
    page = read(client, f"/initiatives/{slug}/")
    notes = [anchor for anchor in page.anchors if anchor.startswith("note-")]
    assert notes
    assert set(notes) <= set(page.ids)
    backs = [anchor for anchor in page.anchors if anchor.startswith("fact-")]
    assert len(backs) >= Initiative.objects.get(slug=slug).digest.facts


def test_disagreement_shows_both_values_and_the_one_we_follow(client):
    text = read(client, "/initiatives/ajcd/").text
    ours = text.index("23 January 2019 to 24 January 2019")
    theirs = text.index("18 January 2019")
    assert ours < text.index("the one we follow", ours) < theirs
    assert "We follow the notice, because it names both days" in text
    people = read(client, "/initiatives/accdp-1/").text
    assert "320 people" in people and "380" in people


def test_accounts_that_differ_stand_together(client):
    text = read(client, "/initiatives/accdp-1/").text
    at = text.index("Accounts differ: National cyber reviews")
    assert text.index("carry out reviews", at) < text.index("itself reviewed each country", at)


def test_missing_value_says_why(client):
    text = read(client, "/initiatives/japan-regional-cyber-alliance/").text
    assert (
        "not stated (no source on file gives it): The launch in August 2019 is only a plan." in text
    )
    assert "Proper name not stated (there is none)" in text


def test_classification_stands_apart_from_facts(client):
    text = read(client, "/initiatives/ajccbc/").text
    assert "Our classification Not cited: this is our own ordering." in text


def test_opinions_stand_under_their_voice(client):
    text = read(client, "/actors/japan-gov/").text
    at = text.index("Opinions, each under its voice")
    assert text.index("Jeffery Hornung, Rand Corp.", at) < text.index("stay free and open", at)


def test_notes_are_shown(client):
    text = read(client, "/initiatives/nec-ajccbc-exercises/").text
    assert "nobody announces what is already over" in text
    assert "The date is relative" in read(client, "/initiatives/japan-uk-cyber-dialogue/").text


def test_record_and_source_lead_to_each_other(client):
    source = read(client, "/sources/interpol-accdp/")
    there = [link for link in source.links if link.startswith("/initiatives/accdp-1/#")]
    assert len(there) > 20
    record = read(client, "/initiatives/accdp-1/")
    assert {link.partition("#")[2] for link in there} <= set(record.ids)
    assert "/sources/interpol-accdp/" in record.links


def test_source_page_says_where_it_differs(client):
    text = read(client, "/sources/ipdf-japan-leads/").text
    assert "this source says 380" in text
    assert "this source says 18 January 2019" in text


def test_proofs_on_other_pages_exist(client):
    links = read(client, "/actors/japan-gov/").links + read(client, "/countries/TH/").links
    proofs = {link for link in links if "#fact-" in link and not link.startswith("#")}
    assert proofs
    ids = {path: set(read(client, path).ids) for path in {p.partition("#")[0] for p in proofs}}
    assert [p for p in proofs if p.partition("#")[2] not in ids[p.partition("#")[0]]] == []


def test_country_tells_apart_how_it_is_reached(client):
    thailand = read(client, "/countries/TH/").text
    named = thailand.index("ASEAN-Japan Cybersecurity Capacity Building Centre")
    assert named < thailand.index("Reached through a group") < thailand.index("Phase I")
    timor = read(client, "/countries/TL/").text
    assert timor.index("Before it joined") < timor.index("Phase I")


def test_long_sections_say_how_many_more_the_list_has(client, monkeypatch):
    monkeypatch.setattr(joined, "MOST", 1)
    monkeypatch.setattr(actor_page, "MOST", 1)
    monkeypatch.setattr(of_search, "TABLE", 1)
    wanted = {
        "/countries/TH/": "initiatives/?country=TH",
        "/actors/japan-gov/": "initiatives/?funder=japan-gov",
        "/actors/asean/": "initiatives/?group=asean",
    }
    for path, list_ in wanted.items():
        page = read(client, path)
        assert f"/{list_}" in page.links, path
        assert re.search(r"\b\d+ more in the list", page.text), path
    thailand = read(client, "/countries/TH/").text
    thailand = thailand[: thailand.rindex("Groups it belongs to")]
    thailand = thailand[: thailand.rindex(" Actors ")]
    counted = int(re.search(r"(\d+) initiatives reach it", thailand)[1])
    shown = thailand.count(" more in the list")  # a section shows one and counts the rest
    rest = sum(int(n) for n in re.findall(r"(\d+) more in the list", thailand))
    assert rest < counted <= rest + shown + 1
    every = client.get("/api/v1/insights/funding/").json()["rows"]
    assert f"{len(every) - 1} more rows stand in the CSV" in read(client, "/funding/").text


def test_group_members_follow_from_dated_membership(client):
    text = read(client, "/initiatives/accdp-1/").text
    assert "10 members from 2016 to 2018" in text
    assert "Left out, because membership lies outside that time: Timor-Leste." in text


# ------------------------------------------------------------------ addresses


def test_old_slug_moves_for_good(client):
    response = client.get("/initiatives/jaif-fund/")
    assert (response.status_code, response["Location"]) == (301, "/initiatives/jaif/")


@pytest.mark.usefixtures("ungated")
def test_withdrawn_record_is_gone_and_draft_was_never_there(client):
    making.initiative("taken-back", state="withdrawn")
    making.initiative("not-yet", state="draft")
    assert "This record has been withdrawn" in read(client, "/initiatives/taken-back/", 410).text
    assert read(client, "/initiatives/not-yet/", 404).text
    lists = client.get("/initiatives/").content.decode()
    assert "taken-back" not in lists and "not-yet" not in lists


def test_unknown_addresses_are_not_found(client):
    for path in ("/initiatives/nope/", "/actors/nope/", "/sources/nope/", "/countries/ZZ/",
                 "/themes/nope/", "/nope/"):  # fmt: skip
        assert "There is no page at this address" in read(client, path, 404).text


def test_country_codes_are_upper_case(client):
    assert client.get("/countries/th/")["Location"] == "/countries/TH/"


def test_error_page_asks_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = Page(pages.server_error(rf.get("/")))
    assert "Something failed on our side" in page.text


def test_probes(client, monkeypatch):
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").content == b"ok"
    monkeypatch.setattr(
        "atlas.kit.pages.MigrationExecutor.migration_plan", lambda *a, **k: ["waiting"]
    )
    assert client.get("/readyz").status_code == 503


def test_a_server_behind_its_history_is_not_ready(client):
    """As after a dump is restored on a new server, whose transaction numbers start afresh."""
    CommitOrder.objects.create(xid=2**40, position=2**40)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"history ahead of server")


# ------------------------------------------------------------------ lists


def test_unknown_parameter_is_named_and_ignored(client):
    text = read(client, "/initiatives/?kind=centre&colour=blue").text
    assert "does not know the parameter colour; it was ignored" in text
    assert "3 initiatives" in text


@pytest.mark.parametrize("query", ["kind=bogus", "year=two", "country=ZZ", "ordering=colour"])
def test_bad_value_is_an_error_that_keeps_the_form(client, query):
    response = client.get(f"/initiatives/?{query}&q=japan")
    assert response.status_code == 400
    assert 'value="japan"' in response.content.decode()
    assert "a filter has a value we cannot read" in Page(response).text


def test_bad_value_is_explained_beside_its_filter(client):
    html = client.get("/initiatives/?year=two").content.decode()
    assert 'id="e-year">“two” is not a year.' in html


def test_chip_takes_its_filter_away(client):
    page = read(client, "/initiatives/?kind=centre&kind=fund&theme=cybercrime&page=1")
    assert "/initiatives/?kind=fund&theme=cybercrime" in page.links
    assert "/initiatives/?kind=centre&kind=fund" in page.links


@pytest.mark.parametrize(
    "query", ["", "country=TH", "theme=cybercrime&kind=dialogue", "active_on=2018", "q=日ASEAN"]
)
def test_page_and_api_find_the_same_records(client, query):
    found = client.get(f"/api/v1/initiatives/?{query}&page_size=200").json()["results"]
    page = read(client, f"/initiatives/?{query}")
    slugs = {m[1] for link in page.links if (m := re.fullmatch(r"/initiatives/([^/?#]+)/", link))}
    # the funds that pay for them are linked in the rows too
    assert {row["slug"] for row in found} <= slugs
    assert f"{len(found)} initiative" in page.text


def test_possible_and_sure_matches_are_told_apart(client):
    text = read(client, "/initiatives/?active_on=2018").text
    assert re.search(r"\d+ initiatives, \d+ of them only possibly running at that time", text)
    assert "only possibly" not in read(client, "/initiatives/?active_on=2018&certainty=sure").text


def test_home_figures_are_live(client):
    text = read(client, "/").text
    for count, word in (
        (Initiative.objects.published().count(), "initiatives"),
        (Actor.objects.published().count(), "actors"),
        (Source.objects.count(), "sources"),
    ):
        assert f"{count} {word}" in text or f"{count}{word}" in text


def test_home_begins_with_the_seed_records(client):
    links = read(client, "/").links
    assert {f"/initiatives/{s}/" for s in ("jaif", "ajcd", "ajccbc", "tsubame")} <= set(links)


def test_search_finds_a_name_in_any_script(client):
    assert "/initiatives/jaif/" in read(client, "/search/?q=統合基金").links
    assert "Nothing on file matches" in read(client, "/search/?q=zzzzqq").text
