"""Strategy: small files of our own imported onto the seeded database; what an editor then finds.

Files of real publishers are read as well, with the counts and sums that were taken from their
bytes, where they lie beside the project.
"""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from actors.models import Actor, ActorIdentifier
from atlas.kit import gate, records
from atlas.kit.history import door
from initiatives.exchange.iati.importing import import_file
from initiatives.exchange.iati.reading import FileRefused, IatiFile
from initiatives.exchange.package import dump, load
from initiatives.insights.money import totals
from initiatives.models import (
    FundingLink,
    ImportFile,
    Initiative,
    InitiativeCitation,
    InitiativeIdentifier,
    Participation,
    Result,
    SourceRecord,
    Statement,
)
from sources.models import Source
from tests import making
from tests.forms import change, person
from tests.making import ungated  # noqa: F401
from tests.packages import totals as every_count

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parent / "data" / "iati"
HARBOUR, QUAY = "XX-TEST-1-HARBOUR", "XX-TEST-1-QUAY"


def bring(name: str, edit=lambda text: text, **options):
    text = edit((DATA / name).read_text("utf-8")).encode()
    return import_file(IatiFile(name, text), **options)


def found(identifier: str) -> Initiative:
    return InitiativeIdentifier.objects.get(scheme="iati", code=identifier).initiative


def row_counts() -> dict[str, int]:
    """Rows of every table that stays; staging tables go with their transaction."""
    own = ("actors_", "initiatives_", "sources_", "kit_", "version")
    return {name: n for name, n in every_count().items() if name.startswith(own)}


@pytest.fixture
def harbour() -> Initiative:
    report = bring("harbour-2.03.xml")
    assert report.outcomes == {"new": 2}
    return found(HARBOUR)


# ------------------------------------------------------------------ what an editor finds


def test_an_activity_becomes_a_draft_with_its_fields(harbour):
    assert harbour.state == "draft" and harbour.title == "Harbour cyber watch"
    assert harbour.summary == "Trains the watch officers of four ports."
    assert harbour.objectives == "Fewer ports stand still."
    assert (harbour.status, harbour.status_on, harbour.scope) == (
        "implementation", "2024-04-01", "multi-national",
    )  # fmt: skip
    assert (harbour.planned_start, harbour.actual_start) == ("2022-12-01", "2023-01-15")
    assert (harbour.planned_end, harbour.actual_end) == ("2025-06-30", "")
    [name] = harbour.names.all()
    assert (name.name, name.language, name.kind) == ("Veille des ports", "fr", "translation")
    assert set(harbour.reach.values_list("country", "kind")) == {
        ("TH", "beneficiary"), ("VN", "beneficiary"),
    }  # fmt: skip


def test_every_fact_of_a_draft_is_cited_so_that_it_could_be_published(harbour):
    assert harbour.digest.uncited == 0 and harbour.digest.facts > 30
    lacking = gate.pending(harbour)
    assert lacking and all("is a draft" in reason for reason in lacking)  # its actors


def test_a_citation_leads_to_the_element_that_says_it(harbour):
    link = harbour.funding.get(amount="1234.5678")
    amount = InitiativeCitation.objects.get(funding_link=link, field="amount")
    assert amount.says == "1234.5678 USD"
    assert amount.locator == "iati-activity[1]/transaction[2]/value"
    assert amount.source.publisher.name == "Ministry of Harbours"
    assert amount.source.note == "IATI 2.03 file harbour-2.03.xml"
    assert (amount.source.published, amount.source.kind) == ("2024-05-06", "dataset")
    assert harbour.citations.get(field="status").locator == "iati-activity[1]/activity-status"


def test_transactions_keep_their_sums_ends_and_type(harbour):
    rows = harbour.funding.exclude(iati_type="").exclude(type="budget")
    told = {
        (r.iati_type, r.amount, r.currency, str(r.funder_actor or ""), str(r.recipient or ""))
        for r in rows
    }
    ministry, quay = "Ministry of Harbours", "Quay Systems"
    assert told == {
        ("2", Decimal(250000), "EUR", ministry, quay),
        ("3", Decimal("1234.5678"), "USD", ministry, quay),
        ("3", Decimal("-34.5678"), "USD", ministry, ""),
        ("11", Decimal(0), "EUR", "", ministry),
    }
    assert rows.get(iati_type="2").note == "First commitment"


