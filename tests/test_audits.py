"""Outside judges of pages: the Nu checker and Lighthouse, where VNU and LIGHTHOUSE name them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

from tests import visits
from tests.test_browser import CHROMIUM

VNU = os.environ.get("VNU")  # a vnu.jar
LIGHTHOUSE = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
STATIC = Path(__file__).resolve().parent.parent / "atlas/static/atlas"
# properties of SVG 2 and of CSS Masking that the checker does not know yet
UNKNOWN = ".*CSS: “(paint-order|mask)”.*"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


@pytest.mark.skipif(not (VNU and shutil.which("java")), reason="no Nu checker: name vnu.jar in VNU")
def test_markup_and_style_are_as_the_standards_want(site, tmp_path):
    visits.withdraw(site)
    for name, path in visits.PUBLIC.items():
        answer = requests.get(site.url + path, headers={"Accept": "text/html"}, timeout=60)
        (tmp_path / f"{name}.html").write_bytes(answer.content)
    for name, path in visits.FILES.items():
        (tmp_path / name).write_bytes(requests.get(site.url + path, timeout=60).content)
    for file in (*STATIC.glob("*.css"), *STATIC.glob("*.svg")):
        shutil.copy(file, tmp_path)
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", VNU, "--also-check-css", "--also-check-svg", "--stdout",
         "--filterpattern", UNKNOWN, tmp_path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert [line.rpartition(f"{tmp_path}/")[2] for line in done.stdout.splitlines()] == []


@pytest.mark.skipif(
    not (LIGHTHOUSE and CHROMIUM), reason="no Lighthouse: name its program in LIGHTHOUSE"
)
@pytest.mark.parametrize("name", ["home", "list", "initiative", "map"])
def test_lighthouse_gives_full_marks(site, tmp_path, name):
    report = tmp_path / "report.json"
    done = subprocess.run(
        [LIGHTHOUSE, site.url + visits.PUBLIC[name], "--quiet", "--output=json",
         f"--output-path={report}", f"--chrome-flags={FLAGS}", "--throttling-method=provided",
         "--only-categories=accessibility,best-practices,seo"],
        env={**os.environ, "CHROME_PATH": CHROMIUM}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(report.read_text())
    lost = {
        audit: said["audits"][audit]["title"]
        for category in said["categories"].values()
        for audit in (entry["id"] for entry in category["auditRefs"] if entry["weight"])
        if said["audits"][audit]["score"] not in (None, 1)
    }
    assert lost == {}
    assert {c["title"]: c["score"] for c in said["categories"].values()} == {
        "Accessibility": 1, "Best Practices": 1, "SEO": 1,
    }  # fmt: skip
