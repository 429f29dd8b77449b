"""Strategy: sound, faulty and hostile files; what is refused is named and nothing else happens."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from initiatives.exchange.iati.importing import import_file
from initiatives.exchange.iati.reading import FileRefused, IatiFile
from sources.models import Source
from tests.iati_files import DATA, bring, found, row_counts
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db
# ------------------------------------------------------------------ files and faults


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("reef-2.01.xml", "XX-TEST-3-2.01"),
        ("reef-2.02.xml", "XX-TEST-3-2.02"),
        ("reef-utf16.xml", "XX-TEST-3-ü-2.03"),
    ],
)
def test_versions_encodings_and_line_ends(name, identifier):
    report = import_file(IatiFile(name, DATA / name))
    assert report.outcomes == {"new": 1}
    assert found(identifier).funding.get().amount == 10


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("reef-1.05.xml", "IATI version 1.05. IATI 2.01, 2.02, 2.03 are read: ask"),
        ("broken-version.xml", "unknown version 9.99"),
        ("broken-noversion.xml", "does not say its version"),
        ("broken-truncated.xml", "not well-formed"),
        ("broken-bytes.xml", "not well-formed"),
        ("broken-doctype.xml", "DOCTYPE"),
        ("broken-bomb.xml", "DOCTYPE"),
        ("broken-external-dtd.xml", "DOCTYPE"),
        ("broken-namespace.xml", "namespace “http://iatistandard.org/ns”"),
        ("broken-none.xml", "no activity"),
        ("broken-empty.xml", "is empty"),
        ("broken-html.xml", "its root is “html”"),
        ("broken-organisations.xml", "organisation file"),
        ("broken-bare.xml", "begins with iati-activity itself"),
        ("not-there.xml", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(name, reason):
    before = row_counts()
    with pytest.raises(FileRefused, match=reason.replace(".", r"\.")):
        import_file(IatiFile(name, DATA / name))
    assert row_counts() == before


def test_a_faulty_activity_is_refused_alone_and_told_why():
    report = bring("faulty.xml")
    assert report.outcomes == {"new": 1, "refused": 12}
    reasons = {told.identifier: told.reason for told in report.told["refused"]}
    assert reasons["XX-F-sound"] == "iati-identifier: stands twice in this file, first in line 2"
    assert reasons[""] == "iati-identifier: is empty"
    assert reasons["XX-F-untitled"] == "title: is missing"
    assert reasons["XX-F-day"] == "activity-date[1]/@iso-date: “2024-02-30” is not a day"
    assert "years run from 1900" in reasons["XX-F-far"]
    for name in ("comma", "nan", "huge", "power"):
        assert "is no amount we can hold exactly" in reasons[f"XX-F-{name}"]
    assert reasons["XX-F-zz"] == "recipient-country[1]/@code: “ZZ” is no country we know"
    assert "“QQQ” is no currency" in reasons["XX-F-money"]
    assert "lies before the planned start" in reasons["XX-F-turned"]
    assert report.told["refused"][0].line == 11
    assert found("XX-F-sound").funding.get().amount == Decimal("5.25")


def test_every_fault_of_an_activity_is_named_at_once():
    def bare(text: str) -> str:
        return text.replace("<description", "<x").replace("</description>", "</x>")

    told = {t.identifier: t.reason for t in bring("faulty.xml", bare).told["refused"]}
    assert "description: is missing" in told["XX-F-money"]
    assert "“QQQ” is no currency" in told["XX-F-money"]


@pytest.mark.parametrize(
    "tag",
    [
        "iati-identifier", "reporting-org", "title", "description", "participating-org",
        "activity-status", "activity-date",
    ],
)  # fmt: skip
def test_a_missing_element_is_named(tag):
    report = bring(
        "reef-2.01.xml", lambda t: t.replace(f"<{tag}", "<x").replace(f"</{tag}>", "</x>")
    )
    [told] = report.told["refused"]
    assert f"{tag}: is missing" in told.reason


def test_the_command_lists_what_it_refused_and_fails_when_a_file_was():
    out, err = StringIO(), StringIO()
    files = [str(DATA / name) for name in ("faulty.xml", "reef-1.05.xml", "reef-2.01.xml")]
    with pytest.raises(CommandError, match="1 of 3 files refused"):
        call_command("import_iati", *files, stdout=out, stderr=err)
    assert (
        "refused: faulty.xml, line 11, XX-F-sound: iati-identifier: stands twice" in out.getvalue()
    )
    assert "faulty.xml: 1 new, 0 changed, 0 unchanged, 0 kept, 12 refused" in out.getvalue()
    assert "reef-1.05.xml: is of IATI version 1.05" in err.getvalue()
    assert found("XX-TEST-3-2.01")  # the file after the refused one


def test_the_address_of_a_file_becomes_its_source(tmp_path):
    out = StringIO()
    address = "https://example.org/reef.xml"
    call_command("import_iati", str(DATA / "reef-2.01.xml"), url=address, stdout=out)
    assert Source.objects.get(slug="iati-xx-test-3-reef-201").url == address
