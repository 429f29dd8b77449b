"""What a picture says in words: what is counted, what stays within, which name is meant."""

import re
from collections import Counter

import lxml.html
import pytest

from actors.models import ActorName
from initiatives.models import Initiative
from tests import making
from tests.making import ungated  # noqa: F401
from tests.page import Page
from tests.test_pictures import SITE, data, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

FAMILY = (
    "WITH RECURSIVE family AS (SELECT id FROM actors_actor WHERE slug = %s"
    " UNION SELECT a.id FROM actors_actor a JOIN family f ON a.parent_id = f.id)"
)


def test_money_within_an_actor_is_neither_in_nor_out(client):
    inner = sql(
        f"{FAMILY} SELECT count(*), sum(amount) FROM initiatives_fundinglink"
        " WHERE funder_actor_id IN (TABLE family) AND recipient_id IN (TABLE family)",
        "australia-gov",
    )[0]
    found = data(client, "funding", "of=australia-gov")
    sides = [row["side"] for row in found["rows"]]
    assert sides.count("stays within") == inner[0] > 0 == sides.count("comes in")
    page = Page(client.get("/funding/?of=australia-gov"))
    assert f"{inner[0]} payments stay within Government of Australia and its parts" in page.text
    assert "Stated sums coming in" not in page.text and "#within-sum-aud-commitment" in page.links
    drawn = client.get("/funding/?of=australia-gov&format=svg").content.decode()
    assert 'd="M' in drawn and not re.search(
        r"[MC ]-\d", " ".join(re.findall(r' d="([^"]+)"', drawn))
    )


def test_payers_counted_are_those_named(client):
    found = data(client, "funding", "country=TH")
    named = [row for row in found["rows"] if row["named"] == "yes"]
    above = len(found["rows"]) - len(named)
    assert found["title"] == f"Who pays: {len(named)} payers" and above
    text = Page(client.get("/funding/?country=TH")).text
    assert f"{above} of the {len(found['rows'])} rows " in text and "no payer" in text
    figures = data(client, "briefing", "country=TH")["figures"]
    assert {"payers": len(named)}.items() <= {f["words"]: f["number"] for f in figures}.items()
    apart = data(client, "funding", "region=pacific")["notes"][0]
    assert "Australia: “Government of Australia”, “Department of Infrastructure" in apart
    assert "Department of Foreign Affairs" not in apart, "its parent is on file"
    beside = [row for row in found["rows"] if row["beside"]]
    for row in beside[:4]:
        rows = listed_rows(client, row["urls"]["beside"])
        assert len(rows) == sum(map(int, re.findall(r"\d+", row["beside"]))), row
        assert all("no:" in text for text in rows)


def listed_rows(client, url: str) -> list[str]:
    root = lxml.html.fromstring(client.get(url.removeprefix(SITE)).content.decode())
    return [row.text_content() for row in root.xpath("//tbody/tr")]


def test_the_largest_dots_bear_their_names(client):
    text = client.get("/network/").content.decode()
    shown = re.findall(r'<text class="name[^>]*>([^<]+)<', text)
    rows = data(client, "network")["rows"]
    ends = Counter(name for row in rows for name in (row["one"], row["other"]))
    for name, _ties in ends.most_common(5):
        short = ActorName.objects.filter(actor__name=name, kind="acronym").values_list("name")
        called = {name, *(one for (one,) in short)}
        assert any(n.startswith(one.rstrip("…")) for one in shown for n in called), name


@pytest.mark.parametrize("path", ["funding/?of={}", "overlap/?of={}", "compare/?id={}&id=GLACY%2B"])
def test_a_name_is_taken_for_a_slug(client, path):
    found = client.get("/" + path.format("PaCSON"))
    assert found.status_code == 200
    assert str(Initiative.objects.get(slug="pacson")) in Page(found).text


def test_the_network_puts_the_centre_first_and_its_ring_in_the_legend(client):
    rows = data(client, "network", "actor=interpol")["rows"]
    assert any(row["one"] == "INTERPOL" for row in rows)
    assert all(row["other"] != "INTERPOL" for row in rows)
    page = Page(client.get("/network/?actor=interpol"))
    assert "the actor chosen" in page.text and "#dots" in page.links + page.anchors
    assert "the actor chosen" not in Page(client.get("/network/")).text


def test_a_name_of_an_actor_leads_to_its_network(client):
    assert client.get("/network/?actor=AusCERT")["Location"] == "/network/?actor=auscert"


@pytest.mark.usefixtures("ungated")
def test_a_name_of_several_leads_to_each(client):
    for slug in ("first-of-two", "second-of-two"):
        making.initiative(slug, title="Two of a Name")
    for path in ("funding/?of=", "overlap/?of=", "compare/?id=ajccbc&id="):
        response = client.get(f"/{path}two of a name")
        assert response.status_code == 400
        links = [link for link in Page(response).links if "-of-two" in link]
        assert links == [f"/{path}first-of-two", f"/{path}second-of-two"]
    assert client.get("/funding/?of=two of").status_code == 400


def test_rows_of_coverage_are_what_is_searched_for(client):
    found = data(client, "coverage", "region=pacific")
    islands = sql(
        "SELECT name FROM actors_country WHERE subregion IN"
        " ('melanesia', 'micronesia', 'polynesia')"
    )
    assert {row["place"] for row in found["rows"]} == {name for (name,) in islands}
    themes = [column["name"] for column in found["columns"][2:-1]]
    gaps = sum(row[theme] == 0 for row in found["rows"] for theme in themes)
    assert f": {gaps} gaps" in found["title"]
    assert [row["place"] for row in data(client, "coverage", "country=TH")["rows"]] == ["Thailand"]
    wide = data(client, "coverage", "country=TH&within=everywhere")["rows"]
    assert len(wide) > 10 and {"Thailand", "Vietnam"} <= {row["place"] for row in wide}


def test_events_that_took_place_show_that_it_ran(client):
    rows = {row["title"]: row["start"] for row in data(client, "timeline", "q=pilon")["rows"]}
    ran = "ran by May 2017, its first event on file"
    assert rows["PILON Cybercrime Working Group"] == f"planned for 2016; {ran}"
    text = Page(client.get("/initiatives/?q=pilon+cybercrime")).text
    assert f"planned start 2016; {ran}" in text and "whether it began" not in text
