"""Lighthouse on the site as ``make run`` starts it: marks for speed, the median of some runs.

python -m tests.benchmarks.lighthouse
"""

import json
import os
import shutil
import statistics
import subprocess
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
    """The mark for performance, 0 to 100, of each run."""
    for _ in range(RUNS):
        done = subprocess.run(
            [LIGHTHOUSE, address, "--quiet", "--output=json", "--only-categories=performance",
             f"--chrome-flags={FLAGS}"],
            env={**os.environ, "CHROME_PATH": CHROMIUM}, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
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
            median = statistics.median(marks(site.url + path))
            said = "ok" if median >= AIM else "missed"
            print(f"Lighthouse, performance of {name}: {median:.0f} of 100, aim {AIM}: {said}")
    finally:
        site.remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
