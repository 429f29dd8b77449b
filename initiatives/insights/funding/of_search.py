"""Everybody on one side of the money of a search, as rows and bars."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import Country
from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.funding.payers import PayerRow, Payers, payers, receivers

GIVERS, RECEIVERS = "givers", "receivers"
COUNTRIES = 3  # of which bodies are named; the rest are counted
TABLE = 100  # rows on the page, many more than are drawn
SOURCES = cited(links=("funding_link", "joint_funder"))


@dataclass
class Payer:
    """A row: who, for how many initiatives (the list at ``url``), and the sums in words.

    Words are made when they are read: a page shows the first of thousands.
    """

    found: PayerRow
    search: Search
    parameter: str
    side: str

    @property
    def name(self) -> str:
        row = self.found
        return _("%s, with its parts") % row.name if row.with_parts else row.name

    @property
    def named(self) -> str:
        return _("yes") if self.found.named else _("only a part of it")

    @property
    def sums_url(self) -> str:
        return self._listed("summed") if self.lines else ""

    @property
    def beside_url(self) -> str:
        return self._listed("unsummed") if self.beside else ""

    def _listed(self, of: str) -> str:
        return payments_url(self.search, self.side, of, self.found.slug)

    @property
    def initiatives(self) -> int:
        return self.found.initiatives

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(total.line for total in self.found.sums)

    @property
    def sums(self) -> str:
        return "; ".join(self.lines) or _("no sum of its own stated")

    @property
    def weak(self) -> str:
        return "; ".join(total.weak.line for total in self.found.sums if total.weak)

    @property
    def beside(self) -> str:
        return "; ".join(words for words, _reason in _beside(self.found))

    @property
    def ids(self) -> set[int]:
        return self.found.ids

    @property
    def url(self) -> str:
        return self.search.link(**{self.parameter: self.found.slug})

    @property
    def page(self) -> str:
        return self.found.url


@dataclass(frozen=True)
class Whole:
    """The sums of a whole search, and what is in none of them: words and address; ``apart`` tells
    of bodies of one state that count beside each other."""

    sums: list
    beside: list[tuple[str, str]]
    wherever: str
    apart: list[str]


COLUMNS = {
    GIVERS: Column("name", gettext_lazy("Who pays"), "page"),
    RECEIVERS: Column("name", gettext_lazy("Who is paid"), "page"),
}
REST = (
    Column("initiatives", gettext_lazy("Initiatives"), "url", number=True),
    Column("sums", gettext_lazy("Stated sums, by currency and kind"), "sums_url"),
    Column("weak", gettext_lazy("Of these from weak sources only")),
    Column("beside", gettext_lazy("In no sum"), "beside_url"),
)
ITSELF = {
    GIVERS: Column("named", gettext_lazy("Payer itself")),
    RECEIVERS: Column("named", gettext_lazy("Receiver itself")),
}


def of_search(search: Search, side: str) -> Insight:
    found = money_of(search, side)
    name = "funder" if side == GIVERS else "recipient"
    beside = [(words, payments_url(search, side, of)) for words, of in _beside(found.whole)]
    return Insight(
        title=_title(found, side),
        reading=_(READING),
        count=found.records,
        drawn=found.named,
        columns=(COLUMNS[side], *REST, ITSELF[side]),
        rows=[Payer(row, search, name, side) for row in found.rows],
        left_out=_unpaid(search, found, side),
        notes=[*(apart := _apart(found)), _(RULE), _(WEAK)],
        sources_of=SOURCES,
        slugs_of=slugs_of,
        drawing=Whole(found.whole.sums, beside, wherever(search), apart),
        table_caption=_("Payers and what they pay"),
        table_rows=TABLE,
        drawn_ids=found.whole.ids - found.unnamed,
        caveats=_above(found, side),
    )


def _title(found: Payers, side: str) -> str:
    """How many are named; what has a row only because a part of it is named is not counted."""
    count = found.parties
    if side == GIVERS:
        title = ngettext("Who pays: %s payer", "Who pays: %s payers", count)
    else:
        title = ngettext("Who is paid: %s receiver", "Who is paid: %s receivers", count)
    return title % wording.number(count)


def _above(found: Payers, side: str) -> list[str]:
    """Which rows are not counted in the title."""
    if not (above := len(found.rows) - found.parties):
        return []
    if side == GIVERS:
        text = ngettext(
            "%(n)s of the %(all)s rows is no payer itself, but a body with a payer among its"
            " parts.",
            "%(n)s of the %(all)s rows are no payers themselves, but bodies with payers among"
            " their parts.",
            above,
        )
    else:
        text = ngettext(
            "%(n)s of the %(all)s rows is no receiver itself, but a body with a receiver among"
            " its parts.",
            "%(n)s of the %(all)s rows are no receivers themselves, but bodies with receivers"
            " among their parts.",
            above,
        )
    counts = {"n": wording.number(above), "all": wording.number(len(found.rows))}
    return [text % counts]


def _apart(found: Payers) -> list[str]:
    """Bodies of one state beside each other, its government say, where nothing on file says whose
    part each is: the total of the government may lack theirs."""
    beside: dict[str, list[PayerRow]] = {}
    for row in found.rows:
        if row.apart:
            beside.setdefault(row.apart, []).append(row)
    beside = {code: rows for code, rows in beside.items() if len(rows) > 1}
    if not beside:
        return []
    names = dict(Country.objects.names(list(beside)[:COUNTRIES]))
    said = [
        _("%(country)s: %(bodies)s")
        % {"country": names[code], "bodies": wording.listed([f"“{r.name}”" for r in rows])}
        for code, rows in beside.items()
        if code in names
    ]
    if (more := len(beside) - len(names)) > 0:
        said.append(ngettext("%d more country", "%d more countries", more) % more)
    text = _(
        "Bodies of one state count apart, none in the total of another, where no source on file"
        " says whether one is a part of the other (%s)."
    )
    return [text % "; ".join(said)]


def payments_url(search: Search, side: str, of: str, payer: str = "") -> str:
    """The page on which exactly these payments of a search stand."""
    own = urlencode({"side": side, "of": of} | ({"payer": payer} if payer else {}))
    return f"/funding/payments/?{own}" + (f"&{search.parameters}" if search.parameters else "")


def money_of(search: Search, side: str) -> Payers:
    """Everybody on that side, read once for one search."""
    read = payers if side == GIVERS else receivers
    return search.once(f"money, {side}", lambda: read(Search.sql(search.found)))


READING = gettext_lazy(
    "The bar counts initiatives, because many sums are not stated and currencies are never added:"
    " the order says nothing about who gives most. A body counts with its parts. Choose a bar for"
    " the initiatives."
)
RULE = gettext_lazy(
    "A sum is added to others of the same currency and kind only; a sum that another one already"
    " contains is not added again; a sum that several share is in nobody’s own total."
)


WEAK = gettext_lazy(
    "A weak source is one whose publisher is of reliability D or E; sums that no better source"
    " gives are counted, and marked."
)
WHEREVER = gettext_lazy(
    "Each record found counts with the whole of its sums, whoever pays and whichever place, year or"
    " purpose they were for; what a source says of that stands in the note of the payment."
)


def wherever(search: Search) -> str:
    """What a filter does not do to sums; nothing where nothing is filtered."""
    return _(WHEREVER) if search.parameters else ""


def _beside(row: PayerRow) -> list[tuple[str, str]]:
    """What is in no sum, counted by reason: words and the reason."""
    said = []
    if row.undisclosed:
        text = ngettext("%d sum not stated", "%d sums not stated", row.undisclosed)
        said.append((text % row.undisclosed, "undisclosed"))
    if row.contained:
        text = ngettext("%d already part of another", "%d already part of others", row.contained)
        said.append((text % row.contained, "contained"))
    if row.shared:
        text = ngettext("%d shared with others", "%d shared with others", row.shared)
        said.append((text % row.shared, "shared"))
    return said


def _unpaid(search: Search, found: Payers, side: str) -> list[LeftOut]:
    left = []
    if bare := found.records - found.paid:
        text = ngettext(
            "%d initiative has no funding on file.",
            "%d initiatives have no funding on file.",
            bare,
        )
        left.append(LeftOut(text % bare, bare, search.link(funder="unstated")))
    if unnamed := len(found.unnamed):
        if side == GIVERS:
            text = ngettext(
                "Of %d initiative a sum is known, but not who gives it.",
                "Of %d initiatives a sum is known, but not who gives it.",
                unnamed,
            )
        else:
            text = ngettext(
                "Of %d initiative the payer is known, but no source names who is paid.",
                "Of %d initiatives the payer is known, but no source names who is paid.",
                unnamed,
            )
        left.append(LeftOut(text % unnamed, unnamed, records=titles_of(found.unnamed)))
    return left
