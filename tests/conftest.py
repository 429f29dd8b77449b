"""Strategy: every test starts from the real fixtures, in a database of its own process.

A template database (migrated, with ``fixtures/reference`` and ``fixtures/seeds`` loaded through
the real load) is built once per state of the code and cloned for each worker.  Plain
``django_db`` tests run in a transaction on top of it.  Tests that need real commits take
``committed_db``: a further clone, dropped afterwards.  ``fixtures/corpus`` is in neither: a module
whose tests need it takes ``corpus``.
"""

import hashlib
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
import pytest

from tests.site import Site

ROOT = Path(__file__).resolve().parent.parent


SHAPING = ("models", "migrations", "exchange", "fixtures", "kit", "commands", "querysets")
# in one process: starting Django takes as long as most of these
SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("setup_accounts")
call_command("load", "fixtures/reference")
call_command("load", "fixtures/seeds")
"""
OLD = 6 * 3600  # seconds after which another state's template is dropped


def fingerprint() -> str:
    """Changes with everything that shapes the template database."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ("atlas", "sources", "actors", "initiatives", "fixtures"):
        for file in sorted((ROOT / name).rglob("*")):
            parts = {*file.parts, file.stem}
            if file.suffix in (".py", ".csv") and parts & {*SHAPING} and "admin" not in parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def url_for(database: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + quote(database)))


@contextmanager
def maintenance():
    """A cursor on the maintenance database, outside any transaction."""
    connection = psycopg2.connect(url_for("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def exists(cursor, database: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    return cursor.fetchone() is not None


def manage(*arguments: str, database: str, check: bool = True, **environment: str):
    """Run manage.py in a process of its own against ``database``."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**os.environ, "DATABASE_URL": url_for(database), **environment},
        capture_output=True,
        text=True,
        check=check,
        timeout=300,
    )


def create_database(cursor, name: str, template: str = "template0") -> None:
    locale = " ENCODING 'UTF8' LOCALE 'C.UTF-8'" if template == "template0" else ""
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{locale}')


def drop_database(name: str) -> None:
    with maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_old_templates(cursor) -> None:
    """Templates of other states of the code; young ones may be in use by another run."""
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname LIKE 'atlas_tpl_%' AND datname NOT LIKE '%_half'"
    )
    for name, made in cursor.fetchall():
        if not made or time.time() - int(made) > OLD:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture(scope="session")
def template_database() -> str:
    """The name of the migrated and loaded template; built by the first worker that comes."""
    name = f"atlas_tpl_{fingerprint()}"
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20261122)")
        if not exists(cursor, name):
            drop_old_templates(cursor)
            half = f"{name}_half"
            cursor.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
            create_database(cursor, half)
            done = manage("shell", "-v0", "-c", SET_UP, database=half, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            cursor.execute(f"COMMENT ON DATABASE \"{half}\" IS '{int(time.time())}'")
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def corpus_template(template_database) -> str:
    """The template with ``fixtures/corpus`` on top; built by the first worker that needs it."""
    name = f"{template_database}_corpus"
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20261122)")
        if not exists(cursor, name):
            half = f"{name}_half"
            cursor.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
            create_database(cursor, half, template_database)
            done = manage("load", "fixtures/corpus", database=half, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            cursor.execute(f"COMMENT ON DATABASE \"{half}\" IS '{int(time.time())}'")
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def clone(template: str) -> str:
    name = f"atlas_test_{uuid.uuid4().hex[:12]}"
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20261122)")
        create_database(cursor, name, template)
    return name


@pytest.fixture(scope="session")
def django_db_setup(template_database, django_db_blocker):
    """Point Django at a clone of the template for this worker's whole session."""
    from django.db import connections

    name = clone(template_database)
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
    connection.settings_dict["NAME"] = before
    drop_database(name)


@contextmanager
def connected(template: str, django_db_blocker):
    """Django speaks to a clone of the template, which goes afterwards; yields its name."""
    from django.db import connection

    name = clone(template)
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    yield name
    with django_db_blocker.unblock():
        connection.close()
    connection.settings_dict["NAME"] = before
    drop_database(name)


@pytest.fixture
def committed_db(template_database, django_db_setup, django_db_blocker):
    """A clone in which commits are real; yields its name."""
    with django_db_blocker.unblock(), connected(template_database, django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def corpus(corpus_template, django_db_setup, django_db_blocker):
    """A clone that holds the corpus too, for the ``django_db`` tests of one module."""
    with connected(corpus_template, django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def meadow(template_database, django_db_setup, django_db_blocker):
    """A clone that holds the small package too, for the ``django_db`` tests of one module."""
    from initiatives.exchange.package import load
    from tests.packages import OK

    with connected(template_database, django_db_blocker) as name:
        with django_db_blocker.unblock():
            load(OK)
        yield name


@pytest.fixture(autouse=True)
def static_files(settings):
    """Plain static names: the hashed ones exist only after collectstatic, as in ``site``."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """Databases of tests share versions: nothing that is kept of one serves the next."""
    from django.core.cache import caches

    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture
def api(client):
    """GET a path of the API with a query; returns the response."""

    def get(path: str, **query):
        return client.get(f"/api/v1/{path}", query)

    return get


def signed_in(client, group: str):
    from tests.forms import person

    user = person(group)
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client):
    """A Reviewer, signed in."""
    return signed_in(client, "Reviewer")


@pytest.fixture
def editor(client):
    """An Editor, signed in."""
    return signed_in(client, "Editor")


@pytest.fixture
def tsubame():
    from initiatives.models import Initiative

    return Initiative.objects.get(slug="tsubame")


@pytest.fixture
def source():
    """The source that tells of TSUBAME."""
    from sources.models import Source

    return Source.objects.get(slug="jpcert-tsubame")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole site, started as ``make run`` starts it, in a data folder of its own."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        site.first = site.start()
        yield site
    finally:
        site.remove()
