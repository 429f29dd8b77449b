"""Who takes part, what happened, what came of it, what is said about it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from actors.models import Actor, Country
from atlas.kit.dates import EdtfField, earliest, latest
from atlas.kit.facts import Fact
from atlas.kit.fields import WordField
from atlas.kit.history import recorded
from atlas.kit.models import Link, edtf, exactly_one, folded, one_of, searched
from initiatives.choices import Role
from initiatives.models.core import Initiative
from initiatives.querysets import LinkQuerySet
from sources.choices import Nature


@recorded(initiative="r.initiative_id")
class Participation(Link):
    """An actor's role in an initiative.  Money is no role: it is a funding link."""

    COLUMNS = ("key", "initiative", "actor", "role", "since", "until", "note")
    FACTS = (Fact("role", "choice"), Fact("since", "edtf"), Fact("until", "edtf"))
    KEY_PARTS = ("initiative", "actor", "role")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="participations")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="participations")
    role = models.CharField(max_length=15, choices=Role.choices)
    since = EdtfField()
    since_earliest = earliest("since")
    since_latest = latest("since")
    until = EdtfField()
    until_earliest = earliest("until")
    until_latest = latest("until")
    note = models.TextField(blank=True, default="")

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["role", "key"]
        constraints = [
            one_of("role", Role, "participation_role_known"),
            edtf("since", "participation_since_is_edtf"),
            edtf("until", "participation_until_is_edtf"),
            models.CheckConstraint(
                condition=Q(since_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(until_latest__gte=F("since_earliest")),
                name="participation_ends_after_start",
                violation_error_message="until lies before since.",
            ),
        ]


@recorded(initiative="r.initiative_id", actor="r.actor_id")
class Event(Link):
    """A meeting, opening or exercise, of an initiative or of the body that held it."""

    COLUMNS = (
        "key",
        "initiative",
        "actor",
        "title",
        "ordinal",
        "date",
        "place",
        "country",
        "note",
    )
    FACTS = (Fact("title"), Fact("date", "edtf"), Fact("place"), Fact("country", "ref"))
    KEY_PARTS = ("initiative", "actor", "title")

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="events"
    )
    actor = models.ForeignKey(Actor, models.CASCADE, null=True, blank=True, related_name="events")
    title = models.CharField(max_length=300)
    ordinal = models.PositiveSmallIntegerField(null=True, blank=True)
    date = EdtfField()
    date_earliest = earliest("date")
    date_latest = latest("date")
    place = models.CharField(max_length=200, blank=True, default="")
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="events"
    )
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = [F("date_earliest").asc(nulls_last=True), "key"]
        constraints = [
            exactly_one(("initiative", "actor"), "event_one_owner"),
            edtf("date", "event_date_is_edtf"),
        ]

    def __str__(self) -> str:
        return self.title


@recorded(initiative="r.initiative_id")
class Result(Link):
    """A counted result: indicator, number, unit, period."""

    COLUMNS = (
        "key",
        "initiative",
        "indicator",
        "value",
        "approximate",
        "unit",
        "period",
        "note",
    )
    FACTS = (Fact("value", "number"),)
    KEY_PARTS = ("initiative", "indicator")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="results")
    indicator = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    approximate = models.BooleanField(default=False)
    unit = models.CharField(max_length=60, blank=True, default="")
    period = EdtfField()
    period_earliest = earliest("period")
    period_latest = latest("period")
    note = models.TextField(blank=True, default="")

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "key"]
        constraints = [edtf("period", "result_period_is_edtf")]

    def __str__(self) -> str:
        return self.indicator


def statement_root(noun: str) -> str:
    """The record a statement belongs to: its subject, or the owner of the event it is about."""
    through = f"(SELECT e.{noun}_id FROM initiatives_event e WHERE e.id = r.event_id)"
    return f"coalesce(r.{noun}_id, {through})"


@recorded(through="event", initiative=statement_root("initiative"), actor=statement_root("actor"))
class Statement(Link):
    """An assertion that no field holds, in our words, with its nature and its voice."""

    COLUMNS = (
        "key",
        "initiative",
        "actor",
        "event",
        "property",
        "value",
        "number",
        "unit",
        "date",
        "nature",
        "voice",
        "note",
    )
    FACTS = (Fact("value", "prose"),)
    KEY_PARTS = ("initiative", "actor", "event", "property")

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="statements"
    )
    actor = models.ForeignKey(
        Actor, models.CASCADE, null=True, blank=True, related_name="statements"
    )
    event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="statements"
    )
    property = WordField(max_length=60)
    value = models.TextField()
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True, default="")
    date = EdtfField()
    date_earliest = earliest("date")
    date_latest = latest("date")
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.FACT)
    voice = models.CharField("who says so", max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")
    folded = folded("value", "voice", "property")
    search_vector = models.GeneratedField(
        expression=SearchVector("value", "voice", config="atlas"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["property", "key"]
        constraints = [
            exactly_one(("initiative", "actor", "event"), "statement_one_subject"),
            one_of("nature", Nature, "statement_nature_known"),
            edtf("date", "statement_date_is_edtf"),
            models.CheckConstraint(
                condition=~Q(nature=Nature.OPINION) | ~Q(voice=""),
                name="statement_opinion_has_voice",
                violation_error_message="voice: an opinion needs the one who holds it.",
            ),
        ]
        indexes = [
            *searched("statement", "folded"),
            GinIndex(fields=["search_vector"], name="statement_search"),
        ]
