"""Money of one record: totals that never lie.

A total adds amounts of one currency and one type (a pledge and its later payment are the same
money said twice, so types stay apart; so do an original and a revised budget, and money told by
its giver and by its receiver).  Negative amounts lower it: they take back what was reported.
Left out, and named: undisclosed amounts, amounts that another amount of the list already contains,
and, where a record is one of several funders, sums shared with others.  A range adds its two
ends, an upper limit counts from nothing to itself; “at least” and “about” are carried to the
total.

This module sums the links of one record, which its page has read anyhow; ``funding.queries`` holds
the same rule as SQL for every search.  Tests hold the two together.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import wording
from initiatives.choices import AmountKind, FundingType, IatiType
from initiatives.models import FundingLink

NAMED = 30  # links of one reason; more than anybody reads
# what IATI calls by the same name as we do
OUR_OWN = ("", IatiType.COMMITMENT, IatiType.DISBURSEMENT, IatiType.PLEDGE)


@dataclass
class Total:
    """One currency, one type."""

    currency: str
    type: str
    links: int = 0
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    marks: set[str] = field(default_factory=set)
    weak: "Total | None" = None  # what of it publishers of reliability D or E alone give

    def add(self, link: FundingLink) -> None:
        self._add(link)
        if link.weak:
            self.weak = self.weak or Total(self.currency, self.type)
            self.weak._add(link)

    def _add(self, link: FundingLink) -> None:
        self.links += 1
        self.low += 0 if link.amount_kind == AmountKind.AT_MOST else link.amount
        self.high += link.amount_max or link.amount
        self.marks.add(link.amount_kind)

    @property
    def anchor(self) -> str:
        return anchor_of(self.currency, self.type)

    @property
    def words(self) -> str:
        if not self.low and self.high:
            return wording.amount(f"<={self.high} {self.currency}")
        if self.low != self.high:
            text = f"{self.low}..{self.high} {self.currency}"
        else:
            text = f"{self.low} {self.currency}"
        said = wording.amount(text)
        if AmountKind.AT_LEAST in self.marks:
            return _("at least %s") % said
        return _("about %s") % said if AmountKind.APPROXIMATE in self.marks else said

    @property
    def line(self) -> str:
        """The sum with its kind, and with a mark where weak sources give it."""
        return f"{self.words}, {self.type.lower()}{self.mark}"

    @property
    def mark(self) -> str:
        if not self.weak:
            return ""
        all_of_it = self.weak.links == self.links
        return f" ({_('weak source')})" if all_of_it else f" ({_('partly weak sources')})"

    @property
    def doubt(self) -> str:
        """How much of it rests on weak sources alone; nothing where none does."""
        if not self.weak:
            return ""
        if self.weak.links == self.links:
            return _("all of it from weak sources only (D or E)")
        return _("of it %s from weak sources only (D or E)") % self.weak.words


@dataclass(frozen=True)
class Named:
    """A link that is in no total, by its other end."""

    words: str
    url: str


@dataclass(frozen=True)
class LeftOut:
    """Why something is in no total, and which links that concerns."""

    words: str
    links: tuple[Named, ...] = ()

    @property
    def first(self) -> tuple[Named, ...]:
        """Those that a page names."""
        return self.links[:NAMED]

    @property
    def more(self) -> int:
        return len(self.links) - len(self.first)


@dataclass
class Totals:
    """The sums of a list of money links, and what is not in them.

    ``where`` says of each link, by id, in which sum it is (its anchor), or why it is in none.
    """

    sums: list[Total]
    left_out: list[LeftOut]
    where: dict[int, str] = field(default_factory=dict)


def totals(links: list[FundingLink], whose: Collection[str] = ()) -> Totals:
    """Sum links with ``joint_links``, ``include_links`` and names prefetched.

    ``whose`` are the slugs of the actors whose giving this is; sums they share with others are
    then left out, because nobody says which part is their own.
    """
    # a part is left out only where its whole is counted: else neither would be
    wholes = [link for link in links if not _reason(link, set(), whose)]
    contained = {inner.includes_id for link in wholes for inner in link.include_links.all()}
    sums: dict[tuple[str, str], Total] = {}
    skipped: dict[str, list[FundingLink]] = defaultdict(list)
    where = {}
    for link in links:
        reason = where[link.pk] = _reason(link, contained, whose)
        if reason:
            skipped[reason].append(link)
            continue
        place = link.currency, kind_of_sum(link)
        summed = sums.setdefault(place, Total(link.currency, _kind_words(link)))
        summed.add(link)
        where[link.pk] = summed.anchor
    by_payer = len({link.initiative_id for link in links}) == 1
    left_out = _left_out(skipped, sums, by_payer)
    return Totals([sums[place] for place in sorted(sums)], left_out, where)


def sums_of(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """What each of these initiatives is paid, in words: its totals, then what is not stated."""
    links: dict[int, list[FundingLink]] = defaultdict(list)
    for link in FundingLink.objects.filter(initiative__in=ids).for_money():
        links[link.initiative_id].append(link)
    found = {}
    for pk, paid in links.items():
        hidden = sum(link.amount is None for link in paid)
        said = ngettext("%d sum not stated", "%d sums not stated", hidden) % hidden
        found[pk] = (*(total.line for total in totals(paid).sums), *([said] if hidden else []))
    return found


def kind_of_sum(link: FundingLink) -> str:
    """What may be added up: where IATI parts more finely than our types do, its parting counts."""
    return link.type if link.iati_type in OUR_OWN else f"{link.type} {link.iati_type}"


def _kind_words(link: FundingLink) -> str:
    own = link.iati_type in OUR_OWN
    return link.get_type_display() if own else link.get_iati_type_display()


def _reason(link: FundingLink, contained: set[int], whose: Collection[str]) -> str:
    if link.amount_kind == AmountKind.UNDISCLOSED:
        return "undisclosed"
    if link.pk in contained:
        return "contained"
    funders = {link.funder_actor.slug if link.funder_actor else ""}
    funders |= {joint.actor.slug for joint in link.joint_links.all()}
    return "shared" if whose and not funders <= set(whose) and len(funders) > 1 else ""


def sum_words(type_: str, finer: str) -> str:
    """What a sum is called: by IATI's kind of figure where that parts more finely than ours."""
    return str(IatiType(finer).label if finer else FundingType(type_).label)


