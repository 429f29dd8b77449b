"""IATI out: every file passes schema, code lists and rules; what does not fit is left out aloud."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from actors.models import ActorIdentifier, ActorName
from initiatives import models as m
from initiatives.exchange.formats import FORMATS
from initiatives.exchange.iati import batches, codes
from initiatives.exchange.iati.writing import NothingComplete
from initiatives.exchange.selection import Selection
from sources.models import Publisher, Source
from tests import making
from tests.iati_rules import DATA, LANG, code_faults, codelists, rule_faults, schema_faults
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]
ROOT = Path(__file__).resolve().parent.parent
ATLAS = {"a": codes.NAMESPACE}
NASTY = "Tête & <b>\"'\x0b\x1f\ufffe ]]> 日本 \U0001f6e1 --> \u202e"
CLEAN = NASTY.replace("\x0b", "\ufffd").replace("\x1f", "\ufffd").replace("\ufffe", "\ufffd")


def exported(name: str = "iati", queryset=None) -> bytes:
    queryset = m.Initiative.objects.published() if queryset is None else queryset
    selection = Selection("initiatives", (queryset,), site="https://atlas.test")
    with selection.snapshot():
        return b"".join(FORMATS[name].write(selection))


def only(*slugs: str):
    return m.Initiative.objects.published().filter(slug__in=slugs)


def activity(slug: str):
    """The one activity of a file of one record, checked."""
    tree = etree.fromstring(exported(queryset=only(slug))).getroottree()
    assert faults(tree) == []
    return tree.find("iati-activity")


def left_out(*slugs: str) -> dict[str, list[str]]:
    text = exported("iati-left-out", only(*slugs) if slugs else None).decode()
    return {row["slug"]: row["lacks"].split(";") for row in csv.DictReader(io.StringIO(text))}


def faults(tree) -> list[str]:
    """What the schemas, the code lists and the error rules find."""
    ours = etree.XMLSchema(etree.parse(ROOT / "docs" / "iati.xsd"))
    found = schema_faults(tree) + code_faults(tree)
    found += [name for name in rule_faults(tree) if name.startswith("error")]
    for record in tree.iterfind(".//a:record", ATLAS):
        ours.validate(record)
        found += [str(error) for error in ours.error_log]
    return found


def actor(slug: str, **fields):
    making.forget()  # what was made before is not judged
    return making.actor(slug, **fields)


def complete(slug: str = "complete", **fields) -> m.Initiative:
    """A public initiative that has all IATI demands and no more."""
    making.forget()
    made = making.initiative(
        slug,
        **{"summary": "It trains.", "status": "closed", "actual_start": "2019-03-04", **fields},
    )
    m.Participation.objects.create(
        initiative=made, actor=actor(f"{slug}-runner", kind="company"), role="implementing"
    )
    m.InitiativeReach.objects.create(initiative=made, country_id="TH", kind="beneficiary")
    m.InitiativeTheme.objects.create(initiative=made, theme_id="cybercrime")
    return made


def money(made, funder, **fields) -> m.FundingLink:
    values = {
        "type": "commitment", "amount_kind": "exact", "amount": "100.50", "currency": "USD",
        "value_date": "2020-02-03",
    }  # fmt: skip
    return m.FundingLink.objects.create(
        initiative=made, funder_actor=funder, **{**values, **fields}
    )


def values(node, path: str) -> list[str]:
    return [str(found) for found in node.xpath(path, namespaces=ATLAS)]


# ------------------------------------------------------------------ all records


def test_every_record_of_the_fixtures_is_in_the_file_or_left_out_with_its_reasons():
    tree = etree.fromstring(exported()).getroottree()
    assert faults(tree) == []
    inside = set(values(tree, "//a:record/@slug"))
    outside = left_out()
    public = set(m.Initiative.objects.published().values_list("slug", flat=True))
    assert inside and outside
    assert inside | outside.keys() == public and not inside & outside.keys()
    assert all(all(reasons) for reasons in outside.values())


def test_nasty_text_languages_and_sums_pass_and_survive():
    made = complete(
        "nasty", title=NASTY, summary=NASTY * 20, website="https://example.org/a b?q=日&x=<1>"
    )
    for language, name in (("fil", "Pangalan"), ("pt-BR", "Nome"), ("", "Nom"), ("ja", NASTY)):
        m.InitiativeName.objects.create(
            initiative=made, name=name, language=language, kind="translation"
        )
    funder = actor("nasty-funder", name=NASTY, kind="ngo")
    money(made, funder, amount="-1234567890123.45", note=NASTY)
    publisher = Publisher.objects.create(slug="p", name=NASTY)
    for n, url in enumerate(
        ("https://[bad", "http://h:port/", "https://x.org/%zz|^`", "https://日本.jp/é")
    ):
        source = Source.objects.create(
            slug=f"s{n}", title=NASTY, publisher=publisher, url=url, kind="news"
        )
        m.InitiativeCitation.objects.create(
            initiative=made, field="title", source=source, says="Other", locator=NASTY, note=NASTY
        )
    found = activity("nasty")
    assert values(found, "title/narrative[not(@xml:lang)]/text()") == [CLEAN]
    assert values(found, "title/narrative/@xml:lang") == ["ja", "pt"]
    assert values(found, "a:record/a:link/a:field[text()='fil']")
    assert values(found, "transaction/value/text()") == ["-1234567890123.45"]
    assert values(found, "document-link/@url") == [
        "https://example.org/a%20b?q=%E6%97%A5&x=%3C1%3E",
        "https://%E6%97%A5%E6%9C%AC.jp/%C3%A9",
    ]
    assert len(values(found, "a:record/a:source/@url")) == 4
    assert values(found, "a:record/a:citation/@stance") == ["contradicts"] * 4


def test_xmllint_accepts_the_file(tmp_path):
    if not shutil.which("xmllint"):
        pytest.skip("xmllint (libxml2-utils) is not installed")
    complete("linted")
    file = tmp_path / "out.xml"
    file.write_bytes(exported())
    done = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", DATA / "iati-activities-schema.xsd", file],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_equal_data_gives_equal_bytes_in_batches_of_any_size(monkeypatch):
    for n in range(5):
        complete(f"many-{n}")
    first = exported()
    monkeypatch.setattr(batches, "SIZE", 2)
    assert exported() == first


def test_the_file_comes_in_pieces(monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 1)
    for n in range(3):
        complete(f"piece-{n}")
    queryset = only("piece-0", "piece-1", "piece-2")
    selection = Selection("initiatives", (queryset,), site="https://atlas.test")
    with selection.snapshot():
        pieces = list(FORMATS["iati"].write(selection))
    assert len(pieces) >= 3 and b"piece-0" in pieces[0] and b"piece-2" not in pieces[0]


def test_drafts_are_neither_activities_nor_named():
    made = complete()
    complete("hidden", state="draft")
    ghost = actor("ghost", name="Ghost Ministry", kind="government")
    m.Participation.objects.create(initiative=made, actor=ghost, role="accountable")
    type(ghost).objects.filter(pk=ghost.pk).update(state="draft")
    text = exported()
    assert b"Ghost" not in text and b"hidden" not in text and b"complete" in text


def test_a_search_without_a_complete_record_is_refused_in_words():
    with pytest.raises(NothingComplete, match="iati-left-out"):
        exported(queryset=only("tsubame"))


# ------------------------------------------------------------------ completeness


def drop(model, **which):
    return lambda made: model.objects.filter(initiative=made, **which).delete()


def change(**values):
    return lambda made: m.Initiative.objects.filter(pk=made.pk).update(**values)


def several_places(made):
    for code in ("BR", "KE"):
        m.InitiativeReach.objects.create(initiative=made, country_id=code, kind="beneficiary")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (change(summary=""), "description"),
        (change(status=""), "status"),
        (change(actual_start=""), "start"),
        (change(actual_start="2019-03"), "start-day"),
        (change(actual_start="2019-03-04?"), "start-day"),
        (change(actual_start="2099-01-01"), "start-day"),
        (drop(m.Participation), "organisation"),
        (drop(m.InitiativeTheme), "theme"),
        (drop(m.InitiativeReach), "recipient"),
        (several_places, "places"),
    ],
)
def test_what_lacks_something_is_left_out_with_that_reason(spoil, reason):
    made = complete()
    assert left_out("complete") == {}
    spoil(made)
    assert left_out("complete") == {"complete": [reason]}
    with pytest.raises(NothingComplete):
        exported(queryset=only("complete"))


def test_the_list_of_the_left_out_gives_words_and_addresses():
    making.initiative("bare", title="=1+1")
    row = next(csv.DictReader(io.StringIO(exported("iati-left-out", only("bare")).decode())))
    assert row["url"] == "https://atlas.test/initiatives/bare/"
    assert row["title"] == "'=1+1"
    assert "no source states whether it runs" in row["reasons"]


# ------------------------------------------------------------------ element by element


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


def test_the_page_on_method_says_how_much_fits_and_what_is_lacking(client):
    page = client.get("/about/").content.decode()
    inside, outside = len(m.Initiative.objects.published()) - len(left_out()), left_out()
    assert f"{inside} of {inside + len(outside)} initiatives can be told in IATI" in page
    days = sum("start-day" in reasons for reasons in outside.values())
    assert f"no start is known to the day: {days}" in page


def test_both_files_come_from_the_api(client):
    path = "/api/v1/initiatives/"
    tree = etree.fromstring(read(client.get(path, {"format": "iati", "q": "ajccbc"}))).getroottree()
    assert faults(tree) == [] and values(tree, "//a:record/@slug") == ["ajccbc"]
    one = etree.fromstring(read(client.get(f"{path}ajccbc/", {"format": "iati"})))
    assert values(one, "//a:record/@slug") == ["ajccbc"]
    lines = read(client.get(path, {"format": "iati-left-out"})).decode().splitlines()
    assert len(lines) == 1 + len(left_out())
    refused = client.get(f"{path}tsubame/", {"format": "iati"})
    assert refused.status_code == 406
    assert "iati-left-out" in refused.json()["detail"]


def read(response) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)
