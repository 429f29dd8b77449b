"""Other people's tools read our description: linters, and clients that are generated from it.

They are no part of the lock: ``.ci/run`` installs them into the folder that ``API_TOOLS`` names
(``py/bin``, ``npm/node_modules/.bin``); without it these tests say that they are skipped.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

from tests.conftest import clone, drop_database, url_for
from tests.serving import serving
from tests.site import ROOT

TOOLS = Path(os.environ.get("API_TOOLS") or "nowhere")
PYTHON, NODE = TOOLS / "py" / "bin", TOOLS / "npm" / "node_modules" / ".bin"
DESCRIPTION = ROOT / "tests" / "openapi.yaml"
CLIENTS = ROOT / "tests" / "data" / "clients"

pytestmark = pytest.mark.xdist_group("http")


def needs(*programs) -> pytest.MarkDecorator:
    missing = [str(each) for each in programs if not shutil.which(each)]
    return pytest.mark.skipif(bool(missing), reason=f"API_TOOLS has no {', '.join(missing)}")


def run(*command, cwd, **environment) -> str:
    path = f"{PYTHON}:{NODE}:{os.environ['PATH']}"
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def url(template_database, tmp_path_factory):
    name = clone(template_database)
    folder = tmp_path_factory.mktemp("clients")
    try:
        with serving(url_for(name), folder / "log", ATLAS_DATA=str(folder)) as address:
            yield address
    finally:
        drop_database(name)


@pytest.fixture(scope="module")
def expected(url):
    """The same by plain JSON."""

    def get(path: str) -> dict:
        return requests.get(f"{url}/api/v1/{path}", timeout=20).json()

    record, first = (
        get("initiatives/ajccbc/"),
        get("participations/?initiative=ajccbc")["results"][0],
    )
    return {
        "title": record["title"],
        "evidence": sorted(record["evidence"]),
        "paid": [row["slug"] for row in get("initiatives/?funder=jaif")["results"]],
        "disputed": get("initiatives/?evidence=disputed")["count"],
        "sums": [
            [r["key"], r["amount"]] for r in get("funding-links/?initiative=ajccbc")["results"]
        ],
        "actor": [first["actor"], first["actor_label"]],
        "wrong": "country",
    }


@needs(NODE / "redocly")
def test_redocly_finds_nothing():
    rules = ROOT / ".ci" / "redocly.yaml"
    said = run("redocly", "lint", DESCRIPTION, "--config", rules, "--format", "json", cwd=ROOT)
    assert json.loads(said)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


@needs(NODE / "spectral")
def test_spectral_finds_nothing():
    rules = ROOT / ".ci" / "spectral.yaml"
    run("spectral", "lint", DESCRIPTION, "-r", rules, "--fail-severity", "hint", cwd=ROOT)


@needs(PYTHON / "openapi-python-client")
def test_openapi_python_client(url, expected, tmp_path):
    command = ["openapi-python-client", "generate", "--path", DESCRIPTION, "--meta", "none"]
    run(*command, "--fail-on-warning", "--output-path", tmp_path / "atlas_opc", cwd=tmp_path)
    program = CLIENTS / "openapi_python_client.py"
    run(PYTHON / "python", "-m", "compileall", "-q", "atlas_opc", cwd=tmp_path)
    said = run(PYTHON / "python", program, url, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert json.loads(said) == expected


@needs(PYTHON / "openapi-generator-cli", "java")
def test_openapi_generator_for_python(url, expected, tmp_path):
    command = ["openapi-generator-cli", "generate", "-g", "python", "-i", DESCRIPTION]
    run(*command, "-o", tmp_path, "--additional-properties=packageName=atlas_client", cwd=tmp_path)
    run(PYTHON / "python", "-m", "compileall", "-q", "atlas_client", cwd=tmp_path)
    program = CLIENTS / "openapi_generator.py"
    said = run(PYTHON / "python", program, url, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert json.loads(said) == expected


@needs(PYTHON / "openapi-generator-cli", NODE / "tsc", "java", "node")
def test_openapi_generator_for_typescript(url, expected, tmp_path):
    command = ["openapi-generator-cli", "generate", "-g", "typescript-fetch", "-i", DESCRIPTION]
    more = "--additional-properties=importFileExtension=.js"
    run(*command, "-o", tmp_path / "atlas", more, cwd=tmp_path)
    shutil.copy(CLIENTS / "openapi_generator.ts", tmp_path / "main.ts")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copytree(TOOLS / "npm" / "node_modules" / "@types", tmp_path / "node_modules" / "@types")
    options = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]
    options += ["--lib", "es2022,dom", "--types", "node", "--rootDir", ".", "--outDir", "out"]
    run("tsc", *options, "main.ts", cwd=tmp_path)
    assert json.loads(run("node", "out/main.js", url, cwd=tmp_path)) == expected
