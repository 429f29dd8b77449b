"""One gate for every door and every way in.

Rows are doors (what is attempted), columns ways in.  Each cell is a function ``(world, good)``:
with ``good`` false it attempts what must be refused and returns the reasons given; with ``good``
true the same with what was missing, and returns nothing.  Cells that cannot exist say why.

Restoring and raw SQL need real commits, so they run on a clone of the database; the other ways
run inside the test's transaction, where the gate is asked before each would commit.
"""

import json

import pytest
from django.db import IntegrityError, transaction

from atlas.kit import gate
from atlas.kit.models import DataVersion
from initiatives.models import Initiative
from tests import doors_of_records as records
from tests import doors_of_sources as sources
from tests.world import RECORD, World

# ------------------------------------------------------------------ the table

ALREADY_BULK = "a package is a bulk write by itself: the row “load”"
ONE_WAY = "a package comes in through the load command only"
TABLE = {
    "publish": {
        "admin": records.publish_by_form,
        "load": records.publish_by_load,
        "action": records.publish_by_action,
        "sql": records.publish_by_sql,
    },
    "change a published value": {
        "admin": records.change_by_form,
        "load": records.change_by_load,
        "action": records.change_by_action,
        "sql": records.change_by_sql,
    },
    "delete the last citation": {
        "admin": records.uncite_by_form,
        "load": records.uncite_by_load,
        "action": records.uncite_by_action,
        "sql": records.uncite_by_sql,
    },
    "delete a source": {
        "admin": sources.delete_source_by_form,
        "load": sources.delete_source_by_load,
        "action": sources.delete_source_by_action,
        "sql": sources.delete_source_by_sql,
    },
    "merge sources": {
        "admin": sources.merge_by_form,
        "load": "a package has no verb for merging: it can only leave a source out (the row above)",
        "action": sources.merge_by_action,
        "sql": sources.merge_by_sql,
    },
    "revert": {
        "admin": records.revert_by_form,
        "load": "a package holds no history: an older package is a change of values",
        "action": records.revert_by_action,
        "sql": records.revert_by_sql,
    },
    "bulk action": {
        "admin": records.bulk_by_form,
        "load": ALREADY_BULK,
        "action": records.bulk_by_action,
        "sql": records.bulk_by_sql,
    },
    "load": {
        "admin": ONE_WAY,
        "load": records.load_by_load,
        "action": ONE_WAY,
        "sql": records.load_by_sql,
    },
}
CELLS = [
    pytest.param(door, way, id=f"{door}-by-{way}")
    for door, ways in TABLE.items()
    for way, cell in ways.items()
    if callable(cell)
]
# what the reason must name: the fact, or the other end that is not public
NAMES = {
    ("load", "load"): "a-draft",
    ("merge sources", "sql"): "objectives",
    **{("delete a source", way): "objectives" for way in ("admin", "load", "action", "sql")},
}
COMMITTED = {"revert"}  # doors that need a history of several transactions


@pytest.fixture
def world(request, client, tmp_path):
    door, way = request.node.callspec.params["door"], request.node.callspec.params["way"]
    committed = way == "sql" or door in COMMITTED
    request.getfixturevalue("committed_db" if committed else "db")
    return World(client, tmp_path)


@pytest.mark.parametrize(("door", "way"), CELLS)
def test_gate_refuses_and_names_the_field(world, door, way):
    before = world.state()
    reasons = TABLE[door][way](world, False)
    name = NAMES.get((door, way), "title")
    assert any(name in reason.lower() for reason in reasons), reasons
    after = world.state()
    if world.before is None:
        world.before = (before[0], after[1], before[2])  # drafts made for the attempt stay drafts
    assert after == world.before
    assert "published" not in {state for _slug, state in after[1]}


WAITING = [(door, "admin") for door in ("change a published value", "delete the last citation")]


@pytest.mark.parametrize(("door", "way"), CELLS)
def test_gate_accepts_what_is_cited(world, door, way):
    version = DataVersion.current()
    assert TABLE[door][way](world, True) == []
    gate.check()
    waits = (door, way) in WAITING  # for somebody else's approval
    assert (DataVersion.current() > version) != waits


def test_table_is_whole_and_absent_cells_say_why():
    ways = {"admin", "load", "action", "sql"}
    assert all(set(cells) == ways for cells in TABLE.values())
    absent = [cell for cells in TABLE.values() for cell in cells.values() if isinstance(cell, str)]
    assert all(len(reason) > 30 for reason in absent) and len(CELLS) + len(absent) == 32


# ------------------------------------------------------------------ words


@pytest.mark.django_db
def test_check_leaves_the_transaction_usable():
    record = Initiative.objects.get(slug=RECORD)
    with transaction.atomic():
        Initiative.objects.filter(pk=record.pk).update(title="Other")
        with pytest.raises(gate.GateRefused) as refused:
            gate.check(record)
        assert refused.value.by_field("initiative", [RECORD]) == [
            ("title", "Title “Other” has no source that supports it.")
        ]
        Initiative.objects.filter(pk=record.pk).update(title=record.title)
        gate.check(record)


@pytest.mark.django_db
def test_other_constraints_speak_at_their_field():
    record = Initiative.objects.get(slug=RECORD)
    cases = {
        "kind": ({"kind": "nonsense"}, "Use one of project"),
        "actual_end": ({"actual_end": "soon"}, "Not a date of the profile"),
        "slug": ({"slug": "jaif"}, "Another initiative has the same slug."),
        "__all__": ({"actual_start": "2020", "actual_end": "2018"}, "lies before"),
    }
    for field, (values, said) in cases.items():
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Initiative.objects.filter(pk=record.pk).update(**values)
        assert said in gate.refusal(error.value).message_dict[field][0]


@pytest.mark.django_db
def test_reasons_are_the_same_for_error_and_for_draft():
    draft = Initiative.objects.create(slug="a-draft", title="A draft", kind="project")
    assert gate.reasons(draft) == ["Title “A draft” has no source that supports it."]
    fault = gate.lacking("initiative", [draft.pk])[0]
    assert json.dumps(gate.sentences([fault])) == json.dumps(
        ["A draft: Title “A draft” has no source that supports it."]
    )
