"""Strategy: comparison and counting of evidence in the database, on values chosen by hand.

What supports a fact, what the digest counts of it, and when a reader may see a change.
"""

import datetime
import hashlib

import psycopg2
import pytest
from django.db import connection

from atlas.kit.models import DataVersion, PublicChange, Redirect
from initiatives.models import Initiative, InitiativeCitation, InitiativeDigest, Participation
from sources.models import Source
from tests.conftest import url_for

SUPPORTED = [
    ("text", "Harbour Watch", "harbour   WATCH "),
    ("text", "Élan", "élan"),
    ("text", "~5000000 USD", "~5000000 USD"),
    ("choice", "closed", "closed"),
    ("ref", "asean", "asean"),
    ("ref", "jaif", "jaif-fund"),  # an old slug of the same record
    ("number", "380", "380.00"),
    ("number", "0.5", "0.50"),
    ("number", "-3", "-3.0"),
    ("edtf", "2018-09-14", "2018-09-14"),
    ("edtf", "2018-09-14", "2018-09"),  # the source is vaguer
    ("edtf", "2018-09-14", "2018"),
    ("edtf", "2018", "2018-09-14"),  # we are vaguer
    ("edtf", "2018-09", "2018-09-01/2018-09-30"),
    ("edtf", "2018~", "2018?"),
    ("edtf", "2016/2018", "2017"),
    ("edtf", "2018/..", "2019/.."),
    ("edtf", "2018/..", "2020-05"),
    ("edtf", "../2018", "2017"),
]
NOT_SUPPORTED = [
    ("text", "Harbour Watch", "HarbourWatch"),
    ("text", "5000000 USD", "~5000000 USD"),
    ("choice", "closed", "Closed"),
    ("choice", "closed", "finalisation"),
    ("ref", "jaif-fund", "jaif"),  # the redirect runs one way
    ("ref", "asean", "eu"),
    ("number", "380", "320"),
    ("number", "380", "about 380"),
    ("edtf", "2018-09-14", "2018-09-15"),
    ("edtf", "2018-09-14", "2018-10"),
    ("edtf", "2016/2018", "2017/2019"),  # they overlap, yet each says what the other denies
    ("edtf", "2018/..", "../2019"),
    ("edtf", "2018", "last year"),
    ("edtf", "2018", ""),
]
PROSE = "Trains people. Äöü — 日本."


def sql(query: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def supports(kind: str, value: str, says: str) -> bool:
    return sql("SELECT atlas_supports(%s, %s, %s)", kind, value, says)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "value", "says"), SUPPORTED)
def test_what_supports(kind, value, says):
    assert supports(kind, value, says) is True


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "value", "says"), NOT_SUPPORTED)
def test_what_does_not_support(kind, value, says):
    assert supports(kind, value, says) is False


@pytest.mark.django_db
def test_prose_is_supported_by_the_hash_of_the_wording_that_was_checked():
    found = "sha256:" + hashlib.sha256(PROSE.encode()).hexdigest()[:16]
    assert sql("SELECT atlas_prose_hash(%s)", f" {PROSE}\r\n") == found
    assert supports("prose", PROSE, found) and supports("prose", f"{PROSE}\n", found)
    assert not supports("prose", f"{PROSE} More.", found)
    assert not supports("prose", PROSE, PROSE)


# ------------------------------------------------------------------ digests

DAY = datetime.date


class Record:
    """A draft with a few facts; ``judge`` does what a commit does to its digest."""

    def __init__(self):
        self.row = Initiative.objects.create(
            slug="counted", title="Counted", kind="project", actual_start="2018-09", status="closed"
        )
        one = Source.objects.get(slug="ipdf-japan-leads")
        self.sources = {"one": one}
        for slug, origin in (("copy", one), ("other", None)):
            fields = {"title": slug, "publisher": one.publisher, "derived_from": origin}
            self.sources[slug] = Source.objects.create(slug=slug, **fields)

    def cite(self, field: str, source: str, says: str, checked: str | None = "2026-11-20"):
        given = {"field": field, "says": says, "checked_on": checked and DAY.fromisoformat(checked)}
        InitiativeCitation.objects.create(initiative=self.row, source=self.sources[source], **given)

    def judge(self) -> InitiativeDigest:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        return InitiativeDigest.objects.get(initiative=self.row)


@pytest.fixture
def record(db) -> Record:
    return Record()


