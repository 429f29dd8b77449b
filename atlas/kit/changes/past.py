"""A record as it was published once: its fields, links and evidence, plain and complete."""

from collections import defaultdict
from dataclasses import dataclass, field

from atlas.kit import naming, wording
from atlas.kit.changes import words
from atlas.kit.changes.spans import BEFORE_ALL, Row, Span, changed
from atlas.kit.dates import words as date_words
from atlas.kit.tables import NOUNS, Column

UNDISCLOSED = "undisclosed"  # an amount without a number


@dataclass
class Proof:
    """One source of one fact."""

    source: str
    url: str
    locator: str
    note: str
    checked_on: str
    says: str


@dataclass
class Fact:
    """One field of the record or of a link."""

    label: str
    words: str
    url: str = ""
    outside: bool = False
    missing: str = ""
    proofs: list[Proof] = field(default_factory=list)


@dataclass
class Section:
    """One table of the record: each row under its name, with what the name does not say."""

    label: str
    rows: list[tuple[str, list[Fact]]] = field(default_factory=list)


@dataclass
class Past:
    """The whole record at one moment."""

    facts: list[Fact]
    sections: list[Section]


def past(noun: str, record_id: int, xid: int) -> Past:
    """The record after transaction ``xid``; one query a table and a kind of reference."""
    span = Span(record_id, BEFORE_ALL, xid)
    rows = changed(noun, [span])[span]
    about = _Evidence(noun, rows)
    own, children = NOUNS[noun]
    facts = [f for row in rows if row.table == own for f in about.facts(row, {"slug"}, own=True)]
    sections = []
    for table in children:
        if table in words.EVIDENCE:
            continue
        section = Section(wording.sentence(table.removeprefix(f"{noun}_")))
        for row in sorted((r for r in rows if r.table == table), key=lambda r: r.values["key"]):
            section.rows.append((words.row_words(noun, row), about.facts(row, set())))
        if section.rows:
            sections.append(section)
    return Past(facts, sections)


class _Evidence:
    """Citations and missing values by the fact they are about."""

    def __init__(self, noun: str, rows: list[Row]):
        self.noun = noun
        self.proofs: dict[tuple, list[Proof]] = defaultdict(list)
        self.missing: dict[tuple, str] = {}
        for row in rows:
            if row.table == "citations":
                self.proofs[(*row.about, row.values["field"])].append(self._proof(row))
            elif row.table == "missing":
                columns = {c.name: c for c in row.part.columns}
                reason = words.value_words(row, columns["reason"], row.values)
                note = row.values["note"]
                place = (*row.about, row.values["field"])
                self.missing[place] = f"{reason}: {note}" if note else reason

    def _proof(self, row: Row) -> Proof:
        end, values = row.end("source"), row.values
        said = values["says"]
        return Proof(
            source=end.name,
            url=end.url,
            locator=values["locator"] or "",
            note=values["note"] or "",
            checked_on=values["checked_on"] or "",
            says="" if said.startswith("sha256:") else said,
        )

    def facts(self, row: Row, hidden: set[str], own: bool = False) -> list[Fact]:
        """The row's fields with their evidence; of a link those that say something."""
        table, pk = ("", "") if own else (row.table, str(row.id))
        proofs = {f: p for (t, i, f), p in self.proofs.items() if (t, i) == (table, pk)}
        gaps = {f: why for (t, i, f), why in self.missing.items() if (t, i) == (table, pk)}
        found, columns = [], words.columns_of(self.noun, row)
        _put_together(row, columns, proofs, gaps)
        if row.values.get("amount_kind") == UNDISCLOSED:
            gaps.setdefault("amount", wording.reason(row.values["undisclosed_reason"]))
            hidden = hidden | {"amount_kind", "undisclosed_reason"}
        for column in columns:
            name = column.name
            said = words.value_words(row, column, row.values)
            url = row.end(name).url if column.kind == "ref" else ""
            proof, gap = proofs.pop(name, []), gaps.pop(name, "")
            if name in hidden or not (said or proof or gap):
                continue
            for one in proof:
                one.says = _otherwise(one.says, row, column, url)
            outside = column.kind == "url"
            label = naming.field_words(row.part.model, name)
            found.append(Fact(label, said, said if outside else url, outside, gap, proof))
        for name in dict.fromkeys([*proofs, *gaps]):  # of fields that there were once
            label = naming.field_words(row.part.model, name)
            found.append(Fact(label, "", missing=gaps.get(name, ""), proofs=proofs.get(name, [])))
        return found


def _put_together(row: Row, columns: list[Column], proofs: dict, gaps: dict) -> None:
    """Evidence of a fact that is one of several columns goes to the column that has the value."""
    for fact in getattr(row.part.model, "FACTS", ()):
        parts = [c for c in columns if f"t.{c.column}" in fact.sql]
        if not parts or any(c.name == fact.field for c in columns):
            continue
        holder = next((c for c in parts if row.values[c.name]), parts[0]).name
        if fact.field in proofs:
            proofs[holder] = proofs.get(holder, []) + proofs.pop(fact.field)
        if fact.field in gaps:
            gaps.setdefault(holder, gaps.pop(fact.field))


def _otherwise(says: str, row: Row, column: Column, url: str) -> str:
    """What a source says in words, empty where it says what we said."""
    value = row.values[column.name] or ""
    if says == value or (url and url.rstrip("/").endswith(f"/{says}")):
        return ""
    if column.kind == "edtf":
        return date_words(says)
    if column.kind == "ref":
        return _named(says, row)
    if column.name == "amount" and "currency" in row.values:
        same = (value or UNDISCLOSED, row.values["currency"] or "")
        return "" if _sum_of(says) == same else wording.amount(says)
    return str(dict(column.field.flatchoices or ()).get(says, says))


def _sum_of(says: str) -> tuple[str, str]:
    """(first number, currency) of an amount; the number is a word where there is none."""
    number, _space, currency = says.lstrip("~<>=").partition(" ")
    return number.partition("..")[0], currency


def _named(says: str, row: Row) -> str:
    """A slug or ISO code with the name of what it is today, if the public may know it."""
    for target in dict.fromkeys(c.target for c in row.part.columns if c.kind == "ref"):
        found = target._default_manager.filter(**{target.KEY: says}).first()
        if found is not None and getattr(found, "is_public", True):
            return f"{found} ({says})"
    return says
