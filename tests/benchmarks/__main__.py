"""Timings as ratios against peers of the same run, since machines differ and are busy.

    python -m tests.benchmarks [--quick] [--iati] [--sizes 10000,100000] [--only facets]

Load and dump are measured against raw COPY of the same files (``peers`` says what that is), in a
database of their own that is dropped afterwards.  COPY runs before and after; the mean counts.
IATI imports are measured against parsing and validating the same file, before and after.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import environment  # noqa: F401  sets the environment before Django is configured

os.environ["DJANGO_SETTINGS_MODULE"] = "atlas.settings"

import django

django.setup()

import psycopg2  # noqa: E402

from tests.benchmarks import api, searchers  # noqa: E402
from tests.benchmarks.generate import write  # noqa: E402
from tests.benchmarks.peers import Peer  # noqa: E402
from tests.benchmarks.publishing import NO_GATE, PUBLISH, PUBLISH_QUIETLY  # noqa: E402
from tests.conftest import (  # noqa: E402
    create_database,
    drop_database,
    maintenance,
    manage,
    url_for,
)
from tests.iati_files import many  # noqa: E402

TIMES = 10  # load and dump: at most so many times COPY ...
LARGE = 100_000  # ... of so many records; what a load costs whatever its size weighs less there
PAGES_UP_TO = 10_000  # records; more would only measure how long publishing them takes
IATI_TIMES, IATI_MEMORY = 5, 300  # times parsing and validating; MB
MEMORY = 20  # MB that the largest load or export may need more than the smallest
PICTURE_TIMES = 10  # a picture: at most so many times its own statements
EXPORT_TIMES = 5  # an export: at most so many times COPY of the same tables
EXPORT_MEMORY = 300  # MB an export may need


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


HEAD = ["what", "records", "measured", "peer", "peer's", "ratio", "aim", ""]


def show(cells: list[str]) -> None:
    widths = (26, 9, 12, 20, 10, 7, 7, 6)
    print("  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip(), flush=True)


def work(kind: str, database: str, folder: Path | str = "") -> dict:
    """Run one piece of work in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.work", kind, str(folder)],
        env={**os.environ, "DATABASE_URL": url_for(database)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int, database: str, folder: Path) -> Iterator[Line]:
    """Everything about one size."""
    package = folder / "package"
    write(size, package)
    peer = Peer(url_for(database), package)
    copies = [peer.copy_in()]
    loaded = work("load", database, package)
    copies.append(peer.copy_in())
    copy_in = sum(copies) / 2
    aim = TIMES if size >= LARGE else None
    yield Line("load, empty database", size, loaded["seconds"], "s", "COPY in", copy_in, aim)
    again = work("load", database, package)
    quiet = again["events"] == 0
    yield Line("load again, unchanged", size, again["seconds"], "s", "COPY in", copy_in)
    yield Line("events of the second load", size, again["events"], "", aim=0, reached=quiet)
    copy_out = peer.copy_out(folder / "raw")
    dumped = work("dump", database, folder / "dump")
    copy_out = (copy_out + peer.copy_out(folder / "raw")) / 2
    yield Line("dump", size, dumped["seconds"], "s", "COPY out", copy_out, TIMES)
    if size <= PAGES_UP_TO:
        yield from pages(size, database, peer)
    yield from exports(size, database, peer, folder)
    yield from reading(size, database)
    yield from facets(size, database, folder)
    if size <= PAGES_UP_TO:
        yield from others(size, database, peer, folder)
    yield Line("twins of one record", size, work("twins", database)["milliseconds"], "ms")
    peer.close()
    yield Line("peak memory of load", size, loaded["peak"], "MB")


def iati(size: int, database: str, folder: Path) -> Iterator[Line]:
    """An import into a database that holds nothing but countries; the last line is its memory."""
    file = many(folder, size, "2.03")
    peers = [work("iati_peer", database, file)]
    imported = work("iati", database, file)
    peers.append(work("iati_peer", database, file))
    peer = sum(p["seconds"] for p in peers) / 2
    named = "parse and XSD" if peers[0]["validated"] else "parse, no XSD here"
    yield Line("IATI import", size, imported["seconds"], "s", named, peer, IATI_TIMES)
    again = work("iati", database, file)
    yield Line("IATI import again", size, again["seconds"], "s", named, peer)
    peak = imported["peak"]
    yield Line(
        "peak memory of import", size, peak, "MB", aim=IATI_MEMORY, reached=peak < IATI_MEMORY
    )


def exports(size: int, database: str, peer: Peer, folder: Path) -> Iterator[Line]:
    """All initiatives with everything that belongs to them, as downloads give them."""
    if size > PAGES_UP_TO:
        with peer.connection, peer.connection.cursor() as cursor:
            cursor.execute(PUBLISH_QUIETLY)
    for name in ("csv", "ndjson"):
        before = peer.copy_out(folder / "raw")
        done = work("export", database, name)
        copy_out = (before + peer.copy_out(folder / "raw")) / 2
        label = f"{name} export"
        yield Line(label, size, done["seconds"], "s", "COPY out", copy_out, EXPORT_TIMES)
        sound = done["peak"] < EXPORT_MEMORY
        yield Line(
            f"peak memory of {name}", size, done["peak"], "MB", "", None, EXPORT_MEMORY, sound
        )


