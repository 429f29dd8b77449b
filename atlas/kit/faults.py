"""Why a package or document is refused: each reason with its place."""

import json
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import CheckConstraint


@dataclass(frozen=True)
class Fault:
    """One reason a package or document is refused; ``row`` counts the header as row 1."""

    table: str
    row: int
    key: str
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.table} row {self.row}" if self.row else self.table
        named = f" ({self.key})" if self.key else ""
        return (
            f"{where}{named}, {self.column}: {self.reason}"
            if self.column
            else (f"{where}{named}: {self.reason}")
        )


class Refused(Exception):
    """Nothing was written; ``faults`` says why, all of them."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults[:20])))


def gate_faults(error: IntegrityError) -> list[Fault]:
    """The gate's refusal as faults; an error of another kind is passed on."""
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None)
    try:
        items = json.loads(detail)
    except (TypeError, ValueError):
        raise error from error.__cause__
    said = {
        "uncited": "“{value}” is published but no source cited supports it",
        "foreign": "“{value}” belongs to another record",
        "unpublished": "“{value}” is not public, so a published record cannot be linked with it",
    }
    return [
        Fault(
            item["link_table"] or f"{item['noun']}s",
            0,
            item["link_key"] or item["record"],
            item["field"],
            said[item["reason"]].format(value=item["value"]),
        )
        for item in items
    ]


def told(constraint) -> str:
    """A constraint's message; it begins with the field where a row may not refer to itself."""
    message = str(constraint.get_violation_error_message())
    if isinstance(constraint, CheckConstraint):
        about = getattr(constraint.condition, "referenced_base_fields", ())
        if len(about) == 2 and "id" in about:
            return f"{min(about - {'id'})}: {message}"
    return message
