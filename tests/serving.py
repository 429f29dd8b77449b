"""The site behind gunicorn on a loopback port, on a database of its own, as scripts meet it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import psycopg2
import requests
from knox.crypto import create_token_string, hash_token
from knox.settings import CONSTANTS

from tests.conftest import url_for
from tests.site import ROOT, free_port


@contextmanager
def serving(database_url: str, log, *, workers: int = 2, **environment: str):
    """Yields the address; ``log`` is the file that gunicorn writes to."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with open(log, "w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "atlas.wsgi", "--bind", f"127.0.0.1:{port}"]
            + ["--workers", str(workers), "--threads", "4", "--log-level", "warning"]
            + ["--limit-request-line", "8190", "--graceful-timeout", "2"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"{url}/healthz", process, log)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def token_in(database: str) -> str:
    """A token with every right in that database."""
    token = create_token_string()
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (username, password, first_name, last_name, email,"
            " is_superuser, is_staff, is_active, date_joined)"
            " VALUES ('writer', '', '', '', '', true, true, true, now()) RETURNING id"
        )
        [user] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO accounts_authtoken (digest, token_key, user_id, created, name, scopes)"
            " VALUES (%s, %s, %s, now(), '', '{publish}')",
            [hash_token(token), token[: CONSTANTS.TOKEN_KEY_LENGTH], user],
        )
    connection.close()
    return token


def wait_for(url: str, process: subprocess.Popen, log, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def asking(url: str, visitor: str):
    """Sends one request from an address of its own; nothing is followed or unpacked."""

    def send(path: str, method: str = "GET", **headers):
        given = {"X-Forwarded-For": f"198.51.100.1, {visitor}", "Accept-Encoding": "identity"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = requests.request(
            method, f"{url}{path}", headers=given, allow_redirects=False, timeout=20, stream=True
        )
        answer.wire = answer.raw.read(decode_content=False)
        return answer

    return send


def held(database: str) -> int:
    """Transactions that stand open in the site's database."""
    with psycopg2.connect(url_for("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND xact_start IS NOT NULL",
            [database],
        )
        [found] = cursor.fetchone()
    connection.close()
    return found
