"""Money on record pages: rows with their footnotes, totals, and what the totals leave out."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from actors.models import Actor
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.footnotes import Cell, Ledger
from initiatives.insights.funding.payments import weak_words
from initiatives.insights.money import Named, Totals, amount_words, named, totals
from initiatives.models import FundingLink
from initiatives.views import cells


@dataclass
class Payment:
    """One money link as a row: who pays, how much, when."""

    funder: Cell
    amount: Cell
    recipient: Cell | None
    date: Cell | None
    period: Cell | None
    link: FundingLink
    type: str
    undisclosed: str
    joint: list
    contains: list[Named]
    giver: Actor | None = None  # a part of the page's actor

    @property
    def weak(self) -> str:
        return weak_words(self.link)


@dataclass
class Money:
    rows: list[Payment]
    totals: Totals
    more: int = 0  # payments that are in the totals, but not among the rows


def money_in(ledger: Ledger, links) -> Money | None:
    """Money coming in: each link a row with footnotes, then totals and what they leave out."""
    links = list(links)
    return Money([payment(ledger, link) for link in links], totals(links)) if links else None


def payment(ledger: Ledger, link: FundingLink) -> Payment:
    at = f"funding_links/{link.key}"
    funder = link.funder_actor or link.funder_initiative
    label = _("Money from %s") % funder if funder else link.kind_words
    recipient = link.recipient
    to = ledger.cell(
        _("%s, paid to") % label,
        f"{at}/recipient",
        recipient.name if recipient else "",
        recipient.get_absolute_url() if recipient else "",
    )
    return Payment(
        funder=ledger.cell(
            label,
            f"{at}/funder",
            str(funder) if funder else _("giver not named"),
            funder.get_absolute_url() if funder else "",
        ),
        amount=ledger.cell(_("%s, amount") % label, f"{at}/amount", amount_words(link)),
        recipient=to or None,
        date=cells.dated(ledger, _("%s, date") % label, f"{at}/value_date", link.value_date)
        or None,
        period=cells.dated(ledger, _("%s, period") % label, f"{at}/period", link.period) or None,
        link=link,
        type=link.kind_words,
        undisclosed=wording.reason(link.undisclosed_reason),
        joint=[
            ledger.cell(
                _("Shared by %s") % row.actor,
                f"funding_joint_funders/{row.key}/actor",
                row.actor.name,
                row.actor.get_absolute_url(),
            )
            for row in link.joint_links.all()
        ],
        contains=contained_in(link),
    )


def contained_in(link: FundingLink) -> list[Named]:
    """The sums this one already contains; of the same initiative by their payers."""
    inner = [row.includes for row in link.include_links.all()]
    return [named(one, one.initiative_id == link.initiative_id) for one in inner]


def money_out(
    links, giver: Actor | None = None, parts: Collection[Actor] = (), most: int | None = None
) -> Money | None:
    """Money a fund, or an actor with its parts, pays: rows that point to the other end's notes."""
    links = list(links)
    whose = [actor.slug for actor in (giver, *parts) if actor]
    rows = [elsewhere(link, parts=parts) for link in links[:most]]
    return Money(rows, totals(links, whose), len(links) - len(rows)) if links else None


def elsewhere(
    link: FundingLink, named: str = "initiative", parts: Collection[Actor] = ()
) -> Payment:
    """A money link on the page of another end; its evidence stands with the initiative.

    ``parts`` of the page's actor are named where they are the ones who pay.
    """
    end = getattr(link, named)
    there = f"{link.initiative.get_absolute_url()}#fact-funding-links--{link.key}--funder"
    others = [link.funder_actor or link.funder_initiative] if link.joint_links.all() else []
    others += [row.actor for row in link.joint_links.all()]
    return Payment(
        funder=Cell(str(end), "", str(end), end.get_absolute_url()),
        amount=Cell("", "", amount_words(link), proof=there),
        recipient=Cell("", "", link.recipient.name, link.recipient.get_absolute_url())
        if link.recipient
        else None,
        date=Cell("", "", words(link.value_date)) if link.value_date else None,
        period=Cell("", "", words(link.period)) if link.period else None,
        link=link,
        type=link.kind_words,
        undisclosed=wording.reason(link.undisclosed_reason),
        joint=[Cell("", "", str(actor), actor.get_absolute_url()) for actor in others],
        contains=contained_in(link),
        giver=link.funder_actor if link.funder_actor in parts else None,
    )
