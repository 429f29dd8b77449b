"""Form parts that keep the number of queries apart from the number of rows."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.html import format_html

from atlas.kit import dates


class KnownSelect(AutocompleteSelect):
    """Autocomplete that shows an already fetched object without asking for it again."""

    known = None

    def optgroups(self, name, value, attr=None):
        chosen = [str(v) for v in value if v not in ("", None)]
        if self.known is None or chosen != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(self.known)
        options.append(self.create_option(name, self.known.pk, label, True, len(options)))
        return [(None, options, 0)]


def autocomplete(model_field, **kwargs) -> forms.ModelChoiceField:
    """A form field outside the model that is searched like the foreign key ``model_field``."""
    rel = model_field.remote_field
    select = KnownSelect(model_field, admin.site)
    widget = RelatedFieldWidgetWrapper(select, rel, admin.site, can_add_related=True)
    queryset = rel.model._default_manager.all()
    return forms.ModelChoiceField(queryset=queryset, widget=widget, **kwargs)


class KnownForm(forms.ModelForm):
    """Tells each autocomplete the object that its row came with."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownSelect):
                widget.known = self.instance._state.fields_cache.get(name)


class PlainText(forms.Widget):
    """A value that is said, not chosen."""

    def __init__(self, text: str = "", mark: str = ""):
        super().__init__()
        self.text, self.mark = text, mark

    def render(self, name, value, attrs=None, renderer=None):
        return format_html("<span>{}</span> {}", self.text, self.mark)

    def value_omitted_from_data(self, data, files, name):
        return False


def in_words(request) -> JsonResponse:
    """The dates ``d`` as a page says them, or what is wrong with each, for who types them."""
    return JsonResponse({text: _read_out(text) for text in request.GET.getlist("d")[:100]})


def _read_out(text: str) -> dict[str, str]:
    try:
        dates.validate(text.strip())
    except ValidationError as error:
        return {"error": " ".join(error.messages)}
    return {"words": dates.words(text.strip())}
