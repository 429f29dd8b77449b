"""IATI out, element by element: what each says of a record, and what it leaves unsaid."""

import pytest
from lxml import etree

from actors.models import ActorIdentifier, ActorName
from initiatives import models as m
from initiatives.exchange.iati import codes
from tests.iati_rules import LANG, codelists
from tests.iati_world import activity, actor, complete, exported, money, only, values
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


def test_identifiers_are_the_publishers_own_where_we_hold_one(settings):
    settings.IATI_REPORTING_ORG_REF = "XX-TEST"
    made = complete()
    ours = f"XX-TEST-{made.uid}"
    assert values(activity("complete"), "iati-identifier/text()") == [ours]
    for scheme, code in (("iati", "XM-DAC-1-P7"), ("iati", "ZZ-2"), ("cordis", "12")):
        m.InitiativeIdentifier.objects.create(initiative=made, scheme=scheme, code=code)
    found = activity("complete")
    assert values(found, "iati-identifier/text()") == ["XM-DAC-1-P7"]
    others = [(n.get("ref"), n.get("type")) for n in found.iterfind("other-identifier")]
    assert others == [(ours, "A1"), ("12", "A9"), ("ZZ-2", "A9")]
    assert values(found, "reporting-org/@ref") == ["XX-TEST"]
    assert values(found, "reporting-org/@secondary-reporter") == ["1"]


def test_roles_types_and_refs_of_organisations():
    made = complete()
    ministry = actor("ministry", name="Ministry", kind="government")
    ActorIdentifier.objects.create(actor=ministry, scheme="iati", code="XX-GOV-1")
    ActorName.objects.create(actor=ministry, name="Ministère", language="fr", kind="translation")
    for role in ("accountable", "proponent", "host"):
        m.Participation.objects.create(initiative=made, actor=ministry, role=role)
    charity = actor("charity", kind="ngo")
    money(
        made,
        charity,
        amount_kind="undisclosed",
        amount=None,
        currency="",
        undisclosed_reason="unknown",
    )
    found = activity("complete")
    roles = [
        (n.get("role"), n.get("type"), n.get("ref"), n.findtext("narrative"))
        for n in found.iterfind("participating-org")
    ]
    assert roles == [
        ("1", None, None, "Charity"),
        ("2", "10", "XX-GOV-1", "Ministry"),
        ("4", "70", None, "Complete Runner"),
    ]
    assert values(found, "participating-org/narrative[@xml:lang='fr']/text()") == ["Ministère"]
    assert values(found, "a:record/a:link[@table='participations']/a:field[text()='host']")
    assert found.find("transaction") is None


def test_dates_known_to_the_day_only():
    complete(planned_start="2018-09", planned_end="2099-12-31", actual_end="2021~")
    found = activity("complete")
    dates = [(n.get("type"), n.get("iso-date")) for n in found.iterfind("activity-date")]
    assert dates == [("2", "2019-03-04"), ("3", "2099-12-31")]
    assert values(found, "a:record/a:field[@name='planned_start']/text()") == ["2018-09"]
    assert values(found, "a:record/a:field[@name='actual_end']/text()") == ["2021~"]


def recipients(slug: str) -> list[tuple]:
    found = activity(slug)
    nodes = [*found.iterfind("recipient-country"), *found.iterfind("recipient-region")]
    return [(n.get("vocabulary"), n.get("code"), n.get("percentage")) for n in nodes]


