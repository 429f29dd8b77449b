"""Who: actors with their names and identifiers, countries, and membership of groups."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from actors.choices import ActorKind, MembershipStatus, NameKind
from actors.querysets import ActorQuerySet, CountryQuerySet
from atlas.kit.choices import State
from atlas.kit.dates import EdtfField, earliest, latest
from atlas.kit.facts import Fact
from atlas.kit.fields import WordField
from atlas.kit.history import recorded
from atlas.kit.models import (
    RESERVED_SLUGS,
    Link,
    Publishable,
    Row,
    edtf,
    exactly_one,
    folded,
    one_of,
    searched,
)


def address_index(model: str) -> models.Index:
    """Finds records of one website, however its address is spelt."""
    address = models.Func(F("website"), function="atlas_url_hash")
    return models.Index(address, name=f"{model}_website", condition=~Q(website=""))


def not_reserved(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(slug__in=RESERVED_SLUGS),
        name=name,
        violation_error_message=f"slug: {', '.join(RESERVED_SLUGS)} are addresses of our own.",
    )


class Country(Row):
    """A country or territory of ISO 3166-1, and Kosovo under the user-assigned code XK."""

    KEY = "iso2"
    COLUMNS = (
        "iso2",
        "iso3",
        "m49",
        "name",
        "region",
        "subregion",
        "latitude",
        "longitude",
        "note",
    )

    iso2 = models.CharField("ISO code", max_length=2, primary_key=True)
    iso3 = models.CharField(max_length=3, unique=True)
    m49 = models.CharField("M49 code", max_length=3, blank=True, default="")
    name = models.CharField(max_length=100)
    region = WordField(max_length=60, blank=True, default="")
    subregion = WordField(max_length=60, blank=True, default="")
    latitude = models.DecimalField(max_digits=6, decimal_places=3)
    longitude = models.DecimalField(max_digits=6, decimal_places=3)
    note = models.TextField(blank=True, default="")

    objects = CountryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"
        constraints = [
            models.CheckConstraint(
                condition=Q(iso2__regex=r"^[A-Z]{2}$") & Q(iso3__regex=r"^[A-Z]{3}$"),
                name="country_codes_are_iso",
                violation_error_message="iso2 has two, iso3 three capital letters.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)),
                name="country_centroid_on_earth",
                violation_error_message="latitude runs from -90 to 90, longitude from -180 to 180.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return self.iso2

    def get_absolute_url(self) -> str:
        return f"/countries/{self.iso2}/"


@recorded(actor="r.id")
class Actor(Publishable, Row):
    """A body that acts: government, organisation, company.  Never a person."""

    COLUMNS = ("slug", "uid", "state", "name", "kind", "country", "parent", "website", "summary")
    FACTS = (Fact("name"), Fact("parent", "ref"), Fact("summary", "prose"))
    CLASSIFICATION = ("kind", "country")
    TREE = "true"

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=25, choices=ActorKind.choices)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="actors"
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    website = models.URLField(max_length=500, blank=True, default="")
    summary = models.TextField(blank=True, default="")
    sort_key = models.GeneratedField(
        expression=models.Func(F("name"), function="atlas_sort_key"),
        output_field=models.CharField(max_length=300),
        db_persist=True,
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("name", "summary", config="atlas"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActorQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "slug"]
        constraints = [
            one_of("kind", ActorKind, "actor_kind_known"),
            one_of("state", State, "actor_state_known"),
            not_reserved("actor_slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="actor_not_its_own_parent",
                violation_error_message="An actor cannot be a part of itself.",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="actor_search"),
            models.Index(fields=["sort_key", "slug"], name="actor_by_name"),
            address_index("actor"),
            *searched("actor", "sort_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/actors/{self.slug}/"


@recorded(actor="r.actor_id")
class ActorName(Link):
    """Another name of an actor: acronym, alias, former name, translation."""

    COLUMNS = ("key", "actor", "name", "language", "kind")
    FACTS = (Fact("name"),)
    KEY_PARTS = ("actor", "name")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="names")
    name = models.CharField(max_length=300)
    language = models.CharField(max_length=10, blank=True, default="en")
    kind = models.CharField(max_length=12, choices=NameKind.choices)
    folded = folded("name")

    class Meta:
        ordering = ["kind", "name", "key"]
        constraints = [
            one_of("kind", NameKind, "actorname_kind_known"),
            models.UniqueConstraint(fields=["actor", "name", "kind"], name="actorname_once"),
        ]
        indexes = searched("actorname", "folded")

    def __str__(self) -> str:
        return self.name


@recorded(actor="r.actor_id")
class ActorIdentifier(Link):
    """The actor's code in a register: IATI, ROR, Wikidata."""

    COLUMNS = ("key", "actor", "scheme", "code")
    FACTS = (Fact("code"),)
    KEY_PARTS = ("actor", "scheme", "code")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="identifiers")
    scheme = WordField(max_length=30)
    code = models.CharField(max_length=100)

    class Meta:
        ordering = ["scheme", "code", "key"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="actoridentifier_once")
        ]
        indexes = [models.Index(Upper("code"), name="actoridentifier_code")]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.code}"


@recorded(actor="r.group_id")
class Membership(Link):
    """A country or an actor belongs to a group (ASEAN, ARF) between two dates."""

    COLUMNS = (
        "key",
        "group",
        "member_country",
        "member_actor",
        "status",
        "since",
        "until",
        "note",
    )
    FACTS = (Fact("status", "choice"), Fact("since", "edtf"), Fact("until", "edtf"))
    KEY_PARTS = ("group", "member_country", "member_actor")

    group = models.ForeignKey(Actor, models.CASCADE, related_name="members")
    member_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    member_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    status = models.CharField(
        max_length=10, choices=MembershipStatus.choices, default=MembershipStatus.MEMBER
    )
    since = EdtfField()
    since_earliest = earliest("since")
    since_latest = latest("since")
    until = EdtfField()
    until_earliest = earliest("until")
    until_latest = latest("until")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["group", "key"]
        constraints = [
            one_of("status", MembershipStatus, "membership_status_known"),
            exactly_one(("member_country", "member_actor"), "membership_one_member"),
            edtf("since", "membership_since_is_edtf"),
            edtf("until", "membership_until_is_edtf"),
            models.CheckConstraint(
                condition=Q(since_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(until_latest__gte=F("since_earliest")),
                name="membership_ends_after_start",
                violation_error_message="until lies before since.",
            ),
            models.CheckConstraint(
                condition=Q(member_actor__isnull=True) | ~Q(member_actor=F("group")),
                name="membership_not_of_itself",
                violation_error_message="A group cannot be a member of itself.",
            ),
        ]
