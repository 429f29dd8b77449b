"""Building a record page out of facts: cells, groups, statements, what is missing, how sure."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.choices import MembershipStatus
from actors.models import Actor, Country
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.differing import disagreeing_statements
from atlas.kit.evidence import for_record
from atlas.kit.footnotes import Cell, Ledger
from initiatives.choices import Role, Status
from initiatives.models import Initiative
from sources.choices import Nature

VOCABULARY = {
    "status": {**dict(Status.choices), **dict(MembershipStatus.choices)},
    "role": dict(Role.choices),
}


def ledger_of(record) -> Ledger:
    """The record's evidence; slugs and ISO codes that sources give are turned into names."""
    noun = record._meta.model_name
    facts = for_record(noun, record.pk)
    names = _names(facts)

    def spoken(_table: str, field_name: str, says: str) -> str:
        return VOCABULARY.get(field_name, {}).get(says) or names.get(says) or wording.plain(says)

    return Ledger(facts, record.missing.all(), spoken)


def _names(facts) -> dict[str, str]:
    """Names of what contradicting sources point at; no query where none does."""
    said = {
        c.says for f in facts if f.kind == "ref" for c in f.citations if c.stance == "contradicts"
    }
    if not said:
        return {}
    return {
        **dict(Country.objects.names(said)),
        **dict(Actor.objects.names(said)),
        **dict(Initiative.objects.names(said)),
    }


def dated(ledger: Ledger, label: str, address: str, value: str, note: str = "") -> Cell:
    return ledger.cell(label, address, words(value), note=note)


@dataclass
class Said:
    """One statement as shown."""

    cell: Cell
    property: str
    nature: str
    nature_label: str
    voice: str
    date: str
    number: str
    disputed: bool = False


@dataclass
class Group:
    """Rows under one heading: a role, a nature, a kind of place."""

    label: str
    rows: list = field(default_factory=list)
    slug: str = ""
    more: int = 0  # rows that are not shown

    @property
    def voices(self) -> list["Group"]:
        """Opinions and assessments under the one who holds them."""
        if self.slug not in (Nature.OPINION, Nature.ASSESSMENT):
            return []
        found: dict[str, Group] = {}
        for row in self.rows:
            label = row.voice or _("Whose it is, no source says")
            found.setdefault(label, Group(label)).rows.append(row)
        return list(found.values())


def said(ledger: Ledger, statement, label: str = "") -> Said:
    name = wording.sentence(statement.property)
    address = f"statements/{statement.key}/value"
    cell = ledger.cell(label or name, address, statement.value, note=statement.note)
    number = wording.number(statement.number) if statement.number is not None else ""
    return Said(
        cell=cell,
        property=name,
        nature=statement.nature,
        nature_label=statement.get_nature_display(),
        voice=statement.voice,
        date=words(statement.date),
        number=f"{number} {statement.unit}".strip(),
    )


def statements(ledger: Ledger, rows) -> tuple[list[Group], list[Group]]:
    """(accounts that differ, the rest by nature: facts, plans, assessments, opinions)."""
    rows = list(rows)
    differing = disagreeing_statements(rows)
    taken = {statement.pk for group in differing for statement in group}
    disputes = [
        Group(
            wording.sentence(group[0].property),
            [said(ledger, statement) for statement in sorted(group, key=lambda s: s.key)],
        )
        for group in differing
    ]
    natures: dict[str, Group] = {value: Group(str(label), [], value) for value, label in NATURES}
    for statement in rows:
        if statement.pk not in taken:
            natures[statement.nature].rows.append(said(ledger, statement))
    return disputes, [group for group in natures.values() if group.rows]


NATURES = (
    (Nature.FACT, gettext_lazy("Reported as fact")),
    (Nature.PLAN, gettext_lazy("Plans")),
    (Nature.ASSESSMENT, gettext_lazy("Assessments")),
    (Nature.OPINION, gettext_lazy("Opinions, each under its voice")),
)


@dataclass
class Happening:
    """One event on the line."""

    title: Cell
    date: Cell
    place: Cell | None
    country: Cell | None
    ordinal: int | None
    note: str
    unsure: bool
    statements: list[Said]
    disputes: list[Group]


def happenings(ledger: Ledger, events) -> list[Happening]:
    found = []
    for event in events:
        at = f"events/{event.key}"
        title = ledger.cell(_("Event"), f"{at}/title", event.title)
        date = dated(ledger, _("Date of %s") % event.title, f"{at}/date", event.date)
        place = ledger.cell(_("Place of %s") % event.title, f"{at}/place", event.place)
        name = event.country.name if event.country else ""
        url = event.country.get_absolute_url() if event.country else ""
        country = ledger.cell(_("Country of %s") % event.title, f"{at}/country", name, url)
        disputes, natures = statements(ledger, event.statements.all())
        title.label = event.title
        ledger.labels[f"{at}/title"] = event.title
        found.append(
            Happening(
                title=title,
                date=date,
                place=place or None,
                country=country or None,
                ordinal=event.ordinal,
                note=event.note,
                unsure=not event.date or any(mark in event.date for mark in "?~%/."),
                statements=[row for group in natures for row in group.rows],
                disputes=disputes,
            )
        )
    return found


def gaps(ledger: Ledger) -> list[Cell]:
    """Missing values that no row of the page has shown; call it last."""
    found = []
    for address in list(ledger.missing):
        name = address.rpartition("/")[2]
        found.append(ledger.cell(wording.sentence(name), address))
    return found


def grouped(pairs, order: list[tuple[str, str]]) -> list[Group]:
    """(word, row) pairs under the labels of a vocabulary, in its order."""
    rows = defaultdict(list)
    for word, row in pairs:
        rows[word].append(row)
    return [Group(str(label), rows[word], word) for word, label in order if rows[word]]
