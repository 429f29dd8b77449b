"""What every admin page shares; Django's own admin, shaped through its public hooks."""

from django.contrib import admin
from django.urls import path

from atlas.kit.admin.addresses import AddressedForm
from atlas.kit.admin.guard import (
    GuardedAdmin,
    GuardedForm,
    LinkFormSet,
    LinkInline,
    LinkStack,
    ReadOnlyInline,
)
from atlas.kit.admin.records import EvidenceFilter, RecordAdmin
from atlas.kit.admin.widgets import KnownForm, PlainText, autocomplete, in_words
from atlas.kit.models import Redirect

__all__ = [
    "AddressedForm",
    "EvidenceFilter",
    "GuardedAdmin",
    "GuardedForm",
    "KnownForm",
    "LinkFormSet",
    "LinkInline",
    "LinkStack",
    "PlainText",
    "ReadOnlyInline",
    "RecordAdmin",
    "autocomplete",
]

admin.site.site_header = "Cyber Capacity Atlas"
admin.site.site_title = "Cyber Capacity Atlas"
admin.site.index_title = "Edit the Atlas"
admin.site.enable_nav_sidebar = False  # evidence rows need the width


@admin.register(Redirect)
class RedirectAdmin(GuardedAdmin):
    """Old addresses; renaming and merging write them, so they are rarely touched by hand."""

    fields = ("kind", "old_slug", "slug")
    list_display = ("old_slug", "slug", "kind")
    list_filter = ("kind",)
    search_fields = ("old_slug", "slug")
    ordering = ("kind", "old_slug")

    def get_urls(self):
        """Also the dates of any form in words: no model owns them."""
        words = self.admin_site.admin_view(in_words)
        return [path("in-words/", words, name="in_words"), *super().get_urls()]
