"""When an initiative started and ran, as far as uncertain dates let anybody say.

The start is ``actual_start``; where no source gives it, ``planned_start``, which is never sure.
The end is ``actual_end``, else ``planned_end`` (never sure, and put off by a later status that
says it still runs), else open: then it possibly runs on for ever, or until the day a status says
it is closed or cancelled.

*Possibly active* in a period: it can have started by its last day and can have ended after its
first.  *Surely active*: it surely started by the last day, and surely still ran on the first or
surely started after it.  An end that no source gives is never sure, unless a dated status says
that it was running: then it surely ran on that date, and until it, whatever only planned its start.
Dates marked ``?`` ``~`` ``%`` are never
sure.  Where neither start nor end is stated, only ``unstated`` matches.
"""

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from atlas.kit.filters import EvidenceFilter, PeriodFilter, YearFilter, no_earlier, no_later
from initiatives.choices import Status

RUNNING = (Status.IMPLEMENTATION, Status.FINALISATION)
OVER = (Status.CLOSED, Status.CANCELLED)

NO_START = Q(actual_start="", planned_start="")
NO_END = Q(actual_end="", planned_end="")
NO_DATES = NO_START & NO_END


DATES = ("planned_start", "planned_end", "actual_start", "actual_end")
DISPUTED_DATES = "dates-disputed"
EVIDENCE = (
    EvidenceFilter.WORDS[0],
    (DISPUTED_DATES, "Sources disagree on the start or end"),
    *EvidenceFilter.WORDS[1:],
)


def disputed_dates_sql(public: str) -> str:
    """SELECT the ids of those rows of ``public``, which has ids and dates, of which a source gives
    another start or end than the one we follow."""
    ours = " ".join(f"WHEN '{name}' THEN i.{name}" for name in DATES)
    return f"""
    SELECT DISTINCT c.initiative_id FROM initiatives_initiativecitation c
    JOIN {public} i ON i.id = c.initiative_id
    CROSS JOIN LATERAL (SELECT CASE c.field {ours} END AS value) f
    WHERE c.link_ref = '' AND c.field = ANY('{{{", ".join(DATES)}}}')
      AND f.value <> '' AND f.value <> c.says AND NOT atlas_supports('edtf', f.value, c.says)"""


class InitiativeEvidenceFilter(EvidenceFilter):
    """Also by what the dates of an initiative rest on."""

    def __init__(self, **kwargs):
        super().__init__(EVIDENCE, **kwargs)

    def condition(self, value):
        if value == DISPUTED_DATES:
            return Q(pk__in=RawSQL(disputed_dates_sql("initiatives_initiative"), []))
        return super().condition(value)


def started_by(day, sure: bool) -> Q:
    if sure:
        # what surely ended, or ran, by then surely started by then
        ran = Q(status__in=RUNNING) & no_later("status_on", day, True)
        return no_later("actual_start", day, True) | no_later("actual_end", day, True) | ran
    planned = Q(actual_start="") & no_later("planned_start", day, False)
    return no_later("actual_start", day, False) | planned | NO_START


def ran_until(day, sure: bool) -> Q:
    """It still ran on ``day`` or later."""
    stated = Q(status__in=RUNNING) & no_earlier("status_on", day, sure)
    if sure:
        began_later = no_earlier("actual_start", day, True)
        return no_earlier("actual_end", day, True) | (Q(actual_end="") & stated) | began_later
    planned = Q(actual_end="") & (no_earlier("planned_end", day, False) | stated)
    closed = no_earlier("status_on", day, False)
    if day <= timezone.now().date():
        closed |= Q(status_on="")
    open_end = NO_END & (~Q(status__in=OVER) | closed)
    return no_earlier("actual_end", day, False) | planned | open_end


class ActiveFilter(PeriodFilter):
    """Initiatives that ran at some time in the period."""

    def condition(self, value):
        ran = started_by(value.latest, self.sure) & ran_until(value.earliest, self.sure)
        return ran & ~NO_DATES


class ActiveYearFilter(YearFilter, ActiveFilter):
    """The same for a year."""


class StartAfterFilter(PeriodFilter):
    """Initiatives that started on or after the first day of the value."""

    def condition(self, value):
        actual = no_earlier("actual_start", value.earliest, self.sure)
        planned = Q(actual_start="") & no_earlier("planned_start", value.earliest, False)
        return actual if self.sure else actual | planned


class StartBeforeFilter(PeriodFilter):
    """Initiatives that started on or before the last day of the value."""

    def condition(self, value):
        actual = no_later("actual_start", value.latest, self.sure)
        planned = Q(actual_start="") & no_later("planned_start", value.latest, False)
        return actual if self.sure else actual | planned
