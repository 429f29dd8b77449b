"""Money by year: sums of one currency and one type of figure, by the year they are dated.

In no sum, and counted: figures without a stated amount, figures that another figure of the search
already contains, and figures dated to no single year.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.funding import queries
from initiatives.insights.funding.of_search import wherever
from initiatives.insights.funding.payers import total
from initiatives.insights.funding.payments import MOST_FIGURES, UNDATED, figures
from initiatives.insights.money import OUR_OWN, Total, anchor_of


@dataclass(frozen=True)
class Sum:
    """One year, currency and type: lowest and highest reading of the figures dated to it."""

    year: int
    currency: str
    type: str
    figures: int
    low: Decimal
    high: Decimal
    ids: tuple[int, ...]
    url: str
    weak: str = ""
    notes: str = ""


ELSEWHERE = "elsewhere"  # in a currency that is not asked for
LEADS = gettext_lazy("A sum leads to the figures that it adds, each with its sources.")
COLUMNS = (
    Column("year", gettext_lazy("Year")),
    Column("currency", gettext_lazy("Currency")),
    Column("type", gettext_lazy("Kind of figure")),
    Column("figures", gettext_lazy("Figures"), "url", number=True),
    Column("low", gettext_lazy("At least"), "url", number=True),
    Column("high", gettext_lazy("At most"), "url", number=True),
    Column("weak", gettext_lazy("Of it from weak sources only")),
    Column("notes", gettext_lazy("Notes of the payments")),
)


def insight(search: Search, found: str, parameters: tuple, count: int) -> Insight:
    """Sums of one search; ``figures`` that are in none are counted beside them."""
    with connection.cursor() as cursor:
        own = [str(word) for word in OUR_OWN]
        cursor.execute(queries.whole(found) + queries.BY_YEAR, [*parameters, own])
        raw = cursor.fetchall()
    few = sum(row[5] for row in raw) <= MOST_FIGURES
    every = figures((found, parameters)) if few else []
    here = f"/years/?{urlencode({'of': 'money'})}"
    here += f"&{search.parameters}" if search.parameters else ""
    rows, left, asked = [], {}, search.data.getlist("currency")
    for state, year, currency, type_, finer, number, ids, notes, marks, low, high, *weak in raw:
        if asked and state in (queries.DRAWN, UNDATED) and currency not in asked:
            state = ELSEWHERE
        if state == queries.DRAWN:
            summed = total(number, (currency, type_, finer), (low, high, marks), weak)
            page = here if every else f"{here}&also_currency={currency}"
            rows.append(_sum(year, summed, ids, notes or (), page))
        else:
            before, known = left.get(state, (0, set()))
            left[state] = before + number, known | set(ids)
    drawn = {pk for row in rows for pk in row.ids}
    paid = drawn.union(*(ids for _n, ids in left.values()))
    return Insight(
        title=_("Money by year, each currency by itself"),
        reading=_(
            "A bar for each year, currency and kind of figure. The full part is the least that the"
            " sources say, the pale part goes up to the most. Bars of different currencies or"
            " kinds of figure are never added and have scales of their own."
        ),
        count=count,
        drawn=len(drawn),
        columns=COLUMNS,
        rows=rows,
        left_out=_left_out(search, here if every else "", left, count - len(paid)),
        notes=[_(LEADS), wherever(search)] if search.parameters else [_(LEADS)],
        sources_of=cited(links=("funding_link",)),
        slugs_of=slugs_of,
        drawing=every,
    )


def _sum(year: int, summed: Total, ids: list[int], notes: Collection[str], page: str) -> Sum:
    return Sum(
        year=year,
        currency=summed.currency,
        type=summed.type,
        figures=summed.links,
        low=summed.low,
        high=summed.high,
        ids=tuple(ids),
        url=f"{page}#{anchor_of(summed.currency, summed.type, year)}",
        weak=summed.weak.words if summed.weak else "",
        notes=" · ".join(notes),
    )


def _left_out(search: Search, here: str, left: dict, unpaid: int) -> list[LeftOut]:
    """``here`` is the page where every figure stands, if they are few enough to stand there."""
    found = []
    for state in ("undisclosed", "contained", UNDATED, ELSEWHERE):
        if state in left:
            number, ids = left[state]
            words = _why(state, number)
            if here:
                at = "figures" if state in (UNDATED, ELSEWHERE) else state
                found.append(LeftOut(words, number, f"{here}#{at}"))
            else:
                found.append(LeftOut(words, number, records=titles_of(ids), named_of=len(ids)))
    if unpaid:
        words = ngettext(
            "%d initiative has no money on file.", "%d initiatives have no money on file.", unpaid
        )
        found.append(LeftOut(words % unpaid, unpaid, search.link(funder="unstated")))
    return found


def _why(state: str, n: int) -> str:
    words = {
        "undisclosed": ngettext(
            "%d figure has no stated sum.", "%d figures have no stated sum.", n
        ),
        "contained": ngettext(
            "%d figure is part of another and is not added again.",
            "%d figures are parts of others and are not added again.",
            n,
        ),
        "undated": ngettext(
            "%d figure is dated to no single year.",
            "%d figures are dated to no single year.",
            n,
        ),
        ELSEWHERE: ngettext(
            "%d figure of these initiatives is in another currency.",
            "%d figures of these initiatives are in other currencies.",
            n,
        ),
    }
    return words[state] % n
