"""The peers of lists with counts: Datasette over SQLite, and DuckDB in memory.

``export`` writes the published records into one SQLite table: words as columns, everything that a
record has several of as a JSON array, and a full-text index of title and summary.  Datasette shows
that table with the same facets and as many rows; its time limits are lifted and nothing is
suggested.  DuckDB holds (facet, value, record) rows and counts the same facets by one query.
Both live in an environment of their own below ``.data``, made when it is not there.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PACKAGES = ("datasette==0.65.1", "duckdb==1.4.2", "setuptools<81")
WORDS = ("kind", "status")
LISTS = ("theme", "country", "region", "group_", "actor", "role", "funder", "year", "evidence")
GROWTH = 0.0  # the filtered list at a tenth of the largest size
# how many times as fast a page has to be, by the number of records
AIMS = {
    "faceted page": {1000: 5, 100_000: 50},
    "page, a word of few": {100_000: 50},
    "page, a word of many": {100_000: 20},
    "counts alone": {},
}


def export(file: Path, shelf, rows) -> None:
    """Write the peers' database: ``rows`` are (id, slug, title, summary)."""
    values = {name: {} for name in (*WORDS, *LISTS)}
    for name in values:
        facet = shelf.kind.facets[name.rstrip("_")]
        for key in facet.keys(shelf):
            shown = facet.shown(shelf, key)[0]
            for pk in facet.bitmap(shelf, key, lambda _name: ()):
                values[name].setdefault(pk, []).append(shown)
    with sqlite3.connect(file) as database:
        columns = ", ".join((*WORDS, *LISTS))
        database.execute(
            f"CREATE TABLE initiatives (id INTEGER PRIMARY KEY, slug, title, summary, {columns})"
        )
        marks = ", ".join("?" * (4 + len(values)))
        for pk, *texts in rows:
            words = [values[name].get(pk, [""])[0] for name in WORDS]
            lists = [json.dumps(values[name].get(pk, [])) for name in LISTS]
            database.execute(
                f"INSERT INTO initiatives VALUES ({marks})", [pk, *texts, *words, *lists]
            )
        for name in WORDS:
            database.execute(f"CREATE INDEX by_{name} ON initiatives ({name})")
        database.execute("CREATE INDEX by_title ON initiatives (title)")
        database.execute(
            "CREATE VIRTUAL TABLE initiatives_fts USING fts5"
            " (title, summary, content=initiatives, content_rowid=id, tokenize=porter)"
        )
        database.execute("INSERT INTO initiatives_fts (initiatives_fts) VALUES ('rebuild')")


def interpreter() -> Path:
    """Python of the peers' environment, made when it is not there."""
    folder = settings.DATA_FOLDER / "bench-peers"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (folder / "complete").touch()
    return python


def measure(folder: Path, requests: int) -> dict[str, dict[str, float]]:
    """Milliseconds at the 95th percentile, by what and by peer."""
    script = Path(__file__).with_name("peer_process.py")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH",)}
    environment["ROWS"] = str(settings.ATLAS_ROWS)  # as many on a page as ours has
    done = subprocess.run(
        [interpreter(), str(script), str(folder), str(requests)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    return json.loads(done.stdout.splitlines()[-1])
