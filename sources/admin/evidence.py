"""Evidence on the record's own form: one inline for all citations, one for missing values.

A fact is chosen by its address (``actual_start``, ``participations/KEY/role``) from the record's
own facts and those of its links, in words.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from atlas.kit.admin import KnownForm, LinkFormSet, LinkInline, PlainText
from atlas.kit.evidence import FactEvidence, address, for_record
from atlas.kit.facts import PROSE_MARK, REGISTRY
from atlas.kit.filters.dates import stale_before
from atlas.kit.naming import field_words, link_words, links_of, value_words
from sources import actions

NATIVE_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
STANCES = {
    "supports": ("mark-good", "supports"),
    "contradicts": ("mark-warn", "says otherwise"),
    "outdated": ("mark-warn", "earlier wording"),
    "unused": ("mark-warn", "we have no value"),
}


class FactSheet:
    """The facts of one record in words, and what each citation does to them."""

    def __init__(self, record):
        self.record = record
        self.evidence = REGISTRY[record._meta.model_name]
        self.links = links_of(record) if record.pk else {}
        self.rows = {(t, row.key): row for t, rows in self.links.items() for row in rows}
        self.keys = {f"{t}:{row.pk}": row.key for (t, _key), row in self.rows.items()}
        found = for_record(self.evidence.noun, record.pk) if record.pk else []
        self.values = {fact.address: fact for fact in found}
        self.stances = {c.key: c.stance for fact in found for c in fact.citations}
        opts = record._meta
        name = f"admin:{opts.app_label}_{opts.model_name}_cite"
        self.cite_url = reverse(name, args=[record.pk]) if record.pk else ""
        self.stale_before = stale_before()

    def choices(self) -> list:
        groups = [("This record", self._of(self.evidence.model, "", ""))]
        for (table, key), row in self.rows.items():
            groups.append((link_words(row), self._of(type(row), table, key)))
        return [("", "Choose a fact"), *groups]

    def _of(self, model, table: str, key: str) -> list[tuple[str, str]]:
        facts = [(address(table, key, f.field), f.field) for f in model.FACTS]
        return [(place, self._label(model, place, field)) for place, field in facts]

    def _label(self, model, place: str, field: str) -> str:
        fact = self.values.get(place)
        value = value_words(model, field, fact.value) if fact and fact.value else "no value yet"
        return f"{field_words(model, field)}: {value}"

    def place_of(self, row) -> str:
        """The address of the fact that an existing evidence row is about."""
        table = row.link_ref.partition(":")[0]
        return address(table, self.keys.get(row.link_ref, ""), row.field)

    def label_of(self, row) -> str:
        table, _colon, _pk = row.link_ref.partition(":")
        if not table:
            return field_words(self.evidence.model, row.field)
        link = self.rows.get((table, self.keys.get(row.link_ref)))
        field = field_words(self.evidence.links[table], row.field).lower()
        return f"{link_words(link) if link else table}, {field}"

    def mark_of(self, row) -> str:
        """What a citation does to our value; nothing for other rows."""
        if row.key not in self.stances:
            return ""
        css, words = STANCES[self.stances[row.key]]
        return format_html(
            '<span class="{}">{}</span> <a href="{}?like={}">{}</a>',
            css,
            words,
            self.cite_url,
            row.key,
            _("Cite the same"),
        )

    def groups(self) -> list[tuple[str, list[FactEvidence]]]:
        """The record and its links in words, each with its facts that have a value or evidence;
        of the record itself all.
        """
        model = self.evidence.model
        empty = [FactEvidence("", "", f.field, f.kind, None) for f in model.FACTS]
        own = [self.values.get(fact.field, fact) for fact in empty]
        found = [(_("This record"), own)]
        for (table, key), row in self.rows.items():
            places = [address(table, key, f.field) for f in type(row).FACTS]
            facts = [self.values[place] for place in places if place in self.values]
            found += [(link_words(row), facts)] if facts else []
        return found

    def model_of(self, fact: FactEvidence):
        return self.evidence.links[fact.link_table] if fact.link_table else self.evidence.model

    def point(self, row, place: str) -> None:
        """Make an evidence row be about the fact at ``place``."""
        parts = place.split("/")
        row.field = parts[-1]
        for name, table in row.LINKS.items():
            mine = len(parts) == 3 and table == parts[0]
            setattr(row, f"{name}_id", self.rows[table, parts[1]].pk if mine else None)


def sheet_of(request, record) -> FactSheet:
    """One sheet serves all rows and fields of a form."""
    sheet = getattr(request, "fact_sheet", None)
    if sheet is None or sheet.record != record:
        sheet = request.fact_sheet = FactSheet(record)
    return sheet


class FactForm(KnownForm):
    """A row about one fact; the fact is chosen once, when the row is made."""

    fact = forms.ChoiceField(widget=forms.Select(attrs={"aria-label": "Fact"}))

    def __init__(self, *args, facts: FactSheet, by: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = facts
        fact = self.fields["fact"]
        if self.instance.pk:
            place = facts.place_of(self.instance)
            fact.choices, fact.disabled, fact.initial = [(place, place)], True, place
            self.initial["fact"] = place
            fact.widget = PlainText(facts.label_of(self.instance), facts.mark_of(self.instance))
        else:
            fact.choices = facts.choices()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("fact") and not self.instance.pk:
            self.facts.point(self.instance, cleaned["fact"])
        return cleaned


class CitationForm(FactForm):
    """``says`` may stay empty: the source says the same as we do."""

    again = forms.BooleanField(
        required=False,
        label="Still says so",
        widget=forms.CheckboxInput(attrs={"aria-label": "Still says so"}),
    )

    def __init__(self, *args, by: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["says"].required = False
        if not self.instance.pk:
            self.fields["again"].widget = PlainText()
            self.initial.setdefault("checked_on", timezone.localdate())
            self.initial.setdefault("checked_by", by)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("again") and self.instance.pk:
            cleaned["checked_on"], cleaned["checked_by"] = timezone.localdate(), self.by
        fact = self.facts.values.get(cleaned.get("fact", ""))
        says = cleaned.get("says", "")
        if fact and fact.kind == "prose" and says and not says.startswith(PROSE_MARK):
            self.add_error(
                "says",
                "Leave this empty for running text: we keep a fingerprint of the wording checked.",
            )
        return cleaned


class CitationFormSet(LinkFormSet):
    """Fills ``says`` with our value where the editor left it empty."""

    def save(self, commit=True):
        silent = [
            form
            for form in self.forms
            if form.has_changed() and not self._should_delete_form(form) and not form.instance.says
        ]
        if silent:
            noun = self.instance._meta.model_name
            facts = {f.address: f for f in for_record(noun, self.instance.pk)}
            for form in silent:
                form.instance.says = self._our_value(form, facts)
        return super().save(commit)

    def _our_value(self, form, facts: dict) -> str:
        fact = facts.get(form.cleaned_data["fact"])
        if fact is None or fact.value is None:
            label = form.facts.label_of(form.instance) if form.instance.pk else form.instance.field
            raise ValidationError(
                f"{label}: we have no value here, so write what the source says, or leave it out."
            )
        return actions.same_as_ours(fact)


class FactInline(LinkInline):
    """Rows about facts of the record and of its links; one sheet serves them all."""

    def form_kwargs(self, request, obj) -> dict:
        return {
            "facts": sheet_of(request, obj),
            "by": request.user.get_full_name() or str(request.user),
        }


class CitationInline(FactInline):
    """All evidence of the record, its links' included."""

    form = CitationForm
    formset = CitationFormSet
    verbose_name = "citation"
    verbose_name_plural = "evidence"
    fields = (
        "fact",
        "source",
        "says",
        "locator",
        "credibility",
        "again",
        "checked_on",
        "checked_by",
        "note",
    )
    autocomplete_fields = ("source",)
    formfield_overrides = LinkInline.formfield_overrides | {DateField: {"widget": NATIVE_DATE}}
    ordering = ("link_ref", "field", "key")
    classes = ("evidence-rows",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        helps = {
            "says": "What the source itself says. Leave empty if it says the same as we do, or to "
            "confirm a summary in its present wording.",
            "locator": "Where in the source: paragraph, page, table.",
        }
        if db_field.name in helps:
            field.help_text = helps[db_field.name]
        return field


class MissingInline(FactInline):
    """Why a value is not there."""

    form = FactForm
    verbose_name = "missing value"
    verbose_name_plural = "missing values, with the reason"
    fields = ("fact", "reason", "note")
