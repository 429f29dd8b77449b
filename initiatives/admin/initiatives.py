"""The initiative's form: facts, our classification, links, evidence."""

from django.contrib import admin
from django.forms import Textarea

from atlas.desk.admin import ReviewedRecord
from atlas.kit.admin import (
    EvidenceFilter,
    GuardedAdmin,
    LinkInline,
    LinkStack,
    ReadOnlyInline,
    RecordAdmin,
)
from initiatives import models
from initiatives.admin.bulk import BulkPages
from initiatives.admin.iati import ImportsIati
from initiatives.admin.money import FundingRowForm
from initiatives.admin.regions import RegionsField, RegionsForm
from initiatives.models.core import DATES
from sources.admin import CitationInline, CitePages, CitingAdmin, MissingInline

EDTF_HELP = (
    "Dates as exact as the source: 2018, 2018-09, 2018-09-14; 2016/2018 for a span, 2018/.. for"
    " “2018 or later”; add ? if uncertain, ~ if approximate. An announcement or memorandum is a"
    " planned start."
)


@admin.register(models.Theme)
class ThemeAdmin(GuardedAdmin):
    """What initiatives are about."""

    fields = ("slug", "name", "description", "position", "gfce", "iati_sector")
    list_display = ("name", "position", "gfce", "iati_sector")
    search_fields = ("name", "slug")

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()


class NameInline(LinkInline):
    model = models.InitiativeName
    verbose_name = "other name"
    fields = ("name", "language", "kind")


class IdentifierInline(LinkInline):
    model = models.InitiativeIdentifier
    verbose_name = "identifier"
    fields = ("scheme", "code")


class ThemeInline(LinkInline):
    model = models.InitiativeTheme
    verbose_name = "theme"
    verbose_name_plural = "themes (our classification, never cited)"
    fields = ("theme",)
    autocomplete_fields = ("theme",)


class ReachInline(LinkInline):
    model = models.InitiativeReach
    verbose_name_plural = "reach: a country or a group"
    fields = ("kind", "country", "group")
    autocomplete_fields = ("country", "group")


class TieInline(LinkInline):
    model = models.InitiativeTie
    fk_name = "initiative"
    verbose_name = "tie"
    verbose_name_plural = "ties to other initiatives"
    fields = ("kind", "target")
    autocomplete_fields = ("target",)


class ParticipationInline(LinkInline):
    model = models.Participation
    verbose_name_plural = "who takes part (money is a funding link)"
    fields = ("actor", "role", "since", "until", "note")
    autocomplete_fields = ("actor",)


class FundingInline(LinkStack):
    """Joint funders and contained sums are edited on the link's own form."""

    model = models.FundingLink
    form = FundingRowForm
    fk_name = "initiative"
    show_change_link = True
    verbose_name_plural = "funding: from an actor or from a fund"
    fields = (
        ("funder_actor", "funder_initiative", "recipient"),
        ("type", "iati_type", "amount_kind", "amount", "amount_max", "currency"),
        ("undisclosed_reason", "value_date", "period", "in_kind"),
        "note",
    )
    autocomplete_fields = ("funder_actor", "funder_initiative", "recipient")


class EventInline(LinkInline):
    """Statements about an event are edited on the event's own form."""

    model = models.Event
    show_change_link = True
    fields = ("title", "ordinal", "date", "place", "country", "note")
    autocomplete_fields = ("country",)


class ResultInline(LinkInline):
    model = models.Result
    fields = ("indicator", "value", "approximate", "unit", "period", "note")


class StatementInline(LinkInline):
    model = models.Statement
    fields = ("property", "value", "number", "unit", "date", "nature", "voice", "note")


class InitiativeCitationInline(CitationInline):
    model = models.InitiativeCitation


class InitiativeMissingInline(MissingInline):
    model = models.InitiativeMissing


class SourceRecordInline(ReadOnlyInline):
    """What the source file says, word for word; imports write it."""

    model = models.SourceRecord
    verbose_name_plural = "imported from (the source's own text, kept whole)"
    fields = ("source", "identifier", "path", "content")


@admin.register(models.Initiative)
class InitiativeAdmin(BulkPages, ImportsIati, CitePages, ReviewedRecord, CitingAdmin, RecordAdmin):
    """Everything of one initiative on one form."""

    form = RegionsForm
    found_by = {"initiative_themes": "theme", "initiative_reach": "reach", "regions": "region"}
    fieldsets = (
        RecordAdmin.STATE_FIELDSET,
        (
            "Facts",
            {
                "fields": ("title", "slug", "summary", "objectives"),
                "description": "Each needs a source before the initiative can be published.",
            },
        ),
        (
            "Status and dates",
            {
                "fields": (
                    ("status", "status_on"),
                    ("planned_start", "planned_end"),
                    ("actual_start", "actual_end"),
                ),
                "description": EDTF_HELP,
            },
        ),
        ("Our classification", {"fields": (("kind", "scope"), "regions")}),
        ("Website", {"fields": ("website",)}),
        CitingAdmin.EDIT_SOURCE,
    )
    inlines = (
        NameInline,
        IdentifierInline,
        ThemeInline,
        ReachInline,
        TieInline,
        ParticipationInline,
        FundingInline,
        EventInline,
        ResultInline,
        StatementInline,
        SourceRecordInline,
        InitiativeMissingInline,
        InitiativeCitationInline,
    )
    list_display = ("title", "kind", "status", "actual_start", "state", "evidence_mark", "updated")
    list_filter = ("state", EvidenceFilter, "kind", "themes", "status", "scope")
    search_fields = ("title", "names__name", "slug")
    prepopulated_fields = {"slug": ("title",)}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "regions":
            return RegionsField()
        if db_field.name in ("summary", "objectives"):
            kwargs["widget"] = Textarea(attrs={"rows": 4})
        if db_field.name in DATES:
            kwargs["help_text"] = ""  # said once, above them
        return super().formfield_for_dbfield(db_field, request, **kwargs)
