"""The page of one initiative."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.kit import wording
from atlas.kit.dates import moment, words
from atlas.kit.footnotes import Cell, Ledger
from atlas.kit.models import DataVersion
from atlas.kit.pages import find_record, reads
from initiatives.choices import ReachKind, Role
from initiatives.exchange.iati.completeness import why_not
from initiatives.exchange.jsonld import embedded
from initiatives.exchange.shown import shown
from initiatives.insights.reach import members_during, overlaps, partly, period
from initiatives.models import Initiative
from initiatives.views import cells
from initiatives.views.catalog import site_of
from initiatives.views.money import money_in, money_out
from initiatives.views.sureness import differing, in_one_line, sureness
from initiatives.views.ties import ties


@reads("format")
def initiative(request, slug: str):
    """One initiative with every fact, its footnotes and its gaps."""
    record = find_record(request, "initiative", Initiative.objects.with_digest(), slug)
    if not isinstance(record, Initiative):
        return record  # moved or withdrawn
    Initiative.objects.complete(record)
    page, now = page_of(record), DataVersion.now()
    linked = shown(record, page["evidence"], site_of(request))
    page |= {"graph": embedded(linked), "data_version": now}
    countries = {row.country_id: row.country for row in record.reach.all() if row.country}
    page["lacks"] = why_not(linked.entry, now.changed_at.date(), countries)
    return render(request, "initiatives/detail.html", page)


def page_of(record: Initiative) -> dict:
    """The context of the page; cells first, the numbered list last."""
    ledger = cells.ledger_of(record)
    page = {
        "record": record,
        "api": f"/api/v1/initiatives/{record.slug}/",
        "title": ledger.cell(_("Title"), "title", record.title),
        "summary": ledger.cell(_("Summary"), "summary", record.summary),
        "objectives": ledger.cell(_("Objectives"), "objectives", record.objectives),
        "status": status_of(ledger, record),
        "facts": facts(ledger, record),
        "names": names(ledger, record),
        "reach": reach(ledger, record),
        "who": who(ledger, record),
        "money_in": money_in(ledger, record.funding.all()),
        "money_out": money_out(record.funding_given.all()),
        "events": cells.happenings(ledger, record.events.all()),
        "results": results(ledger, record),
        "ties": ties(ledger, record),
    }
    page["disputes"], page["natures"] = cells.statements(ledger, record.statements.all())
    page["gaps"] = cells.gaps(ledger)
    page["notes"], page["evidence"] = ledger.notes(), ledger.facts.values()
    page["sure"] = sureness(record, differing(page["disputes"], page["events"]))
    page["sure_line"] = in_one_line(record, page["evidence"])
    return page


def names(ledger: Ledger, record) -> list[tuple[str, Cell]]:
    """Other names and codes; the prefix of the table follows the noun of the record."""
    noun = record._meta.model_name
    found = [
        (
            name.get_kind_display() + ("" if name.language == "en" else f", {name.language}"),
            ledger.cell(_("Name: %s") % name.name, f"{noun}_names/{name.key}/name", name.name),
            name.language,
        )
        for name in record.names.all()
    ]
    for row in record.identifiers.all():
        address = f"{noun}_identifiers/{row.key}/code"
        cell = ledger.cell(_("Code in %s") % row.scheme, address, row.code)
        found.append((_("Code in %s") % row.scheme.upper(), cell, ""))
    return found


def status_of(ledger: Ledger, record: Initiative) -> dict:
    """The status a source states, else what follows from the dates, and then saying so."""
    cell = ledger.cell(_("Status"), "status", record.get_status_display() if record.status else "")
    derived = ""
    if not record.status:
        today = timezone.now().date()
        last = record.actual_end_latest
        due = record.planned_end_latest
        first = record.planned_start_earliest
        if last and last < today:
            derived = _("Over, judging by its dates; no source states it.")
        elif not last and due and due < today:
            derived = _("Was to be over by now; no source states whether it is.")
        elif first and first > today and not record.actual_start:
            derived = _("Planned, judging by its dates; no source states it.")
    on = record.status_on
    return {"cell": cell, "on": words(on), "when": moment(on), "derived": derived}


DATES = (
    ("planned_start", gettext_lazy("Planned start"), False),
    ("actual_start", gettext_lazy("Start"), True),
    ("planned_end", gettext_lazy("Planned end"), False),
    ("actual_end", gettext_lazy("End"), False),
)


def facts(ledger: Ledger, record: Initiative) -> list[Cell]:
    """Dates that have a value, a reason for having none, or that a reader looks for."""
    found = []
    for name, label, always in DATES:
        cell = cells.dated(ledger, label, name, getattr(record, name))
        if cell or always:
            found.append(cell)
    return found


@dataclass
class Place:
    """A country or a group that an initiative reaches."""

    cell: Cell
    members: list
    left_out: list
    when: str = ""


def reach(ledger: Ledger, record: Initiative) -> list[cells.Group]:
    when = period(record)
    pairs = []
    for row in record.reach.all():
        end = row.country or row.group
        label = f"{row.get_kind_display()}: {end}"
        cell = ledger.cell(
            label, f"initiative_reach/{row.key}/place", str(end), end.get_absolute_url()
        )
        place = Place(cell, [], [])
        if row.group:
            found = members_during(row.group.members.all(), when)
            place.members = [(m.member_country or m.member_actor, partly(m, when)) for m in found]
            place.when = when.words
            place.left_out = [
                m.member_country or m.member_actor
                for m in row.group.members.all()
                if not overlaps(m, when) and m.status == "member"
            ]
        pairs.append((row.kind, place))
    pairs.sort(key=lambda pair: pair[1].cell.words)
    return cells.grouped(pairs, ReachKind.choices)


@dataclass
class Taking:
    """One actor's role, or one initiative an actor has a role in."""

    cell: Cell
    since: Cell | None
    until: Cell | None
    note: str
    beside: str = ""


def who(ledger: Ledger, record: Initiative) -> list[cells.Group]:
    pairs = []
    for row in record.participations.all():
        at = f"participations/{row.key}"
        label = f"{row.get_role_display()}: {row.actor}"
        url = row.actor.get_absolute_url()
        taking = Taking(
            cell=ledger.cell(label, f"{at}/role", row.actor.name, url),
            since=cells.dated(ledger, _("%s, from") % label, f"{at}/since", row.since) or None,
            until=cells.dated(ledger, _("%s, until") % label, f"{at}/until", row.until) or None,
            note=row.note,
            beside=row.actor.country.name if row.actor.country else "",
        )
        pairs.append((row.role, taking))
    return cells.grouped(pairs, Role.choices)


def results(ledger: Ledger, record: Initiative) -> list[Cell]:
    found = []
    for row in record.results.all():
        said = f"{wording.number(row.value)} {row.unit}".strip()
        said = _("about %s") % said if row.approximate else said
        cell = ledger.cell(row.indicator, f"results/{row.key}/value", said, note=row.note)
        found.append((cell, words(row.period)))
    return found
