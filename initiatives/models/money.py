"""Money, said once: who pays for which initiative."""

from django.db import models
from django.db.models import F, Q

from actors.models import Actor
from atlas.kit.dates import EdtfField, earliest, latest
from atlas.kit.facts import Fact
from atlas.kit.fields import AmountField
from atlas.kit.history import recorded
from atlas.kit.models import Link, edtf, filled, one_of
from initiatives.choices import AmountKind, FundingType, IatiType
from initiatives.models.core import Initiative
from initiatives.querysets import LinkQuerySet
from sources.choices import MissingReason

AMOUNT_SQL = """CASE t.amount_kind
    WHEN 'undisclosed' THEN 'undisclosed'
    WHEN 'range' THEN trim_scale(t.amount)::text || '..' || trim_scale(t.amount_max)::text
        || ' ' || t.currency
    ELSE CASE t.amount_kind WHEN 'approximate' THEN '~' WHEN 'at-least' THEN '>='
            WHEN 'at-most' THEN '<=' ELSE '' END
        || trim_scale(t.amount)::text || ' ' || t.currency END"""
FUNDER_SQL = """coalesce((SELECT x.slug FROM actors_actor x WHERE x.id = t.funder_actor_id),
    (SELECT x.slug FROM initiatives_initiative x WHERE x.id = t.funder_initiative_id))"""

UNGIVEN = (FundingType.BUDGET, FundingType.PLANNED)  # sums that may be known without their giver


