"""Which records IATI can hold, and what the others lack: nothing is made up to fit.

A record that lacks what IATI demands is left out of the file and stands in the companion list
(``?format=iati-left-out``) with every reason.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from actors.models import Country
from atlas.kit.models import DataVersion
from initiatives.exchange.csvfile import DANGEROUS
from initiatives.exchange.iati import codes, parts
from initiatives.exchange.iati.around import Around
from initiatives.exchange.iati.batches import alone, batches
from initiatives.exchange.selection import Entry, Selection
from initiatives.models import Initiative

REASONS = {
    "title": _("no title"),
    "description": _("neither summary nor objectives"),
    "organisation": _("nobody is known to fund, answer for, pass funds on to or carry it out"),
    "status": _("no source states whether it runs or has ended"),
    "start": _("no start is known"),
    "start-day": _("no start is known to the day"),
    "theme": _("no theme, so no sector"),
    "recipient": _("no country or group is known to benefit"),
    "places": _("several countries in no one region, and their shares are not known"),
}
COUNTED_ON_A_PAGE = 2000  # records
HEADERS = ("slug", "title", "url", "lacks", "reasons")


def lacking(document: dict, around: Around) -> list[str]:
    """The keys of ``REASONS`` that keep this record out of IATI; empty when it is complete."""
    lacks = []
    if not document["title"].strip():
        lacks.append("title")
    if not parts.descriptions(document):
        lacks.append("description")
    if not parts.organisations(document, around):
        lacks.append("organisation")
    if not codes.STATUS.code(document["status"]):
        lacks.append("status")
    if not {"1", "2"} & {code for code, _day in parts.dates(document, around.today)}:
        known = document["planned_start"] or document["actual_start"]
        lacks.append("start-day" if known else "start")
    if not document["initiative_themes"]:
        lacks.append("theme")
    if lack := parts.places(document, around).lack:
        lacks.append(lack)
    return lacks


def why_not(entry: Entry, today: date, countries: dict[str, Country]) -> list:
    """In words, what keeps one record out of IATI; empty when it is complete.

    ``countries`` are those its page has read, by code.
    """
    return [REASONS[lack] for lack in lacking(entry.document, alone(entry, today, countries))]


def left_out(selection: Selection) -> Iterator[bytes]:
    """CSV of the records of a search that IATI cannot hold, each with what it lacks."""
    yield _line(HEADERS)
    for entries, around in batches(selection):
        for entry in entries:
            if lacks := lacking(entry.document, around):
                words = "; ".join(str(REASONS[lack]) for lack in lacks)
                title = entry.document["title"]
                title = f"'{title}" if title.startswith(tuple(DANGEROUS)) else title
                slug = entry.document["slug"]
                yield _line((slug, title, entry.url, ";".join(lacks), words))


def share() -> dict:
    """How much of what is public IATI can hold: total, complete, reasons as (words, records).

    Counted once a data version; empty where there is too much to count while a page waits.
    """
    public = Initiative.objects.published()
    key = f"iati-share:{DataVersion.current()}"
    found = cache.get(key)
    if found is None:
        found = {}
        if public.count() <= COUNTED_ON_A_PAGE:
            selection = Selection("initiatives", (public,))
            with selection.snapshot():
                total, complete, lacks = tally(selection)
            reasons = [(lack, number) for lack, number in lacks.most_common()]
            found = {"total": total, "complete": complete, "reasons": reasons}
        cache.set(key, found)
    if not found:
        return {}
    return {**found, "reasons": [(REASONS[lack], number) for lack, number in found["reasons"]]}


def tally(selection: Selection) -> tuple[int, int, Counter]:
    """(records, complete ones, how many lack what)."""
    total, complete, lacks = 0, 0, Counter()
    for entries, around in batches(selection):
        for entry in entries:
            found = lacking(entry.document, around)
            total, complete = total + 1, complete + (not found)
            lacks.update(found)
    return total, complete, lacks


def _line(cells) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
