"""The chain of money around one record, as rows and a drawing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import Actor
from atlas.kit import wording
from atlas.kit.pictures import Insight, LeftOut, Search
from initiatives.insights.evidence import slugs_of, titles_of
from initiatives.insights.funding.chain import Chain, chain
from initiatives.insights.funding.of_search import RULE, SOURCES
from initiatives.insights.funding.payments import PAYMENTS, payments
from initiatives.models import Initiative


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
        rows=payments(found.links),
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
