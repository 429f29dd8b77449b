"""The network as a picture of a search: its ties as rows, and what is left out in words."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pyroaring import BitMap

from actors.choices import NameKind
from actors.models import ActorName
from atlas.kit import wording
from atlas.kit.pictures import Column, Insight, LeftOut, Picture, Search, choice
from initiatives.insights.evidence import cited, slugs_of, titles_of
from initiatives.insights.network.reading import (
    BY_ROLE,
    SHARED,
    Edge,
    Network,
    Node,
    around,
    network,
)
from initiatives.models import InitiativeName

LINKS = ("participation", "funding_link", "joint_funder")


@dataclass(frozen=True)
class Tie:
    """One line of the picture; ``url`` is the list of the initiatives it stands for."""

    one: str
    other: str
    initiatives: int
    roles: str
    ids: BitMap
    url: str
    one_url: str
    other_url: str


def read(search: Search, options: dict) -> Insight:
    """Actors and what ties them, of one search."""
    found, wide = _network(search, options)
    drawn = found.initiatives & found.searched
    by_role = found.by == BY_ROLE
    found.acronyms = _acronyms(found)
    found.lists = {node.id: _list(wide, node, by_role) for node in found.nodes}
    return Insight(
        title=_title(search, found),
        reading=_(BY_ROLES) if by_role else _(BY_SHARING),
        count=found.records,
        drawn=len(drawn),
        columns=ROLE_COLUMNS if by_role else COLUMNS,
        rows=[_tie(wide, edge) for edge in found.edges],
        left_out=_left_out(search, found, drawn),
        notes=_notes(found, search, options),
        caveats=_cut(found),
        sources_of=cited(links=LINKS),
        slugs_of=slugs_of,
        drawing=found,
        drawn_ids=drawn,
        counted_ids=None if found.searched == search.ids else found.searched,
        table_caption=_("Ties between actors"),
    )


def _acronyms(found: Network) -> dict[str, str]:
    """Short names of what is drawn, by the id of its node."""
    known = {}
    for noun, names in (("actor", ActorName), ("initiative", InitiativeName)):
        ids = {node.pk: node.id for node in found.nodes if node.noun == noun}
        if ids:
            short = names.objects.filter(kind=NameKind.ACRONYM, **{f"{noun}__in": list(ids)})
            pairs = short.order_by("-name").values_list(noun, "name")
            known |= {ids[pk]: name for pk, name in pairs}
    return known


BY_SHARING = gettext_lazy(
    "Each dot is an actor, larger the more of these initiatives it has to do with, itself or by a"
    " part of it. A line joins two actors that act in the same initiatives, stronger the more they"
    " share. Choose a line or a dot for the initiatives it stands for, a name for the actor; long"
    " names stand as acronyms here and whole in the tables."
)
BY_ROLES = gettext_lazy(
    "Dots are actors, squares are initiatives. A line says that the actor takes part, pays or is"
    " paid; choose it for the roles and their sources."
)
COLUMNS = (
    Column("one", gettext_lazy("Actor"), "one_url"),
    Column("other", gettext_lazy("Shares initiatives with"), "other_url"),
    Column("initiatives", gettext_lazy("Initiatives"), "url", number=True),
)
ROLE_COLUMNS = (
    Column("one", gettext_lazy("Actor"), "one_url"),
    Column("roles", gettext_lazy("Role"), "url"),
    Column("other", gettext_lazy("Initiative"), "other_url"),
)


def _network(search: Search, options: dict) -> tuple[Network, Search]:
    """The network, and the search in which a tie is looked up."""
    found = search.ids  # parses the query string
    actors = [a for a in search.filterset.form.cleaned_data.get("actor") or [] if hasattr(a, "pk")]
    filter_ = search.filterset.filters["actor"]
    centre: Collection[int] = {pk for actor in actors for pk in filter_.ids(actor)}
    if options["depth"] == "1" or not centre:
        return network(found, options["by"], centre, shelf=search.shelf), search
    data = search.data.copy()
    data.pop("actor", None)
    wide = Search(search.filterset_class, data, search.path)
    shelf = search.shelf
    near = around(wide.ids, [actor.pk for actor in actors], 2, shelf)
    return network(near, options["by"], centre, ties=wide.ids, shelf=shelf), wide


def _list(search: Search, node: Node, by_role: bool) -> str:
    """The initiatives that an actor's weight counts; where the actors of an initiative stand."""
    if node.noun == "initiative":
        return f"{node.url}#who"
    if by_role:
        return search.also(("actor", f"{node.slug}:itself"))
    return search.link(actor=node.slug)


