"""Rows of lists: one initiative in a few honest words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from actors.choices import NameKind
from atlas.kit.dates import words
from initiatives.choices import InitiativeKind, ReachKind, Status
from initiatives.models import Initiative

KINDS = dict(InitiativeKind.choices)
REACH = dict(ReachKind.choices)
RUNNING = (Status.IMPLEMENTATION, Status.FINALISATION)
DOTS = 4  # the evidence mark is full at four independent sources


@dataclass
class Row:
    """What a list says of an initiative."""

    record: Initiative
    kind: str
    acronym: str
    status: str
    dates: str
    places: list[tuple[str, list]]
    payers: list
    weight: int


def rows_of(initiatives) -> list[Row]:
    return [row_of(initiative) for initiative in initiatives]


def row_of(record: Initiative) -> Row:
    names = (n.name for n in record.names.all() if n.kind == NameKind.ACRONYM)
    payers = {}
    for link in record.funding.all():
        payer = link.funder_actor or link.funder_initiative
        if payer:  # a budget says what, not who
            payers.setdefault(payer.get_absolute_url(), payer)
    return Row(
        record=record,
        kind=KINDS.get(record.kind, record.kind),
        acronym=next(names, ""),
        status=status_words(record),
        dates=dates_of(record),
        places=places_of(record),
        payers=list(payers.values()),
        weight=weight(record),
    )


def weight(record) -> int:
    digest = getattr(record, "digest", None)
    return min(digest.sources, DOTS) if digest else 0


def status_words(record: Initiative) -> str:
    if not record.status:
        return _("Status not stated")
    label = record.get_status_display()
    if not record.status_on:
        return label
    return _("%(status)s, as of %(date)s") % {"status": label, "date": words(record.status_on)}


def dates_of(record: Initiative) -> str:
    """The dates as one phrase that says what is planned and what nobody states."""
    start, end = words(record.actual_start), words(record.actual_end)
    planned, planned_end = words(record.planned_start), words(record.planned_end)
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        open_end = _("since %s") if record.status in RUNNING else _("from %s; end not stated")
        return open_end % start
    if end:
        return _("until %s; start not stated") % end
    if planned and planned_end:
        return _("planned for %(start)s to %(end)s") % {"start": planned, "end": planned_end}
    if planned and record.status in (*RUNNING, Status.CLOSED):
        return _("announced for %s; start not stated") % planned
    if planned:
        return _("planned start %s; whether it began is not stated") % planned
    if planned_end:
        return _("planned end %s; start not stated") % planned_end
    return _("not stated")


def places_of(record: Initiative) -> list[tuple[str, list]]:
    """Countries and groups under the kind of reach, as stored: a group is not spelled out."""
    found: dict[str, list] = {}
    for row in record.reach.all():
        found.setdefault(row.kind, []).append(row.country or row.group)
    return [(str(label), found[kind]) for kind, label in REACH.items() if kind in found]
