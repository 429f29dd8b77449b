"""Imports at the desk: they wait in the queue with their drafts, each can be undone whole."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.formats import date_format

from atlas.desk import waiting
from atlas.desk.admin.queue import PAGES
from atlas.kit.facts import REGISTRY
from atlas.kit.tables import NOUNS, TABLES
from initiatives import actions


def imports_waiting() -> str:
    """SQL: imports of which drafts are drafts still, with how many."""
    drafts = []
    for noun, evidence in REGISTRY.items():
        history = TABLES[NOUNS[noun][0]].parts[0].history_table
        drafts.append(
            f"SELECT h.pgh_context_id AS context FROM {evidence.model._meta.db_table} r"
            f" JOIN {history} h ON h.pgh_obj_id = r.id AND h.pgh_label = 'insert'"
            " WHERE r.state = 'draft'"
        )
    return (
        "SELECT 'import', '', i.id, i.file || ' (' || count(*) || CASE count(*) WHEN 1"
        " THEN ' draft)' ELSE ' drafts)' END, i.who, 'in-review', i.at"
        f" FROM ({' UNION ALL '.join(drafts)}) d"
        " JOIN initiatives_importrun i ON i.context = d.context AND i.undone_at IS NULL"
        " GROUP BY i.id, i.file, i.who, i.at"
    )


waiting.SOURCES.append(imports_waiting)
PAGES["import"] = lambda item: reverse("admin:initiatives_importrun_change", args=[item.pk])


class UndoneImports:
    """Mixin of the imports' admin: undoing one as a whole."""

    change_form_template = "admin/import_run.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        undo = path("<path:object_id>/undo/", view, name="initiatives_importrun_undo")
        return [undo, *super().get_urls()]

    def has_undo_permission(self, request) -> bool:
        """Undoing deletes records: who may delete them may."""
        return request.user.has_perm("initiatives.delete_initiative") and request.user.has_perm(
            "actors.delete_actor"
        )

    @admin.display(description="undone")
    def undone(self, run) -> str:
        if run.undone_at is None:
            return "no"
        return f"{date_format(run.undone_at, 'j F Y, H:i')} by {run.undone_by}"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_undo"] = (
            obj is not None and obj.undone_at is None and self.has_undo_permission(request)
        )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def undo_view(self, request, object_id):
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST" or not self.has_undo_permission(request):
            raise PermissionDenied
        try:
            actions.undo_import(run=run, by=request.user)
        except ValidationError as error:
            self.message_user(request, "Nothing was changed:", messages.ERROR)
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, f"All that {run.file} wrote is undone.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:initiatives_importrun_change", args=[run.pk]))
