"""Strategy: every way a row can change leaves an event that says what, and through which door.

One committed database a test: the context of an event is a setting of its transaction.
"""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from actors.models import Actor
from atlas.kit import records
from atlas.kit.history import door
from atlas.kit.tables import TABLES
from initiatives.exchange.package import load
from initiatives.models import (
    FundingJointFunder,
    FundingLink,
    Initiative,
    InitiativeHistory,
    InitiativeTheme,
    Participation,
    Result,
    Theme,
)
from tests.packages import OK


def last(model, count: int = 1) -> list[tuple]:
    """(what happened, door) of the newest events of a model."""
    history = model.history.rel.related_model
    events = history.objects.select_related("pgh_context").order_by("-pgh_id")[:count]
    return [(e.pgh_label, e.pgh_context and e.pgh_context.metadata["door"]) for e in events]


def rows(count: int) -> list[Result]:
    owner = Initiative.objects.get(slug="tsubame")
    return [
        Result(initiative=owner, indicator=f"Count {n}", value=n, key=f"tsubame--count-{n}")
        for n in range(count)
    ]


@pytest.fixture
def editor(committed_db):
    return get_user_model().objects.create_user("an-editor")


def test_every_seeded_row_has_its_insert_through_the_load(committed_db):
    """Reference and seeds came by load: each row has one event, each event its package."""
    for part in (part for table in TABLES.values() for part in table.parts):
        if not hasattr(part.model, "history"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE c.metadata->>'door' = 'load' AND"
                f" c.metadata ? 'package') FROM {part.db_table} t JOIN {part.history_table} h"
                f" ON h.pgh_obj_id = t.{part.pk} AND h.pgh_label = 'insert'"
                " LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id"
            )
            assert cursor.fetchone() == (part.model.objects.count(),) * 2, part.table


def test_a_saved_row_names_the_door_and_the_person(editor):
    record = Initiative.objects.get(slug="ajcd")
    with door("admin", editor):
        record.website = "https://example.org/"
        record.save()
    event = record.history.latest("pgh_id")
    assert (event.pgh_label, event.website) == ("update", "https://example.org/")
    context = event.pgh_context.metadata
    assert (context["door"], context["user"], context["name"]) == ("admin", editor.pk, "an-editor")


def test_bulk_rows_have_one_event_each(committed_db):
    with door("action"), transaction.atomic():
        Result.objects.bulk_create(rows(5))
        Result.objects.filter(key__startswith="tsubame--count").update(note="counted")
        Result.objects.filter(key__startswith="tsubame--count").delete()
    assert last(Result, 15) == (
        [("delete", "action")] * 5 + [("update", "action")] * 5 + [("insert", "action")] * 5
    )


def test_an_update_that_changes_nothing_leaves_no_event(committed_db):
    before = InitiativeHistory.objects.count()
    with door("action"):
        Initiative.objects.get(slug="ajcd").save()
        Initiative.objects.update(state="published")
    assert InitiativeHistory.objects.count() == before


def test_raw_sql_leaves_events_and_outside_any_door_they_have_no_context(committed_db):
    change = "UPDATE initiatives_initiative SET website = %s WHERE slug = 'ajcd'"
    with connection.cursor() as cursor:
        cursor.execute(change, ["https://one.example"])
    assert last(Initiative) == [("update", None)]
    with door("shell"), connection.cursor() as cursor:
        cursor.execute(change, ["https://two.example"])
    assert last(Initiative) == [("update", "shell")]
    record = Initiative.objects.get(slug="ajcd")
    assert list(record.history.order_by("pgh_id").values_list("website", flat=True))[-2:] == [
        "https://one.example",
        "https://two.example",
    ]


def test_many_to_many_rows_have_events_of_their_own(committed_db):
    record, theme = Initiative.objects.get(slug="tsubame"), Theme.objects.get(slug="standards")
    with door("admin"):
        InitiativeTheme.objects.create(initiative=record, theme=theme)
    assert last(InitiativeTheme) == [("insert", "admin")]
    with door("admin"):
        record.themes.remove(theme)
    assert last(InitiativeTheme) == [("delete", "admin")]
    money = FundingLink.objects.filter(initiative__state="published").first()
    with door("admin"), transaction.atomic():
        FundingJointFunder.objects.create(link=money, actor=Actor.objects.get(slug="asean"))
        money.joint_funders.clear()
    assert last(FundingJointFunder, 2) == [("delete", "admin"), ("insert", "admin")]


def test_a_deleted_record_leaves_the_deletion_of_every_row_and_can_be_read_back(committed_db):
    load(OK)
    record = Initiative.objects.get(slug="meadow")
    before, pk = records.document(record), record.pk
    stood = records.history_positions("initiative", pk)[-1]
    with door("admin"):
        record.delete()
    assert last(Initiative) == [("delete", "admin")]
    assert last(Participation, 3) == [("delete", "admin")] * 3
    assert records.document_at("initiative", pk, stood) == before
    gone = records.history_positions("initiative", pk)[-1]
    assert gone > stood
    with pytest.raises(records.UnknownRecord):
        records.document_at("initiative", pk, gone)


def test_a_link_made_again_under_another_key_does_not_stand_in_the_way_of_a_restore(committed_db):
    record = Initiative.objects.get(slug="tsubame")
    before = records.document(record)
    link = InitiativeTheme.objects.get(initiative=record)
    theme, key = link.theme, link.key
    link.delete()
    InitiativeTheme.objects.create(initiative=record, theme=theme, key=f"{key}-2")
    counts = records.apply(before, noun="initiative")
    assert (counts["deleted"], counts["inserted"]) == (1, 1)
    assert records.document(record) == before


@pytest.mark.parametrize("change", ["update", "delete"])
def test_events_cannot_be_changed_or_taken_away(committed_db, change):
    events = InitiativeHistory.objects.filter(slug="ajcd")
    before = list(events.order_by("pgh_id").values())
    with pytest.raises(DatabaseError, match="Cannot (update|delete)"):
        events.update(title="Forged") if change == "update" else events.delete()
    raw = "UPDATE {0} SET title = 'x'" if change == "update" else "DELETE FROM {0}"
    with pytest.raises(DatabaseError, match="Cannot"), connection.cursor() as cursor:
        cursor.execute(raw.format(InitiativeHistory._meta.db_table))
    assert list(events.order_by("pgh_id").values()) == before
