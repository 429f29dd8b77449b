"""The payers and the receivers of a search, with what each is known to give or get.

Rows are ordered by how many initiatives are paid, never by money: sums in different currencies, of
different kinds, or unstated cannot be ranked.
"""

from dataclasses import dataclass, field

from django.db import connection

from actors.choices import ActorKind as Kind
from atlas.kit.choices import State
from initiatives.insights.funding import queries
from initiatives.insights.money import OUR_OWN, Total, sum_words

STATE = [str(kind) for kind in (Kind.GOVERNMENT, Kind.CERT, Kind.LAW_ENFORCEMENT)]
WHOLE = "all"  # what the statement calls the whole search


@dataclass
class PayerRow:
    """One payer or receiver: its sums, and how many links are in none of them and why.

    It is ``named`` where a source says so of itself and not only of a part of it; ``apart`` is the
    country of a body of state of which nothing says what it is a part of.
    """

    noun: str
    pk: int
    slug: str
    name: str
    apart: str = ""
    with_parts: bool = False
    named: bool = False
    links: int = 0
    undisclosed: int = 0
    contained: int = 0
    shared: int = 0
    ids: set[int] = field(default_factory=set)
    sums: list[Total] = field(default_factory=list)

    @property
    def initiatives(self) -> int:
        return len(self.ids)

    @property
    def url(self) -> str:
        return f"/{self.noun}s/{self.slug}/"

    def add(
        self, by: tuple[bool | None, bool], ids: list[int], reason: str, links: int, sum_: list
    ) -> None:
        """What may be added up, or what may not for one reason; ``by`` a part, and by itself."""
        self.with_parts |= bool(by[0])
        self.named |= by[1]
        self.ids.update(ids)
        self.links += links
        if reason:
            setattr(self, reason, links)
        else:
            self.sums.append(total(links, sum_[:3], sum_[3:6], sum_[6:]))


@dataclass
class Payers:
    """Everybody on one side of the money of a search, and the money of the whole search.

    Counted are the initiatives searched, those with any funding link, and those of which somebody
    on this side is named; ``unnamed`` are the ids of those with money but nobody named.
    """

    records: int
    paid: int
    named: int
    unnamed: set[int]
    rows: list[PayerRow]
    whole: PayerRow

    @property
    def parties(self) -> int:
        """How many are named; what they are only a part of has a row and is not counted."""
        return sum(row.named for row in self.rows)


def payers(sql: tuple[str, tuple]) -> Payers:
    """Who gives, alone or jointly; ``sql`` (text, parameters) gives the ids of initiatives."""
    return _read(sql, queries.GIVEN)


def receivers(sql: tuple[str, tuple]) -> Payers:
    """Who is paid, where a source names it."""
    return _read(sql, queries.RECEIVED)


def _read(sql: tuple[str, tuple], ends: str) -> Payers:
    search, parameters = sql
    statement = queries.LINKS + ends + queries.JUDGED + queries.SUMS
    rows: dict[tuple, PayerRow] = {}
    named: set[int] = set()  # by anybody, public or not
    with connection.cursor() as cursor:
        cursor.execute(queries.COUNT.replace("{search}", search), parameters)
        count = cursor.fetchone()[0]
        own = [str(word) for word in OUR_OWN]
        cursor.execute(statement.replace("{search}", search), [*parameters, own, STATE])
        for noun, pk, slug, name, state, apart, part, itself, ids, reason, links, *sum_ in cursor:
            if noun != WHOLE:
                named.update(ids)
            if state in (None, State.PUBLISHED):
                row = rows.setdefault((noun, pk), PayerRow(noun, pk, slug, name, apart))
                row.add((part, itself), ids, reason, links, sum_)
    whole = rows.pop((WHOLE, 0), None) or PayerRow(WHOLE, 0, "", "")
    found = sorted(rows.values(), key=lambda row: (-row.initiatives, -row.links, row.slug))
    return Payers(count, len(whole.ids), len(named), whole.ids - named, found, whole)


def total(links: int, place: tuple[str, str, str], amounts: tuple, weak: tuple) -> Total:
    """``place`` is (currency, type, finer type); sums are (low, high, kinds of amount), those of
    weak sources after their number."""
    currency, kind = place[0], sum_words(*place[1:])
    low, high, marks = amounts
    part = None
    if weak[0]:
        part = Total(currency, kind, weak[0], weak[1], weak[2], set(weak[3]))
    return Total(currency, kind, links, low, high, set(marks), part)
