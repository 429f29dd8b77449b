"""Footnotes of a record page: each fact with its numbers, the numbered list at the foot.

A source has one number; each place in it that is cited has a letter (“3b”), so that a number leads
to the very paragraph.  A source cited in one place only has no letter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from atlas.kit import wording
from atlas.kit.dates import words as date_words
from atlas.kit.evidence import CitationView, FactEvidence


@dataclass(frozen=True)
class Ref:
    """A number beside a value; ``against`` when the source says otherwise."""

    mark: str
    anchor: str
    against: bool
    title: str
    publisher: str


@dataclass(frozen=True)
class Why:
    """An editor's note on what one source says of a fact."""

    who: str
    text: str


@dataclass
class Other:
    """What a source says where it differs from us."""

    words: str
    refs: list[Ref]
    notes: list[str]

    @property
    def publishers(self) -> str:
        return publishers(self.refs)


@dataclass
class Cell:
    """One fact as a reader meets it: value, numbers, disagreement, or why it is missing."""

    label: str
    anchor: str
    words: str = ""
    url: str = ""
    refs: list[Ref] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    why: list[Why] = field(default_factory=list)
    missing: str = ""
    missing_note: str = ""
    note: str = ""
    proof: str = ""  # address of the footnotes when they stand on another record's page

    def __bool__(self) -> bool:
        return bool(self.words or self.missing or self.refs)

    @property
    def publishers(self) -> str:
        return publishers(self.refs)


@dataclass
class Use:
    """A fact that a place in a source is cited for."""

    label: str
    anchor: str
    citation: CitationView
    says: str
    address: str = ""


@dataclass
class Line:
    """One place in one source, with the facts that rest on it."""

    letter: str
    anchor: str
    locator: str
    uses: list[Use] = field(default_factory=list)

    @property
    def credibility(self) -> int | None:
        """The digit all its facts share, if they do."""
        digits = {use.citation.credibility for use in self.uses}
        return digits.pop() if len(digits) == 1 else None

    @property
    def remarks(self) -> list[Use]:
        """Facts that the source puts otherwise, or on which an editor noted something."""
        return [use for use in self.uses if use.citation.note or use.citation.stance != "supports"]

    @property
    def checked_on(self):
        return max(
            (u.citation.checked_on for u in self.uses if u.citation.checked_on), default=None
        )


@dataclass
class Note:
    """One source in the list at the foot."""

    number: int
    source: CitationView
    lines: list[Line] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"note-{self.number}"

    @property
    def checked_on(self):
        return max((line.checked_on for line in self.lines if line.checked_on), default=None)


def publishers(refs: list[Ref]) -> str:
    """Who says so, each once."""
    return wording.listed(dict.fromkeys(ref.publisher for ref in refs))


def anchor_of(address: str) -> str:
    """The id of a fact on its record's page."""
    return "fact-" + address.replace("/", "--").replace("_", "-")


def letters(index: int) -> str:
    """0 is a, 25 is z, 26 is aa."""
    said = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        said = chr(97 + rest) + said
    return said


class Ledger:
    """All evidence of one record, handed out fact by fact.

    ``spoken`` turns what a source says of a choice or a reference into words:
    ``spoken(link_table, field, says)``; dates, numbers and amounts are known here.
    """

    def __init__(self, facts: list[FactEvidence], missing, spoken: Callable[[str, str, str], str]):
        self.facts = {fact.address: fact for fact in facts}
        self.missing = {row_address(row): row for row in missing}
        self.spoken = spoken
        self.labels: dict[str, str] = {}
        self._lines: dict[tuple[int, str], Line] = {}
        self._notes: dict[int, Note] = {}
        for fact in facts:
            for citation in fact.citations:
                self._enter(citation)
        self._letter()

    def _enter(self, citation: CitationView) -> None:
        note = self._notes.setdefault(citation.number, Note(citation.number, citation))
        place = citation.number, citation.locator
        if place not in self._lines:
            self._lines[place] = Line("", note.anchor, citation.locator)
            note.lines.append(self._lines[place])

    def _letter(self) -> None:
        for note in self._notes.values():
            for index, line in enumerate(note.lines if len(note.lines) > 1 else ()):
                line.letter = letters(index)
                line.anchor = f"{note.anchor}-{line.letter}"

    def cell(
        self, label: str, address: str, words: str = "", url: str = "", note: str = ""
    ) -> Cell:
        """The fact at ``address`` as it is shown; its label names it in the list at the foot."""
        self.labels[address] = label
        cell = Cell(label, anchor_of(address), words, url, note=note)
        fact = self.facts.get(address)
        if fact is not None:
            self._cite(cell, fact)
        gap = self.missing.pop(address, None)
        if gap is not None:
            cell.missing, cell.missing_note = wording.reason(gap.reason), gap.note
        return cell

    def _cite(self, cell: Cell, fact: FactEvidence) -> None:
        others: dict[str, Other] = {}
        for citation in fact.citations:
            ref = self._ref(citation)
            if citation.stance != "contradicts":
                if ref not in cell.refs:
                    cell.refs.append(ref)
                if citation.note:
                    cell.why.append(Why(citation.publisher_name, citation.note))
                continue
            said = self.words(fact, citation.says)
            other = others.setdefault(said, Other(said, [], []))
            other.refs.append(ref)
            if citation.note:
                other.notes.append(citation.note)
        cell.others = list(others.values())

    def _ref(self, citation: CitationView) -> Ref:
        line = self._lines[citation.number, citation.locator]
        parts = [citation.source_title, citation.publisher_name, citation.locator]
        if citation.stance == "contradicts":
            parts.append(_("says otherwise"))
        title = ", ".join(part for part in parts if part)
        against = citation.stance == "contradicts"
        mark = f"{citation.number}{line.letter}"
        return Ref(mark, line.anchor, against, title, citation.publisher_name)

    def words(self, fact: FactEvidence, says: str) -> str:
        """What a source says of this fact, read out."""
        if fact.kind == "edtf":
            return date_words(says)
        if fact.kind == "number":
            return wording.number(says)
        if fact.field == "amount":
            return wording.amount(says)
        if fact.kind in ("choice", "ref"):
            return self.spoken(fact.link_table, fact.field, says)
        return "" if fact.kind == "prose" else says

    def notes(self) -> list[Note]:
        """The list at the foot; call it when every cell has been handed out."""
        for line in self._lines.values():
            line.uses = []
        for address, fact in self.facts.items():
            shown = address in self.labels
            label = self.labels.get(address) or wording.sentence(fact.field)
            for citation in fact.citations:
                line = self._lines[citation.number, citation.locator]
                says = self.words(fact, citation.says) if citation.stance == "contradicts" else ""
                line.uses.append(
                    Use(label, anchor_of(address) if shown else "", citation, says, address)
                )
        return [self._notes[number] for number in sorted(self._notes)]


def row_address(row) -> str:
    """The address of the fact a citation or missing row is about."""
    table, _sep, _id = row.link_ref.partition(":")
    if not table:
        return row.field
    name = next(name for name, link in row.LINKS.items() if link == table)
    return f"{table}/{getattr(row, name).key}/{row.field}"
