"""Strategy: a small file of our own imported onto the seeded database; what an editor then finds,
and what happens when it is imported again.
"""

from decimal import Decimal

import pytest

from actors.models import Actor, ActorIdentifier
from atlas.kit import gate, records
from atlas.kit.history import door
from initiatives.exchange.iati.importing import import_file
from initiatives.exchange.iati.reading import IatiFile
from initiatives.exchange.package import dump, load
from initiatives.insights.money import totals
from initiatives.models import (
    Initiative,
    InitiativeCitation,
    InitiativeIdentifier,
    Participation,
    Result,
    SourceRecord,
    Statement,
)
from tests import making
from tests.iati_files import DATA, HARBOUR, QUAY, bring, bring_harbour, found, row_counts
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> Initiative:
    return bring_harbour()


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
    for kept in ("<own:mark", 'ref="H-77"', "XX-NOWHERE"):
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


def test_people_named_as_contacts_are_not_kept(harbour):
    content = SourceRecord.objects.get(initiative=harbour).content
    assert "contact-info" not in content and "A. Person" not in content
    assert '<recipient-country code="TH" percentage="60"' in content
