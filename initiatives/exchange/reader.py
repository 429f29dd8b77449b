"""Reading one CSV file of a package: cells in batches, faults put aside."""

import codecs
import csv
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from atlas.kit.staging import Fault
from atlas.kit.tables import Table

BATCH = 500  # rows
CHUNK = 2**20  # bytes
ODD = (b'"', b"\0", b"\\.")
MAX_CELL = 10_000_000  # characters; csv's own limit is 131,072


class Reader:
    """The rows of one file, in batches, cells in the order of ``columns``.

    A row that is broken is still handed on as well as can be, so that rows that refer to it are
    not blamed as well.
    """

    def __init__(self, table: Table, path: Path):
        self.table, self.path = table, path
        self.faults: list[Fault] = []
        self.columns: list[str] = []
        self.broken = False
        csv.field_size_limit(MAX_CELL)
        with self._open() as file:
            header = self._header(csv.reader(file, strict=True))
        self.width = len(header)
        self.columns = self._known(header)
        at = [header.index(name) for name in self.columns]
        self.at = None if at == list(range(self.width)) else at

    def is_plain(self) -> bool:
        """Whether PostgreSQL may read the file by itself, as every reading of it is the same.

        So it holds no quotation mark, NUL or backslash with a point (the end, to older servers),
        no very long line, only columns of the table, and no record whose uid is to be given.
        """
        if self.at is not None or not self.columns or "uid" in self.table.headers:
            return False
        with open(self.path, "rb") as file:
            last = b""
            while chunk := file.read(CHUNK):
                odd = any(mark in chunk for mark in ODD) or b"\\." in last + chunk[:1]
                if odd or (len(chunk) == CHUNK and b"\n" not in chunk):
                    return False
                last = chunk[-1:]
        return True

    def staged(self, stage: Callable[[BinaryIO], bool]) -> bool:
        """Hand the file itself to ``stage``, without its byte order mark."""
        with open(self.path, "rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            return stage(file)

    def _open(self):
        return open(self.path, encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _header(self, rows) -> list[str]:
        try:
            header = next(rows, None)
        except csv.Error as error:
            self._fault(1, "", "", f"cannot be read as CSV: {error}")
            return []
        if not header:
            self._fault(1, "", "", "the file is empty, even of its header")
        return header or []

    def _known(self, header: list[str]) -> list[str]:
        """The columns of the header that the table has, in the file's order."""
        if not header:
            return []
        known = self.table.headers
        for name in header:
            if name not in known:
                self._fault(1, "", name[:60], "is not a column of this table")
            elif header.count(name) > 1 and not self._said(name):
                self._fault(1, "", name, "stands twice in the header")
        required = {c.name for p in self.table.parts for c in p.columns if c.required}
        required -= {self.table.discriminator(p) for p in self.table.parts}
        for name in known:
            if name in required and name not in header:
                self._fault(1, "", name, "this required column is missing")
        return [name for name in dict.fromkeys(header) if name in known]

    def _said(self, name: str) -> bool:
        return any(f.column == name for f in self.faults)

    def __iter__(self) -> Iterator[list[list[str]]]:
        if not self.columns:
            return
        with self._open() as file:
            rows = csv.reader(file, strict=True)
            next(rows)
            number = 2
            while not self.broken and (batch := self._batch(rows, number)):
                yield self._sound(number, batch)
                number += len(batch)

    def _batch(self, rows, number: int) -> list[list[str]]:
        batch = []
        try:
            for row in islice(rows, BATCH):
                batch.append(row)  # noqa: PERF402  what came before a broken row counts
        except csv.Error as error:
            self.broken = True
            self._fault(number + len(batch), "", "", f"cannot be read as CSV: {error}")
        return batch

    def _sound(self, number: int, batch: list[list[str]]) -> list[list[str]]:
        """The batch as it is when nothing in it is strange, else row by row."""
        regular = set(map(len, batch)) == {self.width}
        if regular and self.at is not None:
            batch = [[row[i] for i in self.at] for row in batch]
        text = "".join(chain.from_iterable(batch))
        if regular and text.isprintable():
            return batch
        return [self._cells(n, row, regular) for n, row in enumerate(batch, number)]

    def _cells(self, number: int, row: list[str], picked: bool) -> list[str]:
        if not picked:
            if len(row) != self.width:
                key = row[0] if row else ""
                self._fault(number, key, "", f"has {len(row)} cells, not {self.width}")
                row = (row + [""] * self.width)[: self.width]
            row = [row[i] for i in self.at] if self.at is not None else row
        if not "".join(row).isprintable():
            row = [self._clean(number, row, i, cell) for i, cell in enumerate(row)]
        return row

    def _clean(self, number: int, row: list[str], index: int, cell: str) -> str:
        """Name cells that PostgreSQL cannot hold; other control characters pass."""
        key_at = self.columns.index(self.table.key) if self.table.key in self.columns else 0
        if "\0" in cell:
            self._fault(number, row[key_at], self.columns[index], "holds a NUL character")
        elif any("\ud800" <= c <= "\udfff" for c in cell):
            self._fault(number, row[key_at], self.columns[index], "is not UTF-8")
        else:
            return cell
        return shown(cell)

    def _fault(self, row: int, key: str, column: str, reason: str) -> None:
        self.faults.append(Fault(self.table.name, row, shown(key), shown(column), reason))


def shown(text: str) -> str:
    """The text with what cannot be stored or printed replaced."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
