"""The regions an initiative is about, ticked by the names that readers see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from initiatives.filters.places import words_to_file_under
from sources.admin import CitingForm


class RegionsField(forms.MultipleChoiceField):
    """Boxes to tick: nobody has to know the words."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self):
        super().__init__(
            label=_("Regions"),
            required=False,
            choices=words_to_file_under,
            help_text=_(
                "What it is about as a whole, by our own classification; never cited. The"
                " countries and groups it reaches stand under “reach”, with their sources."
            ),
        )


class RegionsForm(CitingForm):
    """Ticks keep the order in which the record named its regions."""

    def clean_regions(self) -> list[str]:
        ticked, stored = self.cleaned_data["regions"], self.initial.get("regions") or []
        kept = [word for word in stored if word in ticked]
        return kept + [word for word in ticked if word not in kept]
