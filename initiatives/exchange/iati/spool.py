"""Rows on their way to the staging tables, in temporary files: memory does not grow with them."""

from collections.abc import Iterable
from itertools import count
from tempfile import TemporaryFile

from atlas.kit.copying import Stage

COLUMNS = {
    "publishers": ("slug", "name", "reliability_reason"),
    "sources": ("slug", "title", "publisher", "published", "language", "kind", "url", "note"),
    "actors": ("slug", "uid", "name", "kind", "summary"),
    "actor_identifiers": ("key", "actor", "scheme", "code"),
    "initiatives": (
        "slug", "uid", "title", "kind", "scope", "status", "status_on", "planned_start",
        "planned_end", "actual_start", "actual_end", "summary", "objectives",
    ),
    "initiative_names": ("key", "initiative", "name", "language", "kind"),
    "initiative_identifiers": ("key", "initiative", "scheme", "code"),
    "initiative_reach": ("key", "initiative", "country", "kind"),
    "initiative_themes": ("key", "initiative", "theme"),
    "initiative_ties": ("key", "initiative", "kind", "target"),
    "participations": ("key", "initiative", "actor", "role", "note"),
    "funding_links": (
        "key", "initiative", "funder_actor", "recipient", "type", "iati_type", "amount_kind",
        "amount", "currency", "undisclosed_reason", "value_date", "period", "note",
    ),
    "results": ("key", "initiative", "indicator", "value", "unit", "period", "note"),
    "statements": (
        "key", "initiative", "property", "value", "number", "unit", "date", "nature", "note",
    ),
    "source_records": ("key", "initiative", "source", "identifier", "path", "content"),
    "citations": (
        "key", "initiative", "actor", "link_table", "link_key", "field", "source", "says",
        "locator", "note",
    ),
}  # fmt: skip
BUFFER = 500  # rows
ODD = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}  # backslash first


def escaped(cell: str) -> str:
    if not cell:
        return "\\N"
    for odd, written in ODD.items():
        if odd in cell:
            cell = cell.replace(odd, written)
    return cell


class Spool:
    """One file for each table, in PostgreSQL's text format; a row's first cell is its number."""

    def __init__(self):
        self.files = {name: TemporaryFile() for name in COLUMNS}  # noqa: SIM115  closed by close
        self.buffers: dict[str, list[str]] = {name: [] for name in COLUMNS}
        self.numbers = {name: count(2) for name in COLUMNS}

    def add(self, table: str, row: Iterable[str]) -> None:
        """Add a row, its cells in the order of ``COLUMNS``; an empty cell is no value."""
        cells = [str(next(self.numbers[table]))]
        cells += [escaped(cell) for cell in row]
        buffer = self.buffers[table]
        buffer.append("\t".join(cells))
        if len(buffer) >= BUFFER:
            self._flush(table)

    def _flush(self, table: str) -> None:
        buffer = self.buffers[table]
        if buffer:
            self.files[table].write(("\n".join(buffer) + "\n").encode())
            buffer.clear()

    def stage(self, staging: Stage, table: str) -> None:
        self._flush(table)
        file = self.files[table]
        file.seek(0)
        staging.add_text(table, list(COLUMNS[table]), file)

    def close(self) -> None:
        for file in self.files.values():
            file.close()
