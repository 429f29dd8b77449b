"""The page of one actor: what it is, what it takes part in, whom it pays, what is said of it."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _

from actors.choices import MembershipStatus
from actors.models import Actor
from atlas.kit.dates import words
from atlas.kit.footnotes import Cell, Ledger
from atlas.kit.pages import find_record, reads
from initiatives.choices import Role
from initiatives.exchange.jsonld import embedded
from initiatives.exchange.shown import shown
from initiatives.insights.money import totals
from initiatives.models import FundingLink
from initiatives.views import cells
from initiatives.views.catalog import site_of
from initiatives.views.glances import ABOUT_A_GROUP, at_a_glance
from initiatives.views.initiative import names
from initiatives.views.money import Money, elsewhere, money_out
from initiatives.views.sureness import differing, in_one_line, sureness

MOST = 50  # initiatives and payments under one heading; lists have them all


@reads("format")
def actor(request, slug: str):
    """One actor with every fact, its footnotes and its gaps."""
    record = find_record(request, "actor", Actor.objects.with_ends(), slug)
    if not isinstance(record, Actor):
        return record
    Actor.objects.complete(record, MOST)
    page = page_of(record)
    page["graph"] = embedded(shown(record, page["evidence"], site_of(request)))
    return render(request, "actors/detail.html", {**page, **of_group(record)})


def of_group(record: Actor) -> dict:
    """What reaches a group or its members, at a glance; nothing for what has no members."""
    if not record.members.all():
        return {}
    return at_a_glance({"group": record.slug}, ABOUT_A_GROUP)


def page_of(record: Actor) -> dict:
    ledger = cells.ledger_of(record)
    parent = record.parent
    reached_by = [row.initiative for row in record.reached_by.all()]
    page = {
        "record": record,
        "api": f"/api/v1/actors/{record.slug}/",
        "title": ledger.cell(_("Name"), "name", record.name),
        "summary": ledger.cell(_("Summary"), "summary", record.summary),
        "parent": ledger.cell(
            _("Part of"),
            "parent",
            parent.name if parent else "",
            parent.get_absolute_url() if parent else "",
        ),
        "parts": list(record.parts.all()),
        "names": names(ledger, record),
        "members": members(ledger, record),
        "groups": groups(record),
        "who": roles(record),
        "reached_by": reached_by[:MOST],
        "more_reached": len(reached_by) - MOST if len(reached_by) > MOST else 0,
        "money_out": gives(record),
        "money_in": receives(record),
        "events": cells.happenings(ledger, record.events.all()),
    }
    page["disputes"], page["natures"] = cells.statements(ledger, record.statements.all())
    page["gaps"] = cells.gaps(ledger)
    page["notes"], page["evidence"] = ledger.notes(), ledger.facts.values()
    page["sure"] = sureness(record, differing(page["disputes"], page["events"]))
    page["sure_line"] = in_one_line(record, page["evidence"])
    return page


@dataclass
class Member:
    """One row of a group's membership, or one group an actor is in."""

    status: Cell
    who: object
    since: Cell
    until: Cell
    note: str


def members(ledger: Ledger, record: Actor) -> list[cells.Group]:
    """Who belongs to this group, full members first, each with dates or the reason for none."""
    pairs = []
    for row in record.members.all():
        at = f"memberships/{row.key}"
        end = row.member_country or row.member_actor
        label = f"{row.get_status_display()}: {end}"
        member = Member(
            status=ledger.cell(
                label, f"{at}/status", row.get_status_display(), end.get_absolute_url()
            ),
            who=end,
            since=cells.dated(ledger, _("%s, since") % label, f"{at}/since", row.since),
            until=cells.dated(ledger, _("%s, until") % label, f"{at}/until", row.until),
            note=row.note,
        )
        pairs.append((row.status, member))
    pairs.sort(key=lambda pair: str(pair[1].who))
    return cells.grouped(pairs, MembershipStatus.choices)


def groups(record: Actor) -> list[Member]:
    """Groups this actor belongs to; the proof stands on the group's page."""
    return [
        Member(
            status=Cell(
                "",
                "",
                row.get_status_display(),
                proof=f"{row.group.get_absolute_url()}#fact-memberships--{row.key}--status",
            ),
            who=row.group,
            since=Cell("", "", words(row.since)),
            until=Cell("", "", words(row.until)),
            note=row.note,
        )
        for row in record.memberships.all()
        if row.group.is_public
    ]


@dataclass
class Part:
    """One initiative this actor has a role in; the proof stands on the initiative's page."""

    initiative: object
    since: str
    until: str
    note: str
    proof: str


def roles(record: Actor) -> list[cells.Group]:
    pairs = [
        (
            row.role,
            Part(
                row.initiative,
                words(row.since),
                words(row.until),
                row.note,
                f"{row.initiative.get_absolute_url()}#fact-participations--{row.key}--role",
            ),
        )
        for row in record.participations.all()
    ]
    pairs.sort(key=lambda pair: pair[1].initiative.sort_key)
    every = {row.role: row.of_role for row in record.participations.all()}
    groups = cells.grouped(pairs, Role.choices)
    for group in groups:
        group.more = every[group.slug] - len(group.rows)
    return groups


def gives(record: Actor) -> Money | None:
    """All it and its parts pay; sums shared with others are shown but in no total of its own."""
    parts = Actor.objects.below(record) if record.parts.all() else []
    links = FundingLink.objects.published().given_by([record, *parts]).for_money()
    return money_out(links, record, parts, most=MOST)


def receives(record: Actor) -> Money | None:
    links = list(record.funding_received.all())
    rows = [elsewhere(link) for link in links[:MOST]]
    return Money(rows, totals(links), len(links) - len(rows)) if links else None
