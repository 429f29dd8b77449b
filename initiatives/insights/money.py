"""Money of one record: totals that never lie.

A total adds amounts of one currency and one type (a pledge and its later payment are the same
money said twice, so types stay apart; so do an original and a revised budget, and money told by
its giver and by its receiver).  Negative amounts lower it: they take back what was reported.
Left out, and said: undisclosed amounts, amounts that another amount of the list already contains,
and, where a record is one of several funders, sums shared with others.  A range adds its two
ends; “at least” and “about” are carried to the total.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import wording
from initiatives.choices import AmountKind, IatiType
from initiatives.models import FundingLink

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

    def add(self, link: FundingLink) -> None:
        self.links += 1
        self.low += link.amount
        self.high += link.amount_max or link.amount
        self.marks.add(link.amount_kind)

    @property
    def words(self) -> str:
        if self.low != self.high:
            text = f"{self.low}..{self.high} {self.currency}"
        else:
            text = f"{self.low} {self.currency}"
        said = wording.amount(text)
        if AmountKind.AT_LEAST in self.marks:
            return _("at least %s") % said
        return _("about %s") % said if AmountKind.APPROXIMATE in self.marks else said


@dataclass
class Totals:
    """The sums of a list of money links, and in words what is not in them."""

    sums: list[Total]
    left_out: list[str]


def totals(links: list[FundingLink], whose: str = "") -> Totals:
    """Sum links with ``joint_links``, ``include_links`` and names prefetched.

    ``whose`` is the slug of the actor whose giving this is; sums it shares with others are then
    left out, because nobody says which part is its own.
    """
    contained = {inner.includes_id for link in links for inner in link.include_links.all()}
    sums: dict[tuple[str, str], Total] = {}
    skipped: dict[str, int] = defaultdict(int)
    for link in links:
        reason = _reason(link, contained, whose)
        if reason:
            skipped[reason] += 1
            continue
        place = link.currency, kind_of_sum(link)
        sums.setdefault(place, Total(link.currency, _kind_words(link))).add(link)
    return Totals([sums[place] for place in sorted(sums)], _left_out(skipped, sums))


def kind_of_sum(link: FundingLink) -> str:
    """What may be added up: where IATI parts more finely than our types do, its parting counts."""
    return link.type if link.iati_type in OUR_OWN else f"{link.type} {link.iati_type}"


def _kind_words(link: FundingLink) -> str:
    own = link.iati_type in OUR_OWN
    return link.get_type_display() if own else link.get_iati_type_display()


def _reason(link: FundingLink, contained: set[int], whose: str) -> str:
    if link.amount_kind == AmountKind.UNDISCLOSED:
        return "undisclosed"
    if link.pk in contained:
        return "contained"
    return "shared" if whose and link.joint_links.all() else ""


def _left_out(skipped: dict[str, int], sums: dict) -> list[str]:
    said = []
    if count := skipped["undisclosed"]:
        said.append(
            ngettext(
                "%d payment has no stated sum and is in no total.",
                "%d payments have no stated sum and are in no total.",
                count,
            )
            % count
        )
    if count := skipped["contained"]:
        said.append(
            ngettext(
                "%d sum is already part of another one here and is not added again.",
                "%d sums are already part of others here and are not added again.",
                count,
            )
            % count
        )
    if count := skipped["shared"]:
        said.append(
            ngettext(
                "%d sum is shared with other funders; nobody states the parts, so it is left out.",
                "%d sums are shared with other funders; nobody states the parts, so they are"
                " left out.",
                count,
            )
            % count
        )
    if len({currency for currency, _type in sums}) > 1:
        said.append(_("Currencies are never added together."))
    if len({kind for _currency, kind in sums}) > 1:
        said.append(_("Pledges, commitments, budgets and payments are never added together."))
    return said
