"""Importing an IATI file in the admin: upload, preview, confirm, result."""

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse

from initiatives.actions import accept_import_file, import_iati
from initiatives.exchange.iati.importing import OUTCOMES, Report
from initiatives.exchange.iati.reading import FileRefused
from initiatives.models import ImportFile, Initiative

WORDS = {
    "new": ("New drafts", "would be new drafts"),
    "changed": ("Drafts brought up to date", "would be brought up to date"),
    "unchanged": ("Unchanged", "say the same as before"),
    "kept": ("Left as they are", "would be left as they are"),
    "refused": ("Refused", "would be refused"),
}
SHOWN = 200  # of each kind, on one page


class UploadForm(forms.Form):
    file = forms.FileField(label="File")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        longest = filesizeformat(settings.ATLAS_IMPORT_BYTES)
        self.fields[
            "file"
        ].help_text = f"At most {longest}; the command import_iati takes any size."

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.ATLAS_IMPORT_BYTES:
            longest = filesizeformat(settings.ATLAS_IMPORT_BYTES)
            raise forms.ValidationError(
                f"{filesizeformat(file.size)} is more than {longest}: import it with"
                " manage.py import_iati."
            )
        return file


class ImportsIati:
    """Mixin of the initiatives' admin: the page “Import IATI”."""

    change_list_template = "admin/initiatives/initiative/change_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        return [path("import-iati/", view, name="initiatives_import_iati"), *super().get_urls()]

    def has_import_permission(self, request) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None):
        may = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def import_view(self, request):
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "_confirm" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            waiting = accept_import_file(
                owner=request.user, name=upload.name, content=upload.read()
            )
            try:
                report = import_iati(file=waiting, by=request.user, dry=True)
            except FileRefused as refused:
                waiting.delete()
                form.add_error("file", f"This file {refused}.")
            else:
                return self._page(request, report=report, waiting=waiting)
        return self._page(request, form=form)

    def _confirm(self, request):
        """Import the file that was previewed; it may be confirmed once, by its owner only."""
        number = request.POST.get("file", "")
        mine = ImportFile.objects.of(request.user)
        waiting = mine.filter(pk=int(number)).first() if number.isdecimal() else None
        if waiting is None:
            self.say(request, ["The uploaded file is no longer here: upload it again."])
            return HttpResponseRedirect(reverse("admin:initiatives_import_iati"))
        try:
            report = import_iati(file=waiting, by=request.user)
        except FileRefused as refused:
            self.say(request, [f"{waiting.name} {refused}."])
            return HttpResponseRedirect(reverse("admin:initiatives_import_iati"))
        return self._page(request, report=report, done=True)

    def _page(self, request, report: Report | None = None, done: bool = False, **more):
        context = {
            **self.admin_site.each_context(request),
            "title": "Import IATI",
            "opts": self.opts,
            "report": report,
            "done": done,
            "hours": settings.ATLAS_IMPORT_HOURS,
            **more,
        }
        if report:
            context["counts"] = [*report.counts.items(), ("new actors", report.actors)]
            context["sections"] = list(_sections(report, done))
            context["kept_rows"] = report.kept_rows[:SHOWN]
            context["new_actors"] = report.new_actors[:SHOWN]
        return TemplateResponse(request, "admin/import_iati.html", context)


def _sections(report: Report, done: bool):
    told = [t for outcome in OUTCOMES for t in report.told[outcome][:SHOWN] if t.slug]
    pks = dict(Initiative.objects.filter(slug__in=[t.slug for t in told]).values_list("slug", "pk"))
    for outcome in OUTCOMES:
        if report.outcomes[outcome]:
            past, would = WORDS[outcome]
            yield {
                "name": outcome,
                "words": past if done else f"{would[:1].upper()}{would[1:]}",
                "number": report.outcomes[outcome],
                "told": [
                    {"pk": pks.get(t.slug), **{k: getattr(t, k) for k in SAID}}
                    for t in report.told[outcome][:SHOWN]
                ],
            }


SAID = ("identifier", "title", "line", "reason")
