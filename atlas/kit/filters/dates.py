"""Filters over uncertain dates, times of change, and evidence.

``certainty=possible`` (the default) matches what can be true of a date, ``certainty=sure`` only
what must be: a date marked ``?``, ``~`` or ``%`` is never sure of anything.
"""

import datetime
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from atlas.kit import dates
from atlas.kit.differing import differing_sql, public_sql
from atlas.kit.filters.base import AtlasFilter, WordFilter
from atlas.kit.filters.fields import BadValue

POSSIBLE, SURE = "possible", "sure"
MARKS = "[?~%]"


class CertaintyFilter(WordFilter):
    """How date and amount filters treat uncertain values; matches nothing by itself."""

    single = True
    negatable = False

    def __init__(self, **kwargs):
        super().__init__(
            "certainty",
            choices=[(POSSIBLE, "Possibly"), (SURE, "Surely")],
            help="How uncertain dates and amounts are treated: `possible` (default) matches what "
            "can be true, `sure` only what must be true. Where sources disagree, the value we "
            "follow counts; see `evidence`.",
            **kwargs,
        )

    def conditions(self, values):
        return Q()


def unmarked(column: str) -> Q:
    """The date is there and carries no mark of doubt."""
    return ~Q(**{column: ""}) & ~Q(**{f"{column}__regex": MARKS})


def no_later(column: str, day: datetime.date, sure: bool) -> Q:
    """The date in ``column`` possibly, or surely, lies on or before ``day``."""
    if sure:
        return Q(**{f"{column}_latest__lte": day}) & unmarked(column)
    bound = f"{column}_earliest"
    return ~Q(**{column: ""}) & (Q(**{f"{bound}__lte": day}) | Q(**{f"{bound}__isnull": True}))


def no_earlier(column: str, day: datetime.date, sure: bool) -> Q:
    """The date in ``column`` possibly, or surely, lies on or after ``day``."""
    if sure:
        return Q(**{f"{column}_earliest__gte": day}) & unmarked(column)
    bound = f"{column}_latest"
    return ~Q(**{column: ""}) & (Q(**{f"{bound}__gte": day}) | Q(**{f"{bound}__isnull": True}))


class PeriodFilter(AtlasFilter):
    """A day, month, year or closed interval; ``field_name`` is the EDTF column it must fall in."""

    example = "2019-05"
    expected = "a date such as 2019, 2019-05, 2019-05-31 or 2016/2018"

    def parse(self, text):
        try:
            period = dates.parse(text)
        except ValidationError as error:
            raise BadValue(error.messages[0], [self.expected]) from None
        if period.qualified or not (period.earliest and period.latest):
            raise BadValue(f"“{text}” has no certain beginning and end.", [self.expected])
        return period

    def value_label(self, value):
        return dates.words(str(value)) if isinstance(value, dates.Edtf) else "Not stated"

    @property
    def sure(self) -> bool:
        return SURE in self.sibling("certainty")

    def condition(self, value):
        return no_earlier(self.field_name, value.earliest, self.sure) & no_later(
            self.field_name, value.latest, self.sure
        )


class YearFilter(PeriodFilter):
    """The same for a year alone."""

    example = "2019"
    expected = "a year from 1900 to 2100"

    def parse(self, text):
        if not re.fullmatch(r"\d{4}", text, re.ASCII):
            raise BadValue(f"“{text}” is not a year.", [self.expected])
        return super().parse(text)


class SinceFilter(AtlasFilter):
    """Records changed at or after a moment; a date means its first second in UTC."""

    single = True
    negatable = False
    schema = {"type": "string"}  # a date will do, which is no date-time
    example = "2026-11-22"
    expected = "a date or time such as 2026-11-22 or 2026-11-22T08:30:00Z, from 1900 to 2100"

    def parse(self, text):
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)  # a plus sign nobody encoded
        if not re.match(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise BadValue(f"“{text}” is not a time.", [self.expected])
        try:
            day = parse_date(text)
            moment = day and datetime.datetime.combine(day, datetime.time())
            moment = moment or parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or not 1900 <= moment.year <= 2100:
            raise BadValue(f"“{text}” is not a time.", [self.expected])
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)

    def text(self, value):
        return value.isoformat()

    def condition(self, value):
        return Q(**{f"{self.field_name}__gte": value})


class EvidenceFilter(WordFilter):
    """How well a record is supported, by its digest, and whether accounts of it differ."""

    WORDS = (
        ("disputed", "Sources disagree"),
        ("accounts-differ", "Accounts differ"),
        ("uncited", "Something is uncited"),
        ("stale", "Not checked lately"),
        ("single-source", "Something rests on one source"),
    )

    def __init__(self, words=WORDS, **kwargs):
        super().__init__("evidence", choices=list(words), **kwargs)

    def condition(self, value):
        if value == "accounts-differ":
            noun = self.model._meta.model_name
            return Q(pk__in=RawSQL(differing_sql(noun, public_sql(noun)), []))
        return {
            "disputed": Q(digest__disputed__gt=0),
            "uncited": Q(digest__uncited__gt=0),
            "stale": Q(digest__oldest_check__lt=stale_before()),
            "single-source": Q(digest__single_source__gt=0),
        }[value]


def stale_before() -> datetime.date:
    """Evidence last checked before this day is stale (``ATLAS_STALE_MONTHS``)."""
    today = timezone.now().date()
    months = today.year * 12 + today.month - 1 - settings.ATLAS_STALE_MONTHS
    return datetime.date(months // 12, months % 12 + 1, min(today.day, 28))
