"""``make run``: everything a first start needs, then the site on a loopback port.

Environment: PORT, DATABASE_URL, SECRET_KEY, ALLOWED_HOSTS, DEBUG, ATLAS_DATA, ATLAS_DEMO_PASSWORD,
ATLAS_APPROVE_OWN, ATLAS_SECOND_FACTOR.
"""

import hashlib
import io
import os
import secrets
import socket
import sys
import time
from pathlib import Path

from atlas.postgres import BASE_DIR, PostgresError, data_root, ensure_url

WORKERS, THREADS = "2", "4"
BEGAN = time.monotonic()


def say(line: str) -> None:
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {line}", flush=True)


def main() -> int:
    port = os.environ.get("PORT", "8000")
    try:
        check_port(port)
        say("Starting the database")
        prepare_environment()
    except (PostgresError, ValueError, OSError) as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    prepare_site()
    return serve(port)


def check_port(port: str) -> None:
    """Say at once when the port is taken, not after a minute of work."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"PORT={port}: use a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise ValueError(
                f"port {port} is in use. Try: PORT={int(port) + 1} make run"
            ) from error


def prepare_environment() -> None:
    """Set what the settings need; a secret is made once and kept in the data folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
    os.environ.setdefault("HTTPS", "0")  # plain HTTP on loopback
    os.environ.setdefault("ATLAS_APPROVE_OWN", "1")  # a newcomer is alone
    os.environ.setdefault("ATLAS_SECOND_FACTOR", "0")  # and only looks around
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = kept_secret(data_root())
    ensure_url()


def kept_secret(folder: Path) -> str:
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text().strip()


def prepare_site() -> None:
    """Tables, fixtures, accounts, static files; each step does nothing when it is done already."""
    import django
    from django.core.management import call_command

    django.setup()
    say("Preparing the tables")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("check", "--database", "default", stdout=io.StringIO())
    call_command("load_fixtures")
    call_command("setup_accounts", "--demo")
    if os.environ.get("DEBUG", "") in ("", "0"):
        collect_static(call_command)


def collect_static(call_command) -> None:
    """Collect and hash the static files, unless they are those of the last start."""
    digest = hashlib.sha256((BASE_DIR / "requirements.lock").read_bytes())
    for file in sorted((BASE_DIR / "atlas" / "static").rglob("*")):
        digest.update(file.read_bytes() if file.is_file() else b"")
    stamp = data_root() / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Collecting static files")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest.hexdigest())


def serve(port: str) -> int:
    """Hand this process over to the server: gunicorn, or Django's own with DEBUG=1."""
    say(f"Cyber Capacity Atlas: http://127.0.0.1:{port}/   (stop with Ctrl-C)")
    if os.environ.get("DEBUG", "") not in ("", "0"):
        command = ["manage.py", "runserver", f"127.0.0.1:{port}"]
    else:
        command = ["-m", "gunicorn", "atlas.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", WORKERS, "--threads", THREADS, "--log-level", "warning"]
        command += ["--limit-request-line", "8190"]
    os.execv(sys.executable, [sys.executable, *command])


if __name__ == "__main__":
    sys.exit(main())
