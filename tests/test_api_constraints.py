"""Every named constraint by way of the API: refused by a 4xx at its place, and nothing is kept.

The cases are those of ``tests.test_constraints``, put into documents: rows of a noun are created,
rows of a link are added to the document of the record they name.
"""

import pytest
from django.db import models, transaction

from atlas.kit.facts import REGISTRY
from atlas.kit.records import tables_of
from atlas.kit.tables import LINK, TABLES
from sources.models import Publisher, Source
from tests.constraint_rows import ROWS, Ref
from tests.forms import person
from tests.test_constraints import CASES
from tests.writing import Script, pointers

pytestmark = pytest.mark.django_db
WRITTEN = {part.model: (table.name, part) for table in TABLES.values() for part in table.parts}
NOUN_OF = {e.model: noun for noun, e in REGISTRY.items()} | {
    Source: "source",
    Publisher: "publisher",
}
# what only a record that is there already can break: its address, the change, what is named
THERE = {
    "source_not_its_own_origin": ("/sources/arayz-ajccbc/", {"derived_from": "arayz-ajccbc"}),
    "actor_not_its_own_parent": ("/actors/asean/", {"parent": "asean"}),
    "actor_state_known": ("/actors/asean/", {"state": "gone"}),
    "initiative_state_known": ("/initiatives/ajccbc/", {"state": "gone"}),
    "event_one_owner": (
        "/initiatives/ajccbc/",
        {"events": [{"initiative": "ajccbc", "actor": "asean", "title": "New"}]},
    ),
}
# what no document can say, and why
NOT_SAID = dict.fromkeys(THERE, "tried below on a record that is there") | {
    "country_codes_are_iso": "countries are no records of this API",
    "country_centroid_on_earth": "countries are no records of this API",
}


def noun_of(model) -> str:
    return NOUN_OF.get(model) or next(
        (n for n in REGISTRY if WRITTEN[model][0] in tables_of(n)[1] and n in model.ROOTS), ""
    )


NAMES = [
    name
    for name, (model, _passing, _refused) in sorted(CASES.items())
    if model in WRITTEN and noun_of(model) and name not in NOT_SAID
]


def row_of(model, changes: dict) -> tuple[dict, str]:
    """(the row as documents have it, the slug of the record that it names)."""
    part = WRITTEN[model][1]
    values = {**ROWS[model], **changes}
    row, record = {}, ""
    for field in model._meta.fields:
        if field.name not in values and field.attname not in values:
            continue
        value = values.get(field.name, values.get(field.attname))
        target = value.get() if isinstance(value, Ref) else value
        if isinstance(target, models.Model):
            if field.name == noun_of(model):
                record = target.slug
            value = getattr(target, target.KEY)
            if LINK in model.COLUMNS and field.name in model.LINKS:
                row |= {"link_table": model.LINKS[field.name], "link_key": value}
        if field.name in part.headers:
            fits = value is None or isinstance(value, bool | int | str)
            row[field.name] = value if fits else str(value)
    return row, record


def sent(script, model, case):
    """The answer to a document that has these rows."""
    rows = [row_of(model, changes) for changes in (case if isinstance(case, list) else [case])]
    noun = noun_of(model)
    if model in NOUN_OF:
        answers = [script.post(f"/{noun}s/", row) for row, _record in rows]
        assert all(answer.status_code == 201 for answer in answers[:-1])
        return answers[-1]
    table, part = WRITTEN[model]
    root = part.model.ROOTS[noun][2:].removesuffix("_id")
    slug = next((r for row, r in rows if r), "") or rows[0][0].get(root)
    slug = slug or {"actor": "asean"}.get(noun, "ajccbc")
    path = f"/{noun}s/{slug}/"
    document = script.document(path)
    kept = set(document[table][0]) if document[table] else None
    implied = {noun, root} - {"actor"} if root == "group" else {noun}
    for row, _record in rows:
        if table not in ("events", "statements"):
            row = {k: v for k, v in row.items() if k not in implied or (kept and k in kept)}
        document[table].append(row)
    change = {table: document[table]}
    return script.send("PATCH", f"{path}?why=x", change, If_Match="*")


def fault_of(script, name: str) -> str:
    """What is wrong with the answers to this constraint's cases; nothing stays written."""
    model, _passing, refused = CASES[name]
    table = WRITTEN[model][0]
    for case in refused[:1]:
        with transaction.atomic():
            answer = sent(script, model, case)
            transaction.set_rollback(True)
        if answer.status_code not in (409, 422):
            return f"{case}: {answer.status_code} {answer.content[:300]}"
        places = pointers(answer)
        if not any(place.startswith(f"/{table}") or model in NOUN_OF for place in places):
            return f"{case}: {places}"
    return ""


def test_a_broken_rule_is_named_at_its_place():
    script = Script(person("Editor"), "write")
    found = {name: fault_of(script, name) for name in NAMES}
    assert len(found) > 60 and not {name: fault for name, fault in found.items() if fault}


@pytest.mark.parametrize("name", THERE)
def test_a_rule_that_a_record_breaks_by_itself_is_named(name):
    path, change = THERE[name]
    script = Script(person("Editor"), "write")
    before = script.document(path)
    answer = script.send("PATCH", f"{path}?why=x", change, If_Match="*")
    assert answer.status_code == 422, answer.content
    assert [p for p in pointers(answer) if p.startswith(f"/{[*change][0]}")], answer.content
    assert script.document(path) == before


def test_every_other_constraint_says_why_no_document_can_break_it():
    others = {n for n, (model, *_rest) in CASES.items() if model in WRITTEN} - set(NAMES)
    assert others <= set(NOT_SAID) | {n for n in others if not noun_of(CASES[n][0])}
