"""Uncertain dates: the EDTF profile, its field, and how a date reads in words.

Accepted: ``Y``, ``Y-M``, ``Y-M-D`` (years 1900-2100), each with one optional ``?`` (uncertain),
``~`` (approximate) or ``%`` (both); intervals ``A/B``, ``A/..``, ``../B``.  Everything else is
refused by name: the full standard lets sources mean things nobody here can show.
Source: Extended Date/Time Format, ISO 8601-2:2019, levels 0 and 1.
"""

import calendar
import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

POINT = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?(?P<q>[?~%]?)", re.ASCII)
MAX_LENGTH = 23  # two qualified days and the slash
MONTHS = [calendar.month_name[i] for i in range(13)]


@dataclass(frozen=True)
class Edtf:
    """A parsed date.  ``earliest``/``latest`` are dates, None where the interval is open."""

    text: str
    earliest: datetime.date | None
    latest: datetime.date | None

    @property
    def qualified(self) -> bool:
        """True when the source is unsure: such a date is never *surely* anything."""
        return any(mark in self.text for mark in "?~%")

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Edtf:
    """Read one EDTF string; raise ValidationError that names what is wrong with it."""
    left, slash, right = text.partition("/")
    if not slash:
        first, last = _point(left)
        return Edtf(text, first, last)
    if left == ".." and right == "..":
        raise ValidationError(_("“%s” is open on both sides and says nothing.") % text)
    first = None if left == ".." else _point(left)[0]
    last = None if right == ".." else _point(right)[1]
    if first and last and first > last:
        raise ValidationError(_("“%s” ends before it begins.") % text)
    return Edtf(text, first, last)


def _point(text: str) -> tuple[datetime.date, datetime.date]:
    match = POINT.fullmatch(text)
    if not match:
        raise ValidationError(
            _("“%s” is not a date we accept: write 2018, 2018-09, 2018-09-14, 2016/2018, 2018/..")
            % text
        )
    year = int(match["y"])
    if not 1900 <= year <= 2100:
        raise ValidationError(_("“%s”: years run from 1900 to 2100.") % text)
    month, day = int(match["m"] or 0), int(match["d"] or 0)
    if match["m"] and not 1 <= month <= 12:
        raise ValidationError(_("“%s” has no such month.") % text)
    if not month:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    last_day = calendar.monthrange(year, month)[1]
    if match["d"] and not 1 <= day <= last_day:
        raise ValidationError(_("“%s” has no such day.") % text)
    return datetime.date(year, month, day or 1), datetime.date(year, month, day or last_day)


def words(text: str | None) -> str:
    """How a date is read out: ``2018-09`` is “September 2018”, ``2018~`` “about 2018”."""
    if not text:
        return ""
    left, slash, right = text.partition("/")
    if not slash:
        return _point_words(left)
    if right == "..":
        return _("not before %s") % _point_words(left)
    if left == "..":
        return _("not after %s") % _point_words(right)
    return _("%(first)s to %(last)s") % {"first": _point_words(left), "last": _point_words(right)}


def moment(text: str | None) -> str:
    """A date as a sentence goes on: “on 3 May 2024”, “in May 2024”, “at some time from ..”."""
    if not text:
        return ""
    said = words(text)
    if "/" in text:
        return _("at some time, %s") % said
    match = POINT.fullmatch(text)
    if match and match["q"]:
        return said if match["q"] == "~" else _("at a time that is unsure: %s") % said
    return (_("on %s") if match and match["d"] else _("in %s")) % said


def _point_words(text: str) -> str:
    match = POINT.fullmatch(text)
    if not match:
        return text
    parts = [match["y"]]
    if match["m"]:
        parts.insert(0, MONTHS[int(match["m"])])
    if match["d"]:
        parts.insert(0, str(int(match["d"])))
    said = " ".join(parts)
    if not match["q"]:
        return said
    template = {"?": _("%s, uncertain"), "~": _("about %s"), "%": _("about %s, uncertain")}
    return template[match["q"]] % said


def validate(text: str) -> None:
    parse(text)


class EdtfField(models.CharField):
    """A date in the EDTF profile; declare ``bound(name)`` fields beside it for its range."""

    description = "Date in the EDTF profile"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", MAX_LENGTH)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault(
            "help_text",
            "2018, 2018-09, 2018-09-14, 2016/2018, 2018/..; add ? if uncertain, ~ if approximate",
        )
        super().__init__(*args, **kwargs)
        if validate not in self.validators:
            self.validators.append(validate)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("help_text", None)
        kwargs.pop("validators", None)
        return name, path, args, kwargs

    def to_python(self, value):
        value = super().to_python(value)
        return value.strip() if isinstance(value, str) else value


def earliest(column: str) -> models.GeneratedField:
    """The first day the date in ``column`` can mean; NULL when open or empty."""
    return _bound(column, False)


def latest(column: str) -> models.GeneratedField:
    """The last day the date in ``column`` can mean; NULL when open or empty."""
    return _bound(column, True)


def _bound(column: str, last: bool) -> models.GeneratedField:
    value = models.Value(last, output_field=models.BooleanField())
    bound = models.Func(models.F(column), value, function="atlas_edtf_bound")
    # most dates are empty: the comparison is far cheaper than the call
    expression = models.Case(
        models.When(**{column: ""}, then=None), default=bound, output_field=models.DateField()
    )
    return models.GeneratedField(
        expression=expression, output_field=models.DateField(null=True), db_persist=True
    )
