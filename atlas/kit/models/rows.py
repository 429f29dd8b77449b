"""Rows that every noun shares: records, links with stable keys, redirects, judgements."""

import uuid

import pghistory.models
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.text import slugify

from atlas.kit.choices import State, Verdict
from atlas.kit.fields import KeyField, WordField
from atlas.kit.history import recorded
from atlas.kit.querysets import JudgementQuerySet

RESERVED_SLUGS = ("feed", "facets", "add", "search")


def one_of(field: str, choices, name: str, *, blank: bool = False) -> models.CheckConstraint:
    """The column holds a word of the vocabulary (or nothing, where ``blank``)."""
    allowed = Q(**{f"{field}__in": [*choices.values, *([""] if blank else [])]})
    if issubclass(choices, models.IntegerChoices):
        allowed |= Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(
        condition=allowed,
        name=name,
        violation_error_message=f"{field}: use one of {', '.join(map(str, choices.values))}.",
    )


def edtf(field: str, name: str) -> models.CheckConstraint:
    """The column is empty or a date of the profile: its bounds could be computed."""
    known = {f"{field}_earliest__isnull": False}, {f"{field}_latest__isnull": False}
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**known[0]) | Q(**known[1]),
        name=name,
        violation_error_message=f"{field}: not a date of the profile (2018, 2018-09, 2016/2018).",
    )


def exactly_one(fields: tuple[str, ...], name: str) -> models.CheckConstraint:
    """Exactly one of the columns is filled."""
    condition = Q()
    for chosen in fields:
        condition |= Q(**{f"{f}__isnull": f != chosen for f in fields})
    return models.CheckConstraint(
        condition=condition,
        name=name,
        violation_error_message=f"Give exactly one of {', '.join(fields)}.",
    )


def filled(model: str, field: str) -> models.Index:
    """Index of a foreign key (declared ``db_index=False``) over the rows that have one."""
    condition = Q(**{f"{field}__isnull": False})
    return models.Index(fields=[field], name=f"{model}_{field}", condition=condition)


def folded(*columns: str) -> models.GeneratedField:
    """The columns, a line each, in lower case without accents: what a search looks in."""
    return models.GeneratedField(
        expression=Func(*map(F, columns), function="atlas_sort_key", arg_joiner=" || chr(10) || "),
        output_field=models.TextField(),
        db_persist=True,
    )


def searched(model: str, column: str) -> list[GinIndex]:
    """Indexes that find any part of a folded column, also two characters of Japanese."""
    pairs = Func(F(column), function="atlas_pairs")
    return [
        GinIndex(fields=[column], opclasses=["gin_trgm_ops"], name=f"{model}_parts"),
        GinIndex(pairs, name=f"{model}_pairs"),
    ]


class Event(pghistory.models.Event):
    """Base of all history rows; ``pgh_xid`` puts the events of all tables in one order."""

    pgh_xid = models.BigIntegerField(
        db_default=models.Func(function="txid_current"), editable=False
    )

    class Meta:
        abstract = True


class Row(models.Model):
    """A row of the data package.

    ``KEY`` names the column that identifies it in documents and packages, ``COLUMNS`` lists what
    the package holds of it, in order.
    """

    KEY = "slug"
    COLUMNS: tuple[str, ...] = ()
    FACTS: tuple = ()
    CLASSIFICATION: tuple[str, ...] = ()
    TREE = "false"  # SQL over row ``t``: whether it leads up a tree, so that no way leads back

    class Meta:
        abstract = True


class Link(Row):
    """A row that belongs to a record and carries a stable key of its own."""

    KEY = "key"
    KEY_PARTS: tuple[str, ...] = ()

    key = KeyField(unique=True, help_text="Stable key; made from the row when left empty.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key

    def natural_key(self) -> str:
        """The key this row would get: the values of ``KEY_PARTS`` joined by ``--``."""
        parts = (getattr(self, name) for name in self.KEY_PARTS)
        named = (getattr(p, "slug", None) or getattr(p, "key", None) or p for p in parts)
        words = (str(p) if "--" in str(p) else slugify(str(p)) for p in named if p)
        return "--".join(w for w in words if w)[:190].strip("-") or self._meta.model_name

    def save(self, *args, **kwargs):
        if not self.key:
            self.key = self._free_key(self.natural_key())
        super().save(*args, **kwargs)

    def _free_key(self, wanted: str) -> str:
        taken = set(
            type(self)
            .objects.filter(Q(key=wanted) | Q(key__startswith=f"{wanted}-"))
            .values_list("key", flat=True)
        )
        if wanted not in taken:
            return wanted
        return next(
            f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken
        )


class Publishable(models.Model):
    """A record with an address of its own and a state; ``uid`` survives every renaming."""

    slug = WordField(unique=True)
    uid = models.UUIDField(unique=True, editable=False, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self.uid:
            name = f"atlas:{self._meta.model_name}:{self.slug}"
            self.uid = uuid.uuid5(uuid.NAMESPACE_URL, name)
            if type(self)._default_manager.filter(uid=self.uid).exists():
                self.uid = uuid.uuid4()  # a record that gave the address up keeps the other
        super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED


class Digest(models.Model):
    """What follows from a record and its evidence; rewritten by the database at commit."""

    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    facts = models.PositiveIntegerField(default=0)
    uncited = models.PositiveIntegerField(default=0)
    disputed = models.PositiveIntegerField(default=0)
    single_source = models.PositiveIntegerField(default=0)
    sources = models.PositiveIntegerField(default=0)
    best_reliability = models.CharField(max_length=1, blank=True, default="")
    oldest_check = models.DateField(null=True)

    class Meta:
        abstract = True
        indexes = [  # the lists of what falls short
            *[
                models.Index(
                    fields=[name], name=f"%(class)s_{short}", condition=Q(**{f"{name}__gt": 0})
                )
                for name, short in (("uncited", "unc"), ("disputed", "dis"))
            ],
            models.Index(fields=["oldest_check"], name="%(class)s_old"),
        ]


class Redirect(Link):
    """An old address of a record and the slug it goes by now."""

    COLUMNS = ("key", "kind", "old_slug", "slug")
    KEY_PARTS = ("kind", "old_slug")

    kind = WordField(max_length=20)
    old_slug = WordField()
    slug = WordField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "old_slug"], name="redirect_old_slug_unique"),
            models.CheckConstraint(
                condition=~Q(old_slug=models.F("slug")),
                name="redirect_goes_elsewhere",
                violation_error_message="A redirect must lead to another slug.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_slug} → {self.slug}"


@recorded(judgement="r.id")
class Judgement(Link):
    """What an editor said of two records that look alike, so that nobody is asked again.

    The records are named by their permanent ids, the smaller first: a judgement outlives renaming,
    deletion and a second import.  The key, made from their addresses of that day, is for readers.
    """

    COLUMNS = ("key", "kind", "first", "second", "verdict", "judged_by", "judged_on", "note")
    KEY_PARTS = ("kind", "first", "second")

    kind = WordField(max_length=20)
    first = models.UUIDField()
    second = models.UUIDField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    judged_by = models.CharField(max_length=100, blank=True, default="")
    judged_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            one_of("verdict", Verdict, "judgement_verdict_known"),
            models.UniqueConstraint(fields=["kind", "first", "second"], name="judgement_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")),
                name="judgement_smaller_first",
                violation_error_message="first: the smaller of the two permanent ids stands first.",
            ),
        ]