def api_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    write(size, folder / "package")
    work("load", database, folder / "package")
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute(PUBLISH_QUIETLY)
    yield from reading(size, database)


def reading(size: int, database: str) -> Iterator[Line]:
    """The API against a plain list, its last pages against its first, NDJSON and its rows."""
    for what, *figures in api.figures(work("api", database)):
        yield Line(what, size, *figures)


def facets_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    write(size, folder / "package")
    work("load", database, folder / "package")
    yield from facets(size, database, folder)


def facets(size: int, database: str, folder: Path) -> Iterator[Line]:
    """Lists with counts against Datasette and DuckDB on the same records; pages that are kept."""
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute(PUBLISH_QUIETLY + NO_GATE)
    ours = work("facets", database, folder)
    theirs = searchers.measure(folder)
    for name, aims in searchers.AIMS.items():
        aim = 1 / aims[size] if size in aims else None
        for peer, value in theirs[name].items():
            yield Line(name, size, ours[name], "ms", peer, value, aim if peer != "DuckDB" else 1)
    for name in ("list, a write before each", "index built anew", "filtered list"):
        yield Line(name, size, ours[name], "ms")
    growth = searchers.GROWTH
    if growth and size == LARGE:
        yield Line("filtered list, growth", size, ours["filtered list"], "ms", "10,000", growth, 2)
    if size == LARGE // 10:
        searchers.GROWTH = ours["filtered list"]
    for name, aim in (("list, kept", 2), ("record, kept", 2), ("record, made", 10)):
        yield Line(name, size, ours[name], "ms", "empty view", ours["empty view"], aim)
    yield Line("memory of the index", size, ours["index"], "MB")


def others(size: int, database: str, peer: Peer, folder: Path) -> Iterator[Line]:
    """Formats that Python writes record by record, against the same COPY; figures to know."""
    copy_out = peer.copy_out(folder / "raw")
    for name in ("jsonld", "ftm", "iati", "bibtex", "gexf"):
        done = work("export", database, name)
        yield Line(f"{name} export", size, done["seconds"], "s", "COPY out", copy_out)
        sound = done["peak"] < EXPORT_MEMORY
        yield Line(
            f"peak memory of {name}", size, done["peak"], "MB", "", None, EXPORT_MEMORY, sound
        )


def pages(size: int, database: str, peer: Peer) -> Iterator[Line]:
    """Public pages; the gate is put aside, since generated records are not fully cited."""
    with peer.connection, peer.connection.cursor() as cursor:
        cursor.execute(PUBLISH)
    times = work("pages", database)
    empty = times.pop("empty view")
    del times["peak"]
    for name, value in times.items():
        yield Line(name, size, value, "ms", "empty view", empty)
    yield from pictures(size, database, empty)


def pictures(size: int, database: str, empty: float) -> Iterator[Line]:
    """Each picture of everything against its own statements, then as it is kept."""
    for name, times in work("pictures", database).items():
        if name != "peak":
            whole, statements, again = times
            yield Line(name, size, whole, "ms", "its SQL", statements, PICTURE_TIMES)
            yield Line(f"{name}, kept", size, again, "ms", "empty view", empty)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 records only")
    parser.add_argument("--sizes", default="", help="records, separated by commas")
    parser.add_argument("--only", default="", choices=["", "facets", "api"], help="this part alone")
    parser.add_argument("--iati", action="store_true", help="IATI imports instead of packages")
    options = parser.parse_args()
    every = "1000,10000,100000" if options.only == "facets" else "10000,100000"
    sizes = options.sizes or ("1000,10000" if options.quick else every)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are dropped
    template = f"atlas_bench_{os.getpid()}"
    databases = [template]
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    show(HEAD)
    peaks: dict[str, list[float]] = {}
    try:
        with maintenance() as cursor:
            create_database(cursor, template)
        manage("migrate", "-v0", database=template)
        for size in map(int, sizes.split(",")):
            databases.append(f"{template}_{size}")
            with maintenance() as cursor:
                create_database(cursor, databases[-1], template)
            with tempfile.TemporaryDirectory() as folder:
                alone = {"facets": facets_alone, "api": api_alone, "": measure}
                kind = iati if options.iati else alone[options.only]
                for line in kind(size, databases[-1], Path(folder)):
                    show(line.cells())
                    if line.unit == "MB":
                        peaks.setdefault(line.what, []).append(line.value)
            drop_database(databases.pop())
        for what, values in peaks.items():
            if len(values) > 1:
                more = max(values) - min(values)
                label = f"{what.removeprefix('peak ')}, growth"
                show(Line(label, 0, more, "MB", aim=MEMORY, reached=more < MEMORY).cells())
    finally:
        for database in databases:
            drop_database(database)


if __name__ == "__main__":
    main()