def test_totals_keep_apart_what_iati_keeps_apart(harbour):
    sums = {
        (t.currency, t.type): (t.low, t.words) for t in totals(list(harbour.funding.all())).sums
    }
    assert sums[("USD", "Disbursement")][0] == Decimal(1200)
    assert sums[("EUR", "Original budget")][0] == Decimal(100000)
    assert sums[("EUR", "Revised budget")][0] == Decimal("90000.5")
    assert sums[("EUR", "Incoming commitment")][0] == 0


def test_budgets_have_a_period_and_no_giver(harbour):
    budget = harbour.funding.get(iati_type="budget-1")
    assert (budget.period, budget.note) == ("2023-01-01/2023-12-31", "Committed.")
    assert budget.funder_actor is None and budget.value_date == "2023-01-01"


def test_a_funder_without_a_transaction_stands_with_its_sum_undisclosed(harbour):
    [link] = harbour.funding.filter(amount_kind="undisclosed")
    assert (link.funder_actor.name, link.undisclosed_reason) == ("Lighthouse Foundation", "unknown")


def test_results_targets_documents_and_sectors_land(harbour):
    result = Result.objects.get(initiative=harbour)
    assert (result.indicator, result.value, result.period) == (
        "Officers trained", 48, "2023-01-01/2023-12-31",
    )  # fmt: skip
    said = set(Statement.objects.filter(initiative=harbour).values_list("property", "value"))
    assert {
        ("target", "Officers trained: 50"),
        ("target", "Officers trained: 60"),
        ("result", "Officers trained: most of them"),
        ("document", "The plan: https://example.org/plan.pdf"),
        ("sector", "22040 (DAC)"),
        ("target-groups", "Officers on night duty."),
    } <= said


def test_themes_come_from_our_own_vocabulary_only(harbour):
    assert set(harbour.themes.values_list("slug", flat=True)) == {"cybercrime"}


def test_a_related_activity_is_tied_when_it_is_here(harbour):
    [tie] = harbour.ties.all()
    assert (tie.kind, tie.target.title) == ("part-of", "Quay programme")


def test_the_source_is_kept_word_for_word(harbour):
    record = harbour.source_records.get()
    assert (record.identifier, record.path) == (HARBOUR, "iati-activity[1]")
    for kept in ("<own:mark", "A. Person", 'ref="H-77"', "XX-NOWHERE"):
        assert kept in record.content


def test_text_that_would_harm_stays_text(harbour):
    summary = found(QUAY).summary
    assert summary == '=HYPERLINK("http://127.0.0.1/") <script>alert(1)</script> \\. \\N'


def test_actors_are_one_a_name_and_their_ref_is_their_identifier(harbour):
    names = {"Ministry of Harbours", "Lighthouse Foundation", "Quay Systems"}
    actors = {a.name: a for a in Actor.objects.filter(name__in=names)}
    assert len(actors) == 3
    assert {a.state for a in actors.values()} == {"draft"}
    assert actors["Quay Systems"].kind == "company"
    assert actors["Quay Systems"].identifiers.get().code == "XX-TEST-2"
    borrower = Participation.objects.get(initiative=found(QUAY), role="implementing").actor
    assert borrower.name == "A body that borrows the ref" and not borrower.identifiers.exists()


def test_actors_that_are_here_are_found_by_identifier_and_by_name():
    asean = Actor.objects.get(slug="asean")
    with door("shell"):
        ActorIdentifier.objects.create(actor=asean, scheme="iati", code="XX-TEST-2")
        making.forget()
    japan = Actor.objects.filter(state="published").exclude(pk=asean.pk).first()
    before = Actor.objects.count()
    bring("harbour-2.03.xml", lambda t: t.replace("Lighthouse Foundation", japan.name.upper()))
    assert Participation.objects.get(initiative=found(HARBOUR)).actor == asean
    assert found(HARBOUR).funding.get(amount_kind="undisclosed").funder_actor == japan
    assert Actor.objects.count() == before + 1  # the ministry


# ------------------------------------------------------------------ again


def test_a_second_import_writes_nothing(harbour):
    before = row_counts()
    report = bring("harbour-2.03.xml")
    assert report.outcomes == {"unchanged": 2}
    assert row_counts() == before


