"""The address of a record in its form: made from its name, never taken from another record."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from atlas.kit import addresses
from atlas.kit.models import Publishable


class AddressedForm(forms.ModelForm):
    """Mixin: a new record needs no address, and one that is another's is refused by its name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self._is_addressed and self.instance._state.adding:
            self.fields["slug"].required = False

    @property
    def _is_addressed(self) -> bool:
        return "slug" in self.fields and issubclass(self._meta.model, Publishable)

    def clean(self):
        cleaned = super().clean()
        if self._is_addressed and "slug" not in self.errors:
            try:
                cleaned["slug"] = self._address(cleaned)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def _address(self, cleaned: dict) -> str:
        model, slug = self._meta.model, cleaned.get("slug", "")
        if not slug:
            name = model.FACTS[0].field
            slug = addresses.slug_of(model, cleaned.get(name, ""))
            if not slug and name not in self.errors:
                raise ValidationError({"slug": _("Give one: the name has no Latin letters.")})
        elif "slug" in self.changed_data:
            mine = None if self.instance._state.adding else self.instance
            addresses.refuse_taken(model, slug, mine)
        return slug
