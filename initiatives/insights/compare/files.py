"""A comparison as plain data and as CSV, with addresses in full."""

import csv
import io

from atlas.kit.pictures.files import safe
from initiatives.insights.compare.table import Cell, Comparison


def data(table: Comparison, site: str) -> dict:
    """What ``serializers.ComparisonSerializer`` describes."""
    return {
        "noun": table.noun,
        "records": [
            {
                "id": key_of(record),
                "title": str(record),
                "url": f"{site}{record.get_absolute_url()}",
            }
            for record in table.records
        ],
        "rows": [
            {
                "label": row.label,
                "note": row.note,
                "agreement": row.mark,
                "agreement_label": row.mark_words,
                "cells": [_cell(cell, site) for cell in row.cells],
            }
            for row in table.rows
        ],
    }


def key_of(record) -> str:
    """What ``id`` takes for it."""
    return getattr(record, "slug", "") or record.pk


def _cell(cell: Cell, site: str) -> dict:
    values = [
        {
            "value": value.words,
            "url": value.url and f"{site}{value.url}",
            "sources": value.proof and f"{site}{value.proof}",
            "held_by": value.held,
            "disputed": value.disputed,
            "part_of": value.part_of,
        }
        for value in cell.values
    ]
    return {"values": values, "missing": "" if values else str(cell.missing)}


def table_csv(table: Comparison, site: str) -> str:
    """A row a fact; for each record its values, and where the sources of these stand."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    keys = [key_of(record) for record in table.records]
    writer.writerow(["fact", "agreement", *keys, *(f"{key} sources" for key in keys)])
    for row in table.rows:
        said = ["; ".join(v.said for v in c.values) or str(c.missing) for c in row.cells]
        proofs = ["; ".join(f"{site}{v.proof}" for v in c.values if v.proof) for c in row.cells]
        writer.writerow([safe(cell) for cell in (row.label, row.mark_words, *said, *proofs)])
    return out.getvalue()
