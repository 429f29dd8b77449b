"""A source entered once: chosen among ours, or pasted with its address, title and publisher."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from atlas.kit import dates
from atlas.kit.admin import autocomplete
from sources import actions
from sources.choices import SourceKind
from sources.models import Source

PASTED = ("new_url", "new_title", "new_publisher", "new_published", "new_archived", "new_kind")
GIVEN = PASTED[:-1]  # the kind has a value from the start
EDTF_WORDS = "2018, 2018-09, 2018-09-14; add ? if uncertain, ~ if approximate."
ADDRESS = URLValidator(schemes=["http", "https"])


class SourceFields(forms.Form):
    """Choose a source or paste a new one; ``take_source`` gives it, made where it must be."""

    edit_source = autocomplete(
        Source._meta.get_field("derived_from"),
        required=False,
        label="Source",
        help_text="Cited for every fact here that no source supports yet, whether you change it "
        "now or saved it before. Other evidence goes beside a field, or into the rows at the foot.",
    )
    edit_locator = forms.CharField(
        required=False, max_length=300, label="Where in it", help_text="Paragraph, page, table."
    )
    new_url = forms.CharField(
        required=False,
        max_length=1000,
        label="Or paste: address",
        help_text="If we have this address already, that source is used.",
        widget=forms.URLInput(attrs={"class": "vURLField", "data-on-file": ""}),
    )
    new_title = forms.CharField(
        required=False,
        max_length=500,
        label="Its title",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    new_publisher = forms.CharField(
        required=False,
        max_length=200,
        label="Its publisher",
        help_text="Found again by name. A new one is rated F until somebody judges it.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    new_published = forms.CharField(
        required=False,
        max_length=dates.MAX_LENGTH,
        label="Published",
        help_text=EDTF_WORDS,
        widget=forms.TextInput(attrs={"class": "vTextField", "data-edtf": ""}),
        validators=[dates.validate],
    )
    new_archived = forms.CharField(
        required=False,
        max_length=1000,
        label="Archived address",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        validators=[ADDRESS],
    )
    new_kind = forms.ChoiceField(
        required=False, label="Kind", choices=SourceKind.choices, initial=SourceKind.ARTICLE
    )

    def clean_new_url(self):
        url = self.cleaned_data["new_url"].strip()
        if url and "://" not in url:
            url = f"https://{url}"
        if url:
            ADDRESS(url)
        return url

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in GIVEN if cleaned.get(name)]
        if given and cleaned.get("edit_source"):
            self.add_error(
                "edit_source", _("Choose a source or paste a new one, not both: clear one of them.")
            )
        elif given and Source.objects.on_file(cleaned.get("new_url", "")) is None:
            for name, word in (("new_title", _("title")), ("new_publisher", _("publisher"))):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new source needs its %s.") % word)
        return cleaned

    @property
    def names_source(self) -> bool:
        """Whether a source was chosen or pasted."""
        cleaned = self.cleaned_data
        return bool(cleaned.get("edit_source")) or any(cleaned.get(name) for name in GIVEN)

    def take_source(self, by) -> Source | None:
        """The source that was chosen, found again or made just now."""
        cleaned = self.cleaned_data
        if cleaned.get("edit_source") or not self.names_source:
            return cleaned.get("edit_source")
        try:
            return actions.take_source(
                title=cleaned["new_title"],
                publisher=cleaned["new_publisher"],
                url=cleaned["new_url"],
                published=cleaned["new_published"],
                archived_url=cleaned["new_archived"],
                kind=cleaned["new_kind"] or SourceKind.OTHER,
                by=by,
                through="admin",
            )
        except ValidationError as error:
            raise ValidationError({"new_publisher": error.messages}) from error
