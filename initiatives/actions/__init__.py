"""What editors do with an initiative beyond saving it; the rules are those of every record."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from atlas.kit import gate
from atlas.kit.actions import (
    Verdicts,
    publish,
    publish_many,
    rename,
    revert,
    send_to_review,
    unpublish,
    withdraw,
)
from atlas.kit.history import door
from atlas.kit.merging import judge, merge, undoing, unmerge
from initiatives.choices import ImportKind
from initiatives.exchange.iati.importing import Report, import_file
from initiatives.exchange.iati.reading import IatiFile
from initiatives.exchange.sheets.judging import judge as judge_rows
from initiatives.exchange.sheets.telling import read_book, told
from initiatives.models import ImportFile, ImportRun

__all__ = [
    "Verdicts",
    "accept_import_file",
    "import_iati",
    "judge",
    "merge",
    "publish",
    "publish_many",
    "rename",
    "revert",
    "send_to_review",
    "undo_import",
    "unmerge",
    "unpublish",
    "withdraw",
]


MANY = 20  # rows named in one refusal


class DataChanged(Exception):
    """The file would no longer do what its preview said; nothing was written."""


@transaction.atomic
def accept_import_file(*, owner, name: str, content: bytes, table: str = "") -> ImportFile:
    """Keep an uploaded file until its owner confirms it; files that waited too long go."""
    ImportFile.objects.expired().delete()
    digest = hashlib.sha256(content).hexdigest()
    return ImportFile.objects.create(
        owner=owner, name=name[-200:], content=content, digest=digest, table=table
    )


@transaction.atomic
def import_iati(*, file: ImportFile, by=None, dry: bool = False) -> Report:
    """Import an uploaded IATI file; with ``dry`` only say what would happen.

    Raises FileRefused when nothing of it can be taken.  An imported file is not kept.
    """
    with door("import", by, file=file.name) as context:
        report = import_file(IatiFile(file.name, bytes(file.content)), by=by, dry=dry)
        if not dry:
            counts = {"activities": dict(report.outcomes)}
            _record(file, by, ImportKind.IATI, counts, context)
            file.delete()
    return report


def _record(file: ImportFile, by, kind: ImportKind, counts: dict, context) -> ImportRun:
    return ImportRun.objects.create(
        by=by,
        who=by.get_username() if by else "",
        kind=kind,
        file=file.name,
        digest=file.digest,
        counts=counts,
        context=context.id,
    )


@transaction.atomic
def undo_import(*, run: ImportRun, by) -> ImportRun:
    """Take back all that one import wrote; refused where any of it was changed since."""
    held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.undone_at is not None:
        raise ValidationError("This import was undone already.")
    xid = undoing.transaction_of(held.context)
    if xid is None:
        raise ValidationError("It wrote nothing, so there is nothing to undo.")
    if changed := undoing.changed_since(xid):
        more = [f"and {len(changed) - MANY} more rows."] if len(changed) > MANY else []
        said = [f"Changed since the import: {row}." for row in changed[:MANY]]
        raise ValidationError([*said, *more])
    try:
        with door("import", by, undone=held.file), transaction.atomic():
            undoing.take_back(xid)
            gate.check()
    except IntegrityError as error:
        raise gate.refusal(error) from error
    held.undone_at, held.undone_by = timezone.now(), by.get_username()
    held.save(update_fields=["undone_at", "undone_by"])
    return held


@transaction.atomic
def preview_tables(*, file: ImportFile, by) -> None:
    """Note with the file what each of its rows would do.

    Raises Unreadable when nothing of it can be taken.
    """
    book = read_book(file.name, bytes(file.content), file.table)
    file.report = told(book, judge_rows(book, by=by, name=file.name, write=False))
    file.save(update_fields=["report"])


@transaction.atomic
def import_tables(*, file: ImportFile, by) -> ImportRun:
    """Write what the preview said, as one change; a second confirmation gives the same import.

    Raises DataChanged when it would be anything else by now; then nothing was written.
    """
    file = ImportFile.objects.locked(file)
    if file.run is not None:
        return file.run
    book = read_book(file.name, bytes(file.content), file.table)
    with door("import", by, file=file.name) as context:
        report = judge_rows(book, by=by, name=file.name, write=True)
        if report.mark != (file.report or {}).get("mark"):
            raise DataChanged
        counts = {name: dict(found) for name, found in report.counts.items()}
        file.run = _record(file, by, ImportKind.TABLES, counts, context)
    file.save(update_fields=["run"])
    return file.run
