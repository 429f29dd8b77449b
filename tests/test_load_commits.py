"""Strategy: loads that really commit, in processes of their own: exit codes and messages, nothing
written for unchanged data, a kill in the middle, two at once.
"""

import os
import subprocess
import sys

import pytest
from django.db import connection

from atlas.kit.models import DataVersion
from atlas.kit.tables import TABLES
from initiatives.exchange.package import load
from initiatives.models import Initiative, InitiativeDigest
from tests.benchmarks import generate
from tests.conftest import ROOT, manage, url_for
from tests.packages import Package, totals


@pytest.fixture
def package(tmp_path) -> Package:
    return Package(tmp_path / "package")


def start(folder, database: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "load", str(folder), "-v2"],
        env={**os.environ, "DATABASE_URL": url_for(database), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_says_what_it_did_and_then_that_nothing_changed(committed_db, package):
    first = manage("load", str(package.folder), database=committed_db)
    assert f"{package.size} inserted, 0 updated" in first.stdout
    version, before = DataVersion.current(), totals()
    digests = list(InitiativeDigest.objects.order_by("pk").values())
    second = manage("load", str(package.folder), database=committed_db)
    assert f"0 inserted, 0 updated, 0 deleted, {package.size} unchanged, 0 kept" in second.stdout
    assert totals() == before and DataVersion.current() == version
    assert list(InitiativeDigest.objects.order_by("pk").values()) == digests


UNKNOWN = """
SELECT relname FROM pg_stat_user_tables
WHERE relname = ANY(%s) AND n_tup_ins > 50 AND last_analyze IS NULL
"""


def test_the_planner_knows_what_was_loaded_before_the_first_page_is_asked_for(committed_db):
    """Autovacuum comes a minute later; until then a page took 84 seconds instead of one."""
    manage("load", "fixtures/corpus", database=committed_db)
    tables = [part.db_table for table in TABLES.values() for part in table.parts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM actors_actor")
        assert cursor.fetchone()[0] > 200
        cursor.execute(UNKNOWN, [tables])
        assert cursor.fetchall() == []


def test_the_command_refuses_with_every_fault_and_no_traceback(committed_db, package):
    package.set("results", "meadow--papers", value="many")
    package.set("sources", "west-page", published="2018-13")
    done = manage("load", str(package.folder), database=committed_db, check=False)
    assert done.returncode == 1
    row = package.row_of("results", "meadow--papers")
    assert f"results row {row} (meadow--papers), value: “many” is not a number" in done.stderr
    assert "sources row 5 (west-page), published: “2018-13”" in done.stderr
    assert f"2 faults in {package.folder}; nothing was written." in done.stderr
    assert "Traceback" not in done.stderr


DRAFT = {"initiatives_resulthistory": 1, "pghistory_context": 1, "kit_commitorder": 1}
PUBLIC = DRAFT | {"version": 1, "kit_publicchange": 1, "kit_feedentry": 1}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("meadow--papers", {"value": "4"}, DRAFT),
        ("harbour--people-trained", {"approximate": "false"}, PUBLIC),
    ],
)
def test_one_changed_cell_writes_one_row_one_event_and_one_version(
    committed_db, package, key, value, expected
):
    """The data version moves where the public sees the row."""
    load(package.folder)
    before = totals()
    package.set("results", key, **value)
    assert load(package.folder).counts["updated"] == 1
    changed = {name: n - before[name] for name, n in totals().items() if n != before[name]}
    assert changed == expected


def test_a_row_changed_by_raw_sql_is_kept_too(committed_db, package):
    load(package.folder)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE initiatives_initiative SET title = 'By hand' WHERE slug = 'meadow'")
    done = manage("load", str(package.folder), database=committed_db)
    row = package.row_of("initiatives", "meadow")
    assert f"initiatives row {row} (meadow): changed by a person, kept" in done.stdout
    assert "0 updated" in done.stdout and "1 kept" in done.stdout
    assert Initiative.objects.get(slug="meadow").title == "By hand"


def test_a_load_that_is_killed_leaves_everything_as_before(committed_db, tmp_path):
    generate.write(400, tmp_path)
    for name in ("countries", "themes"):
        (tmp_path / f"{name}.csv").unlink()
    before = totals()
    process = start(tmp_path, committed_db)
    for line in process.stdout:
        if line.startswith("writing citations"):
            process.kill()
            break
    assert process.wait(30) == -9
    process.communicate()
    assert totals() == before

    again = manage("load", str(tmp_path), database=committed_db)
    assert "0 unchanged, 0 kept" in again.stdout
    assert Initiative.objects.filter(slug="initiative-399").exists()
    assert totals()["kit_touched"] == 0 and totals()["kit_commit"] == 0


def test_two_loads_at_once_do_what_one_does(committed_db, package):
    running = [start(package.folder, committed_db) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    counts = sorted(out.splitlines()[-1].partition(": ")[2] for out, _err in said)
    assert counts[0].startswith(f"0 inserted, 0 updated, 0 deleted, {package.size} unchanged")
    assert counts[1].startswith(f"{package.size} inserted")
    assert load(package.folder).counts["unchanged"] == package.size