def anchor_of(currency: str, kind: str, year: int | str = "") -> str:
    """Where the figures behind a sum stand among those of its search (``funding.payments``)."""
    return slugify(f"sum {currency} {kind} {year}")


def amount_words(link: FundingLink) -> str:
    """The amount read out; nothing where it is undisclosed."""
    if link.amount is None:
        return ""
    marks = {"approximate": "~", "at-least": ">=", "at-most": "<="}
    high = f"..{link.amount_max}" if link.amount_max else ""
    return wording.amount(f"{marks.get(link.amount_kind, '')}{link.amount}{high} {link.currency}")


def named(link: FundingLink, by_payer: bool) -> Named:
    """A link by its payer or by what it pays for, with its amount and the place of its proof."""
    payer = link.funder_actor or link.funder_initiative or _("giver not named")
    end = payer if by_payer else link.initiative
    said = amount_words(link)
    at = f"{link.initiative.get_absolute_url()}#fact-funding-links--{link.key}--funder"
    return Named(f"{end}, {said}" if said else str(end), at)


def _left_out(skipped: dict[str, list[FundingLink]], sums: dict, by_payer: bool) -> list[LeftOut]:
    said = []
    for reason in ("contained", "shared", "undisclosed"):
        if links := skipped[reason]:
            names = tuple(named(link, by_payer) for link in links)
            said.append(LeftOut(_why(reason, len(links)), names))
    if len({currency for currency, _type in sums}) > 1:
        said.append(LeftOut(_("Currencies are never added together.")))
    if len({kind for _currency, kind in sums}) > 1:
        words = _("Pledges, commitments, budgets and payments are never added together.")
        said.append(LeftOut(words))
    return said


def _why(reason: str, count: int) -> str:
    if reason == "undisclosed":
        text = ngettext(
            "%d payment has no stated sum and is in no total:",
            "%d payments have no stated sum and are in no total:",
            count,
        )
    elif reason == "contained":
        text = ngettext(
            "%d sum is already part of another one here and is not added again:",
            "%d sums are already part of others here and are not added again:",
            count,
        )
    else:
        text = ngettext(
            "%d sum is shared with other funders; nobody states the parts, so it is left out:",
            "%d sums are shared with other funders; nobody states the parts, so they are left out:",
            count,
        )
    return text % count
