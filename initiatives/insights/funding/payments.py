"""Funding links as rows, and every figure of a search with what became of it in the sums."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.pictures import Column
from initiatives.insights.funding import queries
from initiatives.insights.money import Total, amount_words, anchor_of, sum_words
from initiatives.models import FundingLink, InitiativeCitation
from initiatives.querysets import CitationQuerySet

MOST_FIGURES = 500  # rows that are still read
UNDATED = "undated"


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
    note: str = ""
    sources: tuple[str, ...] = ()
    side: str = ""


PAYMENTS = (
    Column("giver", gettext_lazy("Who pays"), "giver_url"),
    Column("target", gettext_lazy("What for"), "target_url"),
    Column("paid", gettext_lazy("Paid to"), "paid_url"),
    Column("side", gettext_lazy("In or out")),
    Column("kind", gettext_lazy("Kind")),
    Column("date", gettext_lazy("Date")),
    Column("amount", gettext_lazy("Amount, with its sources"), "url"),
    Column("note", gettext_lazy("Note")),
)


def payments(links: list[FundingLink], sides: Mapping[int, str]) -> list[Payment]:
    """A row for each link, with the slugs of the sources of that very link; ``sides`` says by id
    on which side of the record it stands."""
    cited = defaultdict(list)
    of_these = CitationQuerySet(InitiativeCitation).filter(funding_link__in=links)
    pairs = of_these.order_by("source__slug").values_list("funding_link", "source__slug")
    for pk, source in pairs.distinct():
        cited[pk].append(source)
    return [
        replace(payment(link), sources=tuple(cited[link.pk]), side=sides.get(link.pk, ""))
        for link in links
    ]


def payment(link: FundingLink) -> Payment:
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
        note=" · ".join(part for part in (weak_words(link), link.note) if part),
    )


def weak_words(link: FundingLink) -> str:
    """The mark of a stated sum that weak sources alone give."""
    return _("weak source") if link.weak and link.amount is not None else ""


@dataclass
class Heading:
    """Figures that are added together, or that are in no sum for one reason."""

    anchor: str
    words: str = ""
    rows: list[Payment] = field(default_factory=list)
    first: str = ""  # anchor of the kind that begins here


def figures(sql: tuple[str, tuple], ends: queries.Ends = ()) -> list[Heading]:
    """Every figure of a search, or of what these ends give, under its currency, kind and year;
    those in no sum at the end.

    ``sql`` gives the ids of initiatives; ask where there are no more than ``MOST_FIGURES``.
    """
    search, parameters = sql
    statement, more = queries.dated(queries.FIGURES, search, ends)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *more])
        rows = cursor.fetchall()
    links = FundingLink.objects.filter(pk__in=[row[0] for row in rows]).for_money()
    by_id = {link.pk: link for link in links}
    found: dict[str, Heading] = {}
    begun: set[str] = set()
    for pk, state, year, currency, type_, finer in rows:
        kind = sum_words(type_, finer)
        summed = state in (queries.DRAWN, UNDATED)
        key = anchor_of(currency, kind, year or UNDATED) if summed else state
        heading = found.setdefault(key, Heading(key, _heading(state, currency, kind, year)))
        if summed and (first := anchor_of(currency, kind)) not in begun:
            begun.add(first)
            heading.first = first
        heading.rows.append(payment(by_id[pk]))
    return list(found.values())


def headings(side: str, words_: str, sums: list[Total], links, where: dict) -> list[Heading]:
    """Links under the sum that adds them, or under why none does; ``where`` is of ``Totals``.

    ``side`` begins every anchor, ``words_`` every heading.
    """
    found = {
        one.anchor: Heading(f"{side}-{one.anchor}", f"{words_}: {one.currency}, {one.type}")
        for one in sums
    }
    for link in sorted(links, key=lambda link: link.key):
        at = where[link.pk]
        said = f"{words_}. {_heading(at, '', '', None)}" if at not in found else ""
        found.setdefault(at, Heading(f"{side}-{at}", said)).rows.append(payment(link))
    return list(found.values())


def _heading(state: str, currency: str, kind: str, year: int | None) -> str:
    if state == "undisclosed":
        return _("In no sum: no amount stated")
    if state == "contained":
        return _("In no sum: already part of another figure")
    if state == "shared":
        return _("In no sum: shared with others, and nobody states the parts")
    said = f"{currency}, {kind}"
    return f"{said}, {year}" if year else _("%s, dated to no single year") % said
