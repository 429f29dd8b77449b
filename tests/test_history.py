"""History: what it holds is enough to rebuild every record as it stood."""

import random

from django.db import connection

from atlas.kit import records
from atlas.kit.changes.documents import after_each
from atlas.kit.staging import Refused
from initiatives.models import Initiative
from tests.test_records import writes

EDITS = 50


def copied(value: dict) -> dict:
    return {
        k: [dict(r) for r in v] if isinstance(v, list) and v and isinstance(v[0], dict) else v
        for k, v in value.items()
    }


def change_website(rng: random.Random, value: dict) -> None:
    value["website"] = f"https://example.org/{rng.randrange(1000)}"


def change_an_events_note(rng: random.Random, value: dict) -> None:
    if value["events"]:
        rng.choice(value["events"])["note"] = f"note {rng.randrange(1000)}"


def remove_a_participation(rng: random.Random, value: dict) -> None:
    if value["participations"]:
        gone = value["participations"].pop(rng.randrange(len(value["participations"])))
        for table in ("citations", "missing"):
            value[table] = [row for row in value[table] if row["link_key"] != gone["key"]]


def say_why_objectives_are_missing(rng: random.Random, value: dict) -> None:
    key = f"{value['slug']}--objectives--{rng.randrange(10**6)}"
    value["missing"].append({"key": key, "field": "objectives", "reason": "unknown"})


def change_a_theme(rng: random.Random, value: dict) -> None:
    themes = {row["theme"] for row in value["initiative_themes"]}
    free = sorted({"standards", "cybercrime", "strategy-and-policy"} - themes)
    if not free:
        value["initiative_themes"].pop()
        return
    key = f"{value['slug']}--{free[0]}"
    value["initiative_themes"].append({"key": key, "theme": free[0]})


def add_a_cited_statement(rng: random.Random, value: dict) -> None:
    key, said = f"{value['slug']}--remark-{rng.randrange(10**6)}", "A remark."
    statement = {"key": key, "property": "remark", "value": said, "nature": "fact"}
    value["statements"].append({**statement, "initiative": value["slug"]})
    citation = {"link_table": "statements", "link_key": key, "field": "value"}
    citation |= {"source": "ipdf-japan-leads", "says": prose_hash(said)}
    value["citations"].append({"key": f"{key}--s", **citation})


KINDS = (
    change_website,
    change_an_events_note,
    remove_a_participation,
    say_why_objectives_are_missing,
    change_a_theme,
    add_a_cited_statement,
)


def random_edit(rng: random.Random, value: dict) -> dict:
    """One edit of the kind editors make; some are refused by the gate, which is fine."""
    value = copied(value)
    rng.choice(KINDS)(rng, value)
    return value


def prose_hash(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT atlas_prose_hash(%s)", [text])
        return cursor.fetchone()[0]


def test_fifty_random_edits_are_replayed_from_events_alone(committed_db):
    """After every step history alone gives the document that stood then."""
    rng = random.Random(20261122)
    seen: list[tuple[Initiative, int, dict]] = []
    slugs = ["ajccbc", "ajcd", "jaif", "tsubame", "accdp-1"]
    applied = 0
    while applied < EDITS:
        record = Initiative.objects.get(slug=rng.choice(slugs))
        try:
            counts = records.apply(random_edit(rng, records.document(record)), noun="initiative")
        except Refused:
            continue
        if not writes(counts):
            continue
        applied += 1
        position = records.history_positions("initiative", record.pk)[-1]
        now = records.document(record)
        assert records.document_at("initiative", record.pk, position) == now
        seen.append((record, position, now))
    for record, position, then in seen:
        assert records.document_at("initiative", record.pk, position) == then
    for pk in {record.pk for record, _position, _then in seen}:
        stood = {position: then for record, position, then in seen if record.pk == pk}
        assert after_each("initiative", pk, list(stood)) == stood


def test_a_record_is_restored_by_applying_what_history_holds(committed_db):
    record = Initiative.objects.get(slug="ajcd")
    first = records.history_positions("initiative", record.pk)[-1]
    before = records.document(record)
    changed = {**before, "website": "https://example.org/", "missing": []}
    assert writes(records.apply(changed, noun="initiative")) > 0
    records.apply(records.document_at("initiative", record.pk, first), noun="initiative")
    assert records.document(record) == before
