"""A record in full: links, labels, evidence, what is disputed, missing, moved or gone."""

import pytest

from actors.models import Actor
from atlas.kit.models import Redirect
from initiatives.models import FundingJointFunder, FundingLink, Initiative, InitiativeTie
from tests import making
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

API = "/api/v1"


def get(client, path: str) -> dict:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_an_initiative_in_full(client):
    record = get(client, "/initiatives/ajccbc/")
    assert record["uid"] == "30ca6c31-29f0-5c97-848b-fb43c9e055b0"
    assert "日ASEANサイバーセキュリティ人材育成センター" in {n["name"] for n in record["names"]}
    hosts = [p for p in record["participations"] if p["role"] == "host"]
    assert {"etda", "ncsa-thailand"} == {p["actor"] for p in hosts}
    assert all(p["role_label"] == "Host" and p["actor_label"] for p in hosts)
    money = {link["key"]: link for link in record["funding"]}
    assert money["ajccbc--jaif"]["funder_initiative_label"] == "Japan-ASEAN Integration Fund"
    assert money["ajccbc--jaif"]["amount"] is None
    assert money["ajccbc--jaif"]["undisclosed_reason_label"] == "not known"
    assert (money["ajccbc--japan-gov"]["amount"], money["ajccbc--japan-gov"]["currency"]) == (
        "5000000",
        "USD",
    )
    assert "Opening of the AJCCBC" in {event["title"] for event in record["events"]}
    assert record["updated_at"].endswith("Z") and record["version"] >= 1
    assert record["classification"]["kind"] == {"value": "centre", "label": "Centre"}


def test_evidence_stands_at_the_address_of_each_fact(client):
    record = get(client, "/initiatives/ajccbc/")
    start = {c["source"]: c for c in record["evidence"]["actual_start"]}
    assert start["ipdf-japan-leads"]["says"] == "2018-09"  # a month supports our day
    assert start["ipdf-japan-leads"]["stance"] == "supports"
    assert start["ipdf-japan-leads"]["source_url"].startswith("https://ipdefenseforum.com/")
    host = record["evidence"]["participations/ajccbc--etda--host/role"]
    assert {c["says"] for c in host} == {"host"}
    assert all(c["locator"] and c["reliability"] in "ABCDEF" for c in host)
    assert record["uncited"] == [] and len(record["evidence"]) == record["digest"]["facts"]


def test_disputed_facts_are_listed_and_both_values_given(client):
    record = get(client, "/initiatives/ajcd/")
    assert len(record["disputed"]) == record["digest"]["disputed"] == 2
    address = "events/ajcd--third-asean-japan-cybercrime-dialogue/date"
    assert address in record["disputed"]
    cited = record["evidence"][address]
    assert {c["stance"] for c in cited} == {"supports", "contradicts"}
    assert cited[0]["stance"] == "supports"


def test_missing_values_say_why(client):
    gaps = get(client, "/initiatives/ajcd/")["missing"]
    assert gaps[0]["field"] == "status" and gaps[0]["link"] is None
    assert (gaps[0]["reason"], gaps[0]["reason_label"]) == ("unknown", "not known")
    links = {gap["link"] for gap in get(client, "/actors/oas/")["missing"]}
    assert "memberships/oas--al" in links


def test_prose_that_changed_is_outdated_and_uncited(client):
    Initiative.objects.filter(slug="tsubame").update(summary="Something else altogether.")
    record = get(client, "/initiatives/tsubame/")
    assert {c["stance"] for c in record["evidence"]["summary"]} == {"outdated"}
    assert "summary" in record["uncited"] and "summary" not in record["disputed"]


def test_a_citation_of_an_emptied_field_is_unused(client):
    Initiative.objects.filter(slug="tsubame").update(objectives="", website="")
    record = get(client, "/initiatives/tsubame/")
    assert record["objectives"] is None and record["website"] is None
    assert {c["stance"] for c in record["evidence"]["objectives"]} == {"unused"}
    assert "objectives" not in record["uncited"]


def test_statements_about_events_belong_to_the_owner(client):
    keys = [s["key"] for s in get(client, "/initiatives/ajcd/")["statements"]]
    assert "ajcd--origin" in keys
    assert "ajcd--third-asean-japan-cybercrime-dialogue--topics" in keys
    record = get(client, "/initiatives/ajcd/")
    assert any(a.startswith("statements/ajcd--third") for a in record["evidence"])


def test_a_fund_shows_money_in_and_out(client):
    record = get(client, "/initiatives/jaif/")
    assert {link["funder_actor"] for link in record["funding"]} == {"japan-gov"}
    assert {link["initiative"] for link in record["funding_given"]} == {"accdp-1", "ajccbc"}


def test_nothing_of_a_draft_shows_in_a_public_record(client):
    draft = making.initiative("draft-two", state="draft")
    jaif, japan = Initiative.objects.get(slug="jaif"), Actor.objects.get(slug="japan-gov")
    FundingLink.objects.create(
        initiative=draft, funder_initiative=jaif, undisclosed_reason="unknown"
    )
    link = FundingLink.objects.create(
        initiative=draft, funder_actor=japan, undisclosed_reason="unknown"
    )
    FundingJointFunder.objects.create(link=link, actor=Actor.objects.get(slug="interpol"))
    InitiativeTie.objects.create(initiative=draft, kind="follows", target=jaif)
    for path in ("/initiatives/jaif/", "/actors/japan-gov/", "/actors/interpol/"):
        assert "draft-two" not in client.get(f"{API}{path}").content.decode(), path


