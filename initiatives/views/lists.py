"""The list of initiatives, as cards and as a table."""

from dataclasses import dataclass

from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy, ngettext
from pyroaring import BitMap

from actors.insights import actor_named, country_named, group_named, the_one
from actors.models import Actor
from atlas.kit import facets, wording
from atlas.kit.filters import NOT, UNSTATED
from atlas.kit.listing import OF_PAGES, TABLE, Column, Facet, Listing
from atlas.kit.search import read
from initiatives.filters import InitiativeFilterSet
from initiatives.filters.periods import DISPUTED_DATES
from initiatives.insights.parted import parted
from initiatives.insights.pictures import PICTURES
from initiatives.insights.shortcuts import Shortcut, shortcuts
from initiatives.insights.spelling import meant
from initiatives.models import Initiative
from initiatives.views.regions import region_of
from initiatives.views.rows import rows_of

RUNNING_FILTERS = ("year", "active_on")
DATE_FILTERS = (*RUNNING_FILTERS, "start_after", "start_before")


def funder_named(text: str) -> str | None:
    """The slug of the payer that somebody means by a name; by a part of it only where no other
    payer has it: “Japan” is more than the Japan-ASEAN Integration Fund."""
    payers, funds = Actor.objects.published().funders(), Initiative.objects.funds()
    if payers.best_named(text).exists():
        return the_one(payers, text) or the_one(funds.called(text), text)
    return the_one(funds, text)


FACETS = (
    Facet("theme"),
    Facet("kind"),
    Facet("status"),
    Facet("country", named=country_named),
    Facet(
        "group",
        named=group_named,
        hint=gettext_lazy("What is addressed to it, or to a country that is a member of it"),
    ),
    Facet("funder", named=funder_named, hint=gettext_lazy("A body counts with its parts")),
    Facet("actor", named=actor_named, closed=True),
    Facet(
        "role",
        closed=True,
        hint=gettext_lazy("What actors do; countries that benefit stand under Country"),
    ),
    Facet("reaches", closed=True),
    Facet("year", label=gettext_lazy("Ran in the year"), closed=True),
    Facet("active_on", "text", hint=gettext_lazy("2019, 2019-05, 2019-05-31 or 2016/2018")),
    Facet("start_after", "text"),
    Facet("start_before", "text"),
    Facet(
        "certainty",
        "choice",
        label=gettext_lazy("Dates and amounts match"),
        hint=gettext_lazy(
            "“Surely” leaves out dates that a source gives as uncertain or not at all. Where"
            " sources disagree, the date we follow counts; the count above the list says so."
        ),
    ),
    Facet("evidence", closed=True),
    Facet("currency", "text", hint=gettext_lazy("Such as USD; amounts are never converted")),
    Facet("amount_min", "text", hint=gettext_lazy("A number, together with a currency")),
    Facet("amount_max", "text"),
)
ORDERINGS = {
    "title": (gettext_lazy("Title"), ("sort_key", "slug")),
    "-start": (
        gettext_lazy("Newest start"),
        (F("actual_start_earliest").desc(nulls_last=True), "slug"),
    ),
    "start": (
        gettext_lazy("Oldest start"),
        (F("actual_start_earliest").asc(nulls_last=True), "slug"),
    ),
    "-sources": (gettext_lazy("Most sources"), ("-digest__sources", "sort_key", "slug")),
    "-updated_at": (gettext_lazy("Last changed"), ("-digest__updated_at", "slug")),
}
COLUMNS = (
    Column("title", gettext_lazy("Title"), "title", first=True),
    Column("kind", gettext_lazy("Kind"), first=True),
    Column("status", gettext_lazy("Status"), first=True),
    Column("dates", gettext_lazy("When"), "start", "-start", first=True),
    Column("places", gettext_lazy("Where"), first=True),
    Column("payers", gettext_lazy("Paid by"), first=True),
    Column("money", gettext_lazy("Money")),
    Column("themes", gettext_lazy("Themes")),
    Column("scope", gettext_lazy("Scope")),
    Column("regions", gettext_lazy("Regions")),
    Column("sources", gettext_lazy("Sources"), "-sources", first=True),
    Column("updated", gettext_lazy("Last changed"), "-updated_at"),
)


def initiatives(request):
    """Initiatives with status, dates, places and payers; filters as the API has them."""
    listing = Listing(
        request,
        InitiativeFilterSet,
        noun="initiatives",
        facets=FACETS,
        orderings=ORDERINGS,
        columns=COLUMNS,
        also=("graph",),
    )

    def more(page) -> dict:
        dates = dates_of(listing, page.paginator.count)
        return {
            "rows": rows_of(page, money=shows_money(listing), disputed=disputed_in(listing)),
            "pictures": PICTURES.values(),
            "dates": dates,
            "region": region_of(listing),
            "shortcuts": shortcuts_of(listing),
            "meant": None if page.paginator.count else meant_by(listing),
        }

    return listing.answer(
        "initiatives/list.html",
        lambda found: found.for_list(),
        more,
        heading=gettext_lazy("Initiatives"),
        lead=gettext_lazy(
            "Programmes, centres, dialogues, projects, exercises and funds that build cyber"
            " capacity across borders."
        ),
    )


