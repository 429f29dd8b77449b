"""Pictures: every number against a count of its own, and against the list it leads to."""

import csv
import io
import struct
import xml.etree.ElementTree as ET

import pytest
from django.db import connection

from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

NAMES = ("map", "timeline", "years", "coverage")
SEARCHES = ("", "theme=cybercrime", "country=TH", "year=2019&certainty=sure", "q=japan")
SITE = "http://testserver"


def data(client, name: str, query: str = "") -> dict:
    response = client.get(f"/api/v1/insights/{name}/?{query}")
    assert response.status_code == 200, response.content[:300]
    return response.json()


def listed(client, url: str) -> int:
    """How many records the list behind an address holds, as the API counts them."""
    path = url.removeprefix(SITE)
    assert path.startswith("/initiatives/"), path
    response = client.get(f"/api/v1{path}{'&' if '?' in path else '?'}page_size=1")
    assert response.status_code == 200, (path, response.content[:300])
    return response.json()["count"]


def sql(statement: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def test_the_map_counts_as_a_plain_count_does(client):
    plain = sql(
        """SELECT c.name, count(DISTINCT i.id) FROM actors_country c, initiatives_initiative i
        WHERE i.state = 'published' AND (
          EXISTS (SELECT FROM initiatives_initiativereach r
                  WHERE r.initiative_id = i.id AND r.country_id = c.iso2)
          OR EXISTS (SELECT FROM initiatives_initiativereach r
                  JOIN actors_membership m ON m.group_id = r.group_id
                  WHERE r.initiative_id = i.id AND m.member_country_id = c.iso2
                  AND m.status = 'member' AND coalesce(m.since_earliest <= now(), true)
                  AND coalesce(m.until_latest >= CURRENT_DATE, true)))
        GROUP BY c.name"""
    )
    rows = data(client, "map")["rows"]
    assert {row["country"]: row["initiatives"] for row in rows} == dict(plain)
    assert len(rows) > 100


def test_a_group_counts_for_members_of_its_time(client):
    rows = {row["country"]: row for row in data(client, "map", "group=asean")["rows"]}
    thailand, timor = rows["Thailand"], rows["Timor-Leste"]
    assert thailand["later"] == 0 < thailand["through"]
    over = sql(
        """SELECT count(DISTINCT i.id) FROM initiatives_initiative i
        JOIN initiatives_initiativereach r ON r.initiative_id = i.id
        JOIN actors_membership m ON m.group_id = r.group_id AND m.member_country_id = 'TL'
        WHERE i.state = 'published' AND m.status = 'member'
        AND coalesce(i.actual_end_latest, i.planned_end_latest) < m.since_earliest
        AND NOT EXISTS (SELECT FROM initiatives_initiativereach n
                        WHERE n.initiative_id = i.id AND n.country_id = 'TL')"""
    )
    assert timor["later"] == over[0][0] > 0


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("name", ("map", "map?by=theme", "coverage", "years"))
def test_every_record_is_drawn_or_left_out(client, name, query):
    name, _mark, own = name.partition("?")
    found = data(client, name, f"{query}&{own}".strip("&"))
    assert found["count"] == listed(client, f"/initiatives/?{query}")
    assert found["drawn"] + sum(one["count"] for one in found["left_out"]) == found["count"]
    for one in found["left_out"]:
        assert one["url"] or one["records"]
        if one["url"]:
            assert listed(client, one["url"]) == one["count"]


def test_gaps_are_those_of_a_plain_count(client):
    plain = sql(
        """SELECT count(*) FROM actors_country c WHERE c.subregion IN
        ('melanesia', 'micronesia', 'polynesia') AND NOT EXISTS (
          SELECT FROM initiatives_initiativereach r JOIN initiatives_initiativetheme t
          ON t.initiative_id = r.initiative_id AND t.theme_id = 'standards'
          JOIN initiatives_initiative i ON i.id = r.initiative_id AND i.state = 'published'
          LEFT JOIN actors_membership m ON m.group_id = r.group_id AND m.status = 'member'
            AND coalesce(m.since_earliest <= now(), true)
            AND coalesce(m.until_latest >= CURRENT_DATE, true)
          WHERE c.iso2 IN (r.country_id, m.member_country_id))"""
    )
    rows = data(client, "coverage", "within=pacific-islands")["rows"]
    assert sum(row["standards"] == 0 for row in rows) == plain[0][0]


def test_money_is_the_sum_of_what_is_not_contained(client):
    found = data(client, "years", "of=money")
    plain = sql(
        """SELECT extract(year FROM value_date_earliest)::int, currency, count(*),
          sum(coalesce(amount_max, amount)) FROM initiatives_fundinglink l
        JOIN initiatives_initiative i ON i.id = l.initiative_id AND i.state = 'published'
        WHERE amount IS NOT NULL AND date_part('year', value_date_earliest)
          = date_part('year', value_date_latest)
          AND l.id NOT IN (SELECT includes_id FROM initiatives_fundinginclude)
        GROUP BY 1, 2"""
    )
    sums: dict = {}
    for row in found["rows"]:
        figures, high = sums.get((row["year"], row["currency"]), (0, 0))
        place = row["year"], row["currency"]
        sums[place] = figures + row["figures"], high + round(float(row["high"]), 2)
    assert {(y, c): (n, float(high)) for y, c, n, high in plain} == sums
    figures = sum(row["figures"] for row in found["rows"])
    left = sum(one["count"] for one in found["left_out"] if "initiative" not in one["words"])
    links = client.get("/api/v1/funding-links/?page_size=1").json()["count"]
    assert figures + left == links


def test_the_timeline_has_every_dated_initiative(client):
    found = data(client, "timeline")
    undated = listed(client, "/initiatives/?year=unstated")
    assert found["drawn"] == found["count"] - undated
    assert [one["count"] for one in found["left_out"]] == [undated]


@pytest.mark.parametrize("name", NAMES)
def test_page_and_data_show_the_same(client, name):
    response = client.get(f"/{name}/?theme=cybercrime")
    page, found = Page(response), data(client, name, "theme=cybercrime")
    assert response.status_code == 200
    assert page.inline == []
    assert found["title"] in page.text
    shown = {row["url"].removeprefix(SITE) for row in found["rows"]}
    assert shown and shown <= set(page.links)
    assert f"of {found['count']} records" in page.text
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("name", NAMES)
def test_files(client, name):
    drawn = client.get(f"/{name}/?format=svg&country=FJ")
    root = ET.fromstring(drawn.content)
    assert drawn["Content-Type"] == "image/svg+xml"
    assert [e.tag for e in root.iter() if "style" in e.attrib] == []
    assert b"var(" not in drawn.content and b"/* page" not in drawn.content
    assert b"CC BY 4.0" in drawn.content and b"http://testserver/" in drawn.content
    png = client.get(f"/{name}/?format=png&country=FJ").content
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    scale = width / float(root.attrib["width"])
    assert width == 1920 and height == pytest.approx(float(root.attrib["height"]) * scale, abs=2)
    text = client.get(f"/{name}/?format=csv&country=FJ").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    found = data(client, name, "country=FJ")
    assert len(rows) == len(found["rows"]) > 0
    names = [column["name"] for column in found["columns"]]
    assert [[row[n] for n in names] for row in rows] == [
        [str(row[n]) for n in names] for row in found["rows"]
    ]
    assert text == client.get(f"/api/v1/insights/{name}/?format=csv&country=FJ").content.decode()
    assert any(row["sources"] for row in rows)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("map/?area=moon", "“moon” is not one of the words used here."),
        ("map/?country=ZZ", "country"),
        ("map/?also_country=TH:love", "There is no “TH:love”."),
        ("timeline/?part=0", "“0” is not the number of a part."),
        ("timeline/?part=9e9", "“9e9” is not the number of a part."),
        ("coverage/?within=atlantis", "“atlantis”"),
        ("years/?of=love", "“love”"),
        ("years/?of=money&of=money", "Give it once."),
    ],
)
def test_bad_input_keeps_the_form(client, query, words):
    response = client.get(f"/{query}")
    assert response.status_code == 400
    assert words in Page(response).text and b"<form" in response.content
    assert client.get(f"/api/v1/insights/{query}").status_code == 400


def test_unknown_parameters_are_named_and_formats_refused(client):
    page = Page(client.get("/map/?colour=red"))
    assert "does not know the parameter colour" in page.text
    assert client.get("/api/v1/insights/map/?colour=red").status_code == 400
    assert client.get("/map/?format=gif").status_code == 406
    assert client.get("/map/?format=png&area=moon").status_code == 400
    assert "There is nothing to draw" in Page(client.get("/map/?q=zzzzzz")).text


def test_a_picture_is_made_once_for_one_state_of_the_data(client, django_assert_num_queries):
    first = client.get("/coverage/?theme=standards")
    with django_assert_num_queries(1):
        again = client.get("/coverage/?theme=standards")
    assert again.content == first.content and again["ETag"] == first["ETag"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_dataversion SET version = version + 1")
    assert client.get("/coverage/?theme=standards")["ETag"] != first["ETag"]
