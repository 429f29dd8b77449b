"""History: what it holds is enough to rebuild every record as it stood."""

import random

from django.db import connection

from atlas.kit import records
from atlas.kit.staging import Refused
from initiatives.models import Initiative
from tests.test_records import writes

EDITS = 50


def random_edit(rng: random.Random, value: dict) -> dict:
    """One edit of the kind editors make; some are refused by the gate, which is fine."""
    value = {
        k: [dict(r) for r in v] if isinstance(v, list) and v and isinstance(v[0], dict) else v
        for k, v in value.items()
    }
    kind = rng.randrange(6)
    if kind == 0:
        value["website"] = f"https://example.org/{rng.randrange(1000)}"
    elif kind == 1 and value["events"]:
        rng.choice(value["events"])["note"] = f"note {rng.randrange(1000)}"
    elif kind == 2 and value["participations"]:
        gone = value["participations"].pop(rng.randrange(len(value["participations"])))
        value["citations"] = [c for c in value["citations"] if c["link_key"] != gone["key"]]
        value["missing"] = [m for m in value["missing"] if m["link_key"] != gone["key"]]
    elif kind == 3:
        value["missing"].append(
            {
                "key": f"{value['slug']}--objectives--{rng.randrange(10**6)}",
                "field": "objectives",
                "reason": "unknown",
                "note": None,
                "link_table": None,
                "link_key": None,
            }
        )
    elif kind == 4:
        themes = {row["theme"] for row in value["initiative_themes"]}
        free = sorted({"standards", "cybercrime", "strategy-and-policy"} - themes)
        if free:
            key = f"{value['slug']}--{free[0]}"
            value["initiative_themes"].append({"key": key, "theme": free[0]})
        else:
            value["initiative_themes"].pop()
    elif kind == 5:
        key = f"{value['slug']}--remark-{rng.randrange(10**6)}"
        said = {
            "property": "remark",
            "value": "A remark.",
            "nature": "fact",
            "initiative": value["slug"],
        }
        value["statements"].append({"key": key, **said})
        value["citations"].append(
            {
                "key": f"{key}--s",
                "link_table": "statements",
                "link_key": key,
                "field": "value",
                "source": "ipdf-japan-leads",
                "says": prose_hash("A remark."),
            }
        )
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


def test_a_record_is_restored_by_applying_what_history_holds(committed_db):
    record = Initiative.objects.get(slug="ajcd")
    first = records.history_positions("initiative", record.pk)[-1]
    before = records.document(record)
    changed = {**before, "website": "https://example.org/", "missing": []}
    assert writes(records.apply(changed, noun="initiative")) > 0
    records.apply(records.document_at("initiative", record.pk, first), noun="initiative")
    assert records.document(record) == before
