"""The site behind gunicorn on a loopback port, on a database of its own, as scripts meet it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

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


def wait_for(url: str, process: subprocess.Popen, log, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())
