"""Everybody on one side of the money of a search, as rows and bars."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Search
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.funding.payers import PayerRow, Payers, payers, receivers, whole

GIVERS, RECEIVERS = "givers", "receivers"
SOURCES = cited(links=("funding_link", "joint_funder"))


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


def of_search(search: Search, side: str) -> Insight:
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
