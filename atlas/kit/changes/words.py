"""Changes and values in plain words, as pages and feeds give them."""

from collections import defaultdict

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import naming, wording
from atlas.kit.changes.spans import Row, link_part
from atlas.kit.dates import words as date_words
from atlas.kit.languages import LANGUAGES
from atlas.kit.tables import LIST_SEPARATOR, Column

LONGEST = 300  # characters of a value told; running text is cut there
MANY = 5  # rows of one table that came or went; more are only counted
HIDDEN = ("key", "uid", "state", "checked_by")
EVIDENCE = ("citations", "missing")


def told(noun: str, rows: list[Row]) -> list[str]:
    """One sentence a change: own fields, links, then evidence; many alike are counted."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.table, row.before is None, row.after is None].append(row)
    said = []
    for (table, added, removed), group in sorted(groups.items(), key=lambda g: _place(noun, *g[0])):
        if (added or removed) and len(group) > MANY:
            said.append(_counted(table, len(group), added))
        else:
            said += [line for row in group for line in _row_told(noun, row)]
    return said


def _place(noun: str, table: str, added: bool, removed: bool) -> tuple:
    own = table == f"{noun}s"
    return (not own, table in EVIDENCE, table, not added, not removed)


def _counted(table: str, number: int, added: bool) -> str:
    words = {"table": wording.sentence(table), "n": number}
    if added:
        return ngettext("%(table)s: %(n)d added", "%(table)s: %(n)d added", number) % words
    return ngettext("%(table)s: %(n)d removed", "%(table)s: %(n)d removed", number) % words


def _row_told(noun: str, row: Row) -> list[str]:
    if row.table == "citations":
        return [_citation_told(noun, row)]
    if row.table == "missing":
        return [_missing_told(noun, row)]
    if row.table == f"{noun}s":
        return [_became(label, row, column) for label, column in _differing(noun, row)]
    name = row_words(noun, row)
    if row.before is None:
        return [_("%(row)s: added%(more)s") % {"row": name, "more": _more(noun, row)}]
    if row.after is None:
        return [_("%s: removed") % name]
    return [
        _became(f"{name}, {label[:1].lower()}{label[1:]}", row, column)
        for label, column in _differing(noun, row)
    ]


def _differing(noun: str, row: Row) -> list[tuple[str, Column]]:
    before = row.before or {}
    return [
        (naming.field_words(row.part.model, c.name), c)
        for c in columns_of(noun, row)
        if before.get(c.name) != row.after[c.name]
    ]


def _became(label: str, row: Row, column: Column) -> str:
    old = _short(value_words(row, column, row.before)) if row.before else ""
    new = _short(value_words(row, column, row.after))
    words = {"what": label, "old": old, "new": new}
    if not old:
        return _("%(what)s: “%(new)s”") % words
    if not new:
        return _("%(what)s: “%(old)s” was taken out") % words
    return _("%(what)s: “%(old)s” became “%(new)s”") % words


def _more(noun: str, row: Row) -> str:
    """The values of a new row that its name does not say."""
    said = [
        f"{naming.field_words(row.part.model, c.name).lower()} {value_words(row, c, row.after)}"
        for c in columns_of(noun, row)
        if row.after[c.name] and c.name not in _naming(noun, row) and c.kind != "boolean"
    ]
    return f" ({_short('; '.join(said))})" if said else ""


def _citation_told(noun: str, row: Row) -> str:
    words = {"fact": fact_words(noun, row), "source": row.end("source").name or _("a source")}
    if row.before is None:
        return _("%(fact)s: source added, %(source)s") % words
    if row.after is None:
        return _("%(fact)s: source taken out, %(source)s") % words
    if row.before["says"] != row.after["says"]:
        return _("%(fact)s: read again in %(source)s") % words
    if row.before["checked_on"] != row.after["checked_on"]:
        words["day"] = date_words(row.after["checked_on"])
        return _("%(fact)s: checked again in %(source)s on %(day)s") % words
    return _("%(fact)s: citation of %(source)s mended") % words


def _missing_told(noun: str, row: Row) -> str:
    columns = {c.name: c for c in row.part.columns}
    reason = value_words(row, columns["reason"], row.values)
    words = {"fact": fact_words(noun, row), "reason": reason}
    if row.after is None:
        return _("%(fact)s: no longer missing") % words
    return _("%(fact)s: not stated (%(reason)s)") % words


def fact_words(noun: str, row: Row) -> str:
    """What a citation or missing value is about, in words."""
    table, pk = row.about
    part = link_part(table or f"{noun}s")
    label = naming.field_words(part.model, row.values["field"])
    if not table:
        return label
    end = row.ends.get((part.model, pk))
    head = end.name if end and end.name else naming.kind_words(part.model)
    return f"{head}, {label[:1].lower()}{label[1:]}"


# ------------------------------------------------------------------ rows and values


def columns_of(noun: str, row: Row) -> list[Column]:
    """The columns a reader is shown: not keys, not the record the row belongs to."""
    owner = row.part.model.ROOTS[noun].removeprefix("r.").removesuffix("_id")
    owners = {owner} if row.table != f"{noun}s" else set()
    if row.table in ("events", "statements"):
        owners |= {"initiative", "actor"}
    return [c for c in row.part.columns if c.name not in HIDDEN and c.name not in owners]


def _naming(noun: str, row: Row) -> list[str]:
    """The columns that tell a row from its record's others."""
    shown = [c.name for c in columns_of(noun, row)]
    return [name for name in getattr(row.part.model, "KEY_PARTS", ()) if name in shown]


def row_words(noun: str, row: Row) -> str:
    """A row by its naming values: “Host: ASEAN Secretariat”."""
    columns = {c.name: c for c in columns_of(noun, row)}
    head, parts = naming.kind_words(row.part.model), []
    for name in _naming(noun, row):
        said = value_words(row, columns[name], row.values)
        if said and columns[name].choices:
            head = said
        elif said:
            parts.append(_short(said, 120))
    return f"{head}: {', '.join(parts)}" if parts else head


def value_words(row: Row, column: Column, side: dict) -> str:
    """A value as it is read out; empty where there is none."""
    value = side.get(column.name)
    if not value:
        return ""
    if column.choices:
        return str(dict(column.field.flatchoices).get(value, value))
    if column.name == "language":
        return str(LANGUAGES.get(value, value))
    match column.kind:
        case "ref":
            return row.end(column.name, side).name or _("a record that is not public now")
        case "edtf" | "date":
            return date_words(value)
        case "decimal":
            return wording.number(value)
        case "boolean":
            return _("yes") if value == "true" else _("no")
        case "list":
            return wording.listed([wording.place(v) for v in value.split(LIST_SEPARATOR)])
    return value


def _short(text: str, longest: int = LONGEST) -> str:
    return Truncator(" ".join(text.split())).chars(longest)
