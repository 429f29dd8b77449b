"""What editors do with an initiative beyond saving it; the rules are those of every record."""

from django.db import transaction

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
from atlas.kit.merging import judge, merge, unmerge
from initiatives.exchange.iati.importing import Report, import_file
from initiatives.exchange.iati.reading import IatiFile
from initiatives.models import ImportFile

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
    "unmerge",
    "unpublish",
    "withdraw",
]


@transaction.atomic
def accept_import_file(*, owner, name: str, content: bytes) -> ImportFile:
    """Keep an uploaded file until its owner confirms it; files that waited too long go."""
    ImportFile.objects.expired().delete()
    return ImportFile.objects.create(owner=owner, name=name[-200:], content=content)


@transaction.atomic
def import_iati(*, file: ImportFile, by=None, dry: bool = False) -> Report:
    """Import an uploaded IATI file; with ``dry`` only say what would happen.

    Raises FileRefused when nothing of it can be taken.  An imported file is not kept.
    """
    report = import_file(IatiFile(file.name, bytes(file.content)), by=by, dry=dry)
    if not dry:
        file.delete()
    return report
