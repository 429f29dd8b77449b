"""Evidence of one record: the same verdicts as the digest, footnotes, statements that disagree."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor
from atlas.kit.differing import differing, disagreeing_statements
from atlas.kit.evidence import (
    for_record,
    missing_of,
    sources_of,
    stances,
)
from initiatives.models import ActorCitation, Initiative, InitiativeCitation, Statement
from tests import making
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


@pytest.mark.parametrize(("noun", "model"), [("initiative", Initiative), ("actor", Actor)])
def test_facts_agree_with_the_digest_of_every_record(noun, model):
    for record in model.objects.select_related("digest"):
        facts = [fact for fact in for_record(noun, record.pk) if fact.value is not None]
        digest = record.digest
        assert len(facts) == digest.facts, record.slug
        assert sum(fact.uncited for fact in facts) == digest.uncited, record.slug
        assert sum(fact.contradicted for fact in facts) == digest.disputed, record.slug


def test_every_citation_of_a_record_is_read_once_in_one_query():
    record = Initiative.objects.get(slug="ajcd")
    with CaptureQueriesContext(connection) as queries:
        facts = for_record("initiative", record.pk)
    assert len(queries) == 1
    keys = [citation.key for fact in facts for citation in fact.citations]
    assert sorted(keys) == sorted(record.citations.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("noun", "model", "citation"),
    [("initiative", Initiative, InitiativeCitation), ("actor", Actor, ActorCitation)],
)
def test_stances_of_many_records_are_those_of_each(noun, model, citation):
    ids = list(model.objects.values_list("pk", flat=True))
    together = stances(noun, ids)
    apart = {c.key: c.stance for pk in ids for f in for_record(noun, pk) for c in f.citations}
    assert together == apart
    assert set(together) == set(citation.objects.values_list("key", flat=True))
    assert stances(noun, []) == {}


def test_own_fields_come_first_and_supporting_citations_before_others():
    facts = for_record("initiative", Initiative.objects.get(slug="ajcd").pk)
    assert facts[0].address == "title" and facts[1].address == "summary"
    tables = [fact.link_table for fact in facts]
    assert tables == sorted(tables, key=list(dict.fromkeys(tables)).index)
    disputed = next(fact for fact in facts if fact.contradicted)
    assert [c.stance for c in disputed.citations][0] == "supports"


def test_a_source_has_one_number_counted_in_order_of_appearance():
    facts = for_record("initiative", Initiative.objects.get(slug="ajccbc").pk)
    numbers, seen = {}, []
    for citation in (c for fact in facts for c in fact.citations):
        numbers.setdefault(citation.source, set()).add(citation.number)
        if citation.number not in seen:
            seen.append(citation.number)
    assert all(len(given) == 1 for given in numbers.values())
    assert seen == list(range(1, len(numbers) + 1))
    listed = sources_of(facts)
    assert [citation.number for citation, _facts in listed] == seen
    assert all(facts for _citation, facts in listed)


def test_changing_a_value_turns_support_into_contradiction():
    record = Initiative.objects.get(slug="ajccbc")
    Initiative.objects.filter(pk=record.pk).update(actual_start="2019")
    fact = {f.address: f for f in for_record("initiative", record.pk)}["actual_start"]
    assert fact.value == "2019" and fact.contradicted and not fact.supported


def test_missing_values_name_their_link():
    rows = missing_of("actor", Actor.objects.get(slug="oas").pk)
    assert {"memberships"} == {row["link_table"] for row in rows}
    assert "oas--al" in {row["link_key"] for row in rows}


# ------------------------------------------------------------------ statements


def statement(**fields) -> Statement:
    """An unsaved statement with the bounds the database would compute."""
    bounds = {
        "2018": ("2018-01-01", "2018-12-31"),
        "2018-09": ("2018-09-01", "2018-09-30"),
        "2019": ("2019-01-01", "2019-12-31"),
        "": (None, None),
    }
    made = Statement(initiative_id=1, property="target", value="words", **fields)
    made.date_earliest, made.date_latest = bounds[made.date]
    return made


PAIRS = (
    (
        {"number": Decimal(700), "unit": "people"},
        {"number": Decimal(1200), "unit": "people"},
        True,
    ),
    (
        {"number": Decimal(700), "unit": "people"},
        {"number": Decimal(700), "unit": "people"},
        False,
    ),
    (
        {"number": Decimal(700), "unit": "people"},
        {"number": Decimal(3), "unit": "courses"},
        False,
    ),
    ({"number": Decimal(1), "date": "2018"}, {"number": Decimal(2), "date": "2019"}, False),
    ({"number": Decimal(1), "date": "2018"}, {"number": Decimal(2), "date": "2018-09"}, True),
    ({"date": "2018"}, {"date": "2019"}, True),
    ({"date": "2018"}, {"date": "2018-09"}, False),
    ({}, {"date": "2019"}, False),
)


@pytest.mark.parametrize(("one", "other", "disagree"), PAIRS)
def test_statements_that_cannot_both_hold(one, other, disagree):
    pair = [statement(**one), statement(**other)]
    assert bool(disagreeing_statements(pair)) is disagree


def test_the_database_finds_the_same_accounts_that_differ():
    pairs = (*PAIRS, ({}, {"value": "other"}, True))
    records = [making.initiative(f"told-{number}") for number in range(len(pairs))]
    wanted, found = set(), []
    for number, (one, other, disagree) in enumerate(pairs):
        record = records[number]
        for place, fields in enumerate((one, other)):
            fields = {"value": "words", "property": "target", **fields}
            Statement.objects.create(initiative=record, key=f"told-{number}-{place}", **fields)
        found.append(record.pk)
        wanted |= {record.pk} if disagree else set()
    assert differing("initiative", found) == wanted


def test_disagreeing_statements_of_the_real_records():
    groups = disagreeing_statements(Statement.objects.all())
    assert {tuple(sorted(s.key for s in group)) for group in groups} == {
        ("accdp-1--national-cyber-reviews", "accdp-1--national-cyber-reviews-2"),
        ("ajccbc--training-target", "ajccbc--training-target-2"),
    }
