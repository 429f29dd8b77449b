"""The record document: the law, replay from history, refusal that loses nothing."""

import pytest

from actors.models import Actor
from atlas.kit import records
from atlas.kit.staging import Refused
from initiatives.models import Initiative, InitiativeHistory, ParticipationHistory
from sources.models import Source

pytestmark = pytest.mark.django_db


def writes(counts: dict) -> int:
    return counts["inserted"] + counts["updated"] + counts["deleted"]


@pytest.mark.parametrize("model", [Initiative, Actor])
def test_applying_a_records_own_document_changes_nothing(model):
    for record in model.objects.all():
        value = records.document(record)
        assert writes(records.apply(value, noun=records.noun_of(record))) == 0, record.slug


def test_applying_a_sources_own_document_changes_nothing():
    for source in Source.objects.order_by("?")[:10]:
        assert writes(records.apply(records.document(source), noun="source")) == 0


def test_document_names_keys_and_never_ids():
    value = records.document(Initiative.objects.get(slug="ajccbc"))
    assert value["slug"] == "ajccbc"
    assert value["actual_start"] == "2018-09-14"
    funders = {row["funder_initiative"] for row in value["funding_links"]}
    assert "jaif" in funders
    assert all(isinstance(row["key"], str) for row in value["citations"])


def test_changing_a_published_title_without_a_source_is_refused_and_changes_nothing():
    record = Initiative.objects.get(slug="tsubame")
    value = records.document(record)
    with pytest.raises(Refused) as refused:
        records.apply({**value, "title": "Another name"}, noun="initiative")
    assert [f.column for f in refused.value.faults] == ["title"]
    assert records.document(record) == value


def test_diff_lists_one_item_a_changed_fact():
    before = records.document(Initiative.objects.get(slug="ajcd"))
    after = {**before, "website": "https://example.org/", "events": before["events"][1:]}
    after["events"] = [{**after["events"][0], "note": "other words"}, *after["events"][1:]]
    changes = records.diff(before, after)
    assert {(c["table"], c["field"]) for c in changes} == {
        ("", "website"),
        ("events", ""),
        ("events", "note"),
    }


def test_loaded_rows_have_an_event_with_the_load_as_context():
    events = InitiativeHistory.objects.filter(pgh_label="insert", slug="jaif")
    assert [e.pgh_context.metadata["door"] for e in events] == ["load"]
    assert events[0].pgh_context.metadata["package"] == "seeds"
    assert ParticipationHistory.objects.filter(pgh_context__isnull=True).count() == 0


def test_a_row_of_another_record_is_refused_and_stays_where_it_is():
    jaif, dialogue = (Initiative.objects.get(slug=slug) for slug in ("jaif", "ajcd"))
    taken = records.document(dialogue)["participations"][0]
    before = records.document(jaif)
    value = {**before, "participations": [*before["participations"], {**taken, "role": "partner"}]}
    with pytest.raises(Refused) as refused:
        records.apply(value, noun="initiative")
    assert [(f.table, f.key, f.column) for f in refused.value.faults] == [
        ("participations", taken["key"], "key")
    ]
    assert "another record" in refused.value.faults[0].reason
    assert records.document(dialogue)["participations"][0] == taken
    assert records.document(jaif) == before
