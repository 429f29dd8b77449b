"""The data package as one zip file: of a search, and of everything that is public.

Files in it bear no time, so that equal data gives equal bytes.  The zip of everything is built
once a data version and kept in a folder on disk.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copyfileobj
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection

from atlas.kit.tables import TABLES
from initiatives.exchange.extract import Extract
from initiatives.exchange.package import (
    DESCRIPTOR,
    PACKAGE,
    describe,
    dump,
    write_descriptor,
    write_tables,
)
from initiatives.exchange.selection import AsOf, Selection

NOUNS = ("initiatives", "actors", "sources")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file knows
PIECE = 2**16  # bytes


def write(selection: Selection) -> Iterator[bytes]:
    """The package of exactly these records and of what they rest on."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "package"
        folder.mkdir()
        ids = [key for _part, chunk in selection.chunks() for key in chunk]
        written = write_tables(folder, Extract(selection.table, ids).where)
        descriptor = describe(PACKAGE, written, selection.table)
        descriptor["description"] = (
            f"The {len(ids)} {selection.noun} of one search"
            f"{f' ({selection.parameters})' if selection.parameters else ''}, with all that they"
            f" rest on. They may name other {selection.noun}, which are not in this package."
        )
        write_descriptor(folder, descriptor)
        file = Path(temporary) / "package.zip"
        pack(folder, file)
        with open(file, "rb") as done:
            while piece := done.read(PIECE):
                yield piece


def pack(folder: Path, file: Path) -> None:
    """Zip the package's files, its descriptor first."""
    names = sorted(path.name for path in folder.iterdir() if path.name != DESCRIPTOR)
    with ZipFile(file, "w") as archive:
        for name in (DESCRIPTOR, *names):
            info = ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            info.file_size = (folder / name).stat().st_size  # decides whether 64 bits are needed
            with open(folder / name, "rb") as source, archive.open(info, "w") as target:
                copyfileobj(source, target, PIECE)


def everything(folder: Path) -> tuple[Path, AsOf]:
    """The zip of all public records as they are now; built unless this version's is there."""
    with Selection("initiatives", ()).snapshot() as selection:
        as_of = selection.as_of
        state = f"{as_of.version}-{as_of.changed_at:%Y%m%dT%H%M%S%f}-{shape()}"
        file = folder / f"{_database()}-{state}.zip"
        if not file.exists():
            _build(file)
    return file, as_of


@cache
def shape() -> str:
    """What the package's tables look like: a file made before an upgrade is not this one's."""
    described = json.dumps(describe(PACKAGE, list(TABLES)), sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def _database() -> str:
    """Which database a file was built of: one folder may have served several."""
    about = [str(connection.settings_dict[name]) for name in ("HOST", "PORT", "NAME")]
    return f"atlas-{hashlib.sha256('|'.join(about).encode()).hexdigest()[:12]}"


def _build(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        package, done = Path(temporary) / "package", Path(temporary) / "atlas.zip"
        dump(package)
        pack(package, done)
        os.replace(done, file)
    for old in file.parent.glob(f"{_database()}-*.zip"):
        if old != file:
            old.unlink(missing_ok=True)
