"""Strategy: an editor uploads, looks, confirms; then what imported records look like to readers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from actors.models import Actor
from initiatives.models import (
    FundingLink,
    ImportFile,
    ImportRun,
    Initiative,
    InitiativeIdentifier,
)
from tests import making
from tests.forms import change, person
from tests.iati_files import DATA, bring_harbour, found
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> Initiative:
    return bring_harbour()


# ------------------------------------------------------------------ admin

PAGE = "/admin/initiatives/initiative/import-iati/"


def upload(client, name: str, content: bytes | None = None):
    content = (DATA / name).read_bytes() if content is None else content
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def test_an_editor_previews_confirms_and_follows_the_links(client, editor):
    assert "Import IATI" in client.get("/admin/initiatives/initiative/").content.decode()
    before = Initiative.objects.count()
    preview = upload(client, "faulty.xml")
    page = preview.content.decode()
    assert "Nothing has been written yet" in page
    assert "Would be new drafts: 1" in page and "Would be refused: 12" in page
    assert "title: is missing" in page
    assert "Would be new actors: 1" in page and "Faulty Trust" in page
    assert Initiative.objects.count() == before
    waiting = ImportFile.objects.get(owner=editor)
    done = client.post(PAGE, {"file": waiting.pk, "_confirm": "yes"}).content.decode()
    assert "New drafts: 1" in done
    assert change(found("XX-F-sound")) in done
    assert not ImportFile.objects.exists()
    assert client.get(change(found("XX-F-sound"))).status_code == 200
    event = found("XX-F-sound").history.latest("pgh_id")
    assert event.pgh_context.metadata["door"] == "import"
    assert event.pgh_context.metadata["user"] == editor.pk
    run = ImportRun.objects.get(kind="iati")
    assert (run.file, run.context) == ("faulty.xml", event.pgh_context_id)
    assert run.counts == {"activities": {"new": 1, "refused": 12}}


def test_a_file_that_cannot_be_read_is_refused_on_the_form(client, editor):
    page = upload(client, "broken-doctype.xml").content.decode()
    assert "DOCTYPE" in page and not ImportFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, editor, settings):
    settings.ATLAS_IMPORT_BYTES = 100
    assert "is more than" in upload(client, "reef-2.01.xml").content.decode()


def test_an_upload_is_its_owners_alone_and_does_not_wait_for_ever(client, editor):
    upload(client, "reef-2.01.xml")
    waiting = ImportFile.objects.get()
    client.force_login(person("Reviewer"))
    client.post(PAGE, {"file": waiting.pk, "_confirm": "yes"})
    assert not InitiativeIdentifier.objects.filter(code="XX-TEST-3-2.01").exists()
    client.force_login(editor)
    ImportFile.objects.update(expires=timezone.now())
    page = client.post(PAGE, {"file": waiting.pk, "_confirm": "yes"}, follow=True)
    assert "no longer here" in page.content.decode()
    assert not InitiativeIdentifier.objects.filter(code="XX-TEST-3-2.01").exists()


def test_only_those_who_may_add_initiatives_may_import(client):
    person("Editor")
    stranger = person("Editor", "no-editor")
    stranger.groups.clear()
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 403


# ------------------------------------------------------------------ pages


@pytest.mark.usefixtures("ungated")
def test_a_budget_without_giver_reads_well_on_the_page(client, harbour):
    making.publish(harbour)
    for actor in Actor.objects.filter(state="draft"):
        making.publish(actor)
    page = client.get(harbour.get_absolute_url()).content.decode()
    assert "giver not named" in page and "Original budget" in page
    assert "1 January 2023 to 31 December 2023" in page
    row = client.get(f"/api/v1/funding-links/?initiative={harbour.slug}").json()["results"]
    budget = next(r for r in row if r["iati_type"] == "budget-1")
    assert (budget["funder_actor"], budget["period"]) == (None, "2023-01-01/2023-12-31")
    assert client.get("/initiatives/").status_code == 200
    for form in ("json", "csv", "ndjson", "jsonld", "ftm", "iati"):
        address = f"/api/v1/initiatives/?format={form}&q={harbour.slug}"
        response = client.get(address)
        assert response.status_code == 200, form
        assert b"".join(response) if response.streaming else response.content, form


def test_a_sum_given_by_nobody_must_be_a_budget(harbour):
    with pytest.raises(Exception, match="fundinglink_one_funder"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE initiatives_fundinglink SET funder_actor_id = NULL, iati_type = '',"
            " type = 'pledge' WHERE id = %s",
            [FundingLink.objects.filter(initiative=harbour, iati_type="2").get().pk],
        )
