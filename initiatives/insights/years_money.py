"""Money by year: sums of one currency and one type of figure, by the year they are dated.

In no sum, and counted: figures without a stated amount, figures that another figure of the search
already contains, and figures dated to no single year.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.choices import FundingType
from initiatives.insights.evidence import cited, slugs_of, titles_of

# amounts as insights.money adds them: a range from end to end, an upper limit from nothing
SQL = """
WITH found AS ({found}),
links AS (
  SELECT l.*, EXISTS (SELECT FROM initiatives_fundinginclude n
      JOIN initiatives_fundinglink o ON o.id = n.link_id JOIN found g ON g.id = o.initiative_id
      WHERE n.includes_id = l.id AND o.amount IS NOT NULL) AS contained,
    CASE WHEN extract(year FROM l.value_date_earliest) = extract(year FROM l.value_date_latest)
      THEN extract(year FROM l.value_date_earliest)::int END AS year
  FROM initiatives_fundinglink l JOIN found f ON f.id = l.initiative_id)
SELECT CASE WHEN amount IS NULL THEN 'undisclosed' WHEN contained THEN 'contained'
            WHEN year IS NULL THEN 'undated' ELSE 'drawn' END AS state,
  CASE WHEN amount IS NOT NULL AND NOT contained THEN year END AS at,
  CASE WHEN amount IS NOT NULL AND NOT contained AND year IS NOT NULL THEN currency END AS coin,
  CASE WHEN amount IS NOT NULL AND NOT contained AND year IS NOT NULL THEN type END AS what,
  count(*), sum(CASE WHEN amount_kind = 'at-most' THEN 0 ELSE amount END),
  sum(coalesce(amount_max, amount)), array_agg(DISTINCT initiative_id)
FROM links GROUP BY 1, 2, 3, 4 ORDER BY coin, at, what
"""


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


COLUMNS = (
    Column("year", gettext_lazy("Year")),
    Column("currency", gettext_lazy("Currency"), "url"),
    Column("type", gettext_lazy("Kind of figure")),
    Column("figures", gettext_lazy("Figures"), number=True),
    Column("low", gettext_lazy("At least"), number=True),
    Column("high", gettext_lazy("At most"), number=True),
)


def insight(search: Search, found: str, parameters: tuple, count: int) -> Insight:
    """Sums of one search; ``figures`` that are in none are counted beside them."""
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(found=found), parameters)
        raw = cursor.fetchall()
    rows, left = [], {}
    for state, year, currency, kind, figures, low, high, ids in raw:
        if state == "drawn":
            url = search.link(currency=currency)
            label = FundingType(kind).label
            rows.append(Sum(year, currency, label, figures, low, high, tuple(ids), url))
        else:
            before, known = left.get(state, (0, set()))
            left[state] = before + figures, known | set(ids)
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
        left_out=_left_out(left, count - len(paid)),
        notes=[_("The link of a currency leads to every initiative with a figure in it.")],
        sources_of=cited(links=("funding_link",)),
        slugs_of=slugs_of,
    )


def _left_out(left: dict, unpaid: int) -> list[LeftOut]:
    found = []
    for state in ("undisclosed", "contained", "undated"):
        if state in left:
            figures, ids = left[state]
            found.append(
                LeftOut(_why(state, figures), figures, records=titles_of(ids), named_of=len(ids))
            )
    if unpaid:
        words = ngettext(
            "%d initiative has no money on file.", "%d initiatives have no money on file.", unpaid
        )
        found.append(LeftOut(words % unpaid, unpaid))
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
    }
    return words[state] % n
