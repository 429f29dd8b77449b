"""A search in batches: records with what they refer to, in constant memory."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from actors.models import Country
from initiatives.exchange.iati.around import Around, around
from initiatives.exchange.selection import Entry, Selection

SIZE = 200


def alone(entry: Entry, today: date, known: dict[str, Country]) -> Around:
    """What a single record refers to, in our own names; ``known`` are countries read already."""
    return around([entry], "", today, known)


def batches(selection: Selection) -> Iterator[tuple[list[Entry], Around]]:
    entries = selection.entries()
    today = selection.as_of.changed_at.date()
    while batch := list(islice(entries, SIZE)):
        yield batch, around(batch, selection.site, today)
