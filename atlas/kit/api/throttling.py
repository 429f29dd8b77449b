"""How often one reader may ask, counted for all processes of this host in one small file.

The file is no database of ours: reading the atlas must cost no write there.  It holds keyed
hashes of network addresses, each for a minute or two.  Where it cannot be used, nobody is refused.
"""

import logging
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from atlas.kit.visitors import sender_of, visitor

WINDOW = 60  # seconds
TABLE = """CREATE TABLE IF NOT EXISTS spent
    (who TEXT PRIMARY KEY, since INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID"""
SPEND = """INSERT INTO spent VALUES (?, ?, 1) ON CONFLICT (who) DO UPDATE SET
    count = CASE WHEN since = excluded.since THEN count + 1 ELSE 1 END, since = excluded.since
    RETURNING count"""
FORGET = "DELETE FROM spent WHERE since < ?"

logger = logging.getLogger(__name__)
_own = threading.local()


@dataclass(frozen=True)
class Rate:
    """What is left to one reader: ``most`` requests a window, ``left`` of them, for ``seconds``."""

    policy: str
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF draft of the fields RateLimit and RateLimit-Policy has them."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.seconds}',
        }


class Throttle(BaseThrottle):
    """So many requests a minute; ``reader`` says whom a request counts for."""

    def allow_request(self, request, view) -> bool:
        policy, who, most = self.reader(request)
        if not most:
            return True
        now = time.time()
        since = int(now // WINDOW)
        spent = spend(settings.DATA_FOLDER / "reads.sqlite3", f"{policy}:{who}", since)
        self.seconds = int((since + 1) * WINDOW - now) + 1
        request.rate = Rate(policy, most, max(0, most - spent), self.seconds)
        return spent <= most

    def reader(self, request) -> tuple[str, str, int]:
        """(name of the policy, who, most requests a window or 0 for any number)."""
        raise NotImplementedError

    def wait(self) -> int:
        return self.seconds


class ReadThrottle(Throttle):
    """Counts for the address that asks."""

    def reader(self, request):
        return "address", sender_of(visitor(request)), settings.ATLAS_READS_A_MINUTE


class WriteThrottle(Throttle):
    """Counts for the token that writes, whatever address it is used from."""

    def reader(self, request):
        return "token", sender_of(request.auth.digest), settings.ATLAS_WRITES_A_MINUTE


def spend(file: Path, who: str, since: int) -> int:
    """Count one request of ``who`` in the window that began at ``since``; how many now."""
    try:
        with counter(file) as connection:
            [(count,)] = connection.execute(SPEND, (who, since)).fetchall()
            if count == 1:
                connection.execute(FORGET, (since - 1,))
        return count
    except sqlite3.Error:
        logger.warning("Reads are not counted: %s cannot be used", file, exc_info=True)
        return 0


def counter(file: Path) -> sqlite3.Connection:
    """This thread's connection to the file."""
    if getattr(_own, "file", None) != file:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=2)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # a crash may forget a minute's counts
        connection.execute(TABLE)
        _own.connection, _own.file = connection, file
    return _own.connection
