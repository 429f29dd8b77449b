"""How an initiative is tied to others, as its page shows it: a tree, its phases, the rest."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from atlas.kit.footnotes import Cell, Ledger
from initiatives.choices import TieKind
from initiatives.insights.family import Family, Node, Tie, family
from initiatives.models import Initiative
from initiatives.views import cells
from initiatives.views.rows import dates_of

KINDS = dict(TieKind.choices)
# from the other side a tie reads differently
TIED_FROM = {
    TieKind.PART_OF: gettext_lazy("Contains"),
    TieKind.FOLLOWS: gettext_lazy("Followed by"),
    TieKind.RELATED: gettext_lazy("Related to"),
}


@dataclass
class Branch:
    """An initiative in a tree or among phases; ``cell`` proves the tie that puts it there."""

    title: str
    url: str
    dates: str
    here: bool
    cell: Cell | None = None
    after: list[tuple[str, Cell]] = field(default_factory=list)
    parts: list["Branch"] = field(default_factory=list)
    more: int = 0
    more_url: str = ""


@dataclass
class Ties:
    trees: list[Branch]
    phases: list[Branch]
    others: list[cells.Group]

    def __bool__(self) -> bool:
        return bool(self.trees or self.phases or self.others)


class Page:
    """The ties of one record's page; each of its own is proved there once."""

    def __init__(self, ledger: Ledger, record: Initiative, tree: Family):
        self.ledger, self.record, self.tree = ledger, record, tree
        self.proved: set[str] = set()

    def cell(self, tie: Tie) -> Cell:
        """Footnotes on this page, or the way to those on the page of who says it."""
        if tie.initiative != self.record.pk or tie.key in self.proved:
            there = self.tree.known[tie.initiative].get_absolute_url()
            return Cell("", "", proof=f"{there}#fact-initiative-ties--{tie.key}--target")
        self.proved.add(tie.key)
        target = self.tree.known[tie.target]
        label = f"{KINDS[tie.kind]}: {target}"
        return self.ledger.cell(label, f"initiative_ties/{tie.key}/target", target.title)

    def branch(self, initiative: Initiative) -> Branch:
        here = initiative.pk == self.record.pk
        dates = dates_of(initiative)
        return Branch(initiative.title, initiative.get_absolute_url(), dates, here)

    def part(self, node: Node) -> Branch:
        found = self.branch(node.initiative)
        found.cell = self.cell(node.tie) if node.tie else None
        found.parts = [self.part(one) for one in node.parts]
        found.more = node.more
        found.more_url = f"{reverse('initiatives')}?{urlencode({'parent': node.initiative.slug})}"
        return found

    def phases(self) -> list[Branch]:
        """In their order; a phase that follows another than the one before it says which."""
        found = []
        for phase in self.tree.phases:
            one = self.branch(phase.initiative)
            for tie in phase.after:
                title = self.tree.known[tie.target].title
                before = found and found[-1].title == title and len(phase.after) == 1
                one.after.append(("" if before else title, self.cell(tie)))
            found.append(one)
        return found


def ties(ledger: Ledger, record: Initiative) -> Ties:
    tree = family(record)
    page = Page(ledger, record, tree)
    trees = [page.part(node) for node in tree.trees]
    return Ties(trees, page.phases(), others(ledger, record, tree.ties))


def others(ledger: Ledger, record: Initiative, shown: set[str]) -> list[cells.Group]:
    """The ties that stand in no tree, under what they say."""
    pairs = []
    for row in record.ties.all():
        if row.key in shown:
            continue
        label = f"{row.get_kind_display()}: {row.target}"
        url = row.target.get_absolute_url()
        address = f"initiative_ties/{row.key}/target"
        pairs.append((row.get_kind_display(), ledger.cell(label, address, row.target.title, url)))
    for row in record.tied_from.all():
        if row.key in shown:
            continue
        end = row.initiative
        label = str(TIED_FROM[row.kind])
        there = f"{end.get_absolute_url()}#fact-initiative-ties--{row.key}--target"
        pairs.append((label, Cell(label, "", end.title, end.get_absolute_url(), proof=there)))
    order = list(dict.fromkeys(label for label, _cell in pairs))
    return cells.grouped(pairs, [(label, label) for label in order])
