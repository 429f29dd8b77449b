"""Digests follow their sources and publishers, though the record itself did not change."""

import pytest
from django.db import connection

from initiatives.models import Initiative, InitiativeDigest
from sources.models import Publisher, Source

pytestmark = pytest.mark.django_db


def commit_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def digest(slug: str) -> InitiativeDigest:
    return InitiativeDigest.objects.get(initiative__slug=slug)


def test_two_sources_that_turn_out_to_be_one_count_as_one():
    before = digest("ajccbc")
    cited = Source.objects.filter(initiativecitations__initiative__slug="ajccbc").distinct()
    copy, origin = cited.filter(derived_from=None).order_by("slug")[:2]
    Source.objects.filter(pk=copy.pk).update(derived_from=origin)
    commit_rules()
    after = digest("ajccbc")
    assert after.sources == before.sources - 1
    assert (after.version, after.updated_at) == (before.version, before.updated_at)


def test_a_publisher_judged_anew_is_seen_on_the_records_it_supports():
    record = Initiative.objects.get(slug="ajccbc")
    Publisher.objects.filter(sources__initiativecitations__initiative=record).update(
        reliability="E"
    )
    commit_rules()
    assert digest("ajccbc").best_reliability == "E"
    assert digest("tsubame").best_reliability < "E"
