"""Network, funding, overlap, comparison and briefing as pages, data and files."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from atlas.kit.pictures import pages
from initiatives.models import Initiative
from tests.page import Page
from tests.test_pictures import SITE, data, listed, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

NAMES = ("network", "funding", "overlap")
SEARCHES = ("", "theme=cybercrime", "country=TH", "funder=japan-gov", "q=japan&year=2019")


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("name", [*NAMES, "network?by=role", "funding?side=receivers"])
def test_every_record_is_drawn_or_left_out(client, name, query):
    name, _mark, own = name.partition("?")
    found = data(client, name, f"{query}&{own}".strip("&"))
    assert found["count"] == listed(client, f"/initiatives/?{query}")
    assert found["drawn"] + sum(one["count"] for one in found["left_out"]) == found["count"]
    for one in found["left_out"]:
        assert one["url"] or len(one["records"]) == one["count"]
        if one["url"]:
            assert listed(client, one["url"]) == one["count"], one


def test_roles_of_the_network_are_those_on_file(client):
    rows = data(client, "network", "by=role&q=ajccbc")["rows"]
    told = {(row["one"], word) for row in rows for word in row["roles"].split(", ")}
    hosts = sql(
        "SELECT a.name FROM initiatives_participation p JOIN actors_actor a ON a.id = p.actor_id"
        " JOIN initiatives_initiative i ON i.id = p.initiative_id"
        " WHERE i.slug = 'ajccbc' AND p.role = 'implementing'"
    )
    assert {(name, "Implements") for (name,) in hosts} <= told and hosts


def test_who_else_pays_for_what_japan_pays_for(client):
    rows = data(client, "funding", "funder=japan-gov")["rows"]
    names = {row["name"].removesuffix(", with its parts") for row in rows}
    others = sql(
        "SELECT DISTINCT a.name FROM initiatives_fundinglink l"
        " JOIN actors_actor a ON a.id = l.funder_actor_id WHERE l.initiative_id IN ("
        "  SELECT m.initiative_id FROM initiatives_fundinglink m"
        "  JOIN actors_actor b ON b.id = m.funder_actor_id WHERE b.slug = 'japan-gov')"
    )
    assert len(others) > 1 and {name for (name,) in others} <= names


def test_the_chain_of_the_centre_names_every_payment(client):
    found = data(client, "funding", "of=ajccbc")
    told = {(row["giver"], row["target"]) for row in found["rows"]}
    centre = "ASEAN-Japan Cybersecurity Capacity Building Centre"
    assert ("Japan-ASEAN Integration Fund", centre) in told
    assert ("Government of Japan", "Japan-ASEAN Integration Fund") in told
    links = sql(
        "SELECT count(*) FROM initiatives_fundinglink l JOIN initiatives_initiative i"
        " ON i.id = l.initiative_id WHERE i.slug = 'ajccbc'"
    )
    assert sum(row["target"] == centre for row in found["rows"]) == links[0][0]
    cited = sql(
        "SELECT string_agg(DISTINCT s.slug, '; ' ORDER BY s.slug) FROM initiatives_fundinglink l"
        " JOIN initiatives_initiativecitation c ON c.funding_link_id = l.id"
        " JOIN sources_source s ON s.id = c.source_id"
        " JOIN initiatives_initiative i ON i.id = l.initiative_id WHERE i.slug = 'ajccbc'"
        " GROUP BY l.id"
    )
    text = client.get("/funding/?of=ajccbc&format=csv").content.decode()
    told = [r["sources"] for r in csv.DictReader(io.StringIO(text)) if r["target"] == centre]
    assert sorted(told) == sorted(sources for (sources,) in cited), "each payment its own sources"
    page = Page(client.get("/funding/?of=ajccbc"))
    assert "in no total" in page.text, "an undisclosed sum is said beside the total"


def test_overlap_with_cyber_safety_pasifika(client):
    rows = data(client, "overlap", "of=cyber-safety-pasifika")["rows"]
    others = {row["other"] for row in rows}
    assert "INTERPOL Asia and South Pacific Joint Operations on Cybercrime (Phase 1)" in others
    assert "Cyber Safety Pasifika" not in others
    assert {row["time"].split(",")[0].split(":")[0] for row in rows} == {"surely", "possibly"}
    why = {row["other"]: row["time"].partition("possibly: ")[2] for row in rows}
    assert all(why[row["other"]] or row["time"].startswith("surely") for row in rows)
    undated = why["Cyber and Critical Technology Cooperation Program"]
    assert undated.startswith("said to run, but not as of when (CCTCP")


def test_what_is_not_stated_is_never_told_as_not_shared(client):
    placeless = listed(client, "/initiatives/?region=pacific&country=unstated&group=unstated")
    words = "cannot be told: no country or group of countries that it is for is stated"
    left = data(client, "overlap", "region=pacific")["left_out"]
    told = {one["words"].partition("overlap ")[2].rstrip("."): one["count"] for one in left}
    assert told[words] == placeless > 1
    text = Page(client.get("/overlap/?of=pacific-cyber-rapid")).text
    assert words in text and "share no" not in text and "Take a filter away" not in text


def test_a_large_search_is_not_compared_two_by_two(client, monkeypatch):
    monkeypatch.setattr("initiatives.insights.overlapping.MOST_RECORDS", 20)
    found = data(client, "overlap")
    assert found["rows"] == []
    assert "too many to compare" in found["left_out"][0]["words"]
    assert data(client, "overlap", "of=cyber-safety-pasifika")["rows"]


# ------------------------------------------------------------------ pages and files


@pytest.mark.parametrize(
    "path",
    [
        "/network/?actor=japan-gov", "/network/?by=role&country=FJ", "/funding/?country=TH",
        "/funding/?of=jaif", "/overlap/?of=ajccbc", "/compare/", "/compare/?id=ajccbc",
        "/compare/?id=ajccbc&id=ajcd", "/compare/?id=FJ&id=TO", "/briefing/?region=pacific",
        "/compare/?id=japan-gov&id=uk-gov&id=australia-gov", "/briefing/",
    ],
)  # fmt: skip
def test_page_is_well_formed(client, path):
    response = client.get(path)
    assert response.status_code == 200
    page = Page(response)
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.anchors) <= set(page.ids)
    assert page.headings[0] == 1 and page.headings.count(1) == 1


@pytest.mark.parametrize("name", ["network?country=FJ", "funding?country=FJ", "funding?of=ajccbc",
                                  "overlap?of=ajccbc", "network?by=role&country=FJ"])  # fmt: skip
def test_files(client, name):
    name, _mark, query = name.partition("?")
    drawn = client.get(f"/{name}/?{query}&format=svg")
    root = ET.fromstring(drawn.content)
    assert [e.tag for e in root.iter() if "style" in e.attrib] == []
    assert b"var(" not in drawn.content and b"CC BY 4.0" in drawn.content
    links = {e.attrib["href"] for e in root.iter() if e.tag.endswith("}a")}
    assert links and all(link.startswith(SITE) for link in links)
    assert client.get(f"/{name}/?{query}&format=png").content[:4] == b"\x89PNG"
    text = client.get(f"/{name}/?{query}&format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(data(client, name, query)["rows"]) > 0
    assert any(row["sources"] for row in rows)


def test_equal_data_is_drawn_equally(client):
    first = client.get("/network/?country=FJ&format=svg").content
    pages.caches["pictures"].clear()
    assert client.get("/network/?country=FJ&format=svg").content == first


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("network/?depth=3", "“3” is not one of the words used here."),
        ("network/?by=love", "“love”"),
        ("network/?actor=nobody-such", "nobody-such"),
        ("funding/?of=none-such", "There is no initiative or actor “none-such”."),
        ("overlap/?of=none-such", "none-such"),
        ("overlap/?of=japan-gov", "There is no initiative “japan-gov”."),
        ("compare/?id=none-such&id=ajccbc", "none-such"),
        ("compare/?id=japan-gov&id=ajccbc", "Records of one kind"),
        ("compare/?id=FJ&id=TO&id=TH&id=JP&id=VU", "At most four"),
        ("compare/?id=%00", "slug"),
        ("compare/?id=FJ&id=ZZ", "ZZ"),
        ("overlap/?of=ajccbc&of=ajcd", "Give it once."),
        ("network/?actor=japan-gov&depth=0", "“0”"),
        ("funding/?of=" + "x" * 3000, "The value is too long."),
        ("briefing/?kind=nope", "kind"),
        ("briefing/?year=20", "year"),
    ],
)
def test_bad_input_is_said_in_words(client, path, words):
    response = client.get(f"/{path}")
    assert response.status_code == 400
    assert words in Page(response).text and b"<form" in response.content
    answer = client.get(f"/api/v1/insights/{path}")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    [wrong] = answer.json()["errors"]
    assert f"{wrong['parameter']}=" in path and words in f"{wrong['parameter']} {wrong['reason']}"


@pytest.mark.parametrize("path", ["compare/?colour=red&id=FJ&id=TO", "briefing/?colour=red"])
def test_the_data_refuses_what_it_does_not_know(client, path):
    wrong = client.get(f"/api/v1/insights/{path}").json()["errors"]
    assert [one["parameter"] for one in wrong] == ["colour"]
    assert client.get(f"/api/v1/insights/{path}&format=gif").status_code == 406
    one = client.get("/api/v1/insights/compare/?id=FJ").json()["errors"][0]
    assert one["parameter"] == "id" and "two to four" in one["reason"]


def test_a_comparison_is_the_same_as_page_data_and_csv(client):
    query = "id=ajccbc&id=jaif"
    page = Page(client.get(f"/compare/?{query}"))
    found = client.get(f"/api/v1/insights/compare/?{query}").json()
    assert [one["id"] for one in found["records"]] == ["ajccbc", "jaif"]
    values = [v for row in found["rows"] for cell in row["cells"] for v in cell["values"]]
    assert values and all(" ".join(v["value"].split()) in page.text for v in values)
    proofs = {value["sources"].removeprefix(SITE) for value in values if value["sources"]}
    assert proofs and proofs <= set(page.links)
    text = client.get(f"/api/v1/insights/compare/?{query}&format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["fact"] for row in rows] == [row["label"] for row in found["rows"]]
    assert any("#fact-" in row["jaif sources"] for row in rows)


def test_old_slugs_are_understood_and_formats_of_a_briefing_refused(client):
    assert client.get("/funding/?of=jaif-fund").status_code in (200, 400)
    assert client.get("/briefing/?format=csv").status_code == 406
    moved = client.get("/compare/overlap/?of=ajccbc")
    assert moved.status_code == 301 and moved["Location"] == "/overlap/?of=ajccbc"


def test_comparison_marks_by_word_and_leads_to_sources(client):
    page = Page(client.get("/compare/?id=ajccbc&id=ajcd"))
    assert "the same" in page.text and "different" in page.text and "≡" in page.text
    proofs = [link for link in page.links if link.startswith("/initiatives/ajccbc/#fact-")]
    record = Page(client.get("/initiatives/ajccbc/"))
    assert proofs and {link.partition("#")[2] for link in proofs} <= set(record.ids)


def test_comparison_tells_disputes_counts_and_places_shared_in_other_roles(client):
    query = "id=pacson&id=cyber-safety-pasifika"
    found = client.get(f"/api/v1/insights/compare/?{query}").json()["rows"]
    rows = {row["label"]: row for row in found}
    starts = [value for cell in rows["Start"]["cells"] for value in cell["values"]]
    assert [value["disputed"] for value in starts] == [True, True]
    text = Page(client.get(f"/compare/?{query}")).text
    assert f"{starts[0]['value']} sources disagree" in text
    [name] = [value["value"] for value in rows["Kind"]["cells"][0]["values"]]
    assert f"{name} sources disagree" not in text
    sources = rows["Independent sources"]
    assert (sources["agreement"], sources["agreement_label"]) == ("numbers", "")
    both = {value["value"] for value in rows["Reach, in whatever role"]["cells"][0]["values"]
            if value["held_by"] == 2}  # fmt: skip
    reached = [
        {row.country.name for row in record.reach.all() if row.country}
        for record in Initiative.objects.filter(slug__in=["pacson", "cyber-safety-pasifika"])
    ]
    assert both == reached[0] & reached[1] != set()


def test_record_pages_lead_to_their_pictures(client):
    links = Page(client.get("/initiatives/jaif/")).links
    assert {"/funding/?of=jaif", "/overlap/?of=jaif", "/compare/?id=jaif"} <= set(links)
    of_actor = {"/network/?actor=japan-gov", "/funding/?funder=japan-gov", "/map/?funder=japan-gov"}
    assert of_actor <= set(Page(client.get("/actors/japan-gov/")).links)
    of_country = {"/coverage/?within=polynesia", "/briefing/?country=TO"}
    assert of_country <= set(Page(client.get("/countries/TO/")).links)


def test_figures_of_a_briefing_are_those_of_plain_counts(client):
    page = Page(client.get("/briefing/?region=pacific"))
    count = listed(client, "/initiatives/?region=pacific")
    running = listed(client, "/initiatives/?region=pacific&status=implementation")
    facts, single, sources = sql(
        "SELECT sum(d.facts), sum(d.single_source), (SELECT count(DISTINCT c.source_id)"
        "  FROM initiatives_initiativecitation c JOIN initiatives_initiative j"
        "  ON j.id = c.initiative_id WHERE j.regions @> ARRAY['pacific']::varchar[]"
        "  AND j.state = 'published')"
        " FROM initiatives_initiativedigest d JOIN initiatives_initiative i"
        " ON i.id = d.initiative_id WHERE i.regions @> ARRAY['pacific']::varchar[]"
        " AND i.state = 'published'"
    )[0]
    assert f"initiatives {count}" in spaced(page) and f"to be running {running}" in spaced(page)
    assert f"with its source {facts}" in spaced(page) and single == facts
    assert f"source alone: all of them {single}" in spaced(page)
    assert f"sources {sources}" in spaced(page)


def spaced(page: Page) -> str:
    return " ".join(" ".join(page.words).split())
