"""How files are streamed: one snapshot, constant memory, clean ends, honest breaks."""

import tracemalloc

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from atlas.kit import downloads
from initiatives.exchange import selection, xlsx
from initiatives.exchange.formats import FORMATS
from initiatives.models import Initiative
from sources.models import Publisher, Source

FLAT = ("csv", "xlsx", "ndjson", "bibtex", "csl")


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(selection, "CHUNK", 2)
    monkeypatch.setattr(selection, "COPIED", 1)


def answer(name: str, noun: str, queryset):
    request = RequestFactory(headers={"host": "localhost"}).get(f"/api/v1/{noun}/?format={name}")
    return downloads.answer(request, FORMATS[name], noun, [queryset])


def many_sources(count: int) -> None:
    publisher = Publisher.objects.first()
    Source.objects.bulk_create(
        Source(slug=f"copy-{n}", title=f"Copy {n} " + "word " * 80, publisher=publisher)
        for n in range(count)
    )


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable OR NOT is_binary")
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FLAT)
def test_memory_does_not_grow_with_the_records(name, monkeypatch):
    monkeypatch.setattr(selection, "CHUNK", 100)
    monkeypatch.setattr(selection, "COPIED", 1)
    monkeypatch.setattr(xlsx, "MAX_LINKS", 100)  # a sheet remembers its links, up to this many
    many_sources(4000)
    every = Source.objects.filter(slug__startswith="copy-").order_by("pk")

    def peak(count: int) -> int:
        ids = list(every.values_list("pk", flat=True)[:count])
        queryset = every.filter(pk__gte=ids[0], pk__lte=ids[-1])
        size = 0
        tracemalloc.start()
        for piece in answer(name, "sources", queryset):
            size += len(piece)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > count * 20
        return found

    peak(200)  # fills caches
    assert peak(4000) < 1.5 * peak(800)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"datapackage", "gexf"}))
def test_queries_grow_with_chunks_and_not_with_rows(name):
    noun = FORMATS[name].nouns[0]

    def queries(queryset) -> int:
        with CaptureQueriesContext(connection) as captured:
            b"".join(answer(name, noun, queryset))
        return len(captured)

    every = Initiative.objects.published().order_by("pk")
    assert noun == "initiatives" and every.count() > 5
    # an initiative alone may name no actor or country, which saves a query each
    assert queries(every) <= queries(every.filter(slug="ajccbc")) + 2


def test_a_client_that_leaves_ends_the_snapshot(committed_db, small_chunks):
    response = answer("ndjson", "initiatives", Initiative.objects.published().order_by("pk"))
    pieces = iter(response)
    assert next(pieces) and next(pieces)
    assert connection.in_atomic_block and open_cursors() >= 1
    for closer in response._resource_closers:  # what close() does, without the end of a request
        closer()
    assert not connection.in_atomic_block and open_cursors() == 0
    assert Initiative.objects.published().exists()


def test_a_fault_in_the_middle_is_never_an_ordinary_end(committed_db, small_chunks):
    response = answer("csv", "initiatives", Initiative.objects.published().order_by("pk"))
    pieces = iter(response)
    next(pieces), next(pieces)
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(Exception, match="closed|terminat|server"):
        list(pieces)


def test_all_chunks_see_one_state_of_the_data(committed_db, small_chunks):
    every = Initiative.objects.published().order_by("-pk")
    last = every.last().slug
    response = answer("ndjson", "initiatives", every)
    pieces = iter(response)
    content = next(pieces)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("UPDATE initiatives_initiative SET website = 'https://new.example'")
    other.close()
    content += b"".join(pieces)
    assert last.encode() in content and b"new.example" not in content
    with transaction.atomic():
        assert Initiative.objects.filter(website="https://new.example").exists()
