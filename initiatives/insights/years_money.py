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

from actors.filters import Payer
from actors.models import Actor
from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.funding import queries
from initiatives.insights.funding.of_search import wherever
from initiatives.insights.funding.payers import total
from initiatives.insights.funding.payments import MOST_FIGURES, UNDATED, figures
from initiatives.insights.money import Total, anchor_of
from initiatives.models import FundingLink


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


EVERYBODY = "everybody"  # pays for what the search finds, where it asks for one payer
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


def insight(search: Search, found: str, parameters: tuple, count: int, whose: str) -> Insight:
    """Sums of one search; ``figures`` that are in none are counted beside them."""
    payer, ends = payer_asked(search) if whose != EVERYBODY else ("", [])
    statement, more = queries.dated(queries.BY_YEAR, found, ends)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *more])
        raw = cursor.fetchall()
    few = sum(row[5] for row in raw) <= MOST_FIGURES
    every = figures((found, parameters), ends) if few else []
    own = urlencode({"of": "money"} | ({"whose": whose} if whose else {}))
    here = f"/years/?{own}" + (f"&{search.parameters}" if search.parameters else "")
    rows, left = _parted(raw, search.data.getlist("currency"), here, bool(every))
    drawn = {pk for row in rows for pk in row.ids}
    paid = drawn.union(*(ids for _n, ids in left.values()))
    title = _("Money by year, each currency by itself")
    return Insight(
        title=_("Money by year: %s, each currency by itself") % payer if payer else title,
        reading=_(
            "A bar for each year, currency and kind of figure. The full part is the least that the"
            " sources say, the pale part goes up to the most. Bars of different currencies or"
            " kinds of figure are never added and have scales of their own. The year is the one"
            " that a figure is dated to: a sum for several years stands whole in it."
        ),
        count=count,
        drawn=len(drawn),
        columns=COLUMNS,
        rows=rows,
        left_out=_left_out(search, here if every else "", left, count - len(paid)),
        notes=_notes(search, payer),
        caveats=_others(search, sum(row[5] for row in raw)) if payer else [],
        sources_of=cited(links=("funding_link",)),
        slugs_of=slugs_of,
        drawing=every,
    )


def _parted(raw: list, asked: list[str], here: str, stands: bool) -> tuple[list[Sum], dict]:
    """The sums, and by reason (number, ids) of what is in none; ``stands``: the figures stand on
    the page ``here``."""
    rows, left = [], {}
    for state, year, currency, type_, finer, number, ids, notes, marks, low, high, *weak in raw:
        if asked and state in (queries.DRAWN, UNDATED) and currency not in asked:
            state = ELSEWHERE
        if state == queries.DRAWN:
            summed = total(number, (currency, type_, finer), (low, high, marks), weak)
            page = here if stands else f"{here}&also_currency={currency}"
            rows.append(_sum(year, summed, ids, notes or (), page))
        else:
            before, known = left.get(state, (0, set()))
            left[state] = before + number, known | set(ids)
    return rows, left


def payer_asked(search: Search) -> tuple[str, list[tuple[str, int]]]:
    """The one payer that a search is for, and the ends of figures that it is; nothing where it is
    for none, or for several."""
    asked = search.filterset.form.cleaned_data.get("funder") or []
    if len(asked) != 1 or not isinstance(payer := asked[0], Payer):
        return "", []
    actors = Actor.objects.filter(slug=payer.slug).values_list("pk", flat=True)
    funds = [("initiative", payer.fund_id)] if payer.fund_id else []
    return str(payer), [*(("actor", pk) for pk in actors), *funds]


OF_PAYER = gettext_lazy(
    "Drawn is what the payer gives, with its parts; a sum that others share in is in no bar."
)


def _notes(search: Search, payer: str) -> list[str]:
    """What a filter does to the sums."""
    if payer:
        return [_(LEADS), _(OF_PAYER)]
    return [_(LEADS), wherever(search)] if search.parameters else [_(LEADS)]


def _others(search: Search, mine: int) -> list[str]:
    """How many figures of the same initiatives are other payers'."""
    every = FundingLink.objects.filter(initiative__in=search.found.order_by().values("pk"))
    others = every.count() - mine
    text = ngettext(
        "%s figure of other payers for the same initiatives is not drawn.",
        "%s figures of other payers for the same initiatives are not drawn.",
        others,
    )
    return [text % wording.number(others)] if others else []


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
    for state in ("undisclosed", "contained", "shared", UNDATED, ELSEWHERE):
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
        "shared": ngettext(
            "%d figure is shared with other payers.",
            "%d figures are shared with other payers.",
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