@pytest.mark.parametrize(
    ("countries", "groups", "scope", "expected"),
    [
        (["JP"], [], "", [(None, "JP", "100")]),
        (["TH", "VN"], [], "", [("2", "035", None)]),
        (["TH", "JP"], [], "", [("2", "142", None)]),
        ([], ["asean"], "", [("2", "035", None), ("99", "asean", None)]),
        (["TH"], ["asean"], "", [("2", "035", None), ("99", "asean", None)]),
        (["JP"], ["asean"], "", [("2", "142", None)]),
        (["BR", "KE"], [], "global", [("2", "001", None)]),
    ],
)
def test_recipients_without_invented_shares(countries, groups, scope, expected):
    made = complete(scope=scope)
    m.InitiativeReach.objects.filter(initiative=made).delete()
    m.InitiativeReach.objects.create(initiative=made, country_id="FR", kind="participating")
    for code in countries:
        m.InitiativeReach.objects.create(initiative=made, country_id=code, kind="beneficiary")
    for slug in groups:
        group = m.InitiativeReach._meta.get_field("group").related_model.objects.get(slug=slug)
        m.InitiativeReach.objects.create(initiative=made, group=group, kind="beneficiary")
    assert recipients("complete") == expected


def test_sectors_and_tags():
    made = complete()
    found = activity("complete")
    sectors = [(n.get("vocabulary"), n.get("code")) for n in found.iterfind("sector")]
    assert sectors == [("1", "15132"), ("99", "cyber-capacity-building")]
    m.InitiativeTheme.objects.create(initiative=made, theme_id="diplomacy-and-norms")
    found = activity("complete")
    assert values(found, "sector/@vocabulary") == ["99"]
    assert values(found, "tag/@code") == ["cybercrime", "diplomacy-and-norms"]


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({}, ("2", "2020-02-03", "100.5", "USD")),
        ({"type": "pledge"}, ("12", "2020-02-03", "100.5", "USD")),
        ({"type": "disbursement", "amount": "-7"}, ("3", "2020-02-03", "-7", "USD")),
        ({"type": "unspecified"}, None),
        ({"type": "budget"}, None),
        ({"amount_kind": "approximate"}, None),
        ({"amount_kind": "at-least"}, None),
        ({"amount_kind": "range", "amount_max": "200"}, None),
        ({"value_date": "2020-02"}, None),
        ({"value_date": ""}, None),
        ({"value_date": "2099-01-01"}, None),
        ({"currency": "XQQ"}, None),
    ],
)
def test_only_exact_dated_sums_of_a_known_type_are_transactions(fields, written):
    money(complete(), actor("giver"), **fields)
    found = activity("complete").find("transaction")
    if written is None:
        assert found is None
        assert values(activity("complete"), "participating-org/@role") == ["1", "4"]
        return
    value = found.find("value")
    assert written == (
        found.find("transaction-type").get("code"),
        found.find("transaction-date").get("iso-date"),
        value.text,
        value.get("currency"),
    )
    assert value.get("value-date") == "2020-02-03"
    assert found.findtext("provider-org/narrative") == "Giver"


def test_sums_are_neither_told_twice_nor_booked_to_one_of_several():
    made = complete()
    whole = money(made, actor("giver"), amount="300")
    part = money(made, actor("other"), amount="100")
    m.FundingInclude.objects.create(link=whole, includes=part)
    m.FundingJointFunder.objects.create(link=whole, actor=actor("third"))
    found = activity("complete")
    assert values(found, "transaction/value/text()") == ["300"]
    assert values(found, "transaction/provider-org") == []
    assert "Giver, Third" in found.findtext("transaction/description/narrative")
    assert len(values(found, "participating-org[@role='1']/narrative/text()")) == 3


def test_money_of_a_fund_points_at_the_activity_that_the_fund_is():
    made = complete()
    fund = complete("the-fund", kind="fund")
    money(made, None, funder_initiative=fund)
    found = activity("complete")
    own = values(activity("the-fund"), "iati-identifier/text()")
    assert values(found, "transaction/provider-org/@provider-activity-id") == own
    assert values(found, "participating-org[@role='1']/@activity-id") == own
    m.InitiativeTie.objects.create(initiative=made, target=fund, kind="part-of")
    m.InitiativeTie.objects.create(initiative=made, target=fund, kind="follows")
    related = [
        (n.get("ref"), n.get("type")) for n in activity("complete").iterfind("related-activity")
    ]
    assert related == [(own[0], "1")]