def test_what_the_file_changed_is_updated_and_what_it_dropped_goes(harbour):
    def edit(text: str) -> str:
        text = text.replace('actual value="48"', 'actual value="49"')
        return text.replace('<recipient-country code="VN" percentage="40"/>', "")

    report = bring("harbour-2.03.xml", edit)
    assert report.outcomes == {"changed": 1, "unchanged": 1}
    assert Result.objects.get(initiative=harbour).value == 49
    assert list(harbour.reach.values_list("country", flat=True)) == ["TH"]
    assert harbour.funding.count() == 7
    assert harbour.digest.uncited == 0


def test_what_an_editor_changed_is_kept_and_reported(harbour):
    with door("admin"):
        Initiative.objects.filter(pk=harbour.pk).update(title="Ports on watch", slug="ports")
        harbour.reach.get(country="VN").delete()
        harbour.funding.filter(iati_type="2").update(note="Checked.")
    report = bring("harbour-2.03.xml", lambda t: t.replace('actual value="48"', 'actual value="1"'))
    harbour.refresh_from_db()
    assert (harbour.title, harbour.slug) == ("Ports on watch", "ports")
    assert harbour.reach.count() == 1
    assert harbour.funding.get(iati_type="2").note == "Checked."
    assert Result.objects.get(initiative=harbour).value == 1
    assert Initiative.objects.filter(title="Harbour cyber watch").count() == 0
    kept = {fault.table for fault in report.kept_rows}
    assert {"initiatives", "initiative_reach", "funding_links"} <= kept
    assert report.outcomes["changed"] == 1


def test_a_record_that_left_draft_is_left_alone(harbour):
    with door("admin"):
        Initiative.objects.filter(pk=harbour.pk).update(state="in-review")
    assert bring("harbour-2.03.xml").outcomes == {"unchanged": 2}
    report = bring("harbour-2.03.xml", lambda t: t.replace('actual value="48"', 'actual value="1"'))
    assert report.outcomes == {"unchanged": 1, "kept": 1}
    assert "in review by now" in report.told["kept"][0].reason
    assert Result.objects.get(initiative=harbour).value == 48


def test_a_record_that_no_import_made_is_left_alone():
    tsubame = Initiative.objects.get(slug="tsubame")
    with door("shell"):
        InitiativeIdentifier.objects.create(initiative=tsubame, scheme="iati", code=HARBOUR)
        making.forget()
    report = bring("harbour-2.03.xml")
    assert report.outcomes == {"kept": 1, "new": 1}
    assert "no import made it" in report.told["kept"][0].reason
    tsubame.refresh_from_db()
    assert tsubame.title != "Harbour cyber watch" and not tsubame.source_records.exists()


def test_an_initiative_that_a_person_deleted_stays_deleted(harbour):
    with door("admin"):
        records_before = Initiative.objects.count()
        harbour.delete()
    report = bring("harbour-2.03.xml")
    assert report.outcomes == {"kept": 1, "unchanged": 1}
    assert Initiative.objects.count() == records_before - 1


def test_another_copy_of_the_same_activities_makes_no_doubles(harbour):
    text = (DATA / "harbour-2.03.xml").read_bytes()
    report = import_file(IatiFile("datastore.xml", text))
    assert report.outcomes == {"changed": 2}
    assert InitiativeIdentifier.objects.filter(code=HARBOUR).count() == 1
    assert harbour.funding.count() == 7 and SourceRecord.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing():
    before = row_counts()
    report = bring("harbour-2.03.xml", dry=True)
    assert report.outcomes == {"new": 2} and report.counts["transactions"] == 4
    assert row_counts() == before


def test_documents_and_packages_hold_what_an_import_brought(harbour, tmp_path):
    document = records.document(harbour)
    assert document["source_records"][0]["identifier"] == HARBOUR
    assert not any(
        records.apply(document, noun="initiative").get(k) for k in ("inserted", "updated")
    )
    dump(tmp_path, everything=True)
    counts = load(tmp_path).counts
    assert (counts["inserted"], counts["updated"], counts["kept"]) == (0, 0, 0)


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


# ------------------------------------------------------------------ admin

PAGE = "/admin/initiatives/initiative/import-iati/"


@pytest.fixture
def editor(client):
    user = person("Editor")
    client.force_login(user)
    return user


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


def test_a_sum_given_by_nobody_must_be_a_budget(harbour):
    with pytest.raises(Exception, match="fundinglink_one_funder"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE initiatives_fundinglink SET funder_actor_id = NULL, iati_type = '',"
            " type = 'pledge' WHERE id = %s",
            [FundingLink.objects.filter(initiative=harbour, iati_type="2").get().pk],
        )
