"""Strategy: the reference package against counts and changes of membership that anybody can check.

ISO 3166-1 has 249 countries; Kosovo (XK, user-assigned) is the 250th.
"""

import datetime

import pytest

from actors.models import Actor, Country, Membership
from initiatives.models import ActorCitation, Theme

pytestmark = pytest.mark.django_db
MAIN_GROUPS = ("asean", "arf", "eu", "african-union", "pif", "oas", "ecowas", "gcc")


def codes(text: str) -> set[str]:
    return set(text.split())


EU_27 = codes("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
TEN = codes("BN ID KH LA MM MY PH SG TH VN")  # ASEAN's members from 1999 to 2025


def members(group: str, day: str, status: str = "member") -> set[str]:
    """The countries that surely or possibly belonged to the group on ``day``."""
    then = datetime.date.fromisoformat(day)
    rows = Membership.objects.filter(group__slug=group, status=status, member_country__isnull=False)
    return {
        row.member_country_id
        for row in rows
        if (row.since_earliest is None or row.since_earliest <= then)
        and (row.until_latest is None or row.until_latest >= then)
    }


def test_countries_are_those_of_iso_and_kosovo():
    assert Country.objects.count() == 250
    kosovo = Country.objects.get(iso2="XK")
    assert kosovo.note and (kosovo.iso3, kosovo.region) == ("XKX", "europe")
    assert Country.objects.exclude(m49="").count() >= 248
    assert not Country.objects.exclude(m49__regex=r"^(\d{3})?$").exists()
    for code, iso3, m49, subregion in [
        ("TH", "THA", "764", "south-eastern-asia"),
        ("JP", "JPN", "392", "eastern-asia"),
        ("GB", "GBR", "826", "northern-europe"),
        ("AF", "AFG", "004", "southern-asia"),
    ]:
        country = Country.objects.get(iso2=code)
        assert (country.iso3, country.m49, country.subregion) == (iso3, m49, subregion)


def test_centroids_lie_where_the_countries_are():
    for code, latitude, longitude in [("TH", 15, 101), ("JP", 36, 138), ("FJ", -18, 178)]:
        country = Country.objects.get(iso2=code)
        assert abs(country.latitude - latitude) < 3 and abs(country.longitude - longitude) < 3


def test_six_themes_carry_their_codes():
    assert list(Theme.objects.values_list("slug", flat=True)) == [
        "strategy-and-policy",
        "incident-management-and-cip",
        "cybercrime",
        "culture-and-skills",
        "standards",
        "diplomacy-and-norms",
    ]
    assert not Theme.objects.filter(description="").exists()


def test_timor_leste_joined_asean_between_2018_and_2026():
    assert members("asean", "2018-01-01") == TEN
    assert members("asean", "2026-01-01") == TEN | {"TL"}
    assert members("asean", "1996-01-01") == TEN - {"KH", "LA", "MM"}


def test_the_united_kingdom_left_the_european_union():
    assert members("eu", "2018-01-01") == EU_27 | {"GB"}
    assert members("eu", "2021-01-01") == members("eu", "2026-01-01") == EU_27


def test_three_states_left_ecowas():
    gone = members("ecowas", "2018-01-01") - members("ecowas", "2026-01-01")
    assert gone == {"ML", "BF", "NE"}
    assert len(members("ecowas", "2026-01-01")) == 12


@pytest.mark.parametrize(
    ("group", "count"), [("african-union", 55), ("gcc", 6), ("pif", 18), ("arf", 26), ("oas", 34)]
)
def test_groups_have_as_many_members_as_they_say(group, count):
    every = Membership.objects.filter(group__slug=group)
    assert every.count() >= count
    states = members(group, "2026-01-01") | members(group, "2026-01-01", "suspended")
    if group != "arf":  # the European Union is one of its 27 participants
        assert abs(len(states) - count) <= 1, sorted(states)


def test_every_membership_of_the_main_groups_is_cited():
    groups = Actor.objects.filter(slug__in=MAIN_GROUPS, state="published")
    assert groups.count() == len(MAIN_GROUPS)
    rows = Membership.objects.filter(group__in=groups)
    cited = ActorCitation.objects.filter(membership__in=rows, field="status")
    assert rows.count() > 200
    assert set(rows.values_list("pk", flat=True)) == set(cited.values_list("membership", flat=True))
    assert not groups.exclude(digest__uncited=0).exists()
