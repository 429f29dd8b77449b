"""Saving what is cited: one source for a whole edit, evidence beside each field."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from atlas.kit.admin import AddressedForm, GuardedAdmin, GuardedForm
from atlas.kit.evidence import FactEvidence, for_record
from atlas.kit.facts import REGISTRY
from sources import actions
from sources.admin.beside import BESIDE, PARTS, add_controls
from sources.admin.entering import SourceFields
from sources.admin.evidence import sheet_of
from sources.models import Source


class CitingForm(SourceFields, AddressedForm, GuardedForm):
    """One source for every fact of the record that lacks one, and one beside each field."""

    sheet = None  # gives the facts with their evidence; the admin sets it

    remedy = format_html(
        'Choose a <a href="#{}">“Source of this edit”</a> with its locator, or add a row under '
        '<a href="#{}">Evidence</a>.',
        "id_edit_source",
        "citations-group",
    )

    edit_why = forms.CharField(
        required=False,
        max_length=1000,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For the reviewer and the history: what changed in the world, or what was wrong.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        add_controls(self, self.besides())

    def besides(self) -> list[str]:
        """The fields that carry their own evidence."""
        return [fact.field for fact in self._meta.model.FACTS if fact.field in self.fields]

    def clean(self):
        cleaned = super().clean()
        for name in self.besides():
            given = {part: cleaned.get(BESIDE.format(field=name, part=part)) for part in PARTS}
            if any(given.values()) and not given["source"] and name not in self.errors:
                self.add_error(name, _("Choose the source that says this."))
        return cleaned

    def cited_beside(self) -> dict[str, dict]:
        """What was filled in beside fields: field -> source, locator, says, credibility."""
        found = {}
        for name in self.besides():
            given = {p: self.cleaned_data.get(BESIDE.format(field=name, part=p)) for p in PARTS}
            if given["source"]:
                found[name] = given
        return found


class LinkCitingForm(CitingForm):
    """One source for what is filled in or changed on a link's own form."""

    remedy = format_html(
        'Choose a <a href="#{}">“Source of this edit”</a> with its locator.', "id_edit_source"
    )

    def besides(self) -> list[str]:
        return []


class CitingAdmin(GuardedAdmin):
    """Admin of what evidence is about: a record, or one of its links with a form of its own."""

    form = CitingForm
    EDIT = (
        ("edit_source", "edit_locator"),
        ("new_url", "new_title"),
        ("new_publisher", "new_kind"),
        ("new_published", "new_archived"),
        "edit_why",
    )
    EDIT_SOURCE = ("Source of this edit", {"fields": EDIT, "classes": ("paste",)})

    def record_of(self, obj):
        """The record whose evidence this is."""
        return obj

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and hasattr(obj, "state"):
            form.sheet = staticmethod(lambda: sheet_of(request, obj))
        return form

    def finish(self, request, form, formsets):
        record = self.record_of(form.instance)
        checked = checked_by(request.user)
        self._cite_beside(record, form, checked)
        source = form.take_source(request.user)
        if source is not None:
            request.source_of_edit = source
            facts = actions.uncited(record)
            if record != form.instance:  # a link's form speaks for the link alone
                facts = [f for f in facts if self._touched(f, form, formsets)]
            locator = form.cleaned_data["edit_locator"]
            actions.cite(record=record, facts=facts, source=source, locator=locator, **checked)
        super().finish(request, form, formsets)

    def _cite_beside(self, record, form, checked: dict) -> None:
        """Note what was filled in beside the fields."""
        for name, given in form.cited_beside().items():
            fact = fact_at(record, name)
            more = {"credibility": given["credibility"]} if given["credibility"] else {}
            try:
                actions.cite(
                    record=record,
                    facts=[fact],
                    source=given["source"],
                    locator=given["locator"],
                    says={name: given["says"]},
                    **more,
                    **checked,
                )
            except ValidationError as error:
                raise ValidationError({name: error.messages}) from error

    def settle(self, request) -> None:
        """A source pasted into a form that is kept apart stands outside of it."""
        source = getattr(request, "source_of_edit", None)
        if source is not None and not Source.objects.with_slug(source.slug):
            house = source.publisher
            actions.take_source(
                title=source.title,
                publisher=house.name,
                url=source.url,
                slug=source.slug,
                published=source.published,
                archived_url=source.archived_url,
                kind=source.kind,
                by=request.user,
                through="admin",
            )

    def _touched(self, fact, form, formsets) -> bool:
        """Whether this save of a link filled in or changed the fact."""
        obj = form.instance
        if fact.link_key == obj.key and form.changed_data:
            return True
        for formset in formsets:
            rows = [*formset.new_objects, *(row for row, _fields in formset.changed_objects)]
            table = _table_of(formset.model, self.record_of(obj))
            if table == fact.link_table and fact.link_key in {row.key for row in rows}:
                return True
        return False


def checked_by(user) -> dict:
    """Who looks at a source now, and through which door: for ``actions.cite`` and ``renew``."""
    return {
        "checked_on": timezone.localdate(),
        "checked_by": user.get_full_name() or str(user),
        "by": user,
        "through": "admin",
    }


def fact_at(record, address: str) -> FactEvidence:
    """The fact at this address, also where it has no value yet."""
    noun = record._meta.model_name
    for fact in for_record(noun, record.pk):
        if fact.address == address:
            return fact
    table, _slash, rest = address.partition("/")
    key, _slash, field = rest.rpartition("/")
    model = REGISTRY[noun].links.get(table) if key else REGISTRY[noun].model
    name = field if key else address
    known = next((f for f in model.FACTS if f.field == name), None) if model else None
    if known is None:
        raise ValidationError(_("“%s” is no fact of this record.") % address)
    return FactEvidence(table if key else "", key, name, known.kind, None)


def _table_of(model, record) -> str | None:
    links = REGISTRY[record._meta.model_name].links
    return next((table for table, link in links.items() if link is model), None)
