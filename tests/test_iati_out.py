"""IATI out: every file passes schema, code lists and rules; what does not fit is left out aloud."""

import csv
import io
import shutil
import subprocess

import pytest
from django.db.models import F
from lxml import etree

from atlas.kit.models import DataVersion
from initiatives import models as m
from initiatives.exchange.formats import FORMATS
from initiatives.exchange.iati import batches
from initiatives.exchange.iati.writing import NothingComplete
from initiatives.exchange.selection import Selection
from sources.models import Publisher, Source
from tests import making
from tests.iati_rules import DATA
from tests.iati_world import (
    activity,
    actor,
    complete,
    exported,
    faults,
    left_out,
    money,
    only,
    values,
)
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]
NASTY = "Tête & <b>\"'\x0b\x1f\ufffe ]]> 日本 \U0001f6e1 --> \u202e"
CLEAN = NASTY.replace("\x0b", "\ufffd").replace("\x1f", "\ufffd").replace("\ufffe", "\ufffd")


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


# ------------------------------------------------------------------ on the site


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


def test_lists_refuse_what_iati_cannot_hold_in_words(client):
    for path in ("/initiatives/", "/api/v1/initiatives/"):
        response = client.get(path, {"format": "iati", "q": "tsubame"})
        assert response.status_code == 406, path
        assert "iati-left-out" in response.content.decode()
        assert client.head(path, {"format": "iati", "q": "tsubame"}).status_code == 406
    page = client.get("/initiatives/", {"format": "iati", "q": "tsubame"}).content.decode()
    assert "This file cannot be made." in page and 'href="/initiatives/tsubame/"' in page
    assert "/initiatives/?q=tsubame&amp;format=iati-left-out" in page  # the way on


def test_a_record_page_offers_iati_or_says_what_is_lacking(client):
    made = complete()
    address = "/api/v1/initiatives/complete/?format=iati"
    page = client.get("/initiatives/complete/").content.decode()
    assert address in page and "Not yet complete for" not in page
    m.Initiative.objects.filter(pk=made.pk).update(actual_start="2019-03")
    DataVersion.objects.update(version=F("version") + 1)  # pages are kept for one version
    page = client.get("/initiatives/complete/").content.decode()
    assert address not in page
    assert "Not yet complete for IATI 2.03: no start is known to the day." in page
    assert client.get(address).status_code == 406
