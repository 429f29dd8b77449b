"""``make run``: the first start does all, the second takes seconds, edits survive."""

import os
import subprocess
import sys

import pytest
import requests
from lxml import html as parser

from tests.site import PASSWORD, ROOT

pytestmark = pytest.mark.xdist_group("site")  # one real site a run


def login(site):
    """A signed-in session of the demo editor over real HTTP."""
    session = requests.Session()
    page = session.get(f"{site.url}/admin/login/")
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    done = session.post(
        f"{site.url}/admin/login/?next=/admin/",
        data={"username": "editor", "password": PASSWORD, "csrfmiddlewaretoken": token},
        headers={"Referer": f"{site.url}/admin/login/"},
    )
    assert done.status_code == 200 and "/admin/" in done.url and "login" not in done.url
    return session


def test_first_start_loads_the_seed_records_and_prints_the_demo_editor(site):
    assert site.demo_password() == PASSWORD
    for slug in ("jaif", "ajcd", "ajccbc", "tsubame"):
        assert requests.get(f"{site.url}/initiatives/{slug}/").status_code == 200
        assert requests.get(f"{site.url}/api/v1/initiatives/{slug}/").status_code == 200


def test_an_edit_made_in_the_admin_survives_a_restart(site):
    session = login(site)
    listing = session.get(f"{site.url}/admin/sources/publisher/?q=nikkei").text
    path = listing.split("/admin/sources/publisher/")
    number = next(p.split("/")[0] for p in path if p.split("/")[0].isdigit())
    form_url = f"{site.url}/admin/sources/publisher/{number}/change/"
    form = session.get(form_url).text
    fields = form_values(form)
    fields["reliability_reason"] = "Edited before the restart."
    done = session.post(form_url, data=fields, headers={"Referer": form_url})
    assert done.status_code == 200 and "errornote" not in done.text
    site.stop()
    site.start()
    assert site.said().count("Loading reference") == 1, "the second start loads nothing again"
    again = login(site).get(form_url).text
    assert "Edited before the restart." in again


def form_values(html: str) -> dict[str, str]:
    """The values a browser would send back for the page's main form."""
    form = next(f for f in parser.fromstring(html).forms if f.get("id", "").endswith("_form"))
    return {name: value or "" for name, value in form.form_values()} | {"_save": "Save"}


def start_with(**environment) -> subprocess.CompletedProcess:
    clean = {k: v for k, v in os.environ.items() if k not in ("SECRET_KEY", "DEBUG")}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "atlas.settings", **environment},
        capture_output=True,
        text=True,
    )


def test_production_without_a_secret_refuses_to_start_and_says_what_to_set():
    done = start_with()
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_a_senseless_switch_is_refused_by_name():
    done = start_with(SECRET_KEY="x" * 50, DEBUG="perhaps")
    assert done.returncode != 0 and "DEBUG" in done.stderr


def test_check_deploy_is_clean():
    clean = {k: v for k, v in os.environ.items() if k not in ("HTTPS", "DEBUG")}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**clean, "SECRET_KEY": "k3y" + os.urandom(40).hex()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_taken_port_is_named(site):
    done = subprocess.run(
        [sys.executable, "-m", "atlas.start"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(site.port), "ATLAS_DATA": str(site.data)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"port {site.port} is in use" in done.stderr
