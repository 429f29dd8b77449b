"""Documents that clients send: read strictly, checked cell by cell, faults by JSON Pointer.

What the database judges better (dates, lengths, references, constraints) is left to it; here is
what would not even reach it: shapes, types, and text that no column can hold.
"""

import json
import re

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection
from django.utils.text import slugify
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from atlas.kit import gate
from atlas.kit.api.problems import TooMuch
from atlas.kit.faults import Refused
from atlas.kit.fields import WORD
from atlas.kit.filters import Problem
from atlas.kit.records import child_part, implied, tables_of
from atlas.kit.tables import TABLES, Column, Part

BAD_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ASCII_ONLY = ("date", "decimal", "edtf", "uuid")
MOST = 200  # faults told at once


class DocumentParser(BaseParser):
    """JSON of one reading only: no name twice, no NaN, not too deep, not too large."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooMuch
        try:
            value = json.loads(
                stream.read().decode("utf-8"), object_pairs_hook=_once, parse_constant=_finite
            )
        except RecursionError:
            raise ParseError("This is nested deeper than any document of ours.") from None
        except ValueError as error:
            raise ParseError(f"This is not JSON as we read it: {error}"[:300]) from None
        if not isinstance(value, dict):
            raise ParseError("Send one JSON object: the document, or the part that changes.")
        return value


class MergeParser(DocumentParser):
    """RFC 7396: what is given replaces, ``null`` empties, the rest stays; lists go as a whole."""

    media_type = "application/merge-patch+json"


def _once(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _finite(word: str):
    raise ValueError(f"{word} is no number of JSON")


# ------------------------------------------------------------------ shapes


def pointer(*steps) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def wrong(steps, reason: str, allowed=()) -> Problem:
    return Problem("", reason, list(allowed), pointer(*steps))


def blank(noun: str) -> dict:
    """The document of a record that says nothing."""
    own, children = tables_of(noun)
    part = TABLES[own].parts[0]
    empty = {c.name: [] if c.kind == "list" else None for c in part.columns}
    return empty | {name: [] for name in children}


def part_of(noun: str, table: str) -> tuple[Part, list[str]]:
    """A child table's share of this noun, and what its rows are made of."""
    part = child_part(TABLES[table], noun)
    return part, [h for h in part.headers if h not in implied(part, noun)]


def faults(noun: str, given: dict) -> list[Problem]:
    """What of the given part of a document has no shape of ours."""
    own, children = tables_of(noun)
    part = TABLES[own].parts[0]
    found = _cells(part, part.headers, {k: v for k, v in given.items() if k not in children}, ())
    for unknown in (one for one in found if one.reason == UNKNOWN):
        unknown.allowed.extend(children)
    for name in children:
        if name in given:
            found += _rows(noun, name, given[name])
    return found[:MOST]


UNKNOWN = "There is no such field."


def _rows(noun: str, name: str, rows) -> list[Problem]:
    if not isinstance(rows, list):
        return [wrong([name], "Give a list of objects, empty where there are none.")]
    part, headers = part_of(noun, name)
    found = []
    for number, row in enumerate(rows):
        if isinstance(row, dict):
            found += _cells(part, headers, row, (name, number))
        else:
            found.append(wrong([name, number], "Give an object."))
    return found


def _cells(part: Part, headers: list[str], row: dict, place: tuple) -> list[Problem]:
    columns = {c.name: c for c in part.columns}
    found = []
    for name, value in row.items():
        if name not in headers:
            found.append(wrong([*place, _printable(name)], UNKNOWN, headers))
        elif reason := cell_fault(columns.get(name), value):
            allowed = columns[name].choices if name in columns else ()
            found.append(wrong([*place, name], reason, allowed))
    return found


def _printable(name: str) -> str:
    return name[:100].encode("utf-8", "replace").decode()


def cell_fault(column: Column | None, value) -> str:
    """Why this value cannot stand in this column; empty where it can as far as types go."""
    kind = column.kind if column else "text"
    if value is None:
        return ""
    match kind:
        case "boolean":
            return "" if isinstance(value, bool) else "Give true or false."
        case "integer":
            return _number_fault(column, value)
        case "list":
            words = isinstance(value, list) and all(
                isinstance(word, str) and re.fullmatch(WORD, word) for word in value
            )
            return "" if words else "Give a list of lower-case words joined by hyphens."
    if kind == "decimal" and isinstance(value, int) and not isinstance(value, bool):
        return ""
    if not isinstance(value, str):
        return "Give text" + (", so that no digit is lost." if kind == "decimal" else ".")
    if BAD_TEXT.search(value):
        return "This text has a character that no column holds (control or half of a pair)."
    if kind in ASCII_ONLY and not value.isascii():
        return "Use ASCII digits and signs only."
    return ""


