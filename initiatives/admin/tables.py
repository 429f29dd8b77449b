"""Importing tables in the admin: files to fill in, upload, preview row by row, apply, refusals."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from atlas.kit.admin.guard import ROW_ACTIONS
from atlas.kit.tables import TABLES
from initiatives.actions import (
    DataChanged,
    accept_import_file,
    import_tables,
    preview_tables,
)
from initiatives.admin.imports import UndoneImports
from initiatives.exchange.sheets import out, stored
from initiatives.exchange.sheets.entries import may_write
from initiatives.exchange.sheets.judging import VERDICTS
from initiatives.exchange.sheets.reading import MAX_ROWS, Unreadable, open_tables
from initiatives.exchange.sheets.telling import lines, read_book, reasons
from initiatives.models import ImportFile, ImportRun

PAGE = 100  # rows of a preview
WORDS = {"new": "New", "changed": "Changed", "unchanged": "Unchanged", "refused": "Refused"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


def tables_for(user) -> list[str]:
    """The tables that this person may import."""
    return [name for name in open_tables() if may_write(user, TABLES[name])]


class TableForm(forms.Form):
    """A file, and its table where the file does not say it."""

    file = forms.FileField(label="File")
    table = forms.ChoiceField(
        required=False,
        help_text="Only where the name of the file or sheet does not say it.",
    )

    def __init__(self, names: list[str], *args, **kwargs):
        super().__init__(*args, **kwargs)
        longest = filesizeformat(settings.ATLAS_IMPORT_BYTES)
        self.fields["file"].help_text = (
            f"XLSX with a sheet for each table, or CSV of one table; at most {longest} and"
            f" {MAX_ROWS:,} rows."
        )
        self.fields["table"].choices = [("", "as the file says"), *((n, n) for n in names)]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.ATLAS_IMPORT_BYTES:
            longest = filesizeformat(settings.ATLAS_IMPORT_BYTES)
            said = f"{filesizeformat(file.size)} is more than {longest}: split the file."
            raise forms.ValidationError(said)
        return file


@admin.register(ImportRun)
class ImportRunAdmin(UndoneImports, admin.ModelAdmin):
    """The imports made so far; adding one is uploading a file."""

    list_display = ("at", "who", "file", "kind", "outcome", "undone")
    list_filter = ("kind",)
    search_fields = ("file", "who")
    date_hierarchy = "at"
    fields = ("at", "who", "file", "kind", "digest", "rows", "refusals", "undone")
    readonly_fields = fields
    change_list_template = "admin/imports.html"
    change_form_template = "admin/import_run.html"

    def get_urls(self):
        pages = (
            ("preview/<int:pk>/", self.preview_view, "preview"),
            ("refused/<int:pk>/", self.refused_view, "refused"),
            ("rows/<slug:table>.<slug:kind>", self.rows_view, "rows"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"initiatives_importrun_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    # ------------------------------------------------------------ who may what

    def has_add_permission(self, request) -> bool:
        return bool(tables_for(request.user))

    def has_view_permission(self, request, obj=None) -> bool:
        return self.has_add_permission(request)

    def has_module_permission(self, request) -> bool:
        return self.has_add_permission(request)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    # ------------------------------------------------------------ the list of imports

    @admin.display(description="rows")
    def outcome(self, run) -> str:
        total = {
            word: sum(found.get(word, 0) for found in run.counts.values()) for word in VERDICTS
        }
        return ", ".join(f"{number} {word}" for word, number in total.items() if number)

    @admin.display(description="rows by table")
    def rows(self, run):
        said = [
            (name, ", ".join(f"{number} {word}" for word, number in found.items()))
            for name, found in run.counts.items()
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", said))

    @admin.display(description="refused rows")
    def refusals(self, run):
        upload = ImportFile.objects.of_run(run)
        if upload is None or not reasons(upload.report):
            return "None to fetch."
        address = reverse("admin:initiatives_importrun_refused", args=[upload.pk])
        return format_html('<a href="{}">Download with reasons</a>', address)

    # ------------------------------------------------------------ upload

    def add_view(self, request, form_url="", extra_context=None):
        """The form; a file that can be read leads to its preview."""
        names = tables_for(request.user)
        if not names:
            raise PermissionDenied
        form = TableForm(names, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            waiting = accept_import_file(
                owner=request.user,
                name=upload.name,
                content=upload.read(),
                table=form.cleaned_data["table"],
            )
            try:
                preview_tables(file=waiting, by=request.user)
            except Unreadable as refused:
                waiting.delete()
                form.add_error("file", f"This file {refused}")
            else:
                return HttpResponseRedirect(self._preview(waiting))
        context = {"form": form, "tables": names, "hours": settings.ATLAS_IMPORT_HOURS}
        return self._page(request, "admin/import_tables.html", "Import a table", **context)

    def _preview(self, waiting: ImportFile) -> str:
        return reverse("admin:initiatives_importrun_preview", args=[waiting.pk])

    def _page(self, request, template: str, title: str, **more):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, template, context | more)

    # ------------------------------------------------------------ preview

    def preview_view(self, request, pk: int):
        """Every row and what it would do; confirming writes exactly this."""
        waiting = ImportFile.objects.one_of(request.user, pk)
        if waiting is None or waiting.report is None:
            said = "The uploaded file is no longer here: upload it again."
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:initiatives_importrun_add"))
        if request.method == "POST":
            return self._apply(request, waiting)
        report, chosen = waiting.report, request.GET.get("verdict", "")
        chosen = chosen if chosen in VERDICTS else ""
        totals = {word: sum(c.get(word, 0) for c in report["counts"].values()) for word in VERDICTS}
        counts = [(name, [c.get(w, 0) for w in VERDICTS]) for name, c in report["counts"].items()]
        context = {
            "waiting": waiting,
            "report": report,
            "counts": counts,
            "totals": [(word, WORDS[word], number) for word, number in totals.items()],
            "page": Paginator(lines(report, chosen), PAGE).get_page(request.GET.get("p")),
            "chosen": chosen,
            "writes": totals["new"] + totals["changed"],
            "refused": totals["refused"],
            "words": WORDS,
        }
        title = f"What {waiting.name} would do"
        return self._page(request, "admin/import_preview.html", title, **context)

    def _apply(self, request, waiting: ImportFile):
        try:
            run = import_tables(file=waiting, by=request.user)
        except DataChanged:
            return self._again(request, waiting)
        except Unreadable as refused:
            self.message_user(request, f"Nothing was written: the file {refused}", messages.ERROR)
            return HttpResponseRedirect(self._preview(waiting))
        self.message_user(request, f"Imported {run.file}: {self.outcome(run)}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:initiatives_importrun_change", args=[run.pk]))

    def _again(self, request, waiting: ImportFile):
        """The data moved on: show what the file would do now."""
        said = "Nothing was written: the data changed since the preview. This is what holds now."
        preview_tables(file=waiting, by=request.user)
        self.message_user(request, said, messages.WARNING)
        return HttpResponseRedirect(self._preview(waiting))

    # ------------------------------------------------------------ downloads

    def refused_view(self, request, pk: int):
        """The refused rows as a file of the same kind, with a column of reasons."""
        waiting = ImportFile.objects.one_of(request.user, pk)
        if waiting is None or not waiting.report:
            raise Http404
        book = read_book(waiting.name, bytes(waiting.content), waiting.table)
        found = out.refused(book, reasons(waiting.report))
        if not found:
            raise Http404
        if book.format == "csv":
            return _sent(out.write_csv(found[0], book.delimiter), found[0].table.name, "csv", True)
        name = found[0].table.name if len(found) == 1 else "tables"
        return _sent(out.write_xlsx(found), name, "xlsx", True)

    def rows_view(self, request, table: str, kind: str):
        """An empty table to fill in; with ``?rows=all`` what it holds now."""
        if table not in tables_for(request.user) or kind not in TYPES:
            raise Http404
        found = TABLES[table]
        rows = stored.stored(found) if request.GET.get("rows") == "all" else []
        lines_ = out.Lines(found, found.headers, rows)
        file = out.write_csv(lines_) if kind == "csv" else out.write_xlsx([lines_])
        return _sent(file, table, kind)


def _sent(file, name: str, kind: str, refused: bool = False) -> FileResponse:
    filename = f"{name}{'-refused' if refused else ''}.{kind}"
    return FileResponse(file, as_attachment=True, filename=filename, content_type=TYPES[kind])


# ------------------------------------------------------------------ chosen records of any list


def _chosen(modeladmin, queryset) -> tuple[str, list]:
    return modeladmin.opts.model_name, list(queryset.values_list("pk", flat=True))


def rows_as_xlsx(modeladmin, request, queryset):
    """All rows of the chosen records, a sheet for each table."""
    noun, ids = _chosen(modeladmin, queryset)
    sheets = [
        out.Lines(TABLES[name], TABLES[name].headers, stored.stored(TABLES[name], noun, ids))
        for name in stored.tables_of(noun)
    ]
    return _sent(out.write_xlsx(sheets), stored.tables_of(noun)[0], "xlsx")


def rows_as_csv(modeladmin, request, queryset):
    """The records' own rows."""
    noun, ids = _chosen(modeladmin, queryset)
    table = TABLES[stored.own_table(noun)]
    return _sent(
        out.write_csv(out.Lines(table, table.headers, stored.stored(table, noun, ids))),
        table.name,
        "csv",
    )


ROW_ACTIONS["rows_as_xlsx"] = (rows_as_xlsx, "Download to edit: all rows (XLSX)")
ROW_ACTIONS["rows_as_csv"] = (rows_as_csv, "Download to edit: own rows (CSV)")
