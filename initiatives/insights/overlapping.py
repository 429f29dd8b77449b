"""Overlap as a picture of a search: pairs with the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.choices import NameKind
from actors.models import Country
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.pictures import Column, Insight, LeftOut, Parameter, Picture, Search
from initiatives.insights.asked import places_asked
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.finding import initiative_called
from initiatives.insights.overlap import (
    MOST_PAIRS,
    MOST_RECORDS,
    PLACE,
    THEME,
    Overlap,
    Pair,
    overlap,
    unstated,
)
from initiatives.models import Initiative, InitiativeName, Theme

SOURCES = cited(fields=("actual_start", "actual_end", "planned_start", "planned_end", "status"),
                links=("reach",))  # fmt: skip
NAMED = 6  # countries in words; the rest are counted
LETTERS = 36  # of a name in a reason
LISTED = 200  # pairs in the table of a page; files and data have all that are read


@dataclass(frozen=True)
class Together:
    """Two initiatives and why; ``url`` compares them."""

    one: str
    other: str
    countries: int
    where: str
    where_brief: str
    about: str
    time: str
    tie: str
    sure: bool
    ids: tuple[int, int]
    url: str
    one_url: str
    other_url: str
    short: tuple[str, str]  # the names as far as they are needed to tell them apart


def read(search: Search, options: dict) -> Insight:
    """What overlaps with the initiative chosen, or every two of a small search."""
    one = options["of"]
    every = set(search.found.order_by().values_list("pk", flat=True))
    sql = Search.sql(search.found)
    many = one is None and len(every) > MOST_RECORDS
    within = places_asked(search)
    found = Overlap([]) if many else overlap(sql, one.pk if one else None, within=within)
    drawn = {pk for pair in found.pairs for pk in (pair.first, pair.second)} & every
    left = _left_out(search, every - drawn, one, many, found)
    return Insight(
        title=title(one, found),
        reading=_(READING),
        count=len(every),
        drawn=len(drawn),
        columns=COLUMNS,
        rows=together(found.pairs),
        table_rows=LISTED,
        left_out=left,
        notes=[*_cut(found), *([_(WITHIN)] if within else []), _(RULE)],
        sources_of=SOURCES,
        slugs_of=slugs_of,
        drawing=one,
        table_caption=_("Initiatives that overlap"),
        empty=" ".join(line.words for line in left),
        caveats=tied(found),
    )


READING = gettext_lazy(
    "Two initiatives overlap when they share a country, a theme and time. The bar counts the"
    " countries; it is filled where both surely ran at once, hollow where their dates only allow"
    " it: the table says which date leaves it open. Sure ones stand first, then those with most"
    " countries and themes. Choose one to compare the two."
)
RULE = gettext_lazy(
    "A country is shared when both name it or reach it through a group of which it was a member at"
    " the time; merely being seated there does not count. That two overlap says nothing about"
    " whether they repeat each other."
)
WITHIN = gettext_lazy(
    "The search is for places: two that share a country elsewhere only are not listed."
)
COLUMNS = (
    Column("one", gettext_lazy("Initiative"), "one_url"),
    Column("other", gettext_lazy("Overlaps with"), "other_url"),
    Column("countries", gettext_lazy("Countries"), "url", number=True),
    Column("where", gettext_lazy("Where"), brief="where_brief"),
    Column("about", gettext_lazy("Themes")),
    Column("time", gettext_lazy("At the same time")),
    Column("tie", gettext_lazy("Tied")),
)


def title(one: Initiative | None, found: Overlap) -> str:
    """How many overlap, surely and possibly, or with what."""
    if one:
        return _("What overlaps with %s") % one
    text = ngettext("%(n)s overlap", "%(n)s overlaps", found.every_pair)
    said = text % {"n": wording.number(found.every_pair)}
    if not found.every_pair:
        return said
    counts = {"sure": found.sure, "may": found.every_pair - found.sure}
    counts = {name: wording.number(number) for name, number in counts.items()}
    return f"{said}: {_('%(sure)s surely, %(may)s possibly') % counts}"


def tied(found: Overlap) -> list[str]:
    text = ngettext(
        "%s of them is between an initiative and its part, or between two phases of one.",
        "%s of them are between an initiative and its part, or between two phases of one.",
        found.tied,
    )
    return [text % wording.number(found.tied)] if found.tied else []


def together(pairs: list[Pair]) -> list[Together]:
    """A row for each pair, with names."""
    ids = {pk for pair in pairs for pk in (pair.first, pair.second)}
    named = {pk: rest for pk, *rest in Initiative.objects.cells(ids, "title", "slug")}
    short = short_names(named)
    countries = dict(Country.objects.names({code for pair in pairs for code in pair.countries}))
    themes = {theme.slug: theme.name for theme in Theme.objects.all()} if pairs else {}
    return [_row(pair, named, short, countries, themes) for pair in pairs]


def _row(pair: Pair, named: dict, short: dict, countries: dict, themes: dict) -> Together:
    (one, slug), (other, other_slug) = named[pair.first], named[pair.second]
    names = sorted(countries[code] for code in pair.countries)
    more = len(names) - NAMED
    shown = [*names[:NAMED], _("%d more") % more] if more > 1 else names
    return Together(
        *(one, other, len(names), wording.listed(names), wording.listed(shown)),
        wording.listed([themes[slug_] for slug_ in pair.themes]),
        time_words(pair, short),
        _(pair.tied),
        pair.sure,
        (pair.first, pair.second),
        f"/compare/?id={slug}&id={other_slug}#shared",
        f"/initiatives/{slug}/",
        f"/initiatives/{other_slug}/",
        (short[pair.first], short[pair.second]),
    )


OPEN = {
    "undated": gettext_lazy("no dates (%s)"),
    "no-start": gettext_lazy("start not stated (%s)"),
    "planned-start": gettext_lazy("start only planned (%s)"),
    "doubtful-start": gettext_lazy("start uncertain (%s)"),
    "open-start": gettext_lazy("start open (%s)"),
    "disputed-start": gettext_lazy("sources disagree on the start (%s)"),
    "disputed-end": gettext_lazy("sources disagree on the end (%s)"),
    "no-end": gettext_lazy("end not stated (%s)"),
    "planned-end": gettext_lazy("end only planned (%s)"),
    "no-status-on": gettext_lazy("said to run, but not as of when (%s)"),
    "doubtful-end": gettext_lazy("end uncertain (%s)"),
    "open-end": gettext_lazy("end open (%s)"),
}

DISPUTED = {"disputed-start", "disputed-end"}


def time_words(pair: Pair, names: Mapping[int, str]) -> str:
    """Whether both surely ran at once, and when, or why that is not sure; ``names`` by id."""
    since, until = (words(day.isoformat()) if day else "" for day in (pair.since, pair.until))
    if not pair.sure:
        return _("possibly: %s") % _open(pair, names, since, until)
    if since == until:
        return _("surely, on %s") % since
    return _("surely, from %(since)s to %(until)s") % {"since": since, "until": until}


def _open(pair: Pair, names: Mapping[int, str], since: str, until: str) -> str:
    one, other = pair.open_first, pair.open_second
    if set(one + other) - DISPUTED:  # which alone keep it from being sure
        one, other = ([why for why in mine if why not in DISPUTED] for mine in (one, other))
    said = [OPEN[why] % _("both") for why in one if why in other]
    for pk, mine, others in ((pair.first, one, other), (pair.second, other, one)):
        said += [OPEN[why] % names[pk] for why in mine if why not in others]
    if said:
        return "; ".join(said)
    dates = {"since": since, "until": until}
    return _("both surely begun by %(since)s, but surely running only to %(until)s") % dates


def short_names(named: Mapping[int, list]) -> dict[int, str]:
    """By id the acronym, or the title (the first of each list) as far as there is room."""
    acronyms = InitiativeName.objects.filter(kind=NameKind.ACRONYM, initiative__in=list(named))
    known = dict(acronyms.order_by("-name").values_list("initiative", "name"))
    return {pk: known.get(pk) or short_name(title) for pk, (title, *_rest) in named.items()}


def short_name(name: str) -> str:
    """The name as far as there is room."""
    return name if len(name) <= LETTERS else name[: LETTERS - 1].rstrip(" ,;") + "…"


LACKING = {
    (PLACE,): gettext_lazy("no country or group of countries that it is for is stated"),
    (THEME,): gettext_lazy("no theme is stated"),
    (PLACE, THEME): gettext_lazy("neither a country that it is for nor a theme is stated"),
}


def _left_out(
    search: Search, rest: set[int], one: Initiative | None, many: bool, found: Overlap
) -> list[LeftOut]:
    """What is in no pair, with the reason: what is not stated is never told as not shared."""
    if not rest:
        return []
    if many:
        text = _("%(count)s initiatives are too many to compare every two of them: choose one, or"
                 " filter to at most %(most)d.")  # fmt: skip
        counts = {"count": wording.number(len(rest)), "most": MOST_RECORDS}
        return [LeftOut(text % counts, len(rest), search.list_url)]
    lacks = unstated(rest | {one.pk} if one else rest)
    if one and (why := lacks.get(one.pk)):
        text = _("With what %(name)s overlaps cannot be told: %(why)s for it.")
        words = text % {"name": one, "why": LACKING[why]}
        return [LeftOut(words, len(rest), records=titles_of(rest))]
    left, itself = [], rest & {one.pk} if one else set()
    if itself:
        left.append(
            LeftOut(_("%s is not compared with itself.") % one, 1, records=titles_of(itself))
        )
    for why, said in LACKING.items():
        if ids := {pk for pk in rest - itself if lacks.get(pk) == why}:
            text = ngettext(
                "For %(n)d initiative overlap cannot be told: %(why)s.",
                "For %(n)d initiatives overlap cannot be told: %(why)s.",
                len(ids),
            )
            words = text % {"n": len(ids), "why": said}
            left.append(LeftOut(words, len(ids), records=titles_of(ids)))
    return [*left, *_not_shared(rest - itself - set(lacks), found)]


def _not_shared(rest: set[int], found: Overlap) -> list[LeftOut]:
    if not rest:
        return []
    if found.every_pair > len(found.pairs):
        text = ngettext(
            "%d initiative is in no pair listed here.",
            "%d initiatives are in no pair listed here.",
            len(rest),
        )
    else:
        text = ngettext(
            "%d initiative shares no country, theme and time.",
            "%d initiatives share no country, theme and time.",
            len(rest),
        )
    return [LeftOut(text % len(rest), len(rest), records=titles_of(rest))]


def _cut(found: Overlap) -> list[str]:
    if found.every_pair <= len(found.pairs):
        return []
    text = _("The first %(shown)d of %(every)s overlaps are listed.")
    return [text % {"shown": MOST_PAIRS, "every": wording.number(found.every_pair)}]


OVERLAP = Picture(
    "overlap",
    gettext_lazy("Overlap"),
    gettext_lazy("Initiatives that share a country, a theme and time."),
    read,
    (
        Parameter(
            "of",
            gettext_lazy("With one initiative"),
            gettext_lazy("Its name or slug, such as cyber-safety-pasifika"),
            parse=initiative_called,
            example="cyber-safety-pasifika",
        ),
    ),
)
