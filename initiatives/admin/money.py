"""Amounts on forms: what each kind of amount needs, said at the field that lacks it."""

import re

from atlas.kit.admin import KnownForm
from initiatives.choices import AmountKind
from sources.admin import LinkCitingForm


class AmountRules:
    """Mixin of the forms of funding links; the database holds the same rules as constraints."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "amount_kind" in self.fields:
            self.fields["undisclosed_reason"].label = "Why undisclosed"
            self.fields["amount_max"].label = "Up to"

    def clean_currency(self):
        return self.cleaned_data["currency"].strip().upper()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if "amount_kind" in cleaned:
            undisclosed = cleaned["amount_kind"] == AmountKind.UNDISCLOSED
            for name, why in (_undisclosed if undisclosed else _stated)(cleaned):
                if name not in self.errors:
                    self.add_error(name, why)
        return cleaned


def _undisclosed(given: dict):
    """(field, what is wrong) of an amount that nobody states."""
    for name in ("amount", "amount_max", "currency"):
        if given.get(name) not in (None, ""):
            yield name, "An undisclosed amount has none: clear it, or choose another kind."
    if not given.get("undisclosed_reason"):
        yield "undisclosed_reason", "Say why the amount is not stated."


def _stated(given: dict):
    """(field, what is wrong) of an amount with a number."""
    low, high = given.get("amount"), given.get("amount_max")
    if low is None:
        yield "amount", "Give the number, or choose “Undisclosed” and say why."
    if not re.fullmatch("[A-Z]{3}", given.get("currency", ""), re.ASCII):
        yield "currency", "Give the currency as three letters (ISO 4217): USD."
    if given.get("undisclosed_reason"):
        yield "undisclosed_reason", "Only an undisclosed amount has a reason: clear it."
    if given["amount_kind"] != AmountKind.RANGE:
        if high is not None:
            yield "amount_max", "Only a range has an upper end: clear it, or choose “Between”."
    elif high is None:
        yield "amount_max", "A range needs its upper end."
    elif low is not None and high <= low:
        yield "amount_max", "The upper end must be above the lower."


class FundingRowForm(AmountRules, KnownForm):
    """A sum among the rows of its initiative."""


class FundingLinkForm(AmountRules, LinkCitingForm):
    """A sum on a form of its own."""
