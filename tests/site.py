"""The site as a visitor meets it: started by ``make run``'s own program, on a loopback port."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
from django.contrib.auth.hashers import make_password

from atlas.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-password-for-tests-only"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """``python -m atlas.start`` with a data folder of its own; start, stop, start again."""

    def __init__(self, data: Path):
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None
        self.output = ""

    def start(self, timeout: float = 120) -> float:
        """Start and wait until it answers; return the seconds that took."""
        began = time.monotonic()
        environment = {
            k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")
        }
        self.log = open(self.data / "site.log", "a+")  # noqa: SIM115  closed by stop
        self.process = subprocess.Popen(
            [sys.executable, "-m", "atlas.start"],
            cwd=ROOT,
            env={
                **environment,
                "PORT": str(self.port),
                "ATLAS_DATA": str(self.data),
                "ATLAS_DEMO_PASSWORD": PASSWORD,
                "DEBUG": "0",
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - began > timeout:
                raise AssertionError((self.data / "site.log").read_text())
            time.sleep(0.1)
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """End the web server; the database goes on, as after Ctrl-C."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
        self.log.close()

    def said(self) -> str:
        return (self.data / "site.log").read_text()

    def remove(self) -> None:
        """Stop everything and take the data away."""
        self.stop()
        server = Server(self.data)
        server.stop()
        if server.base != server.home:
            shutil.rmtree(server.base, ignore_errors=True)

    def account(self, name: str, group: str) -> None:
        """Somebody new, in one of the editors' groups, with the password of all tests."""
        with psycopg2.connect(Server(self.data).url) as database, database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_user (username, password, first_name, last_name, email,"
                " is_superuser, is_staff, is_active, date_joined) VALUES"
                " (%s, %s, '', '', '', false, true, true, now()) RETURNING id",
                [name, make_password(PASSWORD)],
            )
            cursor.execute(
                "INSERT INTO accounts_user_groups (user_id, group_id)"
                " SELECT %s, id FROM auth_group WHERE name = %s",
                [cursor.fetchone()[0], group],
            )
        database.close()

    def demo_password(self) -> str:
        return re.search(r"Demo editor: editor / (\S+)", self.said()).group(1)
