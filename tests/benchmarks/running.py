"""One piece of work run in a process of its own, and records made public for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg2

from tests.conftest import url_for

PUBLISH = """
ALTER TABLE kit_commit DISABLE TRIGGER atlas_gate;
UPDATE actors_actor SET state = 'published'; UPDATE initiatives_initiative SET state = 'published';
ALTER TABLE kit_commit ENABLE TRIGGER atlas_gate; ANALYZE
"""
# as fast as may be, for sizes at which that would take longest; nothing but states is changed
PUBLISH_QUIETLY = """
ALTER TABLE actors_actor DISABLE TRIGGER USER;
ALTER TABLE initiatives_initiative DISABLE TRIGGER USER;
UPDATE actors_actor SET state = 'published'; UPDATE initiatives_initiative SET state = 'published';
ALTER TABLE actors_actor ENABLE TRIGGER USER;
ALTER TABLE initiatives_initiative ENABLE TRIGGER USER;
ANALYZE
"""
# writes commit as ever, but nobody asks for the sources that generated records do not have
NO_GATE = """
CREATE OR REPLACE FUNCTION atlas_refresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$
"""


class Asked:
    """Options that reach down to what is measured."""

    requests = 200
    keep = False


def work(kind: str, database: str, *given: Path | str | int) -> dict:
    """Run one piece of work in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.work", kind, *map(str, given)],
        env={**os.environ, "DATABASE_URL": url_for(database)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def publish(database: str, sql: str = PUBLISH_QUIETLY + ";" + NO_GATE) -> None:
    connection = psycopg2.connect(url_for(database))
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()
