"""The checker of IATI rules is right itself: IATI's own cases and known published files."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.iati_rules import code_faults, rule_faults, schema_faults, standard

OPEN = Path(__file__).parents[2] / "shared" / "standards" / "iati-open"
needs_files = pytest.mark.skipif(not OPEN.is_dir(), reason="the published files are not here")
DAY = date(2026, 11, 21)  # when the known failures were counted
GOOD = """<iati-activities version="2.03"><iati-activity xml:lang="en" default-currency="USD">
<iati-identifier>XX-1-A</iati-identifier>
<reporting-org ref="XX-1" type="90"><narrative>We</narrative></reporting-org>
<title><narrative>T</narrative></title><description><narrative>D</narrative></description>
<participating-org role="4"><narrative>They</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2020-01-01"/>
<recipient-country code="TH"/><sector code="22040"/></iati-activity></iati-activities>"""


def faults(xml: str) -> dict:
    return dict(rule_faults(etree.fromstring(xml).getroottree(), today=DAY))


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("", "", None),
        ("XX-1-A<", "XX-1<", "1.1.3"),
        ('type="2" iso', 'type="4" iso', "6.11.1"),
        ("2020-01-01", "2027-01-01", "11.1.4"),
        ('<recipient-country code="TH"/>', "", "3.7.1"),
        ('code="TH"/>', 'code="TH"/><recipient-country code="JP"/>', "3.1.1"),
        ('code="TH"/>', 'code="TH" percentage="50"/>', "3.1.4"),
        ('<sector code="22040"/>', "", "6.2.2"),
        ('<sector code="22040"/>', '<sector code="a" vocabulary="99"/>', "2.2.1"),
        ("<narrative>T</narrative>", "<narrative/>", "4.3.1"),
        ("<narrative>They</narrative>", "", "6.10.1"),
        (' xml:lang="en"', "", "4.1.1"),
    ],
)
def test_each_rule_finds_its_fault(old, new, broken):
    found = {name for name in faults(GOOD.replace(old, new)) if name.startswith("error")}
    assert f"error {broken}" in found if broken else found == set()


def test_codes_and_schema_find_theirs():
    tree = etree.fromstring(GOOD).getroottree()
    assert schema_faults(tree) == [] and code_faults(tree) == []
    assert code_faults(etree.fromstring(GOOD.replace('"TH"', '"ZZ"')).getroottree())
    assert schema_faults(etree.fromstring(GOOD.replace("<title>", "<titel>").replace(
        "</title>", "</titel>")).getroottree())  # fmt: skip


@needs_files
def test_known_failures_of_published_files_are_found():
    """The failures counted independently for every published 2.x activity file.

    That count left out rules about the future, of which one file breaks one (an "actual" end in
    2028); they are proven above.
    """
    manifest = json.loads((OPEN / "MANIFEST.json").read_text())
    ids = {case["id"] for case in walk(standard()) if case.get("more") != "NOW"}
    checked = 0
    for entry in manifest["files"]:
        if entry.get("root") != "iati-activities" or not str(entry.get("version")).startswith("2."):
            continue
        known = Counter()
        for words, number in (entry.get("ruleset_failures") or {}).items():
            severity, rule, *_rest = words.split()
            known[f"{severity} {rule}"] += number if rule in ids else 0
        found = rule_faults(etree.parse(OPEN / entry["file"]), today=DAY)
        found = Counter({name: n for name, n in found.items() if name.split()[1] in ids})
        assert found == +known, entry["file"]
        checked += 1
    assert checked >= 10


def walk(value):
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


@needs_files
@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        ("sum", "sum_two_good", "sum_bad"),
        ("one_or_all", "one_or_all_lang_good_all", "one_or_all_lang_bad"),
        ("only_one_of", "only_one_of_transaction_good", "only_one_of_activity_bad"),
        ("title_exists", "title", "empty_activity"),
    ],
)
def test_the_cases_of_iati_itself(rules, good, bad):
    folder = OPEN / "ruleset-unit"
    ruleset = json.loads((folder / f"{rules}.json").read_text())
    assert not rule_faults(etree.parse(folder / f"{good}.xml"), ruleset)
    assert rule_faults(etree.parse(folder / f"{bad}.xml"), ruleset)


@needs_files
@pytest.mark.parametrize(
    "name",
    ["if_then", "recipient_country", "one_or_all_currency", "one_or_all_sector"],
)
def test_bad_files_of_iati_fail_more_than_good_ones(name):
    """Fragments without the rest of an activity: the bad one breaks a rule the good one keeps."""
    folder = OPEN / "ruleset-unit"
    bad = next(p for p in (f"{name}_bad", f"{name}_all_bad") if (folder / f"{p}.xml").exists())
    good = next(p for p in (f"{name}_good", f"{name}_all_good") if (folder / f"{p}.xml").exists())
    broken, kept = (rule_faults(etree.parse(folder / f"{p}.xml")) for p in (bad, good))
    assert set(broken) - set(kept)
