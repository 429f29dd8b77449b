"""What is measured, a generator of lines for each part."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import api, searchers
from tests.benchmarks.generate import write
from tests.benchmarks.lines import Line
from tests.benchmarks.peers import Peer
from tests.benchmarks.pictures import compared
from tests.benchmarks.running import NO_GATE, PUBLISH, PUBLISH_QUIETLY, Asked, publish, work
from tests.conftest import create_database, exists, maintenance, manage, url_for
from tests.iati_files import many

TIMES = 10  # load and dump: at most so many times COPY ...
LARGE = 100_000  # ... of so many records; what a load costs whatever its size weighs less there
PAGES_UP_TO = 10_000  # records; more would only measure how long publishing them takes
IATI_TIMES, IATI_MEMORY = 5, 300  # times parsing and validating; MB
EXPORT_TIMES = 5  # an export: at most so many times COPY of the same tables
EXPORT_MEMORY = 300  # MB an export may need


def measure(size: int, database: str, folder: Path) -> Iterator[Line]:
    """Everything about one size."""
    package = folder / "package"
    write(size, package)
    peer = Peer(url_for(database), package)
    copies = [peer.copy_in()]
    first = work("load", database, package)
    copies.append(peer.copy_in())
    copy_in = sum(copies) / 2
    aim = TIMES if size >= LARGE else None
    yield Line("load, empty database", size, first["seconds"], "s", "COPY in", copy_in, aim)
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
    yield Line("peak memory of load", size, first["peak"], "MB")


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


def loaded(size: int, database: str, folder: Path) -> None:
    write(size, folder / "package")
    work("load", database, folder / "package")


def api_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    loaded(size, database, folder)
    publish(database, PUBLISH_QUIETLY)
    yield from reading(size, database)


def reading(size: int, database: str) -> Iterator[Line]:
    """The API's list against a plain one, its last pages against its first, NDJSON and its rows."""
    found = work("api", database)
    plain = "ModelSerializer"
    for what, ours, theirs in (("one word", "ours", "plain"), ("whole", "whole", "plain whole")):
        label = f"list of 50, {what}"
        yield Line(label, size, found[ours], "ms", plain, found[theirs], 1 / api.FASTER)
    few = found["queries"] <= api.QUERIES
    yield Line("its queries", size, found["queries"], "", aim=api.QUERIES, reached=few)
    yield Line("page 1,000 or last", size, found["deep"], "ms", "page 1", found["whole"], 1.2)
    rows = "psycopg2, same rows"
    yield Line("ndjson", size, found["ndjson"], "s", rows, found["rows"], api.READING)


def facets(size: int, database: str, folder: Path) -> Iterator[Line]:
    """Lists with counts against Datasette and DuckDB on the same records; pages that are kept."""
    publish(database)
    yield from facet_lines(size, database, folder)


def facet_lines(size: int, database: str, folder: Path) -> Iterator[Line]:
    """The same where everything is public already."""
    ours = work("facets", database, folder, Asked.requests)
    theirs = searchers.measure(folder, Asked.requests)
    for name, aims in searchers.AIMS.items():
        aim = 1 / aims[size] if size in aims else None
        for peer, value in theirs[name].items():
            yield Line(name, size, ours[name], "ms", peer, value, aim if peer != "DuckDB" else 1)
            if peer == "Datasette":
                late = f"{name}, after a write"
                yield Line(f"{name}, written", size, ours[late], "ms", peer, value, aim)
    for name in ("index built anew", "filtered list"):
        yield Line(name, size, ours[name], "ms")
    growth = searchers.GROWTH
    if growth and size == LARGE:
        yield Line("filtered list, growth", size, ours["filtered list"], "ms", "10,000", growth, 2)
    if size == LARGE // 10:
        searchers.GROWTH = ours["filtered list"]
    for name, aim in (("list, kept", 2), ("record, kept", 2)):
        yield Line(name, size, ours[name], "ms", "empty view", ours["empty view"], aim)
    empty = ours["empty view of made"]
    yield Line("record, made", size, ours["record, made"], "ms", "empty view", empty, 10)
    yield Line("memory of the index", size, ours["index"], "MB")


def facets_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    if Asked.keep:
        yield from facet_lines(size, stay(size), folder)
        return
    loaded(size, database, folder)
    yield from facets(size, database, folder)


def stay(size: int) -> str:
    """A database of so many public records that the next run finds again; migrated, made if new."""
    name = f"atlas_bench_kept_{size}"
    with maintenance() as cursor:
        if exists(cursor, name):
            if manage("migrate", "--check", database=name, check=False).returncode:
                manage("migrate", "-v0", database=name)  # puts the gate back
            publish(name, NO_GATE)
            return name
        half = f"{name}_half"
        cursor.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
        create_database(cursor, half)
        manage("migrate", "-v0", database=half)
        with tempfile.TemporaryDirectory() as folder:
            write(size, Path(folder))
            work("load", half, folder)
        publish(half)
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


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
    yield from pictures(size, database)


def pictures_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    if Asked.keep:
        yield from pictures(size, stay(size))
        return
    loaded(size, database, folder)
    publish(database, PUBLISH_QUIETLY)
    yield from pictures(size, database)


def pictures(size: int, database: str) -> Iterator[Line]:
    """Each picture of everything against the bare SQL of its numbers, then as it is kept."""
    for what, value, peer, against, aim in compared(work("pictures", database)):
        yield Line(what, size, value, "ms", peer, against, aim)


DESK: dict[str, float] = {}  # milliseconds at the smallest size


def desk_alone(size: int, database: str, folder: Path) -> Iterator[Line]:
    """The desk's pages, which may not take longer than twice what few records take."""
    loaded(size, database, folder)
    found = work("desk", database)
    del found["peak"]
    for name, took in found.items():
        few = DESK.setdefault(name, took)
        peer = ("few records", few, 2) if few != took else ()
        yield Line(f"desk: {name}", size, took, "ms", *peer)


ALONE = {
    "facets": facets_alone,
    "pictures": pictures_alone,
    "api": api_alone,
    "admin": desk_alone,
}
