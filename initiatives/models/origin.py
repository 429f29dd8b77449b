"""What an import brought and no field holds: the source's own text, and files on their way in."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from atlas.kit.history import recorded
from atlas.kit.models import Link
from initiatives.choices import ImportKind
from initiatives.models.core import Initiative
from initiatives.querysets import ImportFileQuerySet
from sources.models import Source


@recorded(initiative="r.initiative_id")
class SourceRecord(Link):
    """The element of a source file that an initiative was imported from, word for word.

    ``identifier`` is what the source calls it, ``path`` where in the file it stands
    (``iati-activity[3]``); nothing of the element is lost, whatever the other tables hold of it.
    """

    COLUMNS = ("key", "initiative", "source", "identifier", "path", "content")
    KEY_PARTS = ("initiative", "source")

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, related_name="source_records", db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="source_records")
    identifier = models.CharField(max_length=200)
    path = models.CharField(max_length=100)
    content = models.TextField()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "identifier"], name="sourcerecord_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifier}, {self.path}"


def a_day_or_so():
    return timezone.now() + timedelta(hours=settings.ATLAS_IMPORT_HOURS)


class ImportRun(models.Model):
    """One import that was written: who, when, which file, what it did.

    ``context`` is that of all its events in the history, so that it can be found as a whole.
    """

    at = models.DateTimeField("when", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    who = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    file = models.CharField(max_length=200)
    digest = models.CharField("SHA-256 of the file", max_length=64)
    counts = models.JSONField(help_text="rows by table and outcome")
    context = models.UUIDField(editable=False)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "import"

    def __str__(self) -> str:
        return f"{self.file}, {self.at:%Y-%m-%d}"


class ImportFile(models.Model):
    """An uploaded file between preview and confirmation; only its owner sees it, for some hours.

    ``report`` is what the preview told of each row; ``run`` the import it became, for as long as
    its refused rows can still be fetched.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    expires = models.DateTimeField(default=a_day_or_so)
    digest = models.CharField(max_length=64, blank=True, default="")
    table = models.CharField(max_length=40, blank=True, default="")
    report = models.JSONField(null=True)
    run = models.OneToOneField(ImportRun, models.CASCADE, null=True, related_name="upload")

    objects = ImportFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
