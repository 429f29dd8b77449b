"""The records a picture is drawn from, one by one: what its caption counts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, Picture, Search, choice
from initiatives.insights.behind import PAGE, PART
from initiatives.models import Initiative


@dataclass(frozen=True)
class Drawn:
    """A row: one initiative."""

    title: str
    url: str
    ids: tuple[int]


COLUMNS = (Column("title", gettext_lazy("Initiative"), "url"),)


def drawn_of(picture: Picture) -> Picture:
    """The list behind the number in the caption of this picture, asked as the picture is."""
    own = tuple(one for one in picture.parameters if one.name != PAGE.name)
    own_part = len(own) < len(picture.parameters)  # of a picture drawn in parts

    def read(search: Search, options: dict) -> Insight:
        insight = picture.read(search, options)
        if options["which"] == DRAWN:
            ids = insight.drawn_of(search.ids)
        else:
            ids = search.ids if insight.counted_ids is None else insight.counted_ids
        rows = Initiative.objects.cells(ids, "title", "slug").order_by("sort_key", "slug")
        start = 0 if own_part else (options["part"] - 1) * PART
        shown = [
            Drawn(title, f"/initiatives/{slug}/", (pk,))
            for pk, title, slug in rows[start : start + PART]
        ]
        text = ngettext("%(n)s initiative: %(title)s", "%(n)s initiatives: %(title)s", len(ids))
        title = text % {"n": wording.number(len(ids)), "title": insight.title}
        return Insight(title, "", len(ids), len(shown), COLUMNS, shown)

    return Picture(
        f"{picture.name}/drawn",
        picture.label,
        HELP,
        read,
        (*own, WHICH, *(picture.parameters[len(own) :] if own_part else (PAGE,))),
    )


DRAWN = "drawn"
WHICH = choice(
    "which",
    gettext_lazy("Which"),
    ((DRAWN, gettext_lazy("Those drawn")), ("all", gettext_lazy("All that are looked at"))),
)
HELP = gettext_lazy("The initiatives that the picture is drawn from.")
