"""Two sets of rows as one: what says the same is folded, all else stands side by side.

Works on documents alone, never on the database, so that a preview and the merge itself agree.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models

from atlas.kit.records import child_part, implied
from atlas.kit.tables import TABLES, Part

ROWS = dict[str, list[dict]]  # table -> rows of a document
EVIDENCE = ("citations", "missing")
PLACE = ("link_table", "link_key", "field")  # what an evidence row is about
SAID = (*PLACE, "source", "locator", "says")
NAME_PARTS = ("name",)  # of two names only the wording counts, not what kind of name it is


@dataclass
class United:
    """``rows`` of both; ``folded``: (table, key) that is no more -> the key that stands for it."""

    rows: ROWS = field(default_factory=dict)
    folded: dict[tuple[str, str], str] = field(default_factory=dict)


def unite(noun: str, base: ROWS, extra: ROWS) -> United:
    """Put ``extra`` to ``base``; rows that say the same become one, with the evidence of both."""
    united = United()
    for name in base:
        if name not in EVIDENCE:
            part = child_part(TABLES[name], noun)
            united.rows[name] = _fold(united, part, noun, base[name], extra.get(name, []))
    united.rows["citations"] = _citations(united, base["citations"], extra.get("citations", []))
    united.rows["missing"] = _missing(united, base["missing"], extra.get("missing", []))
    return united


def _fold(united: United, part: Part, noun: str, base: list, extra: list) -> list[dict]:
    rows = [dict(row) for row in base]
    groups = defaultdict(list)
    for row in rows:
        groups[identity(part, noun, row)].append(row)
    for row in (_following(united, part, row) for row in extra):
        alike = groups[identity(part, noun, row)]
        same = next((kept for kept in alike if _agree(part, noun, kept, row)), None)
        if same is None:
            rows.append(row)
            continue
        alike.remove(same)  # rows of one record that repeat each other are meant
        united.folded[part.table, row["key"]] = same["key"]
        for name, value in row.items():
            if name == "note" and value and same["note"] and value != same["note"]:
                same["note"] = f"{same['note']}\n{value}"
            elif same[name] in (None, "", []):
                same[name] = value
    return rows


def _following(united: United, part: Part, row: dict) -> dict:
    """The row, naming what stands for a row that was folded."""
    row = dict(row)
    for column in part.columns:
        if column.target is not None and getattr(column.target, "KEY", "") == "key":
            table = next(t.name for t in TABLES.values() if column.target in t.models)
            row[column.name] = united.folded.get((table, row[column.name]), row[column.name])
    return row


def identity(part: Part, noun: str, row: dict) -> tuple:
    """What a row is about, among the rows of its record."""
    rules = [c for c in part.model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    names = rules[0].fields if rules else part.model.KEY_PARTS
    if "name" in names:
        names = NAME_PARTS
    own = {noun, *implied(part, noun)}
    return tuple(str(row[n] or "").casefold() for n in names if n in row and n not in own)


def _agree(part: Part, noun: str, a: dict, b: dict) -> bool:
    """Nothing in one row speaks against the other; counted things must be the same throughout."""
    names = [c for c in part.columns if c.name in a and c.name not in ("key", "note", noun)]
    if any(c.name == "name" for c in names):
        return True
    exact = any(c.kind == "decimal" for c in names)
    pairs = [(a[c.name], b[c.name]) for c in names]
    return all(x == y or (not exact and (x in (None, "") or y in (None, ""))) for x, y in pairs)


def _citations(united: United, base: list, extra: list) -> list[dict]:
    """Of two citations that say the same at the same place, one stays, with the later check."""
    rows = [_about(united, row) for row in base]
    known = {tuple(row[n] for n in SAID): row for row in rows}
    for row in (_about(united, row) for row in extra):
        same = known.get(tuple(row[n] for n in SAID))
        if same is None:
            rows.append(row)
            continue
        if (row["checked_on"] or "") > (same["checked_on"] or ""):
            same |= {name: row[name] for name in ("checked_on", "checked_by")}
        for name in ("credibility", "note"):
            same[name] = same[name] or row[name]
    return rows


def _missing(united: United, base: list, extra: list) -> list[dict]:
    """One reason a value; ours where both give one."""
    rows = {}
    for row in (_about(united, row) for row in [*base, *extra]):
        rows.setdefault(tuple(row[n] for n in PLACE), row)
    return list(rows.values())


def _about(united: United, row: dict) -> dict:
    """An evidence row, about what stands for a row that was folded."""
    key = united.folded.get((row["link_table"], row["link_key"]), row["link_key"])
    return row | {"link_key": key}
