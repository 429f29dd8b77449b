"""Money as a picture: who pays in a search, or the chain around one record."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import Actor
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.filters import BadValue
from atlas.kit.models import Redirect
from atlas.kit.pictures import Column, Insight, LeftOut, Parameter, Picture, Search, choice
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.funding.chain import Chain, chain
from initiatives.insights.funding.payers import PayerRow, Payers, payers, receivers, whole
from initiatives.insights.money import amount_words
from initiatives.models import FundingLink, Initiative

GIVERS, RECEIVERS = "givers", "receivers"
SOURCES = cited(links=("funding_link", "joint_funder"))


def find(text: str) -> Initiative | Actor:
    """A public initiative or actor by its slug, old slugs understood; raises BadValue."""
    for noun, model in (("initiative", Initiative), ("actor", Actor)):
        moved = Redirect.objects.filter(kind=noun, old_slug=text).values_list("slug", flat=True)
        public = model.objects.published()
        if record := public.filter(slug=text).first() or public.filter(slug__in=moved).first():
            return record
    allowed = [_("the slug of an initiative or of an actor")]
    raise BadValue(_("There is no “%s”.") % text[:100], allowed)


def read(search: Search, options: dict) -> Insight:
    """The chain of the record chosen, else everybody on one side of the money."""
    if options["of"]:
        return _of_record(search, options["of"])
    return _of_search(search, options["side"])


# ------------------------------------------------------------------ a search


@dataclass(frozen=True)
class Payer:
    """A row: who, for how many initiatives (the list at ``url``), and the sums in words."""

    name: str
    initiatives: int
    sums: str
    beside: str
    ids: tuple[int, ...]
    url: str
    page: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """The sums of a whole search, and what is in none of them."""

    sums: list
    beside: list[str]


COLUMNS = {
    GIVERS: Column("name", gettext_lazy("Who pays"), "page"),
    RECEIVERS: Column("name", gettext_lazy("Who is paid"), "page"),
}
REST = (
    Column("initiatives", gettext_lazy("Initiatives"), "url", number=True),
    Column("sums", gettext_lazy("Stated sums, by currency and kind")),
    Column("beside", gettext_lazy("In no sum")),
)


def _of_search(search: Search, side: str) -> Insight:
    sql = Search.sql(search.found)
    found = payers(sql) if side == GIVERS else receivers(sql)
    name = "funder" if side == GIVERS else "recipient"
    total = whole(sql)
    count = wording.number(len(found.rows))
    if side == GIVERS:
        title = ngettext("Who pays: %s payer", "Who pays: %s payers", len(found.rows))
    else:
        title = ngettext("Who is paid: %s receiver", "Who is paid: %s receivers", len(found.rows))
    return Insight(
        title=title % count,
        reading=_(READING),
        count=len(found.records),
        drawn=len(found.named),
        columns=(COLUMNS[side], *REST),
        rows=[_payer(search, row, name) for row in found.rows],
        left_out=_unpaid(search, found, side),
        notes=[_(RULE)],
        sources_of=SOURCES,
        slugs_of=slugs_of,
        drawing=Whole(total.sums, _beside(total)),
        table_caption=_("Payers and what they pay"),
    )


READING = gettext_lazy(
    "The bar counts initiatives, because many sums are not stated and currencies are never added:"
    " the order says nothing about who gives most. A body counts with its parts. Choose a bar for"
    " the initiatives."
)
RULE = gettext_lazy(
    "A sum is added to others of the same currency and kind only; a sum that another one already"
    " contains is not added again; a sum that several share is in nobody’s own total."
)


def _payer(search: Search, row: PayerRow, parameter: str) -> Payer:
    name = _("%s, with its parts") % row.name if row.with_parts else row.name
    lines = tuple(f"{total.words}, {total.type.lower()}" for total in row.sums)
    return Payer(
        name,
        row.initiatives,
        "; ".join(lines) or _("no sum of its own stated"),
        "; ".join(_beside(row)),
        tuple(row.ids),
        search.link(**{parameter: row.slug}),
        row.url,
        lines,
    )


def _beside(row: PayerRow) -> list[str]:
    """What is in no sum, counted by reason."""
    said = []
    if row.undisclosed:
        text = ngettext("%d sum not stated", "%d sums not stated", row.undisclosed)
        said.append(text % row.undisclosed)
    if row.contained:
        text = ngettext("%d already part of another", "%d already part of others", row.contained)
        said.append(text % row.contained)
    if row.shared:
        text = ngettext("%d shared with others", "%d shared with others", row.shared)
        said.append(text % row.shared)
    return said


def _unpaid(search: Search, found: Payers, side: str) -> list[LeftOut]:
    left = []
    if bare := found.records - found.paid:
        text = ngettext(
            "%d initiative has no funding on file.",
            "%d initiatives have no funding on file.",
            len(bare),
        )
        left.append(LeftOut(text % len(bare), len(bare), search.link(funder="unstated")))
    if unnamed := found.paid - found.named:
        if side == GIVERS:
            text = ngettext(
                "Of %d initiative a sum is known, but not who gives it.",
                "Of %d initiatives a sum is known, but not who gives it.",
                len(unnamed),
            )
        else:
            text = ngettext(
                "Of %d initiative the payer is known, but no source names who is paid.",
                "Of %d initiatives the payer is known, but no source names who is paid.",
                len(unnamed),
            )
        named = titles_of(unnamed)
        left.append(LeftOut(text % len(unnamed), len(unnamed), records=named))
    return left


# ------------------------------------------------------------------ a record


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


def _of_record(search: Search, record: Initiative | Actor) -> Insight:
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
    hidden = _("not stated (%s)") % link.get_undisclosed_reason_display().lower()
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


FUNDING = Picture(
    "funding",
    gettext_lazy("Funding"),
    gettext_lazy("Who pays for what, and the way money takes through funds."),
    read,
    (
        Parameter(
            "of",
            gettext_lazy("Chain of a record"),
            gettext_lazy("The slug of an initiative or an actor, such as ajccbc"),
            parse=find,
            example="ajccbc",
        ),
        choice(
            "side",
            gettext_lazy("Without a record"),
            (
                (GIVERS, gettext_lazy("Who pays")),
                (RECEIVERS, gettext_lazy("Who is paid")),
            ),
        ),
    ),
)
