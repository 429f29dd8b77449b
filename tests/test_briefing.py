"""A briefing: what it names, and what its numbers do not mean."""

import pytest

from initiatives.models import FundingLink, Initiative
from tests.page import Page
from tests.test_pictures import SITE, data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

PACIFIC = "region=pacific"
ISLANDS = ("melanesia", "micronesia", "polynesia")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_briefing_names_sums_overlaps_gaps_and_disagreement(client):
    page = Page(client.get(f"/briefing/?{PACIFIC}"))
    found = data(client, "briefing", PACIFIC)
    lines = {line["words"]: line for line in found["stands_out"]}
    disputed = next(f for f in found["figures"] if "disagree" in f["words"])
    titles = [data(client, name, PACIFIC)["title"] for name in ("overlap", "coverage")]
    assert list(lines) == [*titles, f"{disputed['number']} {disputed['words']}"]
    for line in lines.values():
        assert 1 <= len(line["named"]) <= 3
        for one in line["named"]:
            assert one["title"] in page.text and one["url"].removeprefix(SITE) in page.links
    paid = [title for title in page.links if title.endswith("#money")]
    assert "/initiatives/au-ccp/#money" in paid and "71 500 000 AUD, commitment" in plain(page.text)


def test_gaps_say_from_how_few_records_they_are_told(client):
    """Places that no record names, and no group of theirs: their gaps say nothing of the rest."""
    page = Page(client.get(f"/briefing/?{PACIFIC}"))
    gaps = next(x for x in data(client, "briefing", PACIFIC)["stands_out"] if "gaps" in x["words"])
    rows = data(client, "coverage", PACIFIC)["rows"]
    filed = Initiative.objects.filter(state="published", regions__contains=["pacific"])
    placed = filed.filter(reach__country__subregion__in=ISLANDS).distinct().count()
    empty = [row["place"] for row in rows if not row["all"]]
    themes = 6
    assert empty and f"reaches {len(empty)} of these places" in gaps["aside"]
    assert f"({', '.join(empty[:-1])} and {empty[-1]})" in gaps["aside"]
    assert f": {len(empty) * themes} of the gaps." in gaps["aside"]
    assert f"Told from the {placed} of {filed.count()} initiatives" in gaps["aside"]
    assert gaps["aside"] in page.text
    assert gaps["aside"].split(". ")[-1] in Page(client.get(f"/coverage/?{PACIFIC}")).text


def test_rows_that_are_no_payers_are_told_beside_the_number_of_payers(client):
    rows = data(client, "funding", PACIFIC)["rows"]
    above = sum(row["named"] != "yes" for row in rows)
    said = f"{above} of the {len(rows)} rows are no payers themselves"
    money = next(x for x in data(client, "briefing", PACIFIC)["pictures"] if x["name"] == "funding")
    assert above and money["caveats"][0].startswith(said)
    for address in (f"/briefing/?{PACIFIC}", f"/funding/?{PACIFIC}"):
        assert said in Page(client.get(address)).text


def test_what_a_figure_was_for_stands_beside_the_sum_that_adds_it(client):
    page = Page(client.get(f"/briefing/?{PACIFIC}"))
    found = data(client, "briefing", PACIFIC)
    summed = FundingLink.objects.filter(
        initiative__state="published", initiative__regions__contains=["pacific"]
    )
    noted = summed.exclude(note="").exclude(amount=None)
    assert len(found["noted"]) + found["more_noted"] == noted.count()
    elsewhere = [one for one in found["noted"] if "Southeast Asia" in one["note"]]
    for link in noted.filter(note__contains="Southeast Asia"):
        [one] = [one for one in elsewhere if one["note"] == link.note]
        assert plain(one["amount"]).replace(" ", "") == f"{link.amount:.0f}{link.currency}"
        assert one["url"] == f"{SITE}/initiatives/au-ccp/#fact-funding-links--{link.key}--funder"
        assert one["url"].removeprefix(SITE) in page.links and f"“{link.note}”" in page.text
    assert len(elsewhere) == 2 and data(client, "briefing", "")["noted"] == []


def test_facts_of_which_none_has_a_second_source_are_said_to_be_all(client):
    said = {f["words"]: f["number"] for f in data(client, "briefing", PACIFIC)["figures"]}
    assert said["facts on one source alone: all of them"] == said["facts, each with its source"]
    some = [f["words"] for f in data(client, "briefing", "region=southeast-asia")["figures"]]
    assert "facts on one source alone" in some
    assert "none of them has a second independent source" in Page(client.get("/countries/FJ/")).text
    assert "None of the facts has a second source" in Page(client.get("/initiatives/pacson/")).text


@pytest.mark.parametrize("path", ["/briefing/", "/map/", "/coverage/"])
def test_what_reaches_a_region_beside_what_is_filed_there_is_told_on_pictures_too(client, path):
    page = Page(client.get(f"{path}?{PACIFIC}"))
    assert "4 reach it without being filed under it, all 19 together" in page.text
    assert f"{path}?reaches=pacific" in page.links
    assert f"{path}?reaches=melanesia" in Page(client.get(f"{path}?region=melanesia")).links
    assert client.get(f"{path}?reaches=melanesia").status_code == 200


def test_a_briefing_of_nothing_shows_the_ways_out_instead_of_noughts(client):
    page = Page(client.get("/briefing/?region=melanesia&theme=cybercrime"))
    assert "Nothing on file matches all of these filters" in page.text
    assert "facts, each with its source" not in page.text
    assert "/briefing/?theme=cybercrime" in page.links


def test_a_country_that_left_a_group_is_told_what_reached_it_before(client):
    """Mali left ECOWAS on 29 January 2025; OCWAR-C ran from 2019 to 2024."""
    page = Page(client.get("/countries/ML/"))
    assert "more reached a group while it was a member of it" in page.text
    assert "/initiatives/ocwar-c/" in page.links and "until 29 January 2025" in page.text
    assert "While it was a member" not in Page(client.get("/countries/GH/")).text
    assert "is told on the page of that country only" in Page(client.get("/map/")).text


def test_a_picture_of_a_search_offers_the_filter_that_its_words_name(client):
    for path in ("/briefing/", "/map/", "/funding/"):
        links = Page(client.get(f"{path}?q=western+balkans")).links
        assert (
            f"{path}?reaches=western-balkans" in links or f"{path}?region=western-balkans" in links
        )


def test_a_list_that_finds_nothing_offers_what_was_meant(client):
    page = Page(client.get("/initiatives/?q=ghanna&kind=project"))
    assert "Did you mean ghana" in page.text
    assert any("q=ghana" in link and "kind=project" in link for link in page.links)


def test_a_planned_end_is_not_passed_over_where_the_start_is_stated(client):
    text = Page(client.get("/initiatives/?q=jpac")).text
    assert "from 2022; planned end 2025" in text and "end not stated" not in text
