"""The data package of a search, and of everything: read by others, loaded again, always equal."""

import io
import json
import time
import zipfile

import pytest
from django.core.management import call_command
from django.utils.http import parse_http_date
from frictionless import Package

from atlas.kit.merging import judge
from initiatives.exchange import archive
from initiatives.exchange.package import load
from initiatives.models import Initiative

pytestmark = pytest.mark.django_db
ZIP = "/data/atlas.zip"


@pytest.fixture(autouse=True)
def exports(settings, tmp_path):
    settings.ATLAS_EXPORTS = tmp_path / "exports"
    return settings.ATLAS_EXPORTS


def unpacked(content: bytes, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        found.extractall(folder)
    return folder


def accepted(folder) -> bool:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])[:5]
    return report.valid


SEARCHES = [
    "initiatives/?kind=centre",
    "initiatives/?kind=fund",
    "initiatives/",
    "initiatives/ajccbc/?",
    "actors/?kind=government",
    "actors/asean/?",
    "sources/?language=en",
]


@pytest.mark.parametrize("search", SEARCHES)
def test_others_read_the_package_of_a_search(client, tmp_path, search):
    joiner = "" if search.endswith("?") else "&" if "?" in search else "?"
    response = client.get(f"/api/v1/{search}{joiner}format=datapackage")
    assert accepted(unpacked(response.getvalue(), tmp_path / "package"))


def test_a_package_has_all_that_its_records_rest_on(client, tmp_path):
    response = client.get("/api/v1/initiatives/ajccbc/?format=datapackage")
    folder = unpacked(response.getvalue(), tmp_path / "package")
    described = json.loads((folder / "datapackage.json").read_text())
    assert "rest on" in described["description"] and described["licenses"]
    text = {file.stem: file.read_text() for file in folder.glob("*.csv")}
    assert text["initiatives"].count("\n") == 2  # the header and the record
    for citation in Initiative.objects.get(slug="ajccbc").citations.all():
        assert citation.key in text["citations"]
        assert f"\n{citation.source.slug}," in text["sources"]
        assert f"\n{citation.source.publisher.slug}," in text["publishers"]


def test_a_package_has_the_judgements_of_two_records_that_are_both_in_it(client, tmp_path):
    one = Initiative.objects.published().order_by("slug").first()
    same = Initiative.objects.published().exclude(pk=one.pk).filter(kind=one.kind).first()
    alien = Initiative.objects.published().exclude(kind=one.kind).first()
    judge(one=one, other=same, verdict="different", note="Two bodies.")
    judge(one=one, other=alien, verdict="different", note="Not of one kind.")
    response = client.get(f"/api/v1/initiatives/?kind={one.kind}&format=datapackage")
    folder = unpacked(response.getvalue(), tmp_path / "package")
    text = (folder / "judgements.csv").read_text()
    assert accepted(folder)
    assert "Two bodies." in text and "Not of one kind." not in text
    assert str(one.uid) in text and str(same.uid) in text and str(alien.uid) not in text


def test_the_zip_of_everything_is_the_dump(client, tmp_path, exports):
    response = client.get(ZIP)
    folder = unpacked(response.getvalue(), tmp_path / "zip")
    call_command("dump", tmp_path / "dump", verbosity=0)
    dumped = {file.name: file.read_bytes() for file in (tmp_path / "dump").iterdir()}
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == dumped
    assert accepted(folder)
    assert load(folder).counts["inserted"] == 0
    assert 'filename="atlas.zip"' in response["Content-Disposition"]
    assert response["Content-Type"] == "application/zip"


def test_equal_data_gives_equal_bytes(client, exports):
    first = client.get(ZIP).getvalue()
    [file] = exports.glob("*.zip")
    file.unlink()
    time.sleep(2.1)  # a zip file counts time in steps of two seconds
    assert client.get(ZIP).getvalue() == first


def test_the_zip_is_built_once_a_version_and_old_ones_go(client, exports):
    client.get(ZIP).getvalue()
    [file] = exports.glob("*.zip")
    before = file.stat().st_mtime_ns
    client.get(ZIP).getvalue()
    assert file.stat().st_mtime_ns == before
    old = file.with_name(f"{file.name.rsplit('-', 2)[0]}-0-20200101T000000000000.zip")
    file.rename(old)
    client.get(ZIP).getvalue()
    assert not old.exists() and file.exists()
    assert [path.name for path in exports.iterdir()] == [file.name]


def test_who_has_the_zip_is_told_that_nothing_changed(client, exports):
    head = client.head(ZIP)
    assert head.status_code == 200 and head.content == b""
    assert int(head["Content-Length"]) == len(client.get(ZIP).getvalue())
    assert parse_http_date(head["Last-Modified"]) > 0
    again = client.get(ZIP, headers={"if-none-match": head["ETag"]})
    assert again.status_code == 304 and not again.content
    later = client.get(ZIP, headers={"if-modified-since": head["Last-Modified"]})
    assert later.status_code == 304


def test_a_zip_has_no_time_in_it(client, exports):
    with zipfile.ZipFile(io.BytesIO(client.get(ZIP).getvalue())) as found:
        assert {info.date_time for info in found.infolist()} == {archive.EPOCH}
        assert found.testzip() is None
