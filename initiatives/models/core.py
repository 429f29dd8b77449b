"""Initiatives: names, themes, reach and ties."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from actors.choices import NameKind
from actors.models import Actor, Country, address_index, not_reserved
from atlas.kit.choices import State
from atlas.kit.dates import EdtfField, earliest, latest
from atlas.kit.facts import Fact
from atlas.kit.fields import WordField
from atlas.kit.history import recorded
from atlas.kit.models import (
    Link,
    Publishable,
    Row,
    edtf,
    exactly_one,
    filled,
    folded,
    one_of,
    searched,
)
from initiatives.choices import InitiativeKind, ReachKind, Scope, Status, TieKind
from initiatives.querysets import InitiativeQuerySet, LinkQuerySet

DATES = ("status_on", "planned_start", "planned_end", "actual_start", "actual_end")


class Theme(Row):
    """What an initiative is about; the GFCE's letter and the nearest DAC sector stand beside."""

    COLUMNS = ("slug", "name", "description", "position", "gfce", "iati_sector")

    slug = WordField(primary_key=True, max_length=40)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    gfce = models.CharField("GFCE theme", max_length=1, blank=True, default="")
    iati_sector = models.CharField("DAC sector", max_length=5, blank=True, default="")

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/themes/{self.slug}/"


