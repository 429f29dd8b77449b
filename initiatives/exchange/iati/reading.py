"""An IATI file read safely: activities one by one, whatever the file's size.

Nothing outside the file is ever opened and no entity is ever expanded: a file with a document type
declaration is refused, whatever it declares.  What is not well-formed, not IATI, or of a version we
do not read is refused whole, in words that say what to do.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from lxml import etree

VERSIONS = ("2.01", "2.02", "2.03")
ROOT, ACTIVITY = "iati-activities", "iati-activity"
SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": False,
}
REMEDY = (
    "IATI {versions} are read: ask its publisher for a 2.03 file, or convert it"
    " (IATI retired version 1 in 2018)"
)


class FileRefused(Exception):
    """The whole file is refused; nothing of it was written."""


@dataclass(frozen=True)
class Head:
    """What the root element says; ``generated`` is a day (2025-04-03) or empty."""

    version: str
    generated: str


@dataclass(frozen=True)
class Activity:
    """One ``iati-activity``: its place in the file (from 1), its line, the element."""

    number: int
    line: int
    element: etree._Element

    @property
    def path(self) -> str:
        return f"{ACTIVITY}[{self.number}]"


class IatiFile:
    """A file on disk, or the bytes of one, under its own name."""

    def __init__(self, name: str, content: Path | bytes):
        self.name, self.content = name, content
        self.head = self._read_head()

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        try:
            file = BytesIO(self.content) if isinstance(self.content, bytes) else None
            with file or open(self.content, "rb") as opened:
                yield opened
        except OSError as error:
            raise FileRefused(f"cannot be opened: {error.strerror}") from error
        except etree.XMLSyntaxError as error:
            raise FileRefused(f"is not well-formed XML: {error.msg}") from error

    def _read_head(self) -> Head:
        """Judge the file by its root before anything else of it is looked at."""
        with self._open() as file:
            if not file.read(1):
                raise FileRefused("is empty")
            file.seek(0)
            for _event, root in etree.iterparse(file, events=("start",), **SAFE):
                return _judge(root)
            raise FileRefused("is empty")

    def __iter__(self) -> Iterator[Activity]:
        """The activities in order; each is gone once the next is asked for."""
        number = 0
        with self._open() as file:
            for _event, element in etree.iterparse(file, events=("end",), tag=ACTIVITY, **SAFE):
                if element.getparent().getparent() is not None:
                    continue  # inside another activity: a part of that one
                number += 1
                yield Activity(number, element.sourceline or 0, element)
                _forget(element)
        if not number:
            raise FileRefused("holds no activity (no iati-activity element)")


def _forget(element) -> None:
    """Free the element and all that came before it."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _judge(root) -> Head:
    if root.getroottree().docinfo.doctype:
        raise FileRefused(
            "has a document type declaration (DOCTYPE), which IATI does not use and which can hide"
            " entities: remove it"
        )
    name = etree.QName(root)
    if name.namespace and name.localname in (ROOT, ACTIVITY):
        raise FileRefused(
            f"its elements stand in the namespace “{name.namespace}”; IATI's stand in none:"
            " remove the xmlns attribute"
        )
    if root.tag == "iati-organisations":
        raise FileRefused("is an IATI organisation file; only activity files are read")
    if root.tag == ACTIVITY:
        raise FileRefused(
            f"begins with {ACTIVITY} itself, so nobody can tell its version: put it into"
            f' <{ROOT} version="2.03">'
        )
    if root.tag != ROOT:
        raise FileRefused(f"is not IATI: its root is “{name.localname}”, not {ROOT}")
    return Head(_version(root), day_of(root.get("generated-datetime")))


def _version(root) -> str:
    version = (root.get("version") or "").strip()
    remedy = REMEDY.format(versions=", ".join(VERSIONS))
    if not version:
        raise FileRefused(f"does not say its version (iati-activities/@version). {remedy}")
    if version not in VERSIONS:
        shown = version[:20]
        known = "is of IATI version" if re.match(r"1\.\d", version) else "names the unknown version"
        raise FileRefused(f"{known} {shown}. {remedy}")
    return version


def day_of(moment: str | None) -> str:
    """The day of a date and time; empty when there is none or it is not one."""
    match = re.match(r"(19|20)\d\d-\d\d-\d\d(?=T|$)", (moment or "").strip(), re.ASCII)
    return match[0] if match else ""
