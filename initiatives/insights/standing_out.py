"""What a briefing names beside its figures: overlaps, gaps, and facts on which sources disagree."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import wording
from atlas.kit.pictures import Insight, Search
from initiatives.insights import behind, matrix, overlapping
from initiatives.insights.asked import places_asked
from initiatives.insights.overlap import MOST_RECORDS, overlap, unstated

NAMED = 3  # of each


@dataclass(frozen=True)
class Line:
    """A count in words with its page, the first of what it counts with theirs, and ``aside``, what
    the count does not mean."""

    words: str
    url: str
    named: list[tuple[str, str]]
    aside: str = ""


def standing_out(search: Search, count: int) -> list[Line]:
    """Lines of one search; of a large one not every two initiatives are compared."""
    found = [_gaps(search), _disputed(search)]
    if count <= MOST_RECORDS:
        found.insert(0, _overlaps(search))
    return [line for line in found if line]


def _overlaps(search: Search) -> Line | None:
    found = overlap(Search.sql(search.found), most=NAMED, within=places_asked(search))
    named = [
        (
            _("%(one)s and %(other)s (%(time)s)")
            % {
                "one": row.short[0],
                "other": row.short[1],
                "time": (_("surely") if row.sure else _("possibly")),
            },
            row.url,
        )
        for row in overlapping.together(found.pairs)
    ]
    aside = " ".join([*overlapping.tied(found), *filter(None, [_not_compared(search)])])
    return Line(overlapping.title(None, found), _page("overlap", search), named, aside)


def _not_compared(search: Search) -> str:
    lacking = len(unstated(search.ids))
    text = ngettext(
        "%s initiative states no country or no theme and is not compared.",
        "%s initiatives state no country or no theme and are not compared.",
        lacking,
    )
    return text % wording.number(lacking) if lacking else ""


def _gaps(search: Search) -> Line | None:
    insight = matrix.read(search, {"by": "country", "within": ""})
    empty = {
        name: sum(not getattr(row, slug) for row in insight.rows)
        for slug, name in insight.drawing
        if slug != matrix.BARE
    }
    worst = sorted(((n, name) for name, n in empty.items() if n), reverse=True)[:NAMED]
    page = _page("coverage", search)
    if not insight.rows:
        words = _("Gaps cannot be told: none of these names a country or group that it is for.")
        return Line(words, page, [], "")
    if not worst:
        return None
    text = _("%(theme)s: none found in %(n)s of %(every)s")
    every = wording.number(len(insight.rows))
    named = [
        (text % {"theme": name, "n": wording.number(n), "every": every}, f"{page}#table")
        for n, name in worst
    ]
    return Line(insight.title, page, named, _what_is_looked_at(insight))


def _what_is_looked_at(insight: Insight) -> str:
    """From how few records gaps are told, and how many of them nothing found could fill."""
    text = ngettext(
        "Told from the %(drawn)s of %(n)s initiative that is known to reach these places.",
        "Told from the %(drawn)s of %(n)s initiatives that are known to reach these places.",
        insight.count,
    )
    counts = {"drawn": wording.number(insight.drawn), "n": wording.number(insight.count)}
    said = [text % counts] if insight.drawn < insight.count else []
    return " ".join([*said, *insight.caveats])


def _disputed(search: Search) -> Line | None:
    insight = behind.read_facts(search, {"of": "disputed", "part": 1})
    if not insight.rows:
        return None
    text = ngettext(
        "%s fact on which sources disagree", "%s facts on which sources disagree", insight.count
    )
    named = [
        (f"{overlapping.short_name(row.record)}, {row.label.lower()}", row.url)
        for row in insight.rows[:NAMED]
    ]
    page = "/briefing/facts/?of=disputed"
    page += f"&{search.parameters}" if search.parameters else ""
    return Line(text % wording.number(insight.count), page, named)


def _page(name: str, search: Search) -> str:
    return f"/{name}/?{search.parameters}" if search.parameters else f"/{name}/"
