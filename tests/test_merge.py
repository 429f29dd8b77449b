"""Strategy: records of the fixtures and made ones are merged; what is cited, linked and said is
counted before and after, and what must not be merged is refused in words.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from actors.models import Actor, Membership
from atlas.desk.models import Revision
from atlas.kit import records
from atlas.kit.merging import judge, merge, plan
from atlas.kit.models import Judgement, Redirect
from initiatives.models import (
    FundingInclude,
    FundingLink,
    Initiative,
    InitiativeCitation,
    InitiativeTie,
    Participation,
)
from sources.models import Source
from tests import making
from tests.mergers import cited, everything, made


def why_not(**arguments) -> str:
    with pytest.raises(ValidationError) as refused:
        merge(**arguments)
    return " ".join(refused.value.messages)


# ------------------------------------------------------------------ what a merge does


@pytest.fixture
def two(db):
    """A published record and a published double of it with links and evidence of its own."""
    keep = Initiative.objects.get(slug="tsubame")
    drop = made("tsubame-2", "Tsubame network", summary="Sensors in many places.")
    actor = Actor.objects.get(slug="jpcert-cc")
    Participation.objects.create(initiative=drop, actor=actor, role="partner", note="As told.")
    cited(drop, "iso-3166")
    Initiative.objects.filter(pk=drop.pk).update(state="published")
    drop.refresh_from_db()
    return keep, drop


def test_nothing_that_was_cited_is_lost(two):
    keep, drop = two
    theirs = drop.citations.count()
    ours = keep.citations.count()
    merge(keep=keep, drop=drop)
    assert keep.citations.count() == ours + theirs
    assert not Initiative.objects.filter(slug="tsubame-2").exists()
    name = keep.names.get(name="Tsubame network")
    assert InitiativeCitation.objects.get(initiative_name=name).says == "Tsubame network"
    other = keep.statements.get(property="other-summary")
    assert other.value == "Sensors in many places."
    assert InitiativeCitation.objects.filter(statement=other).count() == 1
    assert Participation.objects.get(initiative=keep, role="partner").note == "As told."


def test_dates_that_differ_stand_side_by_side(two):
    keep, drop = two
    InitiativeCitation.objects.create(
        initiative=drop,
        field="actual_start",
        source=Source.objects.get(slug="iso-3166"),
        says="1999",
    )
    Initiative.objects.filter(pk=drop.pk).update(actual_start="1999")
    drop.refresh_from_db()
    before = keep.actual_start
    merge(keep=keep, drop=drop)
    making.settle()
    keep = Initiative.objects.get(pk=keep.pk)
    assert keep.actual_start == before != "1999"
    assert "1999" in keep.citations.filter(field="actual_start").values_list("says", flat=True)
    assert keep.digest.disputed > 0


def test_the_same_fact_is_said_once_with_the_evidence_of_both(two):
    keep, drop = two
    role = keep.participations.first()
    double = Participation.objects.create(initiative=drop, actor=role.actor, role=role.role)
    source = Source.objects.get(slug="iso-3166")
    InitiativeCitation.objects.create(
        initiative=drop, participation=double, field="role", source=source, says=role.role
    )
    merge(keep=keep, drop=drop)
    [one] = keep.participations.filter(actor=role.actor, role=role.role)
    assert one.key == role.key
    assert InitiativeCitation.objects.filter(participation=one, source=source).exists()


def test_equal_sums_are_one_sum_and_others_stay(db):
    keep, drop = made("sum-a", "Sum of one"), made("sum-b", "Sum of two")
    giver = Actor.objects.get(slug="japan-gov")
    sums = {"funder_actor": giver, "amount_kind": "exact", "currency": "EUR"}
    for record, amount in ((keep, 100), (drop, 100), (drop, 250)):
        FundingLink.objects.create(initiative=record, amount=amount, **sums)
    outside = made("umbrella", "Umbrella of sums")
    whole = FundingLink.objects.create(initiative=outside, amount=900, **sums)
    FundingInclude.objects.create(link=whole, includes=drop.funding.get(amount=100))
    merge(keep=keep, drop=drop)
    assert sorted(int(link.amount) for link in keep.funding.all()) == [100, 250]
    assert whole.includes.get() == keep.funding.get(amount=100)


def test_what_named_the_one_names_the_other(db):
    keep = Actor.objects.get(slug="jica")
    drop = Actor.objects.create(slug="jica-2", name=keep.name, kind="other")
    part = Actor.objects.create(slug="office", name="An office", kind="other", parent=drop)
    project = made("their-project", "Their project")
    Participation.objects.create(initiative=project, actor=drop, role="partner")
    Participation.objects.create(initiative=project, actor=keep, role="partner")
    FundingLink.objects.create(initiative=project, funder_actor=drop, undisclosed_reason="unknown")
    group = Actor.objects.create(slug="group", name="Group", kind="other")
    Membership.objects.create(group=group, member_actor=drop)
    merge(keep=keep, drop=drop)
    part.refresh_from_db()
    assert part.parent == keep
    assert project.participations.get().actor == keep  # said once
    assert project.funding.get().funder_actor == keep
    assert group.members.get(member_actor=keep)


def test_the_old_address_leads_on(client, two):
    keep, drop = two
    Redirect.objects.create(kind="initiative", old_slug="swallow", slug=drop.slug)
    merge(keep=keep, drop=drop)
    for old in ("swallow", "tsubame-2"):
        page = client.get(f"/initiatives/{old}/")
        assert (page.status_code, page.url) == (301, "/initiatives/tsubame/")
        answer = client.get(f"/api/v1/initiatives/{old}/")
        assert answer.status_code == 308
        assert answer.headers["Location"].endswith("/api/v1/initiatives/tsubame/")


def test_a_merge_is_told_before_it_happens(two):
    keep, drop = two
    told = plan(keep=keep, drop=drop)
    assert told.obstacles == []
    merge(keep=keep, drop=drop)
    assert records.document(keep) == told.result.document


def test_what_only_history_will_hold_is_said(two):
    keep, drop = two
    Initiative.objects.filter(pk=keep.pk).update(website="https://example.org/a")
    Initiative.objects.filter(pk=drop.pk).update(website="https://example.org/b", kind="network")
    for record in two:
        record.refresh_from_db()
    left = plan(keep=keep, drop=drop).result.left
    assert "Website: “https://example.org/b”" in left and "Kind: “Network”" in left


def test_the_page_tells_addresses_and_waits_for_what_is_pending(two, admin_client):
    keep, drop = two
    Redirect.objects.create(kind="initiative", old_slug="older", slug=drop.slug)
    path = f"/admin/initiatives/initiative/{drop.pk}/merge/"
    page = admin_client.get(path, {"into": keep.pk}).content.decode()
    assert "<code>tsubame-2</code>" in page and "<code>older</code>" in page
    document = records.document(drop)
    held = {"noun": "initiative", "uid": drop.uid, "base": document, "document": document}
    Revision.objects.create(title="x", who="x", **held)
    page = admin_client.post(path, {"into": keep.pk}, follow=True).content.decode()
    assert "A revision of “Tsubame network” is pending" in page
    assert Initiative.objects.filter(pk=drop.pk).exists()


# ------------------------------------------------------------------ what is refused


def test_a_record_is_not_merged_with_itself(two):
    keep, _drop = two
    assert "itself" in why_not(keep=keep, drop=keep)


@pytest.mark.parametrize(
    ("keeps", "drops", "works"),
    [
        ("published", "draft", True),
        ("published", "withdrawn", True),
        ("draft", "draft", True),
        ("in-review", "draft", True),
        ("draft", "published", False),
        ("withdrawn", "published", False),
        ("withdrawn", "draft", False),
        ("withdrawn", "withdrawn", True),
    ],
)
def test_the_more_public_record_stays(db, keeps, drops, works):
    keep, drop = made("one", "One of two", keeps), made("other", "One of two", drops)
    if works:
        merge(keep=keep, drop=drop)
        assert Initiative.objects.get(slug="one").state == keeps
    else:
        assert "merge the other way round" in why_not(keep=keep, drop=drop)


def test_an_uncited_draft_cannot_slip_into_what_is_published(db):
    keep, drop = made("one", "One of two", "published"), made("other", "Another name")
    before = everything()
    assert "Another name" in why_not(keep=keep, drop=drop)
    assert everything() == before
    merge(keep=keep, drop=cited(drop))
    assert keep.names.get().name == "Another name"


def test_a_whole_and_its_part_are_two(db):
    top = Actor.objects.create(slug="top", name="Ministry", kind="government")
    middle = Actor.objects.create(slug="middle", name="Bureau", kind="government", parent=top)
    low = Actor.objects.create(slug="low", name="Desk", kind="government", parent=middle)
    for keep, drop in ((top, low), (low, top), (top, middle)):
        assert "would come to name itself" in why_not(keep=keep, drop=drop)


def test_a_successor_and_a_fund_are_not_what_they_follow_or_pay(db):
    first, second = made("first", "Phase one"), made("second", "Phase two")
    third = made("third", "Phase three")
    InitiativeTie.objects.create(initiative=second, kind="follows", target=first)
    InitiativeTie.objects.create(initiative=third, kind="follows", target=second)
    assert "“Phase two” names “Phase one” as target" in why_not(keep=first, drop=second)
    assert "by way of others" in why_not(keep=first, drop=third)
    paid = made("paid", "Paid for")
    FundingLink.objects.create(
        initiative=paid, funder_initiative=first, undisclosed_reason="unknown"
    )
    assert "funder initiative" in why_not(keep=paid, drop=first)


def test_a_member_is_not_its_group(db):
    group = Actor.objects.create(slug="group", name="Group", kind="other")
    member = Actor.objects.create(slug="member", name="Member", kind="other")
    Membership.objects.create(group=group, member_actor=member)
    assert "memberships" in why_not(keep=group, drop=member)


# ------------------------------------------------------------------ judgements


def test_a_merge_is_a_judgement(two):
    keep, drop = two
    judge(one=keep, other=drop, verdict="unsure")
    merge(keep=keep, drop=drop)
    assert Judgement.objects.get().verdict == "same"


def test_a_judgement_names_the_pair_once_whichever_way_round(two):
    keep, drop = two
    judge(one=keep, other=drop, verdict="unsure", note="Ask JPCERT.")
    judge(one=drop, other=keep, verdict="different")
    found = Judgement.objects.get()
    assert (found.verdict, found.note) == ("different", "Ask JPCERT.")
    assert found.key in ("initiative--tsubame--tsubame-2", "initiative--tsubame-2--tsubame")


def test_a_judgement_is_one_of_three(two):
    keep, drop = two
    with pytest.raises(ValidationError, match="same, different, unsure"):
        judge(one=keep, other=drop, verdict="perhaps")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kit_judgement")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("word", ["abc", "1.5", "9" * 30])
def test_a_merge_into_nothing_is_refused_in_words(admin_client, word):
    drop = Actor.objects.get(slug="jica")
    page = admin_client.get(f"/admin/actors/actor/{drop.pk}/merge/?into={word}", follow=True)
    assert page.status_code == 200 and "Choose the record that stays" in page.content.decode()