def _tie(search: Search, edge: Edge) -> Tie:
    one, other = edge.source, edge.target
    if edge.roles:
        url = f"{other.url}#who"
    else:
        url = search.also(("actor", one.slug), ("actor", other.slug))
    return Tie(
        *(one.label, other.label, edge.weight, edge.words, edge.initiatives),
        *(url, one.url, other.url),
    )


def _title(search: Search, found: Network) -> str:
    centre = [node.label for node in found.nodes if node.distance == 0][:1]
    if centre and search.data.get("actor"):
        return _("Who acts beside %s") % centre[0]
    if found.by == BY_ROLE:
        return _("Who does what in these initiatives")
    return ngettext(
        "Who works with whom: %(count)s actor", "Who works with whom: %(count)s actors",
        len(found.nodes),
    ) % {"count": wording.number(len(found.nodes))}  # fmt: skip


def _left_out(search: Search, found: Network, drawn: BitMap) -> list[LeftOut]:
    """Every initiative searched is drawn, without two actors, or tied to what is not drawn."""
    fewest = 1 if found.by == BY_ROLE else 2
    alone = found.searched - found.joined - drawn
    rest = (found.searched & found.joined) - drawn
    left = []
    if alone and fewest == 1:
        words = ngettext(
            "%d initiative has no actor on file.", "%d initiatives have no actor on file.",
            len(alone),
        )  # fmt: skip
        left.append(
            LeftOut(words % len(alone), len(alone), records=titles_of(alone, shelf=search.shelf))
        )
    elif alone:
        words = ngettext(
            "%d initiative has fewer than two actors on file and ties nobody.",
            "%d initiatives have fewer than two actors on file and tie nobody.",
            len(alone),
        )
        left.append(
            LeftOut(words % len(alone), len(alone), records=titles_of(alone, shelf=search.shelf))
        )
    if rest:
        words = ngettext(
            "%d initiative ties actors that are not drawn, or a body and a part of it.",
            "%d initiatives tie actors that are not drawn, or a body and a part of it.",
            len(rest),
        )
        left.append(
            LeftOut(words % len(rest), len(rest), records=titles_of(rest, shelf=search.shelf))
        )
    return left


def _notes(found: Network, search: Search, options: dict) -> list[str]:
    said = []
    if options["depth"] != "1" and not search.data.get("actor"):
        said.append(_("Two steps are counted from an actor; none is chosen, so all are drawn."))
    if not found.sources:
        return said
    most = wording.listed([f"“{source.title}” ({source.ties})" for source in found.sources[:3]])
    words = _(
        "%(ties)s stated roles and payments stand behind the drawing, from %(sources)s sources;"
        " most of them from %(most)s."
    )
    counts = {"ties": wording.number(found.sourced_ties), "most": most}
    return [*said, words % {**counts, "sources": wording.number(found.every_source)}]


def _cut(found: Network) -> list[str]:
    """How much is not drawn."""
    said = []
    hidden = found.every_node - len(found.nodes)
    if hidden:
        words = ngettext(
            "%(drawn)d of %(every)d, those with most initiatives, are drawn; %(hidden)s is not.",
            "%(drawn)d of %(every)d, those with most initiatives, are drawn; %(hidden)s are not.",
            hidden,
        )
        said.append(words % {"drawn": len(found.nodes), "every": found.every_node,
                             "hidden": wording.number(hidden)})  # fmt: skip
    faint = found.every_edge - len(found.edges)
    if faint:
        words = ngettext(
            "Of the lines between them the %(drawn)d strongest are drawn; %(faint)s more is not.",
            "Of the lines between them the %(drawn)d strongest are drawn; %(faint)s more are not.",
            faint,
        )
        said.append(words % {"drawn": len(found.edges), "faint": wording.number(faint)})
    return said


NETWORK = Picture(
    "network",
    gettext_lazy("Network"),
    gettext_lazy("Who works with whom: actors and the initiatives they share."),
    read,
    (
        choice(
            "by",
            gettext_lazy("Joined by"),
            (
                (SHARED, gettext_lazy("Shared initiatives")),
                (BY_ROLE, gettext_lazy("Roles in initiatives")),
            ),
        ),
        choice(
            "depth",
            gettext_lazy("Around an actor"),
            (("1", gettext_lazy("One step")), ("2", gettext_lazy("Two steps"))),
        ),
    ),
)
