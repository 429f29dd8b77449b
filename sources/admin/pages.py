"""The page “Cite a source” of a record: one source, many facts, one save; checks renewed."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit.admin.guard import as_validation
from atlas.kit.naming import field_words, value_words
from sources import actions
from sources.admin.beside import marks
from sources.admin.citing import checked_by, fact_at
from sources.admin.entering import SourceFields
from sources.admin.evidence import FactSheet
from sources.choices import Credibility


class CiteForm(SourceFields):
    """The source and how far to believe what it says here."""

    required_css_class = "required"
    credibility = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=gettext_lazy("Credibility"),
        choices=[("", "—"), *((value, f"{value} {label}") for value, label in Credibility.choices)],
    )
    why = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Why"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("For the reviewer and the history; “Cited: …” where left empty."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edit_source"].help_text = ""

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.names_source:
            self.add_error("edit_source", _("Choose a source, or paste a new one."))
        return cleaned


class CitePages:
    """Mixin of a record's admin, before ``Reviewed``: cite many facts, renew many checks."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.cite_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_cite"
        return [path("<path:object_id>/cite/", view, name=name), *super().get_urls()]

    def cite_view(self, request, object_id):
        """The source above, below it every fact with a box, what it says and its evidence."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        form = CiteForm(request.POST or None, initial=self._like(request, record))
        if request.method == "POST":
            if keys := self._renewed(request):
                return self._renew(request, record, keys)
            done = self._cite(request, record, form)
            if done is not None:
                return done
        show = lambda: self._cite_page(request, record, form)  # noqa: E731
        try:
            return self._opened(request, record, show)
        except ValidationError as error:
            self.say(request, error.messages)
            return HttpResponseRedirect(request.path)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj and self.has_change_permission(request, obj):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_cite"
            context["cite_url"] = reverse(name, args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _like(self, request, record) -> dict:
        """What is filled in at first: the source, place and credibility of another citation."""
        key = request.GET.get("like", "")
        row = record.citations.select_related("source").filter(key=key).first() if key else None
        if row is None:
            return {}
        return {
            "edit_source": row.source_id,
            "edit_locator": row.locator,
            "credibility": row.credibility,
        }

    def _cite_page(self, request, record, form):
        sheet = FactSheet(record)
        data = request.POST if form.is_bound else None
        ticked = set(data.getlist("fact") if data else request.GET.getlist("fact"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cite a source: %s") % record,
            "object": record,
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "groups": [
                (title, [_line(sheet, fact, ticked, data) for fact in facts])
                for title, facts in sheet.groups()
            ],
            "public": record.is_public,
        }
        return TemplateResponse(request, "admin/cite.html", context)

    # ------------------------------------------------------------ citing

    def _cite(self, request, record, form):
        """Cite the ticked facts and go on; None where something is wrong, said on the form."""
        places = list(dict.fromkeys(request.POST.getlist("fact")))
        if not places:
            form.add_error(None, _("Tick the facts that the source is cited for."))
        if not form.is_valid():
            return None
        try:
            with transaction.atomic():
                source = form.take_source(request.user)
                why = form.cleaned_data["why"] or _("Cited: %s") % source
                revision = self.written(
                    request, record, lambda: self._note(request, record, form, source, places), why
                )
        except (ValidationError, IntegrityError) as error:
            _put_errors(form, as_validation(error))
            return None
        said = ngettext("%(n)s fact cites “%(source)s”.", "%(n)s facts cite “%(source)s”.",
                        len(places)) % {"n": len(places), "source": source}  # fmt: skip
        return self._said(request, record, said, revision)

    def _note(self, request, record, form, source, places: list[str]) -> None:
        """Write the citations, those of one place in the source together."""
        wrong = []
        cleaned, data = form.cleaned_data, request.POST
        for place in places:
            try:
                fact = fact_at(record, place)
                says = data.get(f"says:{place}", "").strip()
                given = {"locator": data.get(f"at:{place}", "").strip() or cleaned["edit_locator"]}
                if cleaned["credibility"]:
                    given["credibility"] = cleaned["credibility"]
                says = {place: "" if says == fact.value else says}
                given |= checked_by(request.user)
                actions.cite(record=record, facts=[fact], source=source, says=says, **given)
            except ValidationError as error:
                label = place.rpartition("/")[2].replace("_", " ").capitalize()
                wrong += [f"{label}: {message}" for message in error.messages]
        if wrong:
            raise ValidationError(wrong)

    def _said(self, request, record, said: str, revision):
        if revision is not None:
            said = format_html(
                '{} {} <a href="{}">{}</a>',
                said,
                _("The record is public: a reviewer decides."),
                revision.get_absolute_url(),
                _("See the difference"),
            )
        self.message_user(request, said, messages.SUCCESS)
        if "_more" in request.POST:
            return HttpResponseRedirect(request.path)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[record.pk]))

    # ------------------------------------------------------------ still says so

    def _renewed(self, request) -> list[str]:
        """The citations that were looked at again: the one beside the button, or all ticked."""
        which = request.POST.get("renew", "")
        return (
            request.POST.getlist("check") or ["-"] if which == "ticked" else [which] * bool(which)
        )

    def _renew(self, request, record, keys: list[str]):
        checked = checked_by(request.user)
        number = 0

        def work():
            nonlocal number
            number = actions.renew(record=record, keys=keys, **checked)
            if not number:
                raise ValidationError(_("Tick the citations that still say so."))

        def write():
            revision = self.written(request, record, work, _("Checked again: still says so."))
            said = ngettext("%s citation still says so.", "%s citations still say so.", number)
            return self._said(request, record, said % number, revision)

        return self.or_say(request, request.path, write)


def _line(sheet: FactSheet, fact, ticked: set[str], data) -> dict:
    """One fact as the page shows it; what was typed comes back."""
    place, model = fact.address, sheet.model_of(fact)
    says = "" if fact.kind == "prose" or fact.value is None else fact.value
    return {
        "fact": fact,
        "place": place,
        "label": field_words(model, fact.field),
        "words": value_words(model, fact.field, fact.value) if fact.value else "",
        "prose": fact.kind == "prose",
        "ticked": place in ticked or ("uncited" in ticked and fact.uncited),
        "says": data.get(f"says:{place}", says) if data else says,
        "at": data.get(f"at:{place}", "") if data else "",
        "marks": marks(fact, sheet.stale_before),
    }


def _put_errors(form, error: ValidationError) -> None:
    """Show what was refused at its field, else above the form."""
    by_field = getattr(error, "message_dict", None) if hasattr(error, "error_dict") else None
    for name, found in (by_field or {NON_FIELD_ERRORS: error.messages}).items():
        for message in found:
            form.add_error(name if name in form.fields else None, message)
