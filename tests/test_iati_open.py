"""Strategy: files of real publishers, and others broken on purpose, where they lie beside the
project; the counts and exact sums in their manifest were taken from the files' bytes.

What is compared is read back from the database: rows where the model holds it, else the source
text that was kept.
"""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from initiatives.exchange.iati.importing import import_file
from initiatives.exchange.iati.reading import FileRefused, IatiFile
from initiatives.models import FundingLink, Initiative, SourceRecord, Statement

OPEN = Path(__file__).resolve().parents[2] / "shared" / "standards" / "iati-open"
MANIFEST = OPEN / "MANIFEST.json"
FILES = json.loads(MANIFEST.read_text())["files"] if MANIFEST.exists() else []
READ = [f for f in FILES if (f["version"] or "").startswith("2.") and f["activities"]]
BROKEN = sorted(OPEN.glob("broken/*/*.xml")) + sorted(OPEN.glob("schema-unit/*/*/0[1-3]*.xml"))
WHOLE = (
    "billion-laughs control-char default-namespace empty-file external-dtd truncated"
    " latin1-bytes-declared-utf8 unknown-version xxe-file zero-activities"
).split()
LEFT_OUT = {
    "bad-country-code": "recipient-country",
    "blank-identifier": "iati-identifier: is empty",
    "duplicate-identifier": "stands twice",
    "extreme-date": "years run from 1900",
    "impossible-date": "is not a day",
    "missing-activity-date": "activity-date: is missing",
    "missing-activity-status": "activity-status: is missing",
    "missing-description": "description: is missing",
    "missing-iati-identifier": "iati-identifier: is missing",
    "missing-participating-org": "participating-org: is missing",
    "missing-reporting-org": "reporting-org: is missing",
    "missing-title": "title: is missing",
    "odd-amounts": "is no amount we can hold exactly",
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason="the open IATI files are not beside the project"),
]


def read(path: Path, **options):
    return import_file(IatiFile(path.name, path), **options)


def sums(initiatives) -> dict[str, dict]:
    """Transactions by type and currency, from our own rows."""
    found = defaultdict(lambda: {"n": 0, "sum": Decimal(0)})
    rows = FundingLink.objects.filter(initiative__in=initiatives, iati_type__regex=r"^\d+$")
    for kind, currency, amount in rows.values_list("iati_type", "currency", "amount"):
        found[f"{kind}|{currency}"]["n"] += 1
        found[f"{kind}|{currency}"]["sum"] += amount
    return dict(found)


def kept(tag: str) -> int:
    """How many elements of a name the kept source text holds."""
    texts = SourceRecord.objects.values_list("content", flat=True)
    return sum(sum(1 for _ in etree.fromstring(text).iter(tag)) for text in texts)


@pytest.mark.parametrize("told", READ, ids=lambda told: told["file"])
def test_an_open_file_lands_whole(told, record_property):
    report = read(OPEN / told["file"])
    assert report.outcomes == {"new": told["activities"]}
    records = SourceRecord.objects.values_list("initiative", flat=True)
    assert len(set(records)) == told["distinct_ids"]
    ours = sums(records)
    assert {k: (v["n"], v["sum"]) for k, v in ours.items()} == {
        k: (v["n"], Decimal(v["sum"])) for k, v in told["tx_by_type_currency"].items()
    }
    assert sum(v["n"] for v in ours.values()) == told["transactions"]
    links = FundingLink.objects.filter(initiative__in=records)
    assert links.filter(type="budget").count() == told["budgets"]
    documents = Statement.objects.filter(initiative__in=records, property="document")
    assert documents.count() == told["documents"]
    assert (kept("result"), kept("location")) == (told["results"], told["locations"])
    assert kept("related-activity") == told["related"]
    assert not Initiative.objects.filter(pk__in=records, digest__uncited__gt=0).exists()
    again = read(OPEN / told["file"])
    assert again.outcomes == {"unchanged": told["activities"]}
    assert (again.rows["inserted"], again.rows["updated"], again.rows["deleted"]) == (0, 0, 0)


@pytest.mark.parametrize("name", [f["file"] for f in FILES if f not in READ], ids=lambda name: name)
def test_other_open_files_are_refused_in_words(name):
    with pytest.raises(FileRefused) as refused:
        read(OPEN / name)
    assert any(
        word in str(refused.value)
        for word in ("version", "organisation file", "not well-formed", "begins with iati-activity")
    )


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_broken_files_do_no_harm(path):
    """Refused whole, or read with what is wrong listed; never another error."""
    try:
        report = read(path, dry=True)
    except FileRefused as refused:
        assert str(refused) and path.stem not in LEFT_OUT
        return
    assert path.stem not in WHOLE
    if path.stem in LEFT_OUT:
        assert LEFT_OUT[path.stem] in " ".join(t.reason for t in report.told["refused"])
