"""A first bulk load: what was put aside is there again, and the same as before."""

import pytest
from django.db import connection

from atlas.kit import staging
from atlas.kit.bulk import Aside
from atlas.kit.facts import REGISTRY
from atlas.kit.staging import Refused
from atlas.kit.tables import TABLES
from initiatives.exchange.package import load
from tests.packages import Package

DEFINITIONS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE contype IN ('u', 'f', 'p', 'c')
UNION ALL
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
FROM pg_index ORDER BY 1, 2, 3
"""


def definitions() -> list[tuple]:
    """Every constraint and index of the database."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        return [row for row in cursor.fetchall() if not row[0].startswith("pg_")]


@pytest.fixture
def emptied(committed_db, monkeypatch):
    """A database of countries and themes, where every load is bulk; lists what is put aside."""
    parts = [part for table in TABLES.values() for part in table.parts]
    parts = [part for part in parts if hasattr(part.model, "history")]  # countries, themes stay
    tables = [name for part in parts for name in (part.db_table, part.history_table)]
    tables += [evidence.digest._meta.db_table for evidence in REGISTRY.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    monkeypatch.setattr(staging, "BULK_FROM", 1)
    aside, put = [], Aside.put

    def noted(self, tables, empty):
        put(self, tables, empty)
        aside.append({table: len(again) for table, again in self.again.items()})

    monkeypatch.setattr(Aside, "put", noted)
    return aside


def test_a_bulk_load_leaves_every_index_and_constraint_as_it_was(emptied, tmp_path):
    before = definitions()
    load(Package(tmp_path / "package").folder)
    assert emptied[0]["initiatives_participation"] >= 4
    assert emptied[0]["initiatives_participationhistory"] == 1
    assert definitions() == before


def test_a_refused_bulk_load_leaves_every_index_and_constraint_as_it_was(emptied, tmp_path):
    before = definitions()
    package = Package(tmp_path / "package")
    for key in [row[0] for row in package.rows("citations")[1:]]:
        package.drop("citations", key)
    with pytest.raises(Refused):
        load(package.folder)
    assert emptied[0]
    assert definitions() == before


def test_a_second_load_puts_nothing_aside(emptied, tmp_path):
    package = Package(tmp_path / "package")
    load(package.folder)
    emptied.clear()
    assert set(load(package.folder).counts.items()) >= {("inserted", 0), ("updated", 0)}
    assert emptied == []


def test_tables_in_use_are_loaded_the_slow_way(emptied, tmp_path, committed_db):
    """A reader of an empty table is neither waited for nor made to fail."""
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN; SELECT count(*) FROM initiatives_initiative")
            load(Package(tmp_path / "package").folder)
            cursor.execute("SELECT count(*) FROM initiatives_initiative")
            assert cursor.fetchone()[0] > 0
            cursor.execute("ROLLBACK")
    finally:
        reader.close()
    assert emptied == [{}]
