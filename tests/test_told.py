"""What lists, pictures and files say of what their numbers mean."""

import csv
import io
import re

import pytest

from actors.models import Actor, Membership
from actors.querysets import MembershipQuerySet
from initiatives.models import FundingLink, Initiative
from tests.page import Page
from tests.test_pictures import SITE, data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]


def test_a_record_past_its_end_is_not_told_as_of_unknown_status(client):
    over = Initiative.objects.get(slug="glacy-plus")
    assert not over.status and over.actual_end_latest
    assert "Over by its dates; status not stated" in Page(client.get("/initiatives/?q=glacy")).text


def test_a_file_keeps_about(client):
    text = client.get("/initiatives/?q=pacson&format=csv").getvalue().decode()
    [row] = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert "about 60 people" in row["results"]


def test_coverage_of_groups_has_a_row_for_each_group_with_countries(client):
    rows = data(client, "coverage", "by=group")["rows"]
    held = MembershipQuerySet(Membership).current().filter(member_country__isnull=False)
    named = set(held.filter(group__state="published").values_list("group__name", flat=True))
    assert named <= {row["place"] for row in rows} and len(named) > 15


def test_a_theme_asked_for_is_the_only_column_of_coverage(client):
    found = data(client, "coverage", "within=pacific-islands&theme=standards")
    assert {c["name"] for c in found["columns"]} == {"place", "part", "standards", "all"}
    assert found["title"] == "Standards in 23 countries and territories: 23 gaps"
    # a row for being reached on the theme is never a gap
    assert "gap" not in data(client, "coverage", "theme=cybercrime")["title"]
    assert "gap" in data(client, "coverage", "theme=cybercrime&reaches=caribbean")["title"]


def test_money_of_a_currency_draws_that_currency(client):
    found = data(client, "years", "of=money&currency=EUR")
    assert {row["currency"] for row in found["rows"]} == {"EUR"}
    assert any(
        "another currency" in one["words"] or "other currencies" in one["words"]
        for one in found["left_out"]
    )


def test_years_say_why_the_full_bars_fall(client):
    assert "how old the sources are" in Page(client.get("/years/")).text
    columns = {c["label"] for c in data(client, "years")["columns"]}
    assert "Surely or possibly ran" in columns


def test_a_line_of_several_payments_leads_to_all_of_them(client):
    links = FundingLink.objects.filter(initiative__slug="jaif", funder_actor__slug="japan-gov")
    assert links.count() > 1
    assert "/initiatives/jaif/#money" in Page(client.get("/funding/?of=ajccbc")).links


def test_figures_on_evidence_lead_to_the_facts(client):
    country = Page(client.get("/countries/TO/"))
    for link in ("/briefing/facts/?country=TO", "/briefing/sources/?country=TO"):
        assert link in country.links and client.get(link).status_code == 200
    about = Page(client.get("/about/"))
    assert {"/briefing/facts/?of=disputed", "/actors/?evidence=disputed"} <= set(about.links)
    assert "Filed under its region without naming any country" in country.text
    placeless = "/initiatives/?region=pacific&country=unstated"
    assert (
        placeless in country.links
        and data(client, "map", "region=pacific")["left_out"][0]["url"] == f"{SITE}{placeless}"
    )


def test_a_file_has_room_for_all_that_is_said_above_the_drawing(client):
    text = client.get("/coverage/?by=group&theme=standards&format=svg").content.decode()
    notes = re.findall(r'class="picture-note" x="0" y="(-?\d+)"', text)
    above = [int(y) for y in notes if int(y) < 100]
    assert len(above) > 3 and max(above) == -14


def test_money_by_year_of_one_payer_is_that_payers(client):
    query = "of=money&funder=us-gov"
    found = data(client, "years", query)
    given = FundingLink.objects.published().given_by(Actor.objects.with_parts(["us-gov"]))
    dated = {
        (link.value_date_earliest.year, link.currency)
        for link in given.exclude(amount=None).exclude(value_date_earliest=None)
    }
    drawn = {(row["year"], row["currency"]) for row in found["rows"]}
    assert drawn and drawn <= dated
    assert "Government of the United States" in found["title"]
    assert "of other payers for the same initiatives" in found["how_to_read"]
    page = Page(client.get(f"/years/?{query}"))
    for row in found["rows"]:
        assert row["urls"]["low"].partition("#")[2] in page.ids


def test_a_payer_with_several_sums_is_not_told_by_the_first_of_them(client):
    rows = {row["url"].partition("=")[2]: row for row in data(client, "funding")["rows"]}
    japan = rows["japan-gov"]["sums"]
    assert japan.count(";") >= 2
    text = client.get("/funding/?format=svg").content.decode()
    assert f"{japan.count(';') + 1} sums apart, in " in text and "(+ " not in text


def test_compare_says_how_those_agree_that_state_a_value_and_that_one_names_another(client):
    text = Page(client.get("/compare/?id=glacy-plus&id=jaif&id=apcert-drill&id=ajccbc")).text
    assert re.search(r"stated for [23] of 4: (different|partly the same|the same)", text)
    rows = client.get("/api/v1/insights/compare/?id=esiwa&id=esiwa-plus").json()["rows"]
    tie = next(row for row in rows if row["label"] == "Follows")
    assert tie["agreement_label"] == "one names the other"
    apart = Page(client.get("/compare/?id=tsubame&id=afjoc")).text
    assert "they do not overlap" in apart


@pytest.mark.parametrize("picture", ["map", "coverage"])
def test_a_picture_of_another_year_says_whose_members_it_means(client, picture):
    said = "Groups stand for their members today"
    assert said in data(client, picture, "year=2019")["how_to_read"]
    assert said in Page(client.get(f"/{picture}/?year=2019")).text
    assert said not in data(client, picture, "theme=cybercrime")["how_to_read"]


def test_a_good_source_that_backs_no_value_we_follow_does_not_count_as_the_best(client):
    """What the EEAS says of OCWAR-C is another start, end and sum than those we follow."""
    text = Page(client.get("/initiatives/ocwar-c/")).text
    line = text[text.index("How sure are we?") :][:300]
    assert "the best usually reliable (B)" in line
    assert "one that is completely reliable (A) backs none of the values we follow" in line
    assert "backs none" not in Page(client.get("/initiatives/ajccbc/")).text
