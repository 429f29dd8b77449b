"""A small package of our own, and copies of it with changes planted."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from django.db import connection

OK = Path(__file__).resolve().parent / "data" / "package_ok"
NAME = "test-package"
TEXT = {"encoding": "utf-8", "errors": "surrogateescape", "newline": ""}  # keeps planted bytes


class Package:
    """A copy of the package that a test may change; rows are named by their key."""

    def __init__(self, folder: Path, source: Path = OK):
        self.folder = Path(shutil.copytree(source, folder))

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def rows(self, table: str) -> list[list[str]]:
        with open(self.path(table), **TEXT) as file:
            return list(csv.reader(file))

    def write(self, table: str, rows: list[list[str]]) -> None:
        with open(self.path(table), "w", **TEXT) as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def set(self, table: str, key: str, **values: str) -> int:
        """Change cells of one row; return its number, the header being row 1."""
        rows = self.rows(table)
        number = next(n for n, row in enumerate(rows) if row[0] == key)
        for name, value in values.items():
            rows[number][rows[0].index(name)] = value
        self.write(table, rows)
        return number + 1

    def add(self, table: str, key: str, **values: str) -> int:
        rows = self.rows(table)
        rows.append([values.get(name, "") for name in rows[0]])
        rows[-1][0] = key
        self.write(table, rows)
        return len(rows)

    def drop(self, table: str, key: str) -> None:
        self.write(table, [row for row in self.rows(table) if row[0] != key])

    def bytes(self, table: str, change: Callable[[bytes], bytes]) -> None:
        file = self.path(table)
        before = file.read_bytes()
        after = change(before)
        assert after != before, table
        file.write_bytes(after)

    def row_of(self, table: str, key: str) -> int:
        return next(n for n, row in enumerate(self.rows(table), 1) if row[0] == key)

    def describe(self, change: Callable[[dict], None]) -> None:
        file = self.folder / "datapackage.json"
        value = json.loads(file.read_text("utf-8"))
        change(value)
        file.write_text(json.dumps(value), "utf-8")

    @property
    def size(self) -> int:
        """How many rows it holds."""
        return sum(len(self.rows(file.stem)) - 1 for file in self.folder.glob("*.csv"))


def totals() -> dict[str, int]:
    """How many rows every table of the database has, and which version the data has."""
    tables = connection.introspection.table_names()
    selects = [f"SELECT '{t}', count(*) FROM \"{t}\"" for t in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        found = dict(cursor.fetchall())
        cursor.execute("SELECT version FROM kit_dataversion")
        return {**found, "version": cursor.fetchone()[0]}
