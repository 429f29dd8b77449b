"""System checks: the database must be one that search and history can live with."""

from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections


@register(Tags.database, deploy=False)
def database_is_suitable(app_configs=None, databases=None, **kwargs):
    """PostgreSQL 15+, UTF8, and a locale in which trigrams of Japanese exist."""
    errors = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.pg_version < 150000:
            errors.append(Error("PostgreSQL 15 or newer is needed.", id="kit.E001"))
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            if cursor.fetchone()[0] != "UTF8":
                errors.append(Error("The database encoding must be UTF8.", id="kit.E002"))
            try:
                cursor.execute("SELECT cardinality(show_trgm('日本'))")
                found = cursor.fetchone()[0]
            except DatabaseError:
                continue  # before the first migration pg_trgm is not there yet
            if not found:
                errors.append(
                    Error(
                        "This database's locale cannot search Japanese names.",
                        hint="CREATE DATABASE … TEMPLATE template0 LOCALE 'C.UTF-8'",
                        id="kit.E003",
                    )
                )
    return errors
