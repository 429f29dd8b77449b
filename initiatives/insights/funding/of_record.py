"""The chain of money around one record, as rows and a drawing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import Actor
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.insights.evidence import slugs_of, titles_of
from initiatives.insights.funding.chain import Chain, chain
from initiatives.insights.funding.of_search import RULE, SOURCES
from initiatives.insights.money import amount_words
from initiatives.models import FundingLink, Initiative


@dataclass(frozen=True)
class Payment:
    """A row: one funding link; ``url`` is where it stands with its sources."""

    giver: str
    target: str
    paid: str
    kind: str
    date: str
    amount: str
    ids: tuple[int, ...]
    url: str
    giver_url: str
    target_url: str
    paid_url: str


PAYMENTS = (
    Column("giver", gettext_lazy("Who pays"), "giver_url"),
    Column("target", gettext_lazy("What for"), "target_url"),
    Column("paid", gettext_lazy("Paid to"), "paid_url"),
    Column("kind", gettext_lazy("Kind")),
    Column("date", gettext_lazy("Date")),
    Column("amount", gettext_lazy("Amount, with its sources"), "url"),
)


@dataclass(frozen=True)
class Drawn:
    """The chain and the record it is drawn around."""

    record: Initiative | Actor
    chain: Chain


def of_record(search: Search, record: Initiative | Actor) -> Insight:
    found = chain(record)
    every = set(search.found.order_by().values_list("pk", flat=True))
    drawn = found.initiatives & every
    notes = [_(RULE), _(FOLLOWED)]
    if hidden := found.every_flow - len(found.flows):
        text = ngettext(
            "%s more line is not drawn.", "%s more lines are not drawn.", hidden
        )  # fmt: skip
        notes.insert(0, text % wording.number(hidden))
    if beyond := len(found.initiatives - every):
        text = ngettext(
            "The chain is that of the record, whatever is filtered: %d initiative of it is not in"
            " this search.",
            "The chain is that of the record, whatever is filtered: %d initiatives of it are not"
            " in this search.",
            beyond,
        )
        notes.insert(0, text % beyond)
    return Insight(
        title=_("Where the money of %s comes from and goes") % record,
        reading=_(CHAIN),
        count=len(every),
        drawn=len(drawn),
        columns=PAYMENTS,
        rows=[_payment(link) for link in found.links],
        left_out=_apart(every - drawn),
        notes=notes,
        sources_of=SOURCES,
        slugs_of=slugs_of,
        drawing=Drawn(record, found),
        table_caption=_("Payments of the chain"),
    )


CHAIN = gettext_lazy(
    "Money runs from left to right. Every line carries what is stated, by currency; choose it for"
    " the sums and their sources."
)
FOLLOWED = gettext_lazy(
    "Money is followed through funds. It is not followed through other actors: that one was paid"
    " for something does not say what it pays for something else."
)


def _apart(rest: set[int]) -> list[LeftOut]:
    if not rest:
        return []
    text = ngettext(
        "%d initiative has no part in this chain.",
        "%d initiatives have no part in this chain.",
        len(rest),
    )
    return [LeftOut(text % len(rest), len(rest), records=titles_of(rest))]


def _payment(link: FundingLink) -> Payment:
    giver = link.funder_actor or link.funder_initiative
    shared = [str(row.actor) for row in link.joint_links.all()]
    name = wording.listed([str(giver or _("giver not named")), *shared])
    hidden = _("not stated (%s)") % wording.reason(link.undisclosed_reason)
    paid, target = link.recipient, link.initiative
    page = target.get_absolute_url()
    return Payment(
        giver=name,
        target=target.title,
        paid=str(paid or ""),
        kind=link.kind_words or _("kind not stated"),
        date=words(link.value_date) or words(link.period),
        amount=amount_words(link) or hidden,
        ids=(link.initiative_id,),
        url=f"{page}#fact-funding-links--{link.key}--funder",
        giver_url=giver.get_absolute_url() if giver else "",
        target_url=page,
        paid_url=paid.get_absolute_url() if paid else "",
    )
