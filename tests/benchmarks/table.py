"""The table that is printed, and one piece of work run for it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Line:
    """One row of the table; without ``aim`` a figure to know, nothing to reach."""

    what: str
    size: int
    value: float
    unit: str = "s"
    peer: str = ""
    against: float | None = None
    aim: float | None = None
    reached: bool | None = None

    def _aim(self, ratio: float | None) -> str:
        if self.aim is None:
            return ""
        if ratio and self.aim < 0.95:
            return f"1/{1 / self.aim:g}"
        return f"{self.aim:g}{'x' if ratio else ' ' + self.unit}"

    def cells(self) -> list[str]:
        ratio = self.value / self.against if self.against else None
        reached = self.reached if self.aim is None or ratio is None else ratio <= self.aim
        return [
            self.what,
            f"{self.size:,}",
            f"{self.value:,.2f} {self.unit}",
            self.peer,
            f"{self.against:,.2f} {self.unit}" if self.against else "",
            f"{ratio:.1f}x" if ratio and ratio >= 0.95 else f"1/{1 / ratio:.0f}" if ratio else "",
            self._aim(ratio),
            "" if reached is None else "ok" if reached else "missed",
        ]


class Asked:
    """Options that reach down to what is measured."""

    requests = 200
    keep = False


HEAD = ["what", "records", "measured", "peer", "peer's", "ratio", "aim", ""]


def show(cells: list[str]) -> None:
    widths = (26, 9, 12, 20, 10, 7, 7, 6)
    print("  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip(), flush=True)


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