def test_an_actor_in_full(client):
    record = get(client, "/actors/japan-gov/")
    assert record["country"] == "JP" and record["country_label"] == "Japan"
    assert {link["initiative"] for link in record["funding_given"]} == {"jaif", "ajccbc"}
    assert "ajcd--japan-gov--chair" in {p["key"] for p in record["participations"]}
    assert record["classification"]["country"] == {"value": "JP", "label": "Japan"}
    assert set(record["evidence"]) >= {"name", "summary"}


def test_memberships_are_given_both_ways(client):
    asean = get(client, "/actors/asean/")
    assert "TH" in {m["member_country"] for m in asean["members"]}
    making_group = Actor.objects.get(slug="arf").members.create(
        member_actor=Actor.objects.get(slug="asean"), key="arf--asean"
    )
    record = get(client, "/actors/asean/")
    assert making_group.key in {m["key"] for m in record["memberships"]}
    assert record["memberships"][0]["group_label"] == "ASEAN Regional Forum"
    thailand = get(client, "/countries/TH/")
    assert "asean" in {m["group"] for m in thailand["memberships"]}


def test_a_joint_funder_sees_the_sum_it_shares(client):
    link = FundingLink.objects.get(key="ajccbc--japan-gov")
    FundingJointFunder.objects.create(link=link, actor=Actor.objects.get(slug="interpol"))
    record = get(client, "/actors/interpol/")
    assert record["funding_given"] == []
    assert [joint["key"] for joint in record["funding_joint"]] == [link.key]
    shared = get(client, f"/funding-links/{link.key}/")["joint_funders"]
    assert [one["actor_label"] for one in shared] == ["INTERPOL"] or shared[0][
        "actor"
    ] == "interpol"


@pytest.mark.parametrize(
    "noun",
    [
        "participations",
        "funding-links",
        "events",
        "results",
        "statements",
        "citations",
        "sources",
        "publishers",
        "countries",
        "themes",
    ],
)
def test_a_row_of_a_list_is_the_record_at_its_own_address(client, noun):
    for row in get(client, f"/{noun}/?page_size=3")["results"]:
        detail = client.get(row["api_url"]).json()
        assert {name: detail[name] for name in row} == row


def test_fields_keep_only_what_is_asked_for(client):
    assert get(client, "/initiatives/ajcd/?fields=slug,disputed&fields=title") == {
        "slug": "ajcd",
        "title": "ASEAN-Japan Cybercrime Dialogue",
        "disputed": get(client, "/initiatives/ajcd/")["disputed"],
    }


def test_decimals_have_no_idle_zeros(client):
    values = {row["key"]: row["value"] for row in get(client, "/results/")["results"]}
    assert values["accdp-1--people-trained"] == "320"


# ------------------------------------------------------------------ moved, gone, never there


def test_an_old_slug_leads_to_the_new_address_and_keeps_the_query(client):
    response = client.get(f"{API}/initiatives/jaif-fund/?fields=slug")
    assert response.status_code == 308
    assert response["Location"] == "http://testserver/api/v1/initiatives/jaif/?fields=slug"
    Redirect.objects.create(kind="source", old_slug="iso-codes", slug="iso-3166")
    assert client.get(f"{API}/sources/iso-codes/").status_code == 308


def test_an_old_slug_says_nothing_of_a_draft(client):
    making.initiative("hidden-name", state="draft")
    Redirect.objects.create(kind="initiative", old_slug="older-name", slug="hidden-name")
    response = client.get(f"{API}/initiatives/older-name/")
    assert response.status_code == 404 and "hidden-name" not in response.content.decode()


def test_a_record_under_a_slug_wins_over_a_redirect(client):
    Redirect.objects.create(kind="initiative", old_slug="tsubame", slug="jaif")
    assert get(client, "/initiatives/tsubame/")["slug"] == "tsubame"


def test_a_withdrawn_record_is_gone_and_a_draft_was_never_there(client):
    making.initiative("gone", state="withdrawn")
    making.initiative("not-yet", state="draft")
    making.initiative("looked-at", state="in-review")
    answers = {
        slug: client.get(f"{API}/initiatives/{slug}/")
        for slug in ("gone", "not-yet", "looked-at", "never")
    }
    codes = {slug: answer.status_code for slug, answer in answers.items()}
    assert codes == {"gone": 410, "not-yet": 404, "looked-at": 404, "never": 404}
    assert answers["gone"].json()["title"] == "Gone"
    assert answers["not-yet"].json()["detail"] == answers["never"].json()["detail"]


def test_links_of_drafts_are_not_there(client):
    draft = making.initiative("hidden-one", state="draft")
    link = FundingLink.objects.create(
        initiative=draft,
        funder_actor=Actor.objects.get(slug="jica"),
        undisclosed_reason="unknown",
    )
    assert client.get(f"{API}/funding-links/{link.key}/").status_code == 404
