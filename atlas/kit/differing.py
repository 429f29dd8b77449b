"""Accounts that differ: statements on one subject that cannot all hold.

``disagreeing_statements`` groups those that a page has read; ``differing_sql`` finds the records
that have such a group, by the same rule, for filters and lists.  Tests hold the two together.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection

from atlas.kit.facts import REGISTRY

STATEMENTS, EVENTS = "initiatives_statement", "initiatives_event"  # of every noun


def disagreeing_statements(statements: Iterable) -> list[list]:
    """Groups of statements that cannot all hold: one subject, one property, other values.

    Numbers of one unit disagree unless they are about different dates (a series); dates disagree
    unless one contains the other; without number and date the words are compared.
    """
    groups: dict[tuple, list] = defaultdict(list)
    for statement in statements:
        subject = (statement.initiative_id, statement.actor_id, statement.event_id)
        groups[(*subject, statement.property, statement.unit)].append(statement)
    return [
        group
        for group in groups.values()
        if any(_disagree(a, b) for i, a in enumerate(group) for b in group[:i])
    ]


def _disagree(a, b) -> bool:
    same_time = not a.date or not b.date or _contains(a, b) or _contains(b, a)
    if a.number is not None and b.number is not None:
        return a.number != b.number and same_time
    if a.number is None and b.number is None:
        if a.date and b.date:
            return not same_time
        return not a.date and not b.date and _plain(a.value) != _plain(b.value)
    return False


def _contains(a, b) -> bool:
    low, high = datetime.date.min, datetime.date.max
    return (a.date_earliest or low) <= (b.date_earliest or low) and (b.date_latest or high) <= (
        a.date_latest or high
    )


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


# _contains, _plain and _disagree of two rows a and b
_WITHIN = (
    "(coalesce({0}.date_earliest, '-infinity') <= coalesce({1}.date_earliest, '-infinity')"
    " AND coalesce({1}.date_latest, 'infinity') <= coalesce({0}.date_latest, 'infinity'))"
)
_SAME_TIME = (
    f"(a.date = '' OR b.date = '' OR {_WITHIN.format('a', 'b')} OR {_WITHIN.format('b', 'a')})"
)
_WORDS = "btrim(regexp_replace(lower({0}.value), '\\s+', ' ', 'g'))"
_DISAGREE = f"""CASE
    WHEN a.number IS NOT NULL AND b.number IS NOT NULL THEN a.number <> b.number AND {_SAME_TIME}
    WHEN a.number IS NOT NULL OR b.number IS NOT NULL THEN false
    WHEN a.date <> '' AND b.date <> '' THEN NOT {_SAME_TIME}
    WHEN a.date <> '' OR b.date <> '' THEN false
    ELSE {_WORDS.format("a")} <> {_WORDS.format("b")} END"""


def differing_sql(noun: str, ids: str) -> str:
    """SELECT the ids of those records in ``ids`` on which, or on whose events, accounts differ."""
    return f"""
    WITH said AS (
        SELECT s.{noun}_id AS owner, s.* FROM {STATEMENTS} s WHERE s.{noun}_id IN ({ids})
        UNION ALL
        SELECT e.{noun}_id, s.* FROM {STATEMENTS} s JOIN {EVENTS} e ON e.id = s.event_id
        WHERE e.{noun}_id IN ({ids})
    )
    SELECT DISTINCT a.owner FROM said a JOIN said b ON b.owner = a.owner AND b.id > a.id
        AND coalesce(b.event_id, 0) = coalesce(a.event_id, 0)
        AND b.property = a.property AND b.unit = a.unit
    WHERE {_DISAGREE}"""


def public_sql(noun: str) -> str:
    """SELECT the ids of every public record of the noun."""
    return f"SELECT id FROM {REGISTRY[noun].model._meta.db_table} WHERE state = 'published'"


def differing(noun: str, ids: Collection[int]) -> set[int]:
    """Those of the records on which accounts differ; one query."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(differing_sql(noun, ",".join(str(int(pk)) for pk in ids)))
        return {pk for (pk,) in cursor}
