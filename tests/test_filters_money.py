"""Filters by actor, role, funder and amount."""

import pytest

from actors.filters import ActorFilterSet
from actors.models import Actor
from initiatives.filters import (
    FundingLinkFilterSet,
    InitiativeFilterSet,
)
from initiatives.models import (
    FundingJointFunder,
    FundingLink,
    Initiative,
    InitiativeTie,
)
from tests import making
from tests.filtering import found, initiatives, problems
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


def test_role_given_with_actor_is_the_role_of_that_actor():
    assert "ajccbc" in initiatives("actor=jica&role=partner")
    assert "ajccbc" in initiatives("actor=jica") & initiatives("role=host")
    assert "ajccbc" not in initiatives("actor=jica&role=host")


def test_role_funding_derives_from_funding_links_and_joint_funders():
    assert initiatives("role=funding") == {"accdp-1", "ajccbc", "jaif"}
    link = FundingLink.objects.get(key="accdp-1--jaif")
    FundingJointFunder.objects.create(link=link, actor=Actor.objects.get(slug="interpol"))
    assert "accdp-1" in initiatives("actor=interpol&role=funding")
    assert "accdp-1" in initiatives("funder=interpol")
    assert "interpol" in found(ActorFilterSet, "role=funding")
    assert link.key in found(FundingLinkFilterSet, "funder=interpol")


def test_a_parent_includes_its_parts():
    ministry, japan = Actor.objects.get(slug="jica"), Actor.objects.get(slug="japan-gov")
    union = making.actor("union")
    Actor.objects.filter(pk__in=[ministry.pk, japan.pk]).update(parent=union)
    assert initiatives("funder=union") == initiatives("funder=jica&funder=japan-gov")
    assert initiatives("actor=union&role=partner") >= {"ajccbc"}
    assert "union" in found(ActorFilterSet, "role=funding")
    assert found(ActorFilterSet, "parent=union") == {"jica", "japan-gov"}


def test_funder_may_be_a_fund_and_go_by_its_old_slug():
    assert initiatives("funder=jaif") == {"accdp-1", "ajccbc"}
    assert initiatives("funder=jaif-fund") == {"accdp-1", "ajccbc"}
    assert found(FundingLinkFilterSet, "funder=jaif") == {"accdp-1--jaif", "ajccbc--jaif"}
    assert "interpol" in found(ActorFilterSet, "funder=jaif")


def test_an_initiative_that_is_no_fund_is_no_funder():
    assert "funder" in problems(InitiativeFilterSet, "funder=tsubame")


def test_amounts_need_a_currency_and_ask_of_one_sum():
    assert initiatives("currency=USD&amount_min=50000000") == {"jaif"}
    assert initiatives("currency=usd&amount_max=6000000") == {"ajccbc"}
    # jaif has 100 million dollars twice and 7500 million yen: nothing between in dollars
    assert initiatives("currency=USD&amount_min=6000000&amount_max=90000000") == set()
    assert "currency" in problems(InitiativeFilterSet, "amount_min=5")["amount_min"].reason
    assert "amount_max" in problems(InitiativeFilterSet, "currency=USD&amount_min=5&amount_max=4")
    for bad in ("-5", "1e9", "five", "NaN", "١"):
        assert "amount_min" in problems(InitiativeFilterSet, f"currency=USD&amount_min={bad}"), bad


def test_ranges_and_open_amounts_match_possibly_and_surely():
    FundingLink.objects.filter(key="ajccbc--japan-gov").update(
        amount_kind="range", amount=2_000_000, amount_max=9_000_000
    )
    assert "ajccbc" in initiatives("currency=USD&amount_min=8000000")
    assert "ajccbc" not in initiatives("currency=USD&amount_min=8000000&certainty=sure")
    FundingLink.objects.filter(key="ajccbc--japan-gov").update(
        amount_kind="at-least", amount=2_000_000, amount_max=None
    )
    assert "ajccbc" in initiatives("currency=USD&amount_min=8000000")
    assert "ajccbc" not in initiatives("currency=USD&amount_max=8000000&certainty=sure")


def test_part_of():
    part, whole = making.initiative("step-one"), Initiative.objects.get(slug="tsubame")
    InitiativeTie.objects.create(initiative=part, kind="part-of", target=whole)
    assert initiatives("parent=tsubame") == {"step-one"}
    assert "step-one" not in initiatives("parent=unstated")