def test_facts_without_support_are_counted_as_uncited(record):
    digest = record.judge()
    assert (digest.facts, digest.uncited, digest.sources) == (3, 3, 0)
    record.cite("title", "one", "counted")
    record.cite("actual_start", "one", "2018-10")
    digest = record.judge()
    assert (digest.facts, digest.uncited, digest.disputed) == (3, 2, 1)


def test_a_source_that_says_otherwise_disputes_also_what_is_supported(record):
    record.cite("actual_start", "one", "2018")
    assert record.judge().disputed == 0
    record.cite("actual_start", "other", "2017")
    digest = record.judge()
    assert (digest.uncited, digest.disputed) == (2, 1)


def test_two_sources_of_one_origin_count_as_one(record):
    record.cite("title", "one", "Counted")
    record.cite("title", "copy", "Counted")
    digest = record.judge()
    assert (digest.single_source, digest.sources) == (1, 1)
    record.cite("title", "other", "Counted")
    digest = record.judge()
    assert (digest.single_source, digest.sources) == (0, 2)


def test_the_oldest_check_is_that_of_the_fact_checked_longest_ago(record):
    record.cite("title", "one", "Counted", "2025-01-01")
    record.cite("title", "other", "Counted", "2026-05-01")
    record.cite("status", "one", "closed", "2026-03-01")
    record.cite("actual_start", "one", "2017", "2020-01-01")  # supports nothing
    assert record.judge().oldest_check == DAY(2026, 3, 1)
    record.cite("actual_start", "other", "2018", None)
    assert record.judge().oldest_check == DAY(1900, 1, 1)


def test_the_version_counts_public_changes_only(record):
    assert record.judge().version == 0
    Initiative.objects.filter(pk=record.row.pk).update(title="Counted anew")
    assert record.judge().version == 0
    for field, says in (("title", "Counted anew"), ("status", "closed"), ("actual_start", "2018")):
        record.cite(field, "one", says)
    assert record.judge().version == 0
    Initiative.objects.filter(pk=record.row.pk).update(state="published")
    assert record.judge().version == 1
    asean = Participation.objects.filter(initiative__slug="ajcd").first().actor
    partner = Participation(initiative=record.row, actor=asean, role="partner")
    partner.save()
    given = {"field": "role", "says": "partner", "source": record.sources["one"]}
    InitiativeCitation.objects.create(initiative=record.row, participation=partner, **given)
    assert record.judge().version == 1  # the same transaction: nobody saw what stood between
    PublicChange.objects.filter(noun="initiative", record_id=record.row.pk).update(xid=1)
    partner.note = "Since the first year."
    partner.save()
    assert record.judge().version == 2
    Initiative.objects.filter(pk=record.row.pk).update(state="withdrawn")
    Initiative.objects.filter(pk=record.row.pk).update(website="https://example.org/")
    assert record.judge().version == 2


def test_an_update_that_changes_nothing_touches_nothing(record):
    before = record.judge()
    Initiative.objects.filter(pk=record.row.pk).update(title="Counted")
    after = record.judge()
    assert (after.updated_at, after.version) == (before.updated_at, before.version)


@pytest.mark.django_db
def test_every_digest_of_the_seeds_says_cited():
    shown = InitiativeDigest.objects.filter(initiative__state="published")
    assert shown.count() == Initiative.objects.filter(state="published").count() > 0
    assert not shown.exclude(uncited=0).exists()
    assert Redirect.objects.filter(old_slug="jaif-fund", slug="jaif").exists()


# ------------------------------------------------------------------ when a reader sees a change


def seen() -> tuple[int, str]:
    return DataVersion.current(), Initiative.objects.get(slug="ajcd").website


def test_version_and_change_become_visible_together_even_when_one_writer_is_slow(committed_db):
    change = "UPDATE initiatives_initiative SET website = %s WHERE slug = %s"
    version, website = seen()
    slow, quick = (psycopg2.connect(url_for(committed_db)) for _ in range(2))
    try:
        slow.cursor().execute(change, ["https://slow.example", "ajcd"])
        assert seen() == (version, website)
        quick.cursor().execute(change, ["https://quick.example", "tsubame"])
        quick.commit()
        assert seen() == (version + 1, website)
        slow.commit()
        assert seen() == (version + 2, "https://slow.example")
        slow.cursor().execute(change, ["https://never.example", "ajcd"])
        slow.rollback()
        assert seen() == (version + 2, "https://slow.example")
    finally:
        slow.close()
        quick.close()
