"""A search is answered by indexes: no large table need be read from end to end.

On tables as small as those of the tests the planner would rather read them whole; so it is told
not to where it can.  ``make bench`` looks at the plans of 100,000 records as they are.
"""

import re

import pytest
from django.db import connection

from actors.models import Actor
from initiatives.models import Initiative, Statement
from initiatives.querysets import StatementQuerySet
from sources.models import Source

pytestmark = pytest.mark.django_db

QUERIES = (
    "tsubame",
    "統合",
    "日・ASEAN統合基金",
    "capacity building",
    '"capacity building"',
    "eu fund",
    "tsubami",
    "japan -asean",
    "japan or asean",
    "JPCERT/CC",
    "a",
)
NOUNS = {
    "initiative": lambda: Initiative.objects.published(),
    "actor": lambda: Actor.objects.published(),
    "source": lambda: Source.objects.all(),
    "statement": lambda: StatementQuerySet(Statement),
}
LARGE = (
    "initiatives_initiative", "initiatives_initiativename", "initiatives_statement",
    "actors_actor", "actors_actorname", "sources_source",
)  # fmt: skip
WHOLE = re.compile(rf"Seq Scan on ({'|'.join(LARGE)})\b")


def read_whole(records) -> list[str]:
    """Tables that the plan of the inner search reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return WHOLE.findall(records.order_by().explain())


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("query", QUERIES)
def test_every_step_of_a_search_has_an_index(noun, query):
    assert read_whole(NOUNS[noun]().search(query)) == []


@pytest.mark.parametrize("noun", ["initiative", "actor"])
def test_names_alone_have_one_too(noun):
    assert read_whole(NOUNS[noun]().search_names("tsub")) == []


def test_without_its_index_the_test_would_fail():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX initiative_parts")
    assert "initiatives_initiative" in read_whole(Initiative.objects.search("tsubame"))
