"""Totals of money: nothing added that is not the same, and everything left out is said."""

from decimal import Decimal

import pytest

from actors.models import Actor
from initiatives.insights.money import totals
from initiatives.models import FundingInclude, FundingJointFunder, FundingLink
from tests import making
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


@pytest.fixture
def paid():
    """A money link to one new initiative, by amount; further fields as given."""
    target = making.initiative("paid-for")
    funder = Actor.objects.get(slug="japan-gov")

    def make(amount, currency="USD", **fields):
        fields = {"amount_kind": "exact", "type": "pledge", **fields}
        return FundingLink.objects.create(
            initiative=target, funder_actor=funder, amount=amount, currency=currency, **fields
        )

    return make


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def words(result) -> list[str]:
    return [plain(total.words) for total in result.sums]


def test_currencies_and_types_stay_apart(paid):
    links = [paid(5), paid(7), paid(900, "JPY"), paid(3, type="disbursement")]
    result = totals(links)
    assert words(result) == ["900 JPY", "3 USD", "12 USD"]
    assert [total.links for total in result.sums] == [1, 1, 2]
    said = [line.words for line in result.left_out]
    assert "Currencies are never added together." in said
    assert any("payments are never added" in line for line in said)


def test_contained_sum_is_not_added_again(paid):
    whole, part = paid(1000), paid(400)
    FundingInclude.objects.create(link=whole, includes=part)
    result = totals([whole, part])
    assert words(result) == ["1 000 USD"]
    assert "1 sum is already part of another one" in result.left_out[0].words
    named = result.left_out[0].links
    assert [plain(link.words) for link in named] == ["Government of Japan, 400 USD"]
    assert named[0].url == f"/initiatives/paid-for/#fact-funding-links--{part.key}--funder"


def test_contained_sum_counts_where_the_whole_is_not_listed(paid):
    whole, part = paid(1000), paid(400)
    FundingInclude.objects.create(link=whole, includes=part)
    assert words(totals([part])) == ["400 USD"]


def test_undisclosed_sum_is_counted_and_said(paid):
    hidden = paid(None, "", amount_kind="undisclosed", undisclosed_reason="withheld")
    result = totals([hidden, paid(10)])
    assert words(result) == ["10 USD"]
    assert result.left_out[0].words == "1 payment has no stated sum and is in no total:"
    assert [link.words for link in result.left_out[0].links] == ["Government of Japan"]


def test_shared_sum_counts_for_the_receiver_and_for_no_giver(paid):
    link = paid(50)
    FundingJointFunder.objects.create(link=link, actor=Actor.objects.get(slug="uk-gov"))
    assert words(totals([link])) == ["50 USD"]
    given = totals([link], whose=["japan-gov"])
    assert given.sums == []
    assert "shared with other funders" in given.left_out[0].words
    assert words(totals([link], whose=["japan-gov", "uk-gov"])) == ["50 USD"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount_kind": "approximate"}, "about 30 USD"),
        ({"amount_kind": "at-least"}, "at least 30 USD"),
        ({"amount_kind": "at-most"}, "10 to 30 USD"),
        ({"amount_kind": "range", "amount_max": Decimal(25)}, "30 to 35 USD"),
    ],
)
def test_uncertainty_is_carried_to_the_total(paid, fields, said):
    assert words(totals([paid(10), paid(20, **fields)])) == [said]


def test_upper_limits_alone_stay_an_upper_limit(paid):
    limits = [paid(10, amount_kind="at-most"), paid(5, amount_kind="at-most")]
    assert words(totals(limits)) == ["up to 15 USD"]


def test_a_part_counts_where_its_whole_is_left_out(paid):
    whole, part = paid(1000), paid(400)
    FundingInclude.objects.create(link=whole, includes=part)
    FundingJointFunder.objects.create(link=whole, actor=Actor.objects.get(slug="asean"))
    assert words(totals([whole, part])) == ["1 000 USD"]
    alone = totals([whole, part], whose={"japan-gov"})
    assert words(alone) == ["400 USD"]
    assert [line.words for line in alone.left_out if "shared" in line.words]