def test_results_of_a_period_known_to_the_day():
    made = complete()
    for indicator, fields in {
        "Trained": {"value": "320.0000", "unit": "people", "period": "2020-01-01/2020-12-31"},
        "Share": {"value": "12.5", "unit": "%", "period": "2020-06-30"},
        "Roughly": {"value": "70", "approximate": True, "period": "2020-01-01/2020-12-31"},
        "Years": {"value": "5", "period": "2016/2018"},
    }.items():
        m.Result.objects.create(initiative=made, indicator=indicator, **fields)
    found = activity("complete")
    assert values(found, "result/title/narrative/text()") == ["Share", "Trained"]
    assert values(found, "result/indicator/@measure") == ["2", "1"]
    assert values(found, "result/indicator/period/actual/@value") == ["12.5", "320"]
    assert len(values(found, "a:record/a:link[@table='results']")) == 4


def test_provenance_carries_sources_disagreements_and_reasons():
    found = etree.fromstring(exported(queryset=only("ajccbc"))).find("iati-activity")
    record = m.Initiative.objects.get(slug="ajccbc")
    assert len(values(found, "a:record/a:citation")) == record.citations.count()
    assert len(values(found, "a:record/a:missing")) == record.missing.count()
    cited = set(record.citations.values_list("source__slug", flat=True))
    assert set(values(found, "a:record/a:source/@id")) == cited
    start = values(found, "a:record/a:citation[@field='actual_start'][not(@table)]/@says")
    assert "2018-09-14" in start


# ------------------------------------------------------------------ codes


def test_every_code_is_on_its_list_and_comes_back_as_our_word():
    lists = codelists()[1]
    for table in codes.TABLES:
        assert {*table.pairs.values(), *table.also} <= lists[table.list], table.list
        for word, code in table.pairs.items():
            again = table.word(code)
            assert again in (word, table.also.get(code)) or table.code(again) == code, word
    assert codes.COUNTRIES and lists["Currency"] >= codes.CURRENCIES
    assert lists["Sector"] >= codes.SECTORS and lists["Language"] >= codes.LANGUAGES


def test_m49_areas_are_those_of_the_country_table():
    country = m.InitiativeReach._meta.get_field("country").related_model
    named = set(country.objects.values_list("region", flat=True))
    named |= set(country.objects.values_list("subregion", flat=True))
    assert named - {"", "antarctica"} <= codes.M49.keys()


def test_lang_is_the_activitys_own():
    complete()
    assert activity("complete").get(LANG) == "en"


def test_budgets_stand_for_their_period_and_only_for_a_year_at_most():
    made = complete()
    year = {"type": "budget", "value_date": "2020-01-01"}
    for period, amount in (
        ("2020-01-01/2020-12-31", "5.25"),
        ("2021-01-01/2022-12-31", "6"),
        ("2021", "7"),
        ("", "8"),
    ):
        money(made, None, **year, amount=amount, period=period)
    revised = {"amount": "9.5", "period": "2020-07-01/2020-12-31", "iati_type": "budget-2"}
    money(made, None, **year, **revised)
    found = activity("complete")
    assert values(found, "budget/value/text()") == ["5.25", "9.5"]
    assert values(found, "budget/@type") == ["2"]
    assert values(found, "budget/period-start/@iso-date") == ["2020-01-01", "2020-07-01"]
    assert values(found, "budget/period-end/@iso-date") == ["2020-12-31", "2020-12-31"]
    assert values(found, "transaction") == []
    assert len(values(found, "a:record/a:link[@table='funding_links']")) == 5


def test_a_sum_goes_out_as_what_its_file_called_it():
    made, funder = complete(), actor("giver")
    money(made, funder, type="disbursement", iati_type="4", amount="11")
    money(made, funder, type="disbursement", amount="12")
    money(made, None, type="unspecified", iati_type="1", amount="13")
    found = activity("complete")
    told = dict(zip(values(found, "transaction/value/text()"),
        values(found, "transaction/transaction-type/@code"), strict=True))  # fmt: skip
    assert told == {"11": "4", "12": "3", "13": "1"}