def meant_by(listing: Listing) -> dict | None:
    """The search with misspelt words replaced, as words and address; None without a better one."""
    texts = listing.filterset.texts
    words = meant(read(texts[0])) if listing.valid and len(texts) == 1 else ""
    if not words:
        return None
    data = listing.without("q")
    data["q"] = words
    return {"words": words, "url": listing.url(data)}


def shows_money(listing: Listing) -> bool:
    return listing.view == TABLE and any(column.name == "money" for column in listing.columns)


def shortcuts_of(listing: Listing) -> list[Shortcut]:
    """Filters that the words of the search name, with the other filters kept."""
    texts = listing.filterset.texts
    if not listing.valid or len(texts) != 1 or listing.data.get("page", "1") != "1":
        return []
    kept = listing.without("q")
    for name in (*OF_PAGES, "ordering", *listing.ignored):
        kept.pop(name, None)
    rest = facets.select("initiatives", InitiativeFilterSet(kept))
    asked = read(texts[0])
    whole = shortcuts(asked, rest, kept, listing.path)
    found = listing.selection is None or listing.selection.ids()
    return whole if whole or found else parted(asked, kept, count_of, listing.path)


def count_of(query: QueryDict) -> int:
    """How many initiatives a query finds, by the index."""
    return len(facets.select("initiatives", InitiativeFilterSet(query)).ids())


@dataclass
class Dates:
    """What the count says of dates: how many are unsure, how many nobody states."""

    doubtful: str = ""
    disputed: str = ""
    show_disputed: str = ""
    unstated: str = ""
    show_unstated: str = ""
    last: str = ""


def dates_of(listing: Listing, count: int) -> Dates:
    """In words, what uncertain and unknown dates mean for this list."""
    if not listing.valid or listing.selection is None:
        return Dates()
    found = Dates(last=last_words(listing))
    asked = [name for name in DATE_FILTERS if listing.selection.given.get(name)]
    if asked:
        found.doubtful = doubtful_words(listing, count, asked)
        found.disputed, found.show_disputed = disputed_words(listing)
    if any(name in RUNNING_FILTERS for name in asked):
        rest = listing.selection.ids(without=DATE_FILTERS)
        undated = len(rest & listing.selection.shelf.unstated["year"])
        stated = not any(UNSTATED in listing.data.getlist(name) for name in asked)
        if undated and stated:
            data = listing.data.copy()
            for name in (*DATE_FILTERS, "page"):
                data.pop(name, None)
                data.pop(f"{name}{NOT}", None)
            data["year"] = UNSTATED
            found.show_unstated = listing.url(data)
            found.unstated = ngettext(
                "%(n)s more states no date at all",
                "%(n)s more state no date at all",
                undated,
            ) % {"n": wording.number(undated)}
    return found


def doubtful_words(listing: Listing, count: int, asked: list[str]) -> str:
    """How many match a date filter only because a date is uncertain."""
    data = listing.data.copy()
    data["certainty"] = "sure"
    sure = facets.Selection(listing.selection.shelf, InitiativeFilterSet(data, also=OF_PAGES))
    unsure = count - len(sure.ids())
    if unsure <= 0:
        return ""
    running = asked in (["year"], ["active_on"])
    a_day = asked == ["active_on"] and len(listing.data.get("active_on", "")) == len("2019-05-31")
    if a_day:
        words = ngettext(
            "%(n)s of them only possibly running on that date",
            "%(n)s of them only possibly running on that date",
            unsure,
        )
    elif running:
        words = ngettext(
            "%(n)s of them only possibly running at that time",
            "%(n)s of them only possibly running at that time",
            unsure,
        )
    else:
        words = ngettext(
            "%(n)s of them only possibly at that time",
            "%(n)s of them only possibly at that time",
            unsure,
        )
    return words % {"n": wording.number(unsure)}


def disputed_in(listing: Listing) -> BitMap:
    """Ids of all initiatives on whose start or end sources disagree."""
    if listing.selection is None:
        return BitMap()
    return listing.selection.shelf.get("evidence", DISPUTED_DATES)


def disputed_words(listing: Listing) -> tuple[str, str]:
    """How many are filed by a date that a source contradicts, and their list."""
    disputed = len(listing.selection.ids() & disputed_in(listing))
    if not disputed or listing.data.get("evidence"):
        return "", ""
    data = listing.without("page")
    data["evidence"] = DISPUTED_DATES
    words = ngettext(
        "Sources disagree on the start or end of %(n)s of them",
        "Sources disagree on the start or end of %(n)s of them",
        disputed,
    )
    return words % {"n": wording.number(disputed)}, listing.url(data)


def last_words(listing: Listing) -> str:
    """Sorted by start: how many without one stand at the end."""
    if listing.ordering not in ("start", "-start"):
        return ""
    without = len(listing.selection.ids() - listing.selection.shelf.get("started", "yes"))
    if not without:
        return ""
    return ngettext(
        "%(n)s without a stated start stands at the end.",
        "%(n)s without a stated start stand at the end.",
        without,
    ) % {"n": wording.number(without)}
