"""The evidence of both kinds of record: citations, missing reasons, digests.

They stand here, above actors, because statements and events of an actor are cited too: what joins
nouns lives in ``initiatives``.
"""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat

from actors.models import Actor, ActorIdentifier, ActorName, Membership
from atlas.kit.facts import Evidence
from atlas.kit.history import recorded
from atlas.kit.models import Digest, one_of
from initiatives.models.core import (
    Initiative,
    InitiativeIdentifier,
    InitiativeName,
    InitiativeReach,
    InitiativeTie,
)
from initiatives.models.links import Event, Participation, Result, Statement
from initiatives.models.money import FundingJointFunder, FundingLink
from sources.choices import Credibility, MissingReason
from sources.models import AbstractCitation, AbstractMissing

CITATION_COLUMNS = (
    "field",
    "source",
    "says",
    "locator",
    "credibility",
    "note",
    "checked_on",
    "checked_by",
)

# link field of a citation -> the package table of that link
INITIATIVE_LINKS = {
    "initiative_name": "initiative_names",
    "initiative_identifier": "initiative_identifiers",
    "reach": "initiative_reach",
    "tie": "initiative_ties",
    "participation": "participations",
    "funding_link": "funding_links",
    "joint_funder": "funding_joint_funders",
    "event": "events",
    "result": "results",
    "statement": "statements",
}
ACTOR_LINKS = {
    "actor_name": "actor_names",
    "actor_identifier": "actor_identifiers",
    "membership": "memberships",
    "event": "events",
    "statement": "statements",
}


def link(model):
    """A nullable link, indexed only where it is filled (``link_indexes``)."""
    return models.ForeignKey(
        model, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )


def link_indexes(model: str, links: dict[str, str]) -> list[models.Index]:
    return [
        models.Index(
            fields=[name], name=f"{model}_{name}", condition=Q(**{f"{name}__isnull": False})
        )
        for name in links
    ]


def link_ref(links: dict[str, str]) -> models.GeneratedField:
    """``participations:123``: the link a row is about, empty for the record itself."""
    whens = [
        When(
            Q(**{f"{name}__isnull": False}),
            then=Concat(Value(f"{table}:"), Cast(F(name), models.TextField())),
        )
        for name, table in links.items()
    ]
    return models.GeneratedField(
        expression=Case(*whens, default=Value(""), output_field=models.TextField()),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )


def at_most_one(links: dict[str, str], name: str) -> models.CheckConstraint:
    none = Q(**{f"{f}__isnull": True for f in links})
    condition = none
    for chosen in links:
        condition |= Q(**{f"{f}__isnull": f != chosen for f in links})
    return models.CheckConstraint(
        condition=condition,
        name=name,
        violation_error_message="A row is about the record itself or about one of its links.",
    )


class OfInitiative(models.Model):
    """A row about an initiative or one of its links."""

    LINKS = INITIATIVE_LINKS

    initiative_name = link(InitiativeName)
    initiative_identifier = link(InitiativeIdentifier)
    reach = link(InitiativeReach)
    tie = link(InitiativeTie)
    participation = link(Participation)
    funding_link = link(FundingLink)
    joint_funder = link(FundingJointFunder)
    event = link(Event)
    result = link(Result)
    statement = link(Statement)
    link_ref = link_ref(INITIATIVE_LINKS)

    class Meta:
        abstract = True


class OfActor(models.Model):
    """A row about an actor or one of its links."""

    LINKS = ACTOR_LINKS

    actor_name = link(ActorName)
    actor_identifier = link(ActorIdentifier)
    membership = link(Membership)
    event = link(Event)
    statement = link(Statement)
    link_ref = link_ref(ACTOR_LINKS)

    class Meta:
        abstract = True


def citation_rules(model: str, links: dict[str, str]) -> list:
    return [
        at_most_one(links, f"{model}_one_link"),
        one_of("credibility", Credibility, f"{model}_credibility_known"),
    ]


def missing_rules(model: str, root: str, links: dict[str, str]) -> list:
    return [
        at_most_one(links, f"{model}_one_link"),
        one_of("reason", MissingReason, f"{model}_reason_known"),
        models.UniqueConstraint(fields=[root, "link_ref", "field"], name=f"{model}_once"),
    ]


@recorded(initiative="r.initiative_id")
class InitiativeCitation(OfInitiative, AbstractCitation):
    COLUMNS = ("key", "initiative", "about", *CITATION_COLUMNS)
    KEY_PARTS = ("initiative", "field", "source")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="citations")

    class Meta:
        ordering = ["key"]
        constraints = citation_rules("initiativecitation", INITIATIVE_LINKS)
        indexes = link_indexes("icite", INITIATIVE_LINKS)


@recorded(actor="r.actor_id")
class ActorCitation(OfActor, AbstractCitation):
    COLUMNS = ("key", "actor", "about", *CITATION_COLUMNS)
    KEY_PARTS = ("actor", "field", "source")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="citations")

    class Meta:
        ordering = ["key"]
        constraints = citation_rules("actorcitation", ACTOR_LINKS)
        indexes = link_indexes("acite", ACTOR_LINKS)


@recorded(initiative="r.initiative_id")
class InitiativeMissing(OfInitiative, AbstractMissing):
    COLUMNS = ("key", "initiative", "about", "field", "reason", "note")
    KEY_PARTS = ("initiative", "field")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="missing")

    class Meta:
        ordering = ["key"]
        verbose_name = "missing value"
        constraints = missing_rules("initiativemissing", "initiative", INITIATIVE_LINKS)
        indexes = link_indexes("imiss", INITIATIVE_LINKS)


@recorded(actor="r.actor_id")
class ActorMissing(OfActor, AbstractMissing):
    COLUMNS = ("key", "actor", "about", "field", "reason", "note")
    KEY_PARTS = ("actor", "field")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="missing")

    class Meta:
        ordering = ["key"]
        verbose_name = "missing value"
        constraints = missing_rules("actormissing", "actor", ACTOR_LINKS)
        indexes = link_indexes("amiss", ACTOR_LINKS)


class InitiativeDigest(Digest):
    """No foreign key in the database: the commit trigger keeps the rows in step."""

    initiative = models.OneToOneField(
        Initiative,
        models.DO_NOTHING,
        primary_key=True,
        related_name="digest",
        db_constraint=False,
    )


class ActorDigest(Digest):
    actor = models.OneToOneField(
        Actor, models.DO_NOTHING, primary_key=True, related_name="digest", db_constraint=False
    )


def evidences() -> tuple[Evidence, Evidence]:
    """How the evidence of each noun lies in the database, for ``atlas.kit.facts``."""
    return (
        Evidence(
            noun="initiative",
            model=Initiative,
            citation=InitiativeCitation,
            missing=InitiativeMissing,
            digest=InitiativeDigest,
            links={
                table: InitiativeCitation._meta.get_field(name).related_model
                for name, table in INITIATIVE_LINKS.items()
            },
            other_ends=(
                ("initiative_reach", "group"),
                ("initiative_ties", "target"),
                ("participations", "actor"),
                ("funding_links", "funder_actor"),
                ("funding_links", "funder_initiative"),
                ("funding_links", "recipient"),
                ("funding_joint_funders", "actor"),
            ),
        ),
        Evidence(
            noun="actor",
            model=Actor,
            citation=ActorCitation,
            missing=ActorMissing,
            digest=ActorDigest,
            links={
                table: ActorCitation._meta.get_field(name).related_model
                for name, table in ACTOR_LINKS.items()
            },
            other_ends=(("", "parent"), ("memberships", "member_actor")),
        ),
    )