@recorded(initiative="r.initiative_id")
class FundingLink(Link):
    """Money from an actor, or from an initiative that is a fund, to an initiative.

    Only a budget, or a sum whose file does not name the giver, has none.  Amounts may be negative:
    sources take back what they reported before.

    ``amount`` is in units of ``currency`` (ISO 4217), never converted; ``amount_max`` closes a
    range.  Undisclosed amounts carry the reason and no number.
    """

    COLUMNS = (
        "key",
        "initiative",
        "funder_actor",
        "funder_initiative",
        "recipient",
        "type",
        "iati_type",
        "amount_kind",
        "amount",
        "amount_max",
        "currency",
        "undisclosed_reason",
        "in_kind",
        "value_date",
        "period",
        "note",
    )
    FACTS = (
        Fact("funder", "ref", FUNDER_SQL),
        Fact("amount", "text", AMOUNT_SQL),
        Fact("recipient", "ref"),
        Fact("value_date", "edtf"),
        Fact("period", "edtf"),
    )
    KEY_PARTS = ("initiative", "funder_actor", "funder_initiative", "recipient")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="funding")
    funder_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="funding_given", db_index=False
    )
    funder_initiative = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding_given",
        db_index=False,
    )
    recipient = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding_received",
        db_index=False,
    )
    type = models.CharField(
        max_length=15, choices=FundingType.choices, default=FundingType.UNSPECIFIED
    )
    iati_type = models.CharField(
        "IATI type", max_length=8, choices=IatiType.choices, blank=True, default=""
    )
    amount_kind = models.CharField(
        max_length=12, choices=AmountKind.choices, default=AmountKind.UNDISCLOSED
    )
    amount = AmountField(max_digits=24, decimal_places=6, null=True, blank=True)
    amount_max = AmountField(max_digits=24, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    undisclosed_reason = models.CharField(
        max_length=15, choices=MissingReason.choices, blank=True, default=""
    )
    in_kind = models.CharField(max_length=300, blank=True, default="")
    value_date = EdtfField()
    value_date_earliest = earliest("value_date")
    value_date_latest = latest("value_date")
    period = EdtfField(help_text="What a budget or planned payment is for: 2019-01-01/2019-12-31")
    period_earliest = earliest("period")
    period_latest = latest("period")
    note = models.TextField(blank=True, default="")
    joint_funders = models.ManyToManyField(
        Actor, through="FundingJointFunder", related_name="joint_funding", blank=True
    )
    includes = models.ManyToManyField(
        "self",
        through="FundingInclude",
        through_fields=("link", "includes"),
        symmetrical=False,
        related_name="included_in",
        blank=True,
    )

    weak = False  # read with ``for_money``: whether weak sources alone give the amount

    objects = LinkQuerySet.as_manager()

    @property
    def kind_words(self) -> str:
        """What kind of sum it is, as exactly as its source says; empty where it does not."""
        if self.iati_type:
            return str(self.get_iati_type_display())
        return "" if self.type == FundingType.UNSPECIFIED else str(self.get_type_display())

    class Meta:
        ordering = [F("value_date_earliest").asc(nulls_last=True), "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(funder_actor__isnull=False, funder_initiative__isnull=True)
                | Q(funder_actor__isnull=True, funder_initiative__isnull=False)
                | (
                    Q(funder_actor__isnull=True, funder_initiative__isnull=True)
                    & (Q(type__in=UNGIVEN) | ~Q(iati_type=""))
                ),
                name="fundinglink_one_funder",
                violation_error_message=(
                    "Give exactly one of funder_actor, funder_initiative; only a budget, a planned"
                    " disbursement or an imported sum may have neither."
                ),
            ),
            one_of("type", FundingType, "fundinglink_type_known"),
            one_of("iati_type", IatiType, "fundinglink_iati_type_known", blank=True),
            one_of("amount_kind", AmountKind, "fundinglink_amount_kind_known"),
            one_of("undisclosed_reason", MissingReason, "fundinglink_reason_known", blank=True),
            edtf("value_date", "fundinglink_value_date_is_edtf"),
            edtf("period", "fundinglink_period_is_edtf"),
            models.CheckConstraint(
                condition=Q(amount_kind=AmountKind.UNDISCLOSED)
                | Q(amount__isnull=False, currency__regex=r"^[A-Z]{3}$"),
                name="fundinglink_amount_has_currency",
                violation_error_message="An amount needs its currency (ISO 4217).",
            ),
            models.CheckConstraint(
                condition=~Q(amount_kind=AmountKind.UNDISCLOSED)
                | (Q(amount__isnull=True, currency="") & ~Q(undisclosed_reason="")),
                name="fundinglink_undisclosed_says_why",
                violation_error_message="An undisclosed amount has no number and gives a reason.",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_kind=AmountKind.RANGE,
                    amount_max__isnull=False,
                    amount_max__gt=F("amount"),
                )
                | (~Q(amount_kind=AmountKind.RANGE) & Q(amount_max__isnull=True)),
                name="fundinglink_range_has_two_ends",
                violation_error_message="Only a range has an upper end, above its lower.",
            ),
            models.CheckConstraint(
                condition=Q(funder_initiative__isnull=True) | ~Q(funder_initiative=F("initiative")),
                name="fundinglink_not_from_itself",
                violation_error_message="A fund cannot pay for itself.",
            ),
        ]
        indexes = [
            filled("fundinglink", name)
            for name in ("funder_actor", "funder_initiative", "recipient")
        ]


def through_link(column: str = "link_id") -> str:
    return f"(SELECT l.initiative_id FROM initiatives_fundinglink l WHERE l.id = r.{column})"


@recorded(through="link", initiative=through_link())
class FundingJointFunder(Link):
    """A further funder of a shared sum: the sum is not booked to any one of them."""

    COLUMNS = ("key", "link", "actor")
    FACTS = (Fact("actor", "ref"),)
    KEY_PARTS = ("link", "actor")

    link = models.ForeignKey(
        FundingLink, models.CASCADE, related_name="joint_links", db_index=False
    )
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="joint_funding_links")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["link", "actor"], name="fundingjointfunder_once")
        ]


@recorded(through="link", initiative=through_link())
class FundingInclude(Link):
    """The amount of ``link`` already contains the amount of ``includes``."""

    COLUMNS = ("key", "link", "includes")
    KEY_PARTS = ("link", "includes")

    link = models.ForeignKey(
        FundingLink, models.CASCADE, related_name="include_links", db_index=False
    )
    includes = models.ForeignKey(FundingLink, models.CASCADE, related_name="included_links")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["link", "includes"], name="fundinginclude_once"),
            models.CheckConstraint(
                condition=~Q(link=F("includes")),
                name="fundinginclude_not_itself",
                violation_error_message="An amount cannot contain itself.",
            ),
        ]
