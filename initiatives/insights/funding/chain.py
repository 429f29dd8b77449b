"""Where the money of one record comes from and where it goes.

Money is followed through funds, which pay on what they are given.  It is not followed through
actors: that an actor was paid for one initiative does not say what it pays for another.  An actor
with its parts is one: what it pays to itself or to a part of it neither comes in nor goes out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from actors.models import Actor
from initiatives.insights.money import LeftOut, Total, amount_words, totals
from initiatives.models import FundingLink, Initiative

FURTHEST = 4  # steps on either side
MOST_FLOWS = 60
UNNAMED = "unnamed:"


@dataclass
class Station:
    """An initiative or an actor on the way; ``column`` counts from the left."""

    noun: str
    slug: str
    label: str
    kind: str
    column: int = 0
    chosen: bool = False

    @property
    def id(self) -> str:
        return f"{self.noun}:{self.slug}"

    @property
    def url(self) -> str:
        return f"/{self.noun}s/{self.slug}/" if self.slug else ""


@dataclass
class Flow:
    """What passes between two stations: links, their sums, and what is in no sum.

    ``within`` are the links whose money stays with the actor that the chain is drawn around.
    """

    source: str
    target: str
    links: list[FundingLink] = field(default_factory=list)
    shared: list[FundingLink] = field(default_factory=list)
    within: list[FundingLink] = field(default_factory=list)

    @property
    def initiative(self) -> Initiative:
        return self.links[0].initiative

    @property
    def url(self) -> str:
        """Where its only link is shown with its sources, or all that the initiative is paid."""
        link = self.links[0]
        if self.links[1:]:
            return f"{link.initiative.get_absolute_url()}#money"
        return f"{link.initiative.get_absolute_url()}#fact-funding-links--{link.key}--funder"

    @property
    def words(self) -> list[str]:
        """One line a sum; money that others share in is said to be shared, not booked."""
        apart = [*self.shared, *self.within]
        said = _sums_said([link for link in self.links if link not in apart])
        inner = [link for link in self.within if link not in self.shared]
        said += [_("%s, stays within") % one for one in _sums_said(inner)]
        for link in self.shared:
            amount = amount_words(link)
            said.append(_("shares in %s") % amount if amount else _("shares in a sum not stated"))
        return said


def _sums_said(links: list[FundingLink]) -> list[str]:
    said = [total.words + total.mark for total in totals(links).sums]
    if any(link.amount is None for link in links):
        said.append(_("sum not stated") if not said else _("and sums not stated"))
    return said


@dataclass
class Side:
    """Links on one side of the record, their totals, and what is in none of these."""

    links: list[FundingLink]
    sums: list[Total]
    left_out: list[LeftOut]
    where: dict[int, str]  # of each link the anchor of its sum, or why it is in none

    @property
    def ids(self) -> set[int]:
        return {link.pk for link in self.links}


@dataclass
class Chain:
    """The stations and flows around one record, and the totals on its sides."""

    stations: list[Station]
    flows: list[Flow]
    every_flow: int
    coming: Side
    going: Side
    within: Side

    @property
    def sides(self) -> dict[str, Side]:
        return {"in": self.coming, "out": self.going, "within": self.within}

    @property
    def initiatives(self) -> set[int]:
        return {link.initiative_id for flow in self.flows for link in flow.links}

    @property
    def links(self) -> list[FundingLink]:
        """Each link once, in the order of the flows."""
        return list({link.pk: link for flow in self.flows for link in flow.links}.values())


def chain(record: Initiative | Actor) -> Chain:
    """What is known to flow to the record and from it."""
    starts = {f"{record._meta.model_name}:{record.slug}"}
    if isinstance(record, Actor):
        whose = Actor.objects.with_parts([record.slug])
        given = list(_public().given_by(whose).for_money())
        got = list(_public().filter(recipient__in=whose).for_money())
        slugs = list(Actor.objects.filter(pk__in=whose).values_list("slug", flat=True))
        links = [*got, *_up({g.funder_initiative_id for g in got}), *given]
        links += _down({link.initiative_id for link in given})
        coming, going, within = _sides(got, given, whose, slugs)
        starts |= {f"actor:{slug}" for slug in slugs}
    else:
        got, given = _into({record.pk}), _from({record.pk})
        links = [*_up({record.pk}), *_down({record.pk})]
        coming, going, within = _side(got), _side(given), _side([])
    flows = _flows(links, within.ids)
    drawn = flows[:MOST_FLOWS]
    stations = _stations(drawn, record, starts)
    return Chain(stations, drawn, len(flows), coming, going, within)


def _side(links: list[FundingLink], whose: Collection[str] = ()) -> Side:
    found = totals(links, whose)
    return Side(links, found.sums, found.left_out, found.where)


def _sides(got, given, whose: set[int], slugs: list[str]) -> tuple[Side, Side, Side]:
    """What comes in, goes out and stays within an actor with its parts.

    Of a sum that it pays together with others to a part of it nobody states how much comes in.
    """
    ours = {link.pk for link in given if link.recipient_id in whose}
    inner = {link.pk for link in given if link.pk in ours and _given_alone(link, whose)}
    coming = _side([link for link in got if link.pk not in ours])
    mixed = [link for link in got if link.pk in ours - inner]
    unparted = totals(mixed, slugs)
    coming.left_out += unparted.left_out
    coming.links += mixed
    coming.where |= unparted.where
    going = _side([link for link in given if link.pk not in inner], slugs)
    return coming, going, _side([link for link in given if link.pk in inner])


def _given_alone(link: FundingLink, whose: set[int]) -> bool:
    """Whether nobody but these actors gives it."""
    joint = {row.actor_id for row in link.joint_links.all()}
    givers = joint | {link.funder_actor_id} - {None}
    return link.funder_initiative_id is None and givers <= whose


def _public():
    return FundingLink.objects.published()


def _into(ids: Collection[int]) -> list[FundingLink]:
    return list(_public().filter(initiative__in=ids).for_money())


def _from(ids: Collection[int]) -> list[FundingLink]:
    return list(_public().filter(funder_initiative__in=ids).for_money())


def _up(ids: Collection[int]) -> list[FundingLink]:
    """Links into these initiatives, and into the funds that pay them."""
    return _follow(ids, _into, "funder_initiative_id")


def _down(ids: Collection[int]) -> list[FundingLink]:
    """Links these initiatives give as funds, and what those pay on."""
    return _follow(ids, _from, "initiative_id")


def _follow(ids: Collection[int], step, end: str) -> list[FundingLink]:
    found, seen, frontier = [], set(), set(ids) - {None}
    for _round in range(FURTHEST):
        if not frontier:
            break
        seen |= frontier
        links = step(frontier)
        found += links
        frontier = {getattr(link, end) for link in links} - seen - {None}
    return found


def _flows(links: Iterable[FundingLink], within: Collection[int]) -> list[Flow]:
    """Links between the same two ends as one flow, in the order they are met.

    What stays ``within`` the actor is drawn to what it is for, and not back to where it came from.
    """
    flows: dict[tuple[str, str], Flow] = {}

    def add(source: str, target: str, link: FundingLink, shared: bool) -> None:
        flow = flows.setdefault((source, target), Flow(source, target))
        flow.links.append(link)
        if shared:
            flow.shared.append(link)
        if link.pk in within:
            flow.within.append(link)

    for link in {link.pk: link for link in links}.values():
        here = f"initiative:{link.initiative.slug}"
        joint = [row.actor for row in link.joint_links.all()]
        for giver in _givers(link, joint):
            add(giver, here, link, shared=bool(joint))
        if link.recipient and link.pk not in within:
            add(here, f"actor:{link.recipient.slug}", link, shared=False)
    return list(flows.values())


def _givers(link: FundingLink, joint: list[Actor]) -> list[str]:
    found = [f"actor:{actor.slug}" for actor in (link.funder_actor, *joint) if actor]
    if link.funder_initiative:
        found.append(f"initiative:{link.funder_initiative.slug}")
    return found or [UNNAMED]


def _stations(flows: list[Flow], record: Initiative | Actor, starts: set[str]) -> list[Station]:
    """The ends of the flows, each right of whoever pays it."""
    me = f"{record._meta.model_name}:{record.slug}"
    stations = {me: _station(record)}
    if any(flow.source == UNNAMED for flow in flows):
        stations[UNNAMED] = Station("unnamed", "", _("giver not named"), "")
    for flow in flows:
        for link in flow.links:
            ends = [link.initiative, link.funder_initiative, link.funder_actor, link.recipient]
            ends += [row.actor for row in link.joint_links.all()]
            for end in ends:
                at = f"{end._meta.model_name}:{end.slug}" if end else ""
                if at in (flow.source, flow.target):
                    stations.setdefault(at, _station(end))
    stations[me].chosen = True
    _place(stations, flows, starts & set(stations))
    return sorted(stations.values(), key=lambda station: station.column)


def _station(record: Initiative | Actor) -> Station:
    noun = record._meta.model_name
    return Station(noun, record.slug, str(record), str(record.get_kind_display()))


def _place(stations: dict[str, Station], flows: list[Flow], starts: set[str]) -> None:
    """Columns: a payer as near as may be left of what it pays; a circle ends where it closes."""
    following, before = defaultdict(set), defaultdict(set)
    for flow in flows:
        following[flow.source].add(flow.target)
        before[flow.target].add(flow.source)
    columns = dict.fromkeys(starts, 0)
    for ways, step in ((following, 1), (before, -1)):
        _walk(starts, ways, step, columns)
    for at in stations:  # payers beside the chosen record's own line: left of what they pay
        if at not in columns:
            near = [columns[end] for end in following[at] if end in columns]
            far = [columns[end] for end in before[at] if end in columns]
            columns[at] = min(near) - 1 if near else max(far, default=-1) + 1
    first = min(columns.values())
    for at, station in stations.items():
        station.column = columns[at] - first


def _walk(starts: set[str], ways, step: int, columns: dict[str, int]) -> None:
    """The longest way from the chosen record decides, up to as many steps as are followed."""
    frontier, column = starts, 0
    for _round in range(2 * FURTHEST):
        frontier = {end for at in frontier for end in ways[at]} - starts
        column += step
        for at in frontier:
            if step * columns.get(at, 0) >= 0:
                columns[at] = column
        if not frontier:
            break
