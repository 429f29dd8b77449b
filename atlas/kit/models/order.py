"""What changed when: the data version, the order of commits, what the public saw change."""

from django.db import connection, models
from django.db.models import Q

from atlas.kit.querysets import FeedEntryQuerySet, PublicChangeQuerySet


class DataVersion(models.Model):
    """One row, changed in every writing transaction under its lock.

    ``version`` moves when something changed that the public sees: caches and ETags are keyed by
    it.  ``commits`` moves with every transaction and puts them in the order of their commits.
    """

    version = models.BigIntegerField(default=0)
    commits = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="dataversion_single_row")]

    @classmethod
    def current(cls) -> int:
        """Asked in plain SQL: most of what a kept page costs would else be building the query."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM kit_dataversion")
            return cursor.fetchone()[0]

    @classmethod
    def now(cls) -> "DataVersion":
        """The row, asked for in plain SQL too: every page names it."""
        names = [field.column for field in cls._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(names)} FROM kit_dataversion")
            return cls.from_db(connection.alias, names, cursor.fetchone())


class PublicChange(models.Model):
    """A transaction after which a record's public page read otherwise; written at commit.

    ``public``: it is public since, as ``version``; else it was taken back.
    """

    noun = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    xid = models.BigIntegerField()
    version = models.PositiveIntegerField()
    public = models.BooleanField()
    at = models.DateTimeField()

    objects = PublicChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "record_id", "xid"], name="publicchange_once_a_transaction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.record_id}, version {self.version}"


class CommitOrder(models.Model):
    """Where a transaction stands in the order of commits; written at commit."""

    xid = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField()


class FeedEntry(models.Model):
    """A transaction after which the exported document of a record reads otherwise.

    Written at commit, also for records that only name something which goes by another slug since.
    ``public``: it can be read since; else it was taken back or is no longer there.  Record 0
    stands for all countries or themes.
    """

    noun = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    xid = models.BigIntegerField()
    position = models.BigIntegerField()
    at = models.DateTimeField()
    public = models.BooleanField()

    objects = FeedEntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["position", "id"], name="feedentry_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "record_id", "xid"], name="feedentry_once_a_transaction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.record_id} at {self.position}"


class LoadedPackage(models.Model):
    """A data package loaded at start: its content hash is never loaded here twice."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
