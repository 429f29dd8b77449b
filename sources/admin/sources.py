"""Publishers and sources; a source found twice is merged, its old address leads on."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from atlas.kit.actions import rename
from atlas.kit.admin import GuardedAdmin, autocomplete
from sources import actions
from sources.models import Publisher, Source


@admin.register(Publisher)
class PublisherAdmin(GuardedAdmin):
    """How far a publisher can be trusted is our judgement: the reason stands beside it."""

    fieldsets = (
        (None, {"fields": ("name", "website")}),
        (
            "Our judgement",
            {
                "fields": ("reliability", "reliability_reason"),
                "description": "Admiralty code: how reliable the publisher is as a publisher.",
            },
        ),
        ("Address", {"fields": ("slug",)}),
    )
    list_display = ("name", "reliability", "source_count")
    list_filter = ("reliability",)
    search_fields = ("name", "slug", "website")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request):
        return super().get_queryset(request).with_source_counts()

    @admin.display(description="sources", ordering="source_count")
    def source_count(self, obj):
        return obj.source_count

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class MergeForm(forms.Form):
    """Which source stays."""

    keep = autocomplete(
        Source._meta.get_field("derived_from"),
        label="Merge into",
        help_text="Its title, publisher and address stay; all citations move to it.",
    )


@admin.register(Source)
class SourceAdmin(GuardedAdmin):
    """Where facts come from."""

    change_form_template = "admin/source_change_form.html"
    fieldsets = (
        (None, {"fields": ("title", "author", "publisher", "kind", "language")}),
        ("Where and when", {"fields": ("url", "archived_url", "published", "accessed")}),
        (
            "Origin",
            {
                "fields": ("derived_from", "derived_note"),
                "description": "A source that carries the words of another counts as one with it.",
            },
        ),
        ("Note and address", {"fields": ("note", "slug")}),
    )
    autocomplete_fields = ("publisher", "derived_from")
    list_display = ("title", "publisher", "kind", "published", "accessed")
    list_filter = ("kind", "publisher__reliability", "language")
    list_select_related = ("publisher",)
    search_fields = ("title", "author", "url", "slug", "publisher__name")
    prepopulated_fields = {"slug": ("title",)}

    def get_queryset(self, request):
        return super().get_queryset(request).for_page()

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def save_model(self, request, obj, form, change):
        """Saves; an address that changed keeps leading here."""
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
        super().save_model(request, obj, form, change)
        if slug != obj.slug:
            rename(record=obj, slug=slug, by=request.user, through="admin")

    # ------------------------------------------------------------ deleting

    def delete_model(self, request, obj):
        actions.delete_source(source=obj, by=request.user, through="admin")

    def delete_queryset(self, request, queryset):
        for source in queryset:
            actions.delete_source(source=source, by=request.user, through="admin")

    # ------------------------------------------------------------ merging

    def get_urls(self):
        merge = path(
            "<path:object_id>/merge/",
            self.admin_site.admin_view(self.merge_view),
            name="sources_source_merge",
        )
        on_file = path(
            "on-file/", self.admin_site.admin_view(self.on_file_view), name="source_on_file"
        )
        return [merge, on_file, *super().get_urls()]

    def on_file_view(self, request):
        """The source that has the address ``url``, while somebody pastes it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = Source.objects.on_file(request.GET.get("url", "").strip())
        if found is None:
            return JsonResponse({})
        words = _("We have this: “%(title)s”, %(publisher)s. It is used as it stands.")
        said = words % {"title": found.title, "publisher": found.publisher}
        return JsonResponse({"id": found.pk, "title": found.title, "words": said})

    def has_merge_permission(self, request, obj=None) -> bool:
        return self.has_change_permission(request, obj) and self.has_delete_permission(request, obj)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_merge"] = change and self.has_merge_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def merge_view(self, request, object_id):
        """Ask which source stays, then move everything to it."""
        drop = self.get_object(request, unquote(object_id))
        if drop is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_merge_permission(request, drop):
            raise PermissionDenied
        form = MergeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            keep = form.cleaned_data["keep"]
            return self.or_say(request, request.path, lambda: self._merge(request, keep, drop))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge: {drop}",
            "object": drop,
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/source_merge.html", context)

    def _merge(self, request, keep: Source, drop: Source):
        name = str(drop)
        actions.merge_sources(keep=keep, drop=drop, by=request.user, through="admin")
        self.message_user(request, f"“{name}” is now one with “{keep}”.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:sources_source_change", args=[keep.pk]))
