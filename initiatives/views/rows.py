"""Rows of lists: one initiative in a few honest words."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from actors.choices import NameKind
from atlas.kit.dates import words
from atlas.kit.differing import differing
from initiatives.choices import InitiativeKind, ReachKind, Status
from initiatives.insights.money import sums_of
from initiatives.insights.timeline import first_held
from initiatives.models import FundingLink, Initiative, InitiativeReach, InitiativeTheme

KINDS = dict(InitiativeKind.choices)
STATUSES = dict(Status.choices)
RUNNING = (Status.IMPLEMENTATION, Status.FINALISATION)
DOTS = 4  # the evidence mark is full at four independent sources


@dataclass(frozen=True)
class End:
    """What a row leads to: a place, a payer, a theme."""

    url: str
    name: str
    slug: str = ""

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.url


@dataclass
class Row:
    """What a list says of an initiative."""

    record: Initiative
    kind: str
    acronym: str
    status: str
    dates: str
    places: list[tuple[str, list[End]]]
    payers: list[End]
    themes: list[End]
    weight: int
    money: tuple[str, ...] = ()  # sums in words, and how many are not stated
    differing: bool = False  # whether accounts of it differ

    @property
    def facts(self) -> list[tuple[str, object]]:
        places = self.places or [(_("Where"), [])]
        return [(_("When"), self.dates), *places, (_("Paid by"), self.payers)]


def rows_of(initiatives, *, money: bool = False, disputed: Collection[int] = ()) -> list[Row]:
    """Rows of records ``for_list``; four queries for what stands beside them, however many, one
    more where any has only a plan to begin, and with ``money`` three more.  ``disputed`` are ids of
    those on whose dates sources disagree."""
    records = list(initiatives)
    ids = [record.pk for record in records]
    differ = differing("initiative", ids)
    sums = sums_of(ids) if money else {}
    unbegun = [one.pk for one in records if one.planned_start and not one.actual_start]
    held = first_held(unbegun) if unbegun else {}
    reach, payers, themes = (read(ids) if ids else {} for read in (_reach, _payers, _themes))
    return [
        Row(
            record=record,
            kind=KINDS.get(record.kind, record.kind),
            acronym=next((n.name for n in record.names.all() if n.kind == NameKind.ACRONYM), ""),
            status=status_words(record),
            dates=dates_of(record, record.pk in disputed, held.get(record.pk, "")),
            places=_places(reach.get(record.pk, {})),
            payers=list(payers.get(record.pk, ())),
            themes=themes.get(record.pk, []),
            weight=weight(record),
            money=sums.get(record.pk, ()),
            differing=record.pk in differ,
        )
        for record in records
    ]


def _reach(ids) -> dict[int, dict[str, list[End]]]:
    """Countries and groups by kind of reach, as stored: a group is not spelled out."""
    names = ("kind", "country", "country__name", "group__slug", "group__name")
    found: dict[int, dict[str, list[End]]] = defaultdict(lambda: defaultdict(list))
    for pk, kind, iso2, country, slug, group in InitiativeReach.objects.beside(ids, *names):
        end = End(f"/countries/{iso2}/", country) if iso2 else End(f"/actors/{slug}/", group)
        found[pk][kind].append(end)
    return found


def _places(ends: dict[str, list[End]]) -> list[tuple[str, list[End]]]:
    return [
        (str(label), sorted(ends[kind], key=lambda end: end.name))
        for kind, label in ReachKind.choices
        if kind in ends
    ]


def _payers(ids) -> dict[int, dict[End, None]]:
    """Who pays, each once, those with a stated sum first; a budget says what, not who."""
    funds = ("funder_initiative__slug", "funder_initiative__title")
    names = ("funder_actor__slug", "funder_actor__name", *funds, "amount")
    found: dict[int, dict[End, None]] = defaultdict(dict)
    rows = sorted(FundingLink.objects.beside(ids, *names), key=lambda row: row[-1] is None)
    for pk, slug, name, fund, title, _amount in rows:
        if slug or fund:
            end = End(f"/actors/{slug}/", name) if slug else End(f"/initiatives/{fund}/", title)
            found[pk].setdefault(end)
    return found


def _themes(ids) -> dict[int, list[End]]:
    found: dict[int, list[End]] = defaultdict(list)
    for pk, slug, name in InitiativeTheme.objects.beside(ids, "theme", "theme__name"):
        found[pk].append(End(f"/themes/{slug}/", name, slug))
    return found


def weight(record) -> int:
    digest = getattr(record, "digest", None)
    return min(digest.sources, DOTS) if digest else 0


def status_words(record: Initiative) -> str:
    if not record.status:
        over = record.actual_end_latest and record.actual_end_latest < timezone.now().date()
        return _("Over by its dates; status not stated") if over else _("Status not stated")
    label = str(STATUSES.get(record.status, record.status))
    if not record.status_on:
        return label
    return _("%(status)s, as of %(date)s") % {"status": label, "date": words(record.status_on)}


def dates_of(record: Initiative, disputed: bool = False, held: str = "") -> str:
    """The dates as one phrase that says what is planned, disputed, and what nobody states; ``held``
    is the date of its first event, if that is on file."""
    said = _dates_stated(record, held)
    return _("%s (sources disagree)") % said if disputed else said


def _dates_stated(record: Initiative, held: str) -> str:
    start, end = words(record.actual_start), words(record.actual_end)
    planned, planned_end = words(record.planned_start), words(record.planned_end)
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if start and planned_end:
        return _("from %(start)s; planned end %(end)s") % {"start": start, "end": planned_end}
    if start:
        open_end = _("since %s") if record.status in RUNNING else _("from %s; end not stated")
        return open_end % start
    if end:
        return _("until %s; start not stated") % end
    if planned and held:
        ran = _("planned start %(start)s; ran by %(event)s, its first event on file")
        return ran % {"start": planned, "event": held}
    if planned and planned_end:
        return _("planned for %(start)s to %(end)s") % {"start": planned, "end": planned_end}
    if planned and record.status in (*RUNNING, Status.CLOSED):
        return _("announced for %s; start not stated") % planned
    if planned:
        return _("planned start %s; start not stated") % planned
    if planned_end:
        return _("planned end %s; start not stated") % planned_end
    return _("not stated")
