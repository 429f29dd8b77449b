"""Admin of countries, and the actors' part of the actor's form.

The form itself is put together in ``initiatives.admin``: an actor's events, statements and
evidence live there.
"""

from django.contrib import admin

from actors.models import ActorIdentifier, ActorName, Country, Membership
from atlas.desk.admin import ReviewedRecord
from atlas.kit.admin import (
    EvidenceFilter,
    GuardedAdmin,
    LinkInline,
    ReadOnlyInline,
    RecordAdmin,
)
from sources.admin import CitePages, CitingAdmin


@admin.register(Country)
class CountryAdmin(GuardedAdmin):
    """Countries and territories of ISO 3166-1; reference data, seldom edited."""

    fieldsets = (
        (None, {"fields": ("name", ("iso2", "iso3", "m49"), "note")}),
        ("Where", {"fields": (("region", "subregion"), ("latitude", "longitude"))}),
    )
    list_display = ("name", "iso2", "iso3", "region", "subregion")
    list_filter = ("region", "subregion")
    search_fields = ("name", "iso2", "iso3")

    def get_readonly_fields(self, request, obj=None):
        """The code is the key: changing it would make another country."""
        return ("iso2",) if obj else ()


class ActorNameInline(LinkInline):
    model = ActorName
    verbose_name = "other name"
    fields = ("name", "language", "kind")


class ActorIdentifierInline(LinkInline):
    model = ActorIdentifier
    verbose_name = "identifier"
    fields = ("scheme", "code")


class MemberInline(LinkInline):
    """The members of this actor as a group."""

    model = Membership
    fk_name = "group"
    verbose_name = "member"
    verbose_name_plural = "members, where this is a group"
    fields = ("member_country", "member_actor", "status", "since", "until", "note")
    autocomplete_fields = ("member_country", "member_actor")


class MembershipInline(ReadOnlyInline):
    """The groups this actor belongs to; edited on the group's form."""

    model = Membership
    fk_name = "member_actor"
    verbose_name_plural = "member of (edited at the group)"
    fields = ("group", "status", "since", "until", "note")
    readonly_fields = fields
    autocomplete_fields = ("group",)


class ActorAdminBase(CitePages, ReviewedRecord, CitingAdmin, RecordAdmin):
    """The actor's own fields and list."""

    fieldsets = (
        RecordAdmin.STATE_FIELDSET,
        (
            "Facts",
            {
                "fields": ("name", "slug", "parent", "summary"),
                "description": "Each needs a source before the actor can be published.",
            },
        ),
        ("Our classification", {"fields": (("kind", "country"),)}),
        ("Website", {"fields": ("website",)}),
        CitingAdmin.EDIT_SOURCE,
    )
    autocomplete_fields = ("country", "parent")
    inlines = (ActorNameInline, ActorIdentifierInline, MemberInline, MembershipInline)
    list_display = ("name", "kind", "country", "state", "evidence_mark", "updated")
    list_filter = ("state", EvidenceFilter, "kind", "country__subregion")
    list_select_related = ("country", "digest")
    search_fields = ("name", "names__name", "slug")
    prepopulated_fields = {"slug": ("name",)}