def _number_fault(column: Column, value) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "Give a whole number."
    low, high = connection.ops.integer_field_range(column.field.get_internal_type())
    low, high = max(low, 0), min(high, 999_999_999)
    return "" if low <= value <= high else f"Give a number from {low} to {high}."


# ------------------------------------------------------------------ rows of the record


def complete(noun: str, document: dict, before: str) -> tuple[dict, list[Problem]]:
    """The document with every row whole, and rows that say they are another record's.

    Rows without a key get the one made of their values.  ``before`` is the record's address of
    now: rows may name it where the document gives a new one.
    """
    slug, found = document["slug"], []
    document = {**document}
    for name in tables_of(noun)[1]:
        part, headers = part_of(noun, name)
        root = _root(part, noun)
        rows = [dict.fromkeys(headers) | row for row in document.get(name) or []]
        for number, row in enumerate(rows):
            if root in headers and not _own(part, row, root, (slug, before)):
                found.append(wrong([name, number, root], f"Give “{slug}”: it is its row."))
        taken = {row[part.model.KEY] for row in rows}
        for row in rows:
            if not row[part.model.KEY]:
                row[part.model.KEY] = _key(part, {root: slug, **row}, taken)
                taken.add(row[part.model.KEY])
        document[name] = rows
    return document, found


def _root(part: Part, noun: str) -> str:
    root = part.model.ROOTS[noun]
    return root[2:].removesuffix("_id") if root.startswith("r.") else noun


def _own(part: Part, row: dict, root: str, slugs: tuple[str, ...]) -> bool:
    """Whether the row belongs to the record; it is given to it where it names none."""
    others = [n for n in part.model.ROOTS if n != root and row.get(n)]
    through = part.model.ROOT_THROUGH
    if row.get(root) in (None, "") and not others:
        if not (through and row.get(through.name)):
            row[root] = slugs[0]
        return True
    if row.get(root) in slugs:
        row[root] = slugs[0]
        return True
    return False


def _key(part: Part, row: dict, taken: set) -> str:
    """The natural key of a row, free among the document's."""
    named = (str(row.get(name) or "") for name in part.model.KEY_PARTS)
    words = (word if "--" in word else slugify(word) for word in named)
    made = "--".join(filter(None, words))[:190].strip("-") or part.model._meta.model_name
    numbered = (f"{made}-{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (made, *numbered) if key not in taken)


# ------------------------------------------------------------------ refusals


def problems_of(error, noun: str, document: dict) -> list[Problem]:
    """What a document was refused for, each reason at its place."""
    if isinstance(error, gate.GateRefused):
        pairs = zip(error.faults, error.reasons, strict=True)
        return [_of_gate(fault, reason, noun, document) for fault, reason in pairs]
    refused = error if isinstance(error, Refused) else error.__cause__
    if isinstance(refused, Refused) and refused.faults:
        return [_of_fault(fault, noun, document) for fault in refused.faults[:MOST]]
    if hasattr(error, "error_dict"):
        return [
            wrong([] if field == NON_FIELD_ERRORS else [field], message)
            for field, found in error.message_dict.items()
            for message in found
        ]
    messages = error.messages if isinstance(error, ValidationError) else [str(error)]
    return [wrong([], message) for message in messages]


def _of_gate(fault, reason: str, noun: str, document: dict) -> Problem:
    if fault.noun != noun or fault.record != document.get("slug"):
        return wrong([], reason)
    if not fault.link_table:
        return wrong([fault.field], reason)
    return wrong(_row_of(document, fault.link_table, fault.link_key, fault.field), reason)


def _of_fault(fault, noun: str, document: dict) -> Problem:
    own, _children = tables_of(noun)
    column = [fault.column] if fault.column else []
    if fault.table == own:
        steps, part = column, TABLES[own].parts[0]
    else:
        rows = document.get(fault.table) or []
        at = fault.row - 2
        known = 0 <= at < len(rows)
        steps = [fault.table, at, *column] if known else None
        steps = steps or _row_of(document, fault.table, fault.key, *column)
        part = child_part(TABLES[fault.table], noun) if fault.table in TABLES else None
    words = next((c.choices for c in part.columns if c.name == fault.column), []) if part else []
    return wrong(steps, fault.reason, words)


def _row_of(document: dict, table: str, key: str, *more: str) -> list:
    """The steps to a row by its key; to its table where it is not among them."""
    for number, row in enumerate(document.get(table) or []):
        if row.get("key") == key:
            return [table, number, *filter(None, more)]
    return [table] if table in document else []
