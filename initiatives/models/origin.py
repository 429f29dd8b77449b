"""What an import brought and no field holds: the source's own text, and files on their way in."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from atlas.kit.history import recorded
from atlas.kit.models import Link
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


class ImportFile(models.Model):
    """An uploaded file between preview and confirmation; only its owner sees it, for some hours."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    expires = models.DateTimeField(default=a_day_or_so)

    objects = ImportFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
