"""What the largest figures of a search were for, as their sources say: a sum adds them all the
same, whichever place or purpose was searched for."""

from dataclasses import dataclass

from django.db import connection

from atlas.kit.pictures import Search
from initiatives.insights.funding import queries
from initiatives.insights.funding.payments import payment
from initiatives.insights.money import OUR_OWN
from initiatives.models import FundingLink

# the largest of each kind of sum before the second largest of any
NOTED = """
ranked AS (
    SELECT j.id, j.currency, j.type, j.finer, row_number() OVER (
        PARTITION BY j.currency, j.type, j.finer
        ORDER BY coalesce(j.amount_max, j.amount) DESC, j.id) AS place
    FROM judged j WHERE j.reason IN ('', 'contained') AND j.note <> '')
SELECT r.id, count(*) OVER () FROM ranked r
ORDER BY r.place, r.currency, r.type, r.finer LIMIT %s
"""


@dataclass(frozen=True)
class Noted:
    """One figure in a sum, by itself or within another: amount and kind in words, its note, and
    where its sources stand."""

    amount: str
    kind: str
    note: str
    url: str


def noted(search: Search, most: int) -> tuple[list[Noted], int]:
    """The largest figures with a note, of the largest sums first, and how many more there are."""
    found, parameters = Search.sql(search.found)
    with connection.cursor() as cursor:
        values = [*parameters, [str(word) for word in OUR_OWN], most]
        cursor.execute(queries.whole(found) + NOTED, values)
        rows = cursor.fetchall()
    links = {
        link.pk: link
        for link in FundingLink.objects.filter(pk__in=[pk for pk, _n in rows]).for_money()
    }
    return [_of(links[pk]) for pk, _every in rows], rows[0][1] - len(rows) if rows else 0


def _of(link: FundingLink) -> Noted:
    told = payment(link)
    return Noted(told.amount, told.kind, link.note, told.url)
