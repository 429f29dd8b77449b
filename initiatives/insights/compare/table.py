"""The table of a comparison: rows of facts, a cell for each record, and how the cells agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SAME, PARTLY, DIFFERENT, GAP = "same", "partly", "different", "gap"
NUMBERS = "numbers"  # of a count, that says nothing of what is counted
MARKS = {
    SAME: gettext_lazy("the same"),
    PARTLY: gettext_lazy("partly the same"),
    DIFFERENT: gettext_lazy("different"),
    GAP: gettext_lazy("stated for %(n)d of %(every)d"),
    NUMBERS: "",
}


@dataclass
class Value:
    """One value: ``proof`` is the address of its sources, ``url`` that of the record it names.

    ``held`` counts the records compared that have the same value; two that are ``unknown`` are
    never the same.  ``disputed`` where a source says another value; ``part_of`` names a value of
    another record that the ``record`` named here is a part of.
    """

    words: str
    url: str = ""
    proof: str = ""
    held: int = 1
    unknown: bool = False
    disputed: bool = False
    record: object = None
    part_of: str = ""

    @property
    def said(self) -> str:
        words = _("%s (sources disagree)") % self.words if self.disputed else self.words
        return f"{words} ({self.within})" if self.part_of else words

    @property
    def within(self) -> str:
        return _("part of %s") % self.part_of if self.part_of else ""


@dataclass
class Cell:
    """The values ``of`` one record; without any, ``missing`` says what that means."""

    of: object
    values: list[Value]
    missing: str = ""


@dataclass
class Row:
    label: str
    cells: list[Cell]
    note: str = ""
    is_count: bool = False

    @property
    def mark(self) -> str:
        """How the cells agree: a record without a value neither agrees nor differs."""
        if self.is_count:
            return NUMBERS
        return self._agreement if all(self._known) else GAP

    @property
    def _agreement(self) -> str:
        """Of those that have a value."""
        sets = [one for one in self._known if one]
        if all(one == sets[0] for one in sets) and not self.has_unknown:
            return SAME
        values = [value for cell in self.cells for value in cell.values]
        return PARTLY if any(v.held > 1 or v.part_of for v in values) else DIFFERENT

    @property
    def ties(self) -> bool:
        """Whether one of the records is a value of another."""
        every = [cell.of for cell in self.cells]
        return any(value.record in every for cell in self.cells for value in cell.values)

    @property
    def _known(self) -> list[set[str]]:
        return [{v.words for v in cell.values if not v.unknown} for cell in self.cells]

    @property
    def has_unknown(self) -> bool:
        return any(value.unknown for cell in self.cells for value in cell.values)

    @property
    def mark_words(self) -> str:
        words, stated = str(MARKS[self.mark]), sum(map(bool, self._known))
        if self.ties:
            return _("one names the other")
        if self.mark != GAP:
            return words
        said = words % {"n": stated, "every": len(self.cells)}
        return f"{said}: {MARKS[self._agreement]}" if stated > 1 else said


@dataclass
class Comparison:
    """Records of one noun, and what is said of each."""

    noun: str
    records: list
    rows: list[Row] = field(default_factory=list)

    def add(
        self, label: str, columns: Iterable[Iterable[Value]], *, note: str = "", missing=""
    ) -> None:
        """A row, where any record has a value for it."""
        cells = self._cells(columns, missing)
        if not any(cell.values for cell in cells):
            return
        known = ({v.words for v in cell.values if not v.unknown} for cell in cells)
        held = Counter(words for column in known for words in column)
        for cell in cells:
            for value in cell.values:
                value.held = 1 if value.unknown else held[value.words]
            cell.values.sort(key=lambda value: (-value.held, value.words.casefold()))
        self.rows.append(Row(str(label), cells, str(note)))

    def add_count(self, label: str, columns: Iterable[list[Value]]) -> None:
        """A row of numbers: equal ones are no agreement, others no difference of opinion."""
        cells = self._cells(columns)
        if any(cell.values for cell in cells):
            self.rows.append(Row(str(label), cells, is_count=True))

    def _cells(self, columns: Iterable[Iterable[Value]], missing="") -> list[Cell]:
        words, pairs = missing or _("not stated"), zip(self.records, columns, strict=True)
        return [Cell(record, list(values), words) for record, values in pairs]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by how they agree."""
        return dict(Counter(row.mark for row in self.rows))
