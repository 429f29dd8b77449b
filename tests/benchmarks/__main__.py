"""Timings as ratios against peers of the same run, since machines differ and are busy.

    python -m tests.benchmarks [--quick] [--iati] [--sizes 10000,100000]
        [--only facets|pictures|api] [--requests 200] [--keep]

Load and dump are measured against raw COPY of the same files (``peers`` says what that is), in a
database of their own that is dropped afterwards.  COPY runs before and after; the mean counts.
IATI imports are measured against parsing and validating the same file, before and after.
"""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from tests import environment  # noqa: F401  sets the environment before Django is configured

os.environ["DJANGO_SETTINGS_MODULE"] = "atlas.settings"

import django

django.setup()

from tests.benchmarks.lines import HEAD, Line, show  # noqa: E402
from tests.benchmarks.measures import ALONE, iati, measure  # noqa: E402
from tests.benchmarks.running import Asked  # noqa: E402
from tests.conftest import create_database, drop_database, maintenance, manage  # noqa: E402

SIZES = {"facets": "1000,10000,100000", "pictures": "10000", "admin": "100,10000"}
MEMORY = 20  # MB that the largest load or export may need more than the smallest


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 records only")
    parser.add_argument("--sizes", default="", help="records, separated by commas")
    parser.add_argument("--only", default="", choices=["", *ALONE], help="this part alone")
    parser.add_argument("--iati", action="store_true", help="IATI imports instead of packages")
    parser.add_argument("--requests", type=int, default=200, help="of each list, for --only facets")
    parser.add_argument(
        "--keep", action="store_true", help="with --only facets or pictures: databases stay"
    )
    options = parser.parse_args()
    if options.keep and options.only not in ("facets", "pictures"):
        parser.error("--keep goes with --only facets or --only pictures")
    return options


def main() -> None:
    options = asked()
    Asked.requests, Asked.keep = options.requests, options.keep
    kind = iati if options.iati else ALONE.get(options.only, measure)
    every = SIZES.get(options.only, "10000,100000")
    sizes = options.sizes or ("1000,10000" if options.quick else every)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are dropped
    template = f"atlas_bench_{os.getpid()}"
    databases = [template]
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    show(HEAD)
    peaks: dict[str, list[float]] = {}
    try:
        if not options.keep:
            with maintenance() as cursor:
                create_database(cursor, template)
            manage("migrate", "-v0", database=template)
        for size in map(int, sizes.split(",")):
            if not options.keep:
                databases.append(f"{template}_{size}")
                with maintenance() as cursor:
                    create_database(cursor, databases[-1], template)
            with tempfile.TemporaryDirectory() as folder:
                for line in kind(size, databases[-1], Path(folder)):
                    show(line.cells())
                    if line.unit == "MB":
                        peaks.setdefault(line.what, []).append(line.value)
            if not options.keep:
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
