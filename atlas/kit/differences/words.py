"""Documents in words: labels for fields, names for what is referred to, sentences for evidence."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from atlas.kit import naming, wording
from atlas.kit.dates import words as date_words
from atlas.kit.facts import PROSE_MARK, REGISTRY
from atlas.kit.models import Link
from atlas.kit.records import child_part, implied
from atlas.kit.tables import NOUNS, TABLES, Column, Part

SILENT = ("key", "uid", "state")
EVIDENCE = ("citations", "missing")


@dataclass(frozen=True)
class Said:
    """One value in words; ``label`` names it where a row has several."""

    label: str
    text: str
    evidence: bool = False

    @property
    def line(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


class Names:
    """What the references of some documents of one noun are called; one query a kind of record."""

    def __init__(self, noun: str, documents: list[dict | None]):
        self.noun = noun
        self.documents = [document for document in documents if document]
        self.own = TABLES[NOUNS[noun][0]].parts[0]
        self.parts = {name: child_part(TABLES[name], noun) for name in NOUNS[noun][1]}
        self.rows = {
            (table, row["key"]): row
            for document in self.documents
            for table in self.parts
            for row in document.get(table, [])
        }
        self.known = self._ask()

    def _ask(self) -> dict:
        wanted: dict[type, set[str]] = defaultdict(set)
        for part, row in self._all_rows():
            for column in part.columns:
                value = row.get(column.name) if column.target else None
                if value and not issubclass(column.target, Link):
                    wanted[column.target].add(value)
        found = {}
        for model, keys in wanted.items():
            for one in model._default_manager.filter(**{f"{model.KEY}__in": keys}):
                found[model, getattr(one, model.KEY)] = str(one)
        return found

    def _all_rows(self):
        for document in self.documents:
            yield self.own, document
            for table, part in self.parts.items():
                yield from ((part, row) for row in document.get(table, []))

    # ------------------------------------------------------------ labels

    def part(self, table: str) -> Part:
        return self.parts[table] if table else self.own

    def label(self, table: str, key: str, field: str, change: dict) -> str:
        """What the change is about: “Title”, “Host: ASEAN Secretariat, since”."""
        if table in EVIDENCE:
            row = change["after"] or change["before"]
            said = _("%s: evidence") if table == "citations" else _("%s: missing value")
            return said % self.fact(row)
        if not table:
            return naming.field_words(self.own.model, field)
        row = self.rows.get((table, key)) or change["after"] or change["before"]
        head = self.row(table, row)
        if not field:
            return head
        label = naming.field_words(self.part(table).model, field)
        return f"{head}, {label[:1].lower()}{label[1:]}"

    def _owners(self, part: Part) -> set[str]:
        """Columns that only say whose row it is."""
        either = set(REGISTRY) if part.table in ("events", "statements") else set()
        return implied(part, self.noun) | either

    def row(self, table: str, row: dict) -> str:
        """A row by its naming values: “Host: ASEAN Secretariat”."""
        part = self.part(table)
        head, parts = naming.kind_words(part.model), []
        columns = {c.name: c for c in part.columns}
        owner = self._owners(part)
        for name in part.model.KEY_PARTS:
            if name in owner or not row.get(name):
                continue
            said = self.value(columns[name], row[name])
            if columns[name].choices:
                head = said
            else:
                parts.append(said)
        return f"{head}: {', '.join(parts)}" if parts else head

    def fact(self, row: dict) -> str:
        """What a citation or missing value is about."""
        table, key = row["link_table"] or "", row["link_key"] or ""
        model = self.part(table).model if table else self.own.model
        label = naming.field_words(model, row["field"])
        if not table:
            return label
        link = self.rows.get((table, key))
        head = self.row(table, link) if link else naming.kind_words(model)
        return f"{head}, {label[:1].lower()}{label[1:]}"

    # ------------------------------------------------------------ values

    def value(self, column: Column, value) -> str:
        """A value as a reader reads it; empty where there is none."""
        if value in (None, "", []):
            return ""
        if column.choices:
            return str(dict(column.field.flatchoices).get(value, value))
        if column.target is not None:
            return self._referred(column, value)
        match column.kind:
            case "edtf" | "date":
                return date_words(value)
            case "decimal":
                return wording.number(value)
            case "boolean":
                return _("yes") if value else _("no")
            case "list":
                return wording.listed([wording.place(str(v)) for v in value])
        return str(value)

    def _referred(self, column: Column, value: str) -> str:
        if not issubclass(column.target, Link):
            return self.known.get((column.target, value), value)
        table = next(name for name, part in self.parts.items() if part.model is column.target)
        row = self.rows.get((table, value))
        return self.row(table, row) if row else value

    def said(self, table: str, field: str, value) -> list[Said]:
        """One side of a change, value by value."""
        if value in (None, "", []):
            return []
        if table in EVIDENCE:
            return [self.evidence(table, value)]
        part = self.part(table)
        columns = {c.name: c for c in part.columns}
        if field:
            return [Said("", self.value(columns[field], value))]
        hidden = {*SILENT, *self._owners(part)}
        shown = [(c, self.value(c, value.get(c.name))) for c in part.columns]
        return [
            Said(naming.field_words(part.model, c.name), text)
            for c, text in shown
            if text and c.name not in hidden and not (c.kind == "boolean" and not value[c.name])
        ]

    def evidence(self, table: str, row: dict) -> Said:
        """A citation or missing value as a sentence."""
        columns = {c.name: c for c in self.part(table).columns}
        if table == "missing":
            reason = self.value(columns["reason"], row["reason"])
            return Said(_("Missing"), ", ".join(filter(None, (reason, row["note"]))), True)
        says = row["says"] or ""
        parts = [
            self.value(columns["source"], row["source"]),
            _("its present wording was checked")
            if says.startswith(PROSE_MARK)
            else _("says “%s”") % self._as_fact(row, says),
            row["locator"],
            _("credibility %s") % row["credibility"] if row.get("credibility") else "",
            _("checked %s") % date_words(row["checked_on"]) if row.get("checked_on") else "",
            row["note"],
        ]
        return Said(_("Source"), ", ".join(filter(None, parts)), True)

    def _as_fact(self, row: dict, says: str) -> str:
        """What a source says, in the words of the fact's own vocabulary."""
        table = row["link_table"] or ""
        columns = {c.name: c for c in self.part(table).columns}
        column = columns.get(row["field"])
        if row["field"] == "amount":
            return wording.amount(says)
        if column is None:  # place, member, funder: one of several columns holds it
            targets = (c.target for c in columns.values() if (c.target, says) in self.known)
            target = next(targets, None)
            return self.known[target, says] if target else says
        if column.kind in ("decimal", "boolean", "list"):
            return says
        return self.value(column, says)
