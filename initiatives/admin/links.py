"""Links with rows of their own: joint funders and contained sums, statements about an event."""

from django.contrib import admin

from atlas.desk.admin import Reviewed
from atlas.kit.admin import LinkInline
from initiatives import models
from initiatives.admin.money import FundingLinkForm
from sources.admin import CitingAdmin, LinkCitingForm


class LinkAdmin(Reviewed, CitingAdmin):
    """A link with a form of its own, reached from its record's form and not from the menu."""

    form = LinkCitingForm

    def get_model_perms(self, request):
        return {}

    def has_add_permission(self, request):
        return False


class JointFunderInline(LinkInline):
    model = models.FundingJointFunder
    verbose_name = "joint funder"
    verbose_name_plural = "joint funders: the sum is shared and booked to none of them alone"
    fields = ("actor",)
    autocomplete_fields = ("actor",)


class IncludeInline(LinkInline):
    model = models.FundingInclude
    fk_name = "link"
    verbose_name = "contained sum"
    verbose_name_plural = "contained sums: this amount already includes them"
    fields = ("includes",)
    autocomplete_fields = ("includes",)


@admin.register(models.FundingLink)
class FundingLinkAdmin(LinkAdmin):
    """Money from an actor or a fund to an initiative."""

    form = FundingLinkForm
    fieldsets = (
        (None, {"fields": ("initiative", ("funder_actor", "funder_initiative"), "recipient")}),
        (
            "Amount",
            {
                "fields": (
                    ("type", "iati_type", "amount_kind"),
                    ("amount", "amount_max", "currency"),
                    ("undisclosed_reason", "in_kind"),
                    ("value_date", "period"),
                )
            },
        ),
        ("Note", {"fields": ("note",)}),
        CitingAdmin.EDIT_SOURCE,
    )
    readonly_fields = ("initiative",)
    autocomplete_fields = ("funder_actor", "funder_initiative", "recipient")
    inlines = (JointFunderInline, IncludeInline)
    list_display = ("key", "initiative", "type", "amount", "currency")
    list_select_related = ("initiative",)
    search_fields = ("key", "initiative__title", "funder_actor__name")

    def record_of(self, obj):
        return obj.initiative


class EventStatementInline(LinkInline):
    model = models.Statement
    exclude = ("key", "initiative", "actor")


@admin.register(models.Event)
class EventAdmin(LinkAdmin):
    """A meeting, opening or exercise, and what is said about it."""

    fieldsets = (
        (None, {"fields": ("initiative", "actor", ("title", "ordinal"), "date")}),
        ("Where", {"fields": (("place", "country"), "note")}),
        CitingAdmin.EDIT_SOURCE,
    )
    readonly_fields = ("initiative", "actor")
    autocomplete_fields = ("country",)
    inlines = (EventStatementInline,)
    list_display = ("title", "date", "initiative", "actor")
    list_select_related = ("initiative", "actor")
    search_fields = ("title", "key")

    def record_of(self, obj):
        return obj.initiative or obj.actor
