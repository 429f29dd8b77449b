"""In which years an initiative surely or possibly ran: the rules of ``filters.periods`` as bounds.

An initiative ran in every year from the one in which it had begun to the one until which it ran;
so two years a record say for every year whether it matches.
"""

from itertools import accumulate
from operator import or_

from django.utils import timezone
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from atlas.kit.facets import EMPTY, Facet, Family
from atlas.kit.filters.dates import SURE
from initiatives.choices import Status
from initiatives.filters.periods import OVER, RUNNING

FIRST, LAST = 1900, 2100  # years that dates may have; "long ago" and "for ever" here
DATES = ("status_on", "planned_start", "planned_end", "actual_start", "actual_end")
COLUMNS = ("status", *(f"{d}{e}" for d in DATES for e in ("", "_earliest", "_latest")))


def words(statuses: tuple[Status, ...]) -> str:
    return ", ".join(f"'{status.value}'" for status in statuses)


def early(column: str) -> str:
    return f"coalesce({column}_earliest, DATE '{FIRST}-01-01')"


def late(column: str) -> str:
    return f"coalesce({column}_latest, DATE '{LAST}-12-31')"


def unmarked(column: str, bound: str) -> str:
    """A bound of a date that is there without a mark of doubt, else NULL."""
    return f"CASE WHEN {column} <> '' AND {column} !~ '[?~%%]' THEN {column}_{bound} END"


DATED = "(actual_start <> '' OR planned_start <> '' OR actual_end <> '' OR planned_end <> '')"
BEGUN = f"""CASE WHEN actual_start <> '' THEN {early("actual_start")}
  WHEN planned_start <> '' THEN {early("planned_start")} ELSE DATE '{FIRST}-01-01' END"""
ENDED = f"""CASE WHEN actual_end <> '' THEN {late("actual_end")}
  ELSE greatest(
    CASE WHEN planned_end <> '' THEN {late("planned_end")} END,
    CASE WHEN status IN ({words(RUNNING)}) AND status_on <> '' THEN {late("status_on")} END,
    CASE WHEN planned_end <> '' THEN NULL
      WHEN status NOT IN ({words(OVER)}) THEN DATE '{LAST}-12-31'
      WHEN status_on <> '' THEN {late("status_on")} ELSE DATE '{{today}}' END) END"""
SURELY_BEGUN = f"""least({unmarked("actual_start", "latest")}, {unmarked("actual_end", "latest")},
  CASE WHEN status IN ({words(RUNNING)}) THEN {unmarked("status_on", "latest")} END)"""
SURELY_ENDED = f"""greatest({unmarked("actual_end", "earliest")},
  {unmarked("actual_start", "earliest")},
  CASE WHEN actual_end = '' AND status IN ({words(RUNNING)})
    THEN {unmarked("status_on", "earliest")} END)"""


def year_families() -> dict[str, Family]:
    bounds = {
        "begun": BEGUN,
        "ended": ENDED.replace("DATE '{today}'", "(now() AT TIME ZONE 'UTC')::date"),
        "surely_begun": SURELY_BEGUN,
        "surely_ended": SURELY_ENDED,
    }
    return {
        name: Family(
            f"SELECT y, id FROM (SELECT extract(year FROM {bound})::int AS y, id FROM pub"
            f" WHERE {DATED}) years WHERE y IS NOT NULL",
            int,
        )
        for name, bound in bounds.items()
    }


class YearFacet(Facet):
    """Ran at some time in the year, possibly or surely as ``certainty`` says."""

    directly = gettext_lazy("%s with a stated end")

    def __init__(self):
        super().__init__("begun")

    def key(self, value):
        return value.earliest.year

    def keys(self, shelf):
        """This year back to the first in which anything began, then on to the last stated end."""
        begun = [year for year in shelf.families["begun"] if year > FIRST]
        ended = [year for year in shelf.families["ended"] if year < LAST]
        now = timezone.now().year
        stated = [*begun, *ended, now]
        return [*range(now, min(stated) - 1, -1), *range(now + 1, max(stated) + 1)]

    def itself(self, shelf, key):
        """Of a year to come, what has a stated end in it or later; the rest only states no end."""
        if key <= timezone.now().year:
            return None
        ends = [shelf.get("ended", year) for year in range(key, LAST)]
        return BitMap.union(EMPTY, *ends) & self._ran(shelf, "").get(key, EMPTY)

    def affected(self, shelf, hits):
        return None

    def bitmap(self, shelf, key, asked):
        certainty = "surely_" if SURE in asked("certainty") else ""
        return self._ran(shelf, certainty).get(key, EMPTY)

    def _ran(self, shelf, certainty: str) -> dict[int, BitMap]:
        """Ids that ran in each year."""
        place = (self.name, certainty)
        if place not in shelf.unions:
            years = range(FIRST, LAST + 1)
            begun = [shelf.get(f"{certainty}begun", year) for year in years]
            ended = [shelf.get(f"{certainty}ended", year) for year in reversed(years)]
            so_far, still = accumulate(begun, or_), [*accumulate(ended, or_)][::-1]
            shelf.unions[place] = {
                year: started & running
                for year, started, running in zip(years, so_far, still, strict=True)
            }
        return shelf.unions[place]
