"""Saving and deleting through the gate: a refusal is shown where the editor is, never a 500."""

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.forms import BaseInlineFormSet, CheckboxInput, Textarea
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from atlas.kit import gate
from atlas.kit.admin.widgets import KnownForm, KnownSelect
from atlas.kit.dates import EdtfField
from atlas.kit.tables import NOUNS, TABLES

# what every list of records offers for its rows: name -> (action, words); filled by the app that
# knows the files
ROW_ACTIONS: dict[str, tuple] = {}
MADE_HERE = ("actor", "source")  # what may be added in a small window from any row
SMALL_TEXT = {models.TextField: {"widget": Textarea(attrs={"rows": 2})}}


class KnownChoices:
    """Autocomplete on every foreign key, without a query for each row shown; dates in words."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, EdtfField):
            field.widget.attrs["data-edtf"] = ""
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class GuardedForm(KnownForm):
    """Shows what the gate refused at the last try; the view sets ``refused``.

    ``remedy`` says how to give a source on this form, where the form can.
    """

    refused: ValidationError | None = None
    remedy = ""

    def clean(self):
        cleaned = super().clean()
        if self.refused is not None:
            for field, message in self._refusals(cleaned):
                self.add_error(field if field in self.fields else None, message)
        return cleaned

    def _refusals(self, cleaned: dict) -> list[tuple[str | None, str]]:
        if isinstance(self.refused, gate.GateRefused):
            slugs = {getattr(self.instance, "slug", ""), cleaned.get("slug")}
            found = self.refused.by_field(self._meta.model._meta.model_name, slugs)
            uncited = any(fault.reason == "uncited" for fault in self.refused.faults)
            return found + ([(None, self.remedy)] if self.remedy and uncited else [])
        if hasattr(self.refused, "error_dict"):
            return [
                (None if field == NON_FIELD_ERRORS else field, message)
                for field, found in self.refused.message_dict.items()
                for message in found
            ]
        return [(None, message) for message in self.refused.messages]


class GuardedAdmin(KnownChoices, admin.ModelAdmin):
    """Every save and every deletion is judged before it commits."""

    form = GuardedForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_per_page = 50
    empty_value_display = "not stated"

    # ------------------------------------------------------------ saving

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        arguments = (request, object_id, form_url, extra_context)
        if request.method != "POST":
            return super().changeform_view(*arguments)
        try:
            with transaction.atomic():
                return super().changeform_view(*arguments)
        except (ValidationError, IntegrityError) as error:
            request.refused = as_validation(error)
        return super().changeform_view(*arguments)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refused": getattr(request, "refused", None)})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if context.get("errors"):
            context["row_errors"] = row_errors(context["inline_admin_formsets"])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if hasattr(inline, "form_kwargs"):
            kwargs["form_kwargs"] = inline.form_kwargs(request, obj)
        return kwargs

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.finish(request, form, formsets)
        gate.check(form.instance if hasattr(form.instance, "slug") else None)

    def finish(self, request, form, formsets):
        """Whatever else belongs to this save, after all rows are written."""

    def settle(self, request) -> None:
        """What must stand outside of a save that is kept apart, once it is sure to be kept."""

    # ------------------------------------------------------------ deleting

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        gate.check()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        gate.check()

    def delete_view(self, request, object_id, extra_context=None):
        change = reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id]
        )
        with_gate = super().delete_view
        return self.or_say(request, change, lambda: with_gate(request, object_id, extra_context))

    # ------------------------------------------------------------ rows as files

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.opts.model_name in NOUNS and IS_POPUP_VAR not in request.GET:
            actions |= {name: (do, name, words) for name, (do, words) in ROW_ACTIONS.items()}
        return actions

    def changelist_view(self, request, extra_context=None):
        if ROW_ACTIONS and self.has_add_permission(request):
            listed = any(self.model in table.models for table in TABLES.values())
            extra_context = {"offers_import": listed, **(extra_context or {})}
        with_gate = super().changelist_view
        if request.method != "POST":
            return with_gate(request, extra_context)
        back = request.get_full_path()
        return self.or_say(request, back, lambda: with_gate(request, extra_context))

    def or_say(self, request, back: str, work):
        """Do the work in a transaction; say what was refused and go ``back``."""
        try:
            with transaction.atomic():
                return work()
        except (ValidationError, IntegrityError) as error:
            self.say(request, as_validation(error).messages)
            return HttpResponseRedirect(back)

    def say(self, request, refusals):
        self.message_user(request, "Nothing was changed:", messages.ERROR)
        for refusal in refusals:
            self.message_user(request, refusal, messages.ERROR)


def as_validation(error: Exception) -> ValidationError:
    return gate.refusal(error) if isinstance(error, IntegrityError) else error


def row_errors(inlines) -> list[dict]:
    """What is wrong in the rows of links: the section, the row and field, and where they stand."""
    found = []
    for inline in inlines:
        section = capfirst(str(inline.opts.verbose_name_plural).partition(" (")[0])
        formset = inline.formset
        group = {"where": section, "anchor": f"{formset.prefix}-group"}
        found += [group | {"why": message} for message in formset.non_form_errors()]
        for number, form in enumerate(formset.forms, 1):
            if formset.can_delete and formset._should_delete_form(form):
                continue
            for name, messages_ in form.errors.items():
                own = name in form.fields
                label = f": {form[name].label.lower()}" if own else ""
                anchor = form[name].auto_id if own else form.prefix
                where = f"{section}, row {number}{label}"
                found += [{"where": where, "anchor": anchor, "why": m} for m in messages_]
    return found


class LinkFormSet(BaseInlineFormSet):
    """Rows whose box for deleting says what it is for."""

    @cached_property
    def empty_form(self):
        """Made once: a page of the admin asks for it ten times."""
        return super().empty_form

    def get_deletion_widget(self):
        return CheckboxInput(attrs={"aria-label": _("Delete")})


class LinkRows(KnownChoices):
    """Rows that belong to the record; their key is made from them."""

    extra = 0
    formset = LinkFormSet
    form = KnownForm
    formfield_overrides = SMALL_TEXT

    def get_queryset(self, request):
        names = self.get_autocomplete_fields(request)
        return super().get_queryset(request).select_related(*names)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        other = db_field.related_model._meta.model_name if db_field.remote_field else ""
        kept = ("add",) if other in MADE_HERE else ()
        for part in {"add", "change", "delete", "view"}.difference(kept):
            if hasattr(field.widget if field else None, f"can_{part}_related"):
                setattr(field.widget, f"can_{part}_related", False)
        return field


class LinkInline(LinkRows, admin.TabularInline):
    """Links as rows of a table, whose fields have no labels but the heads of its columns."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:  # a field that is no part of forms has none
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = capfirst(str(field.label))
        return field


class LinkStack(LinkRows, admin.StackedInline):
    """Links with too many fields for a row."""


class ReadOnlyInline(LinkInline):
    """Rows that are edited elsewhere."""

    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