def ordered(first: str, last: str) -> models.CheckConstraint:
    """The end, at its latest, does not lie before the start at its earliest."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}_earliest__isnull": True})
        | Q(**{f"{last}_latest__isnull": True})
        | Q(**{f"{last}_latest__gte": F(f"{first}_earliest")}),
        name=f"initiative_{first.split('_')[0]}_dates_ordered",
        violation_error_message=f"{last} lies before {first}.",
    )


@recorded(initiative="r.id")
class Initiative(Publishable, Row):
    """A regional programme, centre, dialogue, project, exercise, fund or alliance."""

    COLUMNS = (
        "slug",
        "uid",
        "state",
        "title",
        "kind",
        "scope",
        "regions",
        "status",
        "status_on",
        "planned_start",
        "planned_end",
        "actual_start",
        "actual_end",
        "summary",
        "objectives",
        "website",
    )
    FACTS = (
        Fact("title"),
        Fact("summary", "prose"),
        Fact("objectives", "prose"),
        Fact("status", "choice"),
        Fact("planned_start", "edtf"),
        Fact("planned_end", "edtf"),
        Fact("actual_start", "edtf"),
        Fact("actual_end", "edtf"),
    )
    CLASSIFICATION = ("kind", "scope", "regions", "themes")

    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=InitiativeKind.choices)
    scope = models.CharField(max_length=20, choices=Scope.choices, blank=True, default="")
    regions = ArrayField(WordField(max_length=60), default=list, blank=True)
    status = models.CharField(max_length=15, choices=Status.choices, blank=True, default="")
    status_on = EdtfField("status as of")
    status_on_earliest = earliest("status_on")
    status_on_latest = latest("status_on")
    planned_start = EdtfField()
    planned_start_earliest = earliest("planned_start")
    planned_start_latest = latest("planned_start")
    planned_end = EdtfField()
    planned_end_earliest = earliest("planned_end")
    planned_end_latest = latest("planned_end")
    actual_start = EdtfField()
    actual_start_earliest = earliest("actual_start")
    actual_start_latest = latest("actual_start")
    actual_end = EdtfField()
    actual_end_earliest = earliest("actual_end")
    actual_end_latest = latest("actual_end")
    summary = models.TextField(blank=True, default="")
    objectives = models.TextField(blank=True, default="")
    website = models.URLField(max_length=500, blank=True, default="")
    themes = models.ManyToManyField(Theme, through="InitiativeTheme", related_name="initiatives")
    sort_key = models.GeneratedField(
        expression=models.Func(F("title"), function="atlas_sort_key"),
        output_field=models.CharField(max_length=300),
        db_persist=True,
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("title", "summary", "objectives", config="atlas"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "slug"]
        constraints = [
            one_of("kind", InitiativeKind, "initiative_kind_known"),
            one_of("scope", Scope, "initiative_scope_known", blank=True),
            one_of("status", Status, "initiative_status_known", blank=True),
            one_of("state", State, "initiative_state_known"),
            not_reserved("initiative_slug_not_reserved"),
            *[edtf(name, f"initiative_{name}_is_edtf") for name in DATES],
            ordered("planned_start", "planned_end"),
            ordered("actual_start", "actual_end"),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="initiative_search"),
            models.Index(fields=["sort_key", "slug"], name="initiative_by_title"),
            models.Index(fields=["actual_start_earliest", "slug"], name="initiative_by_start"),
            address_index("initiative"),
            *searched("initiative", "sort_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/initiatives/{self.slug}/"


@recorded(initiative="r.initiative_id")
class InitiativeName(Link):
    COLUMNS = ("key", "initiative", "name", "language", "kind")
    FACTS = (Fact("name"),)
    KEY_PARTS = ("initiative", "name")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="names", db_index=False)
    name = models.CharField(max_length=300)
    language = models.CharField(max_length=10, blank=True, default="en")
    kind = models.CharField(max_length=12, choices=NameKind.choices)
    folded = folded("name")

    class Meta:
        ordering = ["kind", "name", "key"]
        constraints = [
            one_of("kind", NameKind, "initiativename_kind_known"),
            models.UniqueConstraint(
                fields=["initiative", "name", "kind"], name="initiativename_once"
            ),
        ]
        indexes = searched("initiativename", "folded")

    def __str__(self) -> str:
        return self.name


@recorded(initiative="r.initiative_id")
class InitiativeIdentifier(Link):
    COLUMNS = ("key", "initiative", "scheme", "code")
    FACTS = (Fact("code"),)
    KEY_PARTS = ("initiative", "scheme", "code")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="identifiers")
    scheme = WordField(max_length=30)
    code = models.CharField(max_length=200)

    class Meta:
        ordering = ["scheme", "code", "key"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="initiativeidentifier_once")
        ]
        indexes = [models.Index(Upper("code"), name="initiativeidentifier_code")]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.code}"


@recorded(initiative="r.initiative_id")
class InitiativeTheme(Link):
    """Our classification: never cited, its history kept."""

    COLUMNS = ("key", "initiative", "theme")
    KEY_PARTS = ("initiative", "theme")

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, related_name="theme_links", db_index=False
    )
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="initiative_links")
    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["theme__position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "theme"], name="initiativetheme_once")
        ]


@recorded(initiative="r.initiative_id")
class InitiativeReach(Link):
    """A country or a group the initiative reaches; a group's countries follow from membership."""

    COLUMNS = ("key", "initiative", "country", "group", "kind")
    FACTS = (
        Fact(
            "place",
            "ref",
            "coalesce(t.country_id::text, (SELECT x.slug FROM actors_actor x"
            " WHERE x.id = t.group_id))",
        ),
    )
    KEY_PARTS = ("initiative", "kind", "country", "group")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="reach", db_index=False)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="reached_by", db_index=False
    )
    group = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="reached_by", db_index=False
    )
    kind = models.CharField(max_length=15, choices=ReachKind.choices, default=ReachKind.BENEFICIARY)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "key"]
        verbose_name_plural = "reach"
        constraints = [
            one_of("kind", ReachKind, "initiativereach_kind_known"),
            exactly_one(("country", "group"), "initiativereach_one_place"),
            models.UniqueConstraint(
                fields=["initiative", "kind", "country", "group"],
                name="initiativereach_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [filled("initiativereach", "country"), filled("initiativereach", "group")]


@recorded(initiative="r.initiative_id")
class InitiativeTie(Link):
    """This initiative is part of, follows or is related to ``target``."""

    COLUMNS = ("key", "initiative", "kind", "target")
    FACTS = (Fact("target", "ref"),)
    TREE = "t.kind IN ('part-of', 'follows')"
    KEY_PARTS = ("initiative", "kind", "target")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="ties", db_index=False)
    kind = models.CharField(max_length=10, choices=TieKind.choices)
    target = models.ForeignKey(Initiative, models.PROTECT, related_name="tied_from")

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "key"]
        constraints = [
            one_of("kind", TieKind, "initiativetie_kind_known"),
            models.UniqueConstraint(
                fields=["initiative", "kind", "target"], name="initiativetie_once"
            ),
            models.CheckConstraint(
                condition=~Q(initiative=F("target")),
                name="initiativetie_not_to_itself",
                violation_error_message="An initiative cannot be tied to itself.",
            ),
        ]
