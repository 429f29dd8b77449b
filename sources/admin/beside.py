"""Evidence beside each field: what stands behind the value, and a source for it on the spot."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit.admin import autocomplete
from sources.choices import Credibility
from sources.models import Source

BESIDE = "beside_{field}_{part}"
PARTS = ("source", "locator", "says", "credibility")


class Beside(forms.Widget):
    """A field's own widget with its evidence under it; ``control`` gives what the template says."""

    def __init__(self, widget, control):
        super().__init__(widget.attrs)
        self.widget, self.control = widget, control
        self.is_required = widget.is_required

    @property
    def media(self):
        return self.widget.media

    @property
    def is_hidden(self):
        return self.widget.is_hidden

    @property
    def needs_multipart_form(self):
        return self.widget.needs_multipart_form

    def format_value(self, value):
        return self.widget.format_value(value)

    def use_required_attribute(self, initial):
        return self.widget.use_required_attribute(initial)

    def render(self, name, value, attrs=None, renderer=None):
        own = self.widget.render(name, value, attrs, renderer)
        return own + render_to_string("admin/_beside.html", self.control())

    def value_from_datadict(self, data, files, name):
        return self.widget.value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data, files, name):
        return self.widget.value_omitted_from_data(data, files, name)

    def id_for_label(self, id_):
        return self.widget.id_for_label(id_)


def add_controls(form, fields) -> None:
    """Give the form a control for each of these fields that it shows."""
    for name in [f for f in fields if f in form.fields and not form.fields[f].widget.is_hidden]:
        label = form.fields[name].label
        for part, field in _parts(label).items():
            form.fields[BESIDE.format(field=name, part=part)] = field
        own = form.fields[name].widget
        form.fields[name].widget = Beside(
            own, lambda name=name, label=label: _said(form, name, label)
        )


def _parts(label: str) -> dict[str, forms.Field]:
    """The fields of one control; their labels name the fact, for who hears them only."""
    source = autocomplete(
        Source._meta.get_field("derived_from"), required=False, label=_("Source of %s") % label
    )
    text = forms.TextInput(attrs={"class": "vTextField"})
    credibility = [("", "—"), *((str(v), f"{v} {words}") for v, words in Credibility.choices)]
    return {
        "source": source,
        "locator": forms.CharField(
            required=False, max_length=300, label=_("%s: where in it") % label, widget=text
        ),
        "says": forms.CharField(
            required=False, max_length=1000, label=_("%s: what it says") % label, widget=text
        ),
        "credibility": forms.TypedChoiceField(
            required=False,
            coerce=int,
            empty_value=None,
            choices=credibility,
            label=_("%s: credibility") % label,
        ),
    }


def _said(form, name: str, label: str) -> dict:
    bound = {part: form[BESIDE.format(field=name, part=part)] for part in PARTS}
    sheet = form.sheet() if form.sheet else None
    fact = sheet.values.get(name) if sheet else None
    return {
        "label": label,
        "parts": bound,
        "open": any(part.errors or part.value() for part in bound.values()),
        "marks": marks(fact, sheet.stale_before) if sheet else [("", _("no evidence yet"))],
        "prose": fact is not None and fact.kind == "prose",
        "cite_url": f"{sheet.cite_url}?fact={name}" if fact is not None and sheet else "",
    }


def marks(fact, stale_before) -> list[tuple[str, str]]:
    """(style, words) of how well a fact is known; checks before ``stale_before`` are old."""
    if fact is None or (fact.value is None and not fact.citations):
        return [("", _("no value yet"))]
    supporting = [c for c in fact.citations if c.supports]
    number = len({c.source for c in supporting})
    found = []
    if number:
        words = ngettext("cited by %s source", "cited by %s sources", number) % number
        found.append(("mark-good", words))
    elif fact.value is not None:
        found.append(("mark-bad", _("uncited")))
    if fact.contradicted:
        found.append(("mark-warn", _("disputed")))
    if any(c.stance == "unused" for c in fact.citations):
        found.append(("mark-warn", _("cited, but we have no value")))
    if any(c.stance == "outdated" for c in fact.citations) and not number:
        found.append(("mark-warn", _("was checked against an earlier wording")))
    checked = [c.checked_on for c in supporting if c.checked_on]
    if number and stale_before and (not checked or max(checked) < stale_before):
        found.append(("mark-warn", _("not checked for long")))
    return found
