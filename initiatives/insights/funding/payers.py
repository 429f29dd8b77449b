"""The payers and the receivers of a search, with what each is known to give or get.

Rows are ordered by how many initiatives are paid, never by money: sums in different currencies, of
different kinds, or unstated cannot be ranked.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from initiatives.insights.funding import queries
from initiatives.insights.money import OUR_OWN, Total, sum_words


@dataclass
class PayerRow:
    """One payer or receiver: its sums, and how many links are in none of them and why."""

    noun: str
    pk: int
    slug: str
    name: str
    with_parts: bool
    initiatives: int
    links: int
    undisclosed: int
    contained: int
    shared: int
    ids: list[int] = field(default_factory=list)
    sums: list[Total] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/{self.noun}s/{self.slug}/"


@dataclass
class Payers:
    """Everybody on one side of the money of a search.

    ``records`` are the initiatives searched, ``paid`` those with any funding link, ``named`` those
    of which somebody on this side is named.
    """

    records: set[int]
    paid: set[int]
    named: set[int]
    rows: list[PayerRow]


def payers(sql: tuple[str, tuple]) -> Payers:
    """Who gives, alone or jointly; ``sql`` (text, parameters) gives the ids of initiatives."""
    return _read(sql, queries.GIVEN)


def receivers(sql: tuple[str, tuple]) -> Payers:
    """Who is paid, where a source names it."""
    return _read(sql, queries.RECEIVED)


def whole(sql: tuple[str, tuple]) -> PayerRow:
    """The money of the whole search, each sum once."""
    rows = _read(sql, queries.WHOLE).rows
    return rows[0] if rows else PayerRow("all", 0, "", "", False, 0, 0, 0, 0, 0)


def _read(sql: tuple[str, tuple], ends: str) -> Payers:
    search, parameters = sql
    head = queries.LINKS.replace("{search}", search)
    judged = head + ends + queries.JUDGED
    with connection.cursor() as cursor:
        cursor.execute(head.rstrip().rstrip(",") + queries.PAID_FOR, parameters)
        records = cursor.fetchall()
        cursor.execute(judged + queries.ROWS, parameters)
        rows = {(row[0], row[1]): PayerRow(*row) for row in cursor.fetchall()}
        cursor.execute(judged + queries.SUMS, [*parameters, [str(word) for word in OUR_OWN]])
        for noun, whose, *sum_ in cursor.fetchall():
            if row := rows.get((noun, whose)):
                row.sums.append(_total(*sum_))
    side = 3 if ends == queries.RECEIVED else 2
    return Payers(
        {row[0] for row in records},
        {row[0] for row in records if row[1]},
        {row[0] for row in records if row[side]},
        list(rows.values()),
    )


def _total(currency, type_, finer, links, low, high, marks: Collection[str]) -> Total:
    return Total(currency, sum_words(type_, finer), links, low, high, set(marks))
