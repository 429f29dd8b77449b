"""The data version as a request knows it: read once, before anything else is read.

What is read afterwards is of that version or a later one, so an ETag made of it is never newer
than the answer that carries it.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

STATE = (
    "SELECT version, changed_at, clock_timestamp(), txid_current_if_assigned() FROM kit_dataversion"
)


@dataclass(frozen=True)
class DataState:
    """The data version, when it was reached, the database's clock, and whether this transaction
    has written anything (its readers then see what nobody else sees)."""

    version: int
    changed_at: datetime
    now: datetime
    wrote: bool


_asked: ContextVar[DataState | None] = ContextVar("state of the data in this request", default=None)


def read() -> DataState:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        version, changed_at, now, transaction = cursor.fetchone()
    return DataState(version, changed_at, now, connection.in_atomic_block and bool(transaction))


def asked() -> DataState:
    """What this request read already, else what is so now."""
    return _asked.get() or read()


@contextmanager
def remembered(state: DataState):
    """``asked`` gives this state inside the block."""
    token = _asked.set(state)
    try:
        yield
    finally:
        _asked.reset(token)
