"""docs/api.md: each example is run against the site, by the tool it is written for.

What it promises of writers who meet is tried there too, since the site has two workers.
"""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.conftest import clone, drop_database, url_for
from tests.serving import serving, token_in
from tests.site import ROOT

CHAPTER = (ROOT / "docs" / "api.md").read_text()
TOOLS = Path(os.environ.get("API_TOOLS") or "nowhere") / "py" / "bin"
BLOCKS = [
    pytest.param(language, text, id=f"{language}-{number}")
    for number, (language, text) in enumerate(re.findall(r"```(\w+)\n(.*?)```", CHAPTER, re.S))
    if language in ("sh", "python", "sql", "r")
]
# DuckDB finds the extension on the network; here it comes as a package of the same version
DUCKDB = """
import sys, duckdb
from duckdb_extensions import import_extension
import_extension("httpfs")
duckdb.execute("LOAD httpfs")
for query in sys.argv[1].split(";")[:-1]:
    rows = duckdb.sql(query).fetchall()
    assert rows, query
    print(rows)
"""

pytestmark = pytest.mark.xdist_group("http")


@pytest.fixture(scope="module")
def url(template_database, tmp_path_factory):
    name = clone(template_database)
    folder = tmp_path_factory.mktemp("chapter")
    try:
        os.environ["ATLAS_TOKEN"] = token_in(name)
        with serving(url_for(name), folder / "log", ATLAS_DATA=str(folder)) as address:
            yield address
    finally:
        drop_database(name)


def command(language: str, text: str) -> list[str]:
    needed = {"sh": "curl", "r": "Rscript"}.get(language, str(TOOLS / "python"))
    if not shutil.which(needed):
        pytest.skip(f"{needed} is not here (.ci/run installs what API_TOOLS names)")
    if language == "sh":
        return ["bash", "-euo", "pipefail", "-c", text]
    if language == "sql":
        return [needed, "-c", DUCKDB, text]
    return [needed, "-e" if language == "r" else "-c", text]


@pytest.mark.parametrize("language, text", BLOCKS)
def test_every_example_does_what_it_says(url, tmp_path, language, text):
    done = subprocess.run(
        command(language, text.replace("http://127.0.0.1:8000", url)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "/problems" not in done.stdout and '"errors"' not in done.stdout
    if "--etag-save" in text:
        assert done.stdout.endswith("304\n")
    elif "sent again" in text:
        assert "409 /api/v1/initiatives/harbour-watch/\n" in done.stdout
    elif language == "sh" and "-sOJ" in text:
        assert [file.stat().st_size > 1000 for file in tmp_path.iterdir()] == [True]
    else:
        assert len(done.stdout) > 20


def test_of_two_writers_at_once_one_reads_again_and_nothing_is_lost(url):
    """Both hold the same state and send at the same moment, to whichever worker comes first."""
    writer = {"Authorization": f"Token {os.environ['ATLAS_TOKEN']}"}
    new = {"title": "Race", "kind": "project"}
    made = requests.post(f"{url}/api/v1/initiatives/", json=new, headers=writer, timeout=20)
    assert made.status_code == 201, made.text
    place, parts = made.headers["Location"], ("summary", "objectives")

    def send(name: str, text: str, etag: str) -> int:
        meant = {**writer, "If-Match": etag}
        return requests.patch(place, json={name: text}, headers=meant, timeout=20).status_code

    def read() -> tuple[dict, str]:
        answer = requests.get(f"{place}document/", headers=writer, timeout=20)
        return answer.json(), answer.headers["ETag"]

    for number in map(str, range(4)):
        before, etag = read()
        with ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(send, parts, [number] * 2, [etag] * 2))
        assert sorted(codes) == [200, 412], codes
        first, second = parts if codes[0] == 200 else parts[::-1]
        now, etag = read()
        assert now == before | {first: number}
        assert send(second, number, etag) == 200
        assert read()[0] == before | dict.fromkeys(parts, number)
