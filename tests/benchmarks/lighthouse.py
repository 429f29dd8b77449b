"""Lighthouse on the site as ``make run`` starts it: marks for speed, the median of some runs.

python -m tests.benchmarks.lighthouse
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.site import Site
from tests.test_audits import FLAGS, LIGHTHOUSE
from tests.test_browser import CHROMIUM

PAGES = {"home": "/", "list": "/initiatives/", "record": "/initiatives/ajccbc/"}
RUNS = 5
AIM = 98  # of 100, with the slow network and processor of a phone that Lighthouse makes believe


def marks(address: str) -> Iterator[float]:
    """The mark for performance, 0 to 100, of each run; one that Chromium broke off is said."""
    for _ in range(RUNS):
        done = subprocess.run(
            [LIGHTHOUSE, address, "--quiet", "--output=json", "--only-categories=performance",
             f"--chrome-flags={FLAGS}"],
            env={**os.environ, "CHROME_PATH": CHROMIUM}, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            print(f"a run on {address} failed: {done.stderr.decode()[-300:]}", file=sys.stderr)
            continue
        yield json.loads(done.stdout)["categories"]["performance"]["score"] * 100


def main() -> None:
    if not (LIGHTHOUSE and CHROMIUM):
        print("Lighthouse is not measured: name its program in LIGHTHOUSE, and have Chromium")
        return
    folder = Path(tempfile.mkdtemp())
    site = Site(folder)
    try:
        site.start(600)
        for name, path in PAGES.items():
            found = list(marks(site.url + path))
            median = statistics.median(found) if found else 0
            said = "ok" if median >= AIM else "missed"
            mark = f"{median:.0f} of 100, median of {len(found)}"
            print(f"Lighthouse, performance of {name}: {mark}, aim {AIM}: {said}")
    finally:
        site.remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
