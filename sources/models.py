"""How we know: publishers, their sources, and what every citation is made of."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from atlas.kit.dates import EdtfField, earliest, latest
from atlas.kit.fields import WordField
from atlas.kit.history import recorded
from atlas.kit.models import Link, Row, edtf, folded, one_of, searched
from sources.choices import Credibility, LinkState, MissingReason, Reliability, SourceKind
from sources.querysets import LinkCheckQuerySet, PublisherQuerySet, SourceQuerySet


@recorded(publisher="r.id")
class Publisher(Row):
    """Who published a source, how reliable it is as a publisher, and why we say so."""

    COLUMNS = ("slug", "name", "website", "reliability", "reliability_reason")

    slug = WordField(unique=True)
    name = models.CharField(max_length=200)
    website = models.URLField(max_length=500, blank=True, default="")
    reliability = models.CharField(max_length=1, choices=Reliability.choices, default=Reliability.F)
    reliability_reason = models.TextField(blank=True, default="")

    objects = PublisherQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            one_of("reliability", Reliability, "publisher_reliability_known"),
        ]

    def __str__(self) -> str:
        return self.name


@recorded(source="r.id")
class Source(Row):
    """One page, report or data set.  Two sources of one origin count as one."""

    COLUMNS = (
        "slug",
        "title",
        "author",
        "publisher",
        "url",
        "archived_url",
        "published",
        "accessed",
        "language",
        "kind",
        "derived_from",
        "derived_note",
        "note",
    )

    slug = WordField(unique=True)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=200, blank=True, default="")
    publisher = models.ForeignKey(Publisher, models.PROTECT, related_name="sources")
    url = models.URLField("address", max_length=1000, blank=True, default="")
    archived_url = models.URLField("archived copy", max_length=1000, blank=True, default="")
    published = EdtfField()
    published_earliest = earliest("published")
    published_latest = latest("published")
    accessed = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="en")
    kind = models.CharField(max_length=20, choices=SourceKind.choices, default=SourceKind.OTHER)
    derived_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="derivations"
    )
    derived_note = models.CharField(max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    url_hash = models.GeneratedField(
        expression=models.Func(F("url"), function="atlas_url_hash"),
        output_field=models.CharField(max_length=64, null=True),
        db_persist=True,
    )
    folded = folded("title", "author", "url")

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "slug"]
        constraints = [
            one_of("kind", SourceKind, "source_kind_known"),
            edtf("published", "source_published_is_edtf"),
            models.UniqueConstraint(
                fields=["url_hash"],
                name="source_url_unique",
                violation_error_message="Another source has this address.",
            ),
            models.CheckConstraint(
                condition=~Q(derived_from=F("id")),
                name="source_not_its_own_origin",
                violation_error_message="A source cannot be derived from itself.",
            ),
        ]
        indexes = [
            *searched("source", "folded"),
            models.Index(
                fields=["slug"],
                name="source_unarchived",
                condition=Q(archived_url="") & ~Q(url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/sources/{self.slug}/"


class LinkCheck(models.Model):
    """What the address of one source answered; no part of the knowledge, so without history.

    ``failures`` counts days on which it failed, one after the other; ``url`` is the address asked:
    where the source has another by now, the answer says nothing of it.
    """

    source = models.OneToOneField(
        Source, models.CASCADE, primary_key=True, related_name="link_check"
    )
    url = models.URLField("address", max_length=1000)
    state = models.CharField(max_length=10, choices=LinkState.choices)
    status = models.PositiveSmallIntegerField("HTTP status", null=True)
    said = models.CharField(max_length=300, blank=True, default="")
    final_url = models.URLField("moved to", max_length=1000, blank=True, default="")
    checked_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    failed_on = models.DateField(null=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        constraints = [one_of("state", LinkState, "linkcheck_state_known")]
        indexes = [models.Index(fields=["state", "checked_at"], name="linkcheck_state")]

    def __str__(self) -> str:
        return f"{self.url}: {self.get_state_display().lower()}"


class AbstractCitation(Link):
    """What one source says about one fact, and where in it.

    ``says`` holds the source's own value in the field's type (an EDTF date, a number, a word, a
    slug, an amount such as ``5000000 USD``); for prose ``sha256:`` and the first 16 digits of the
    hash of the wording that was checked.  Support follows from comparison and is never stored.
    """

    field = models.CharField(max_length=40)
    source = models.ForeignKey(Source, models.CASCADE, related_name="%(class)ss")
    says = models.CharField(max_length=1000)
    locator = models.CharField(max_length=300, blank=True, default="")
    credibility = models.PositiveSmallIntegerField(
        choices=Credibility.choices,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(6)],
    )
    note = models.TextField(blank=True, default="")
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        abstract = True


class AbstractMissing(Link):
    """Why a value is not there."""

    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=15, choices=MissingReason.choices)
    note = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
