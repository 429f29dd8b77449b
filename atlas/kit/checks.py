"""System checks: the database must be one that search and history can live with."""

from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections, transaction

AHEAD = """
    SELECT max(xid) >= txid_snapshot_xmax(txid_current_snapshot()) FROM kit_commitorder
"""


@register(Tags.database, deploy=False)
def database_is_suitable(app_configs=None, databases=None, **kwargs):
    """PostgreSQL 15+, UTF8, and a locale in which trigrams of Japanese exist."""
    errors = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.pg_version < 150000:
            errors.append(Error("PostgreSQL 15 or newer is needed.", id="kit.E001"))
        if _asked(connection, "SHOW server_encoding") != "UTF8":
            errors.append(Error("The database encoding must be UTF8.", id="kit.E002"))
        if _asked(connection, "SELECT cardinality(show_trgm('日本'))") == 0:
            errors.append(
                Error(
                    "This database's locale cannot search Japanese names.",
                    hint="CREATE DATABASE … TEMPLATE template0 LOCALE 'C.UTF-8'",
                    id="kit.E003",
                )
            )
    return errors


@register(Tags.database, deploy=False)
def history_is_behind_the_server(app_configs=None, databases=None, **kwargs):
    """Transactions are ordered by number, which a restored dump brings from another server."""
    return [
        Error(
            "The history holds transactions that this server has not reached yet: what is"
            " written now would be filed before it.",
            hint="README, Backup and restore: pg_resetwal --epoch",
            id="kit.E004",
        )
        for alias in databases or []
        if _asked(connections[alias], AHEAD)
    ]


def _asked(connection, sql: str):
    """The one value; None before the first migration, when tables and extensions are missing."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    except DatabaseError:
        return None
