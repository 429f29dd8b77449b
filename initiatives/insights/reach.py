"""Whom an initiative reaches: countries named, and countries that follow from membership.

A group's countries are never copied.  They are read from its dated membership: full members whose
membership may overlap the time of the initiative.  Without dates of its own an initiative is taken
as of today.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from actors.choices import MembershipStatus
from actors.models import Membership
from atlas.kit.dates import moment, words
from initiatives.models import Initiative


@dataclass(frozen=True)
class Period:
    """The time an initiative may have run: the widest reading of its dates."""

    first: datetime.date
    last: datetime.date
    words: str


def period(initiative: Initiative) -> Period:
    """From the earliest possible start to the latest possible end, or to today."""
    today = timezone.now().date()
    first = initiative.actual_start_earliest or initiative.planned_start_earliest
    last = initiative.actual_end_latest or initiative.planned_end_latest
    if first is None and last is None:
        return Period(today, today, _("today, since the initiative has no dates"))
    start = words(initiative.actual_start or initiative.planned_start)
    end = words(initiative.actual_end or initiative.planned_end) if last else _("today")
    if first is None:
        return Period(last, last, moment(initiative.actual_end or initiative.planned_end))
    said = _("from %(start)s to %(end)s") % {"start": start, "end": end}
    return Period(first, last or max(today, first), said)


def overlaps(membership: Membership, when: Period) -> bool:
    """Whether a full membership may fall into the period."""
    return (
        membership.status == MembershipStatus.MEMBER
        and (membership.since_earliest is None or membership.since_earliest <= when.last)
        and (membership.until_latest is None or membership.until_latest >= when.first)
    )


def members_during(memberships, when: Period) -> list[Membership]:
    """The memberships that count, sorted by the member's name."""
    found = [m for m in memberships if overlaps(m, when)]
    return sorted(found, key=lambda m: str(m.member_country or m.member_actor))


def partly(membership: Membership, when: Period) -> str:
    """Words for a member that joined or left during the period, else nothing."""
    if membership.since_latest and membership.since_latest > when.first:
        return _("from %s") % words(membership.since)
    if membership.until_earliest and membership.until_earliest < when.last:
        return _("until %s") % words(membership.until)
    return ""
