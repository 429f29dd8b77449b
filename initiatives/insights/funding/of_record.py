"""The chain of money around one record, as rows and a drawing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import Actor
from atlas.kit import wording
from atlas.kit.pictures import Insight, LeftOut, Search
from initiatives.insights.evidence import slugs_of, titles_of
from initiatives.insights.funding.chain import Chain, Side, chain
from initiatives.insights.funding.of_search import RULE, SOURCES
from initiatives.insights.funding.payments import (
    MOST_FIGURES,
    PAYMENTS,
    Heading,
    headings,
    payments,
)
from initiatives.models import Initiative


@dataclass(frozen=True)
class Drawn:
    """The chain, the record it is drawn around, and every figure on its sides."""

    record: Initiative | Actor
    chain: Chain
    figures: list[Heading]

    @property
    def sides(self) -> list[tuple[str, str, Side]]:
        """(anchor, heading, side) of those with any money."""
        sides = self.chain.sides.items()
        return [(name, str(SIDES[name][0]), side) for name, side in sides if side.links]


# by side: the heading of its sums, that of its figures, and the word for one payment
SIDES = {
    "in": (
        gettext_lazy("Stated sums coming in"),
        gettext_lazy("Coming in"),
        gettext_lazy("comes in"),
    ),
    "out": (
        gettext_lazy("Stated sums going out"),
        gettext_lazy("Going out"),
        gettext_lazy("goes out"),
    ),
    "within": (
        gettext_lazy("Stated sums that stay within"),
        gettext_lazy("Staying within"),
        gettext_lazy("stays within"),
    ),
}


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
    if found.within.links:
        notes.insert(0, within_words(record, found))
    return Insight(
        title=_("Where the money of %s comes from and goes") % record,
        reading=_(CHAIN),
        count=len(every),
        drawn=len(drawn),
        columns=PAYMENTS,
        rows=payments(found.links, _sides(found)),
        left_out=_apart(every - drawn),
        notes=notes,
        sources_of=SOURCES,
        slugs_of=slugs_of,
        drawing=Drawn(record, found, _figures(found)),
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


def within_words(record: Actor, found: Chain) -> str:
    """What an actor pays to itself or to a part of it: neither in nor out."""
    count = len(found.within.links)
    text = ngettext(
        "%(n)s payment stays within %(name)s and its parts (%(sums)s): it neither comes in nor"
        " goes out.",
        "%(n)s payments stay within %(name)s and its parts (%(sums)s): they neither come in nor go"
        " out.",
        count,
    )
    sums = "; ".join(total.line for total in found.within.sums) or _("no sum is stated")
    return text % {"n": wording.number(count), "name": record, "sums": sums}


def _figures(found: Chain) -> list[Heading]:
    """Every figure on the sides of the record under its sum; none where nobody would read them."""
    if sum(len(side.links) for side in found.sides.values()) > MOST_FIGURES:
        return []
    return [
        heading
        for name, side in found.sides.items()
        for heading in headings(name, str(SIDES[name][1]), side.sums, side.links, side.where)
    ]


def _sides(found: Chain) -> dict[int, str]:
    """In words where each payment stands, by the id of its link."""
    said = {link.pk: _("beyond") for link in found.links}
    of_sides = found.sides.items()
    return said | {pk: str(SIDES[name][2]) for name, side in of_sides for pk in side.ids}


def _apart(rest: set[int]) -> list[LeftOut]:
    if not rest:
        return []
    text = ngettext(
        "%d initiative has no part in this chain.",
        "%d initiatives have no part in this chain.",
        len(rest),
    )
    return [LeftOut(text % len(rest), len(rest), records=titles_of(rest))]
