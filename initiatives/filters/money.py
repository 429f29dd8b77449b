"""Filters over funding links, of the links themselves and of what they pay for."""

import re
from decimal import Decimal

from django.db.models import Q

from actors.filters import FunderFilter
from atlas.kit.filters import AtlasFilter, BadValue, PatternFilter
from atlas.kit.filters.dates import SURE
from initiatives.choices import AmountKind
from initiatives.models import FundingLink


def paid_for(links) -> Q:
    return Q(pk__in=links.values("initiative"))


class PaidForFilter(FunderFilter):
    """Initiatives that the payer pays for."""

    def condition(self, value):
        return paid_for(FundingLink.objects.filter(value.paid()))


class LinkFunderFilter(FunderFilter):
    """Funding links that the payer gave."""

    def condition(self, value):
        return value.paid()


class CurrencyFilter(PatternFilter):
    def __init__(self, field_name="currency", **kwargs):
        super().__init__(
            field_name,
            pattern=r"[A-Z]{3}",
            example="USD",
            expected="a currency code of ISO 4217 such as USD",
            spell=str.upper,
            **kwargs,
        )


class PaidInCurrencyFilter(CurrencyFilter):
    """Initiatives with a stated amount in the currency; with the bounds, an amount within them."""

    def condition(self, value):
        links = FundingLink.objects.filter(currency=value)
        for name in ("amount_min", "amount_max"):
            for bound in self.sibling(name) if not self.exclude else ():
                links = links.filter(self.parent.filters[name].bound(bound))
        return paid_for(links)


class AmountFilter(AtlasFilter):
    """A bound of the amount; without a currency a number means nothing."""

    single = True
    negatable = False
    schema = {"type": "string", "format": "decimal"}
    example = "1000000"
    expected = "a number such as 5000000 or 2500.50, without separators"

    def parse(self, text):
        if not re.fullmatch(r"\d{1,18}(\.\d{1,2})?", text, re.ASCII):
            words = f"“{text}” is not an amount: digits only, such as 1000000 or 2500.50."
            raise BadValue(words, [self.expected])
        return Decimal(text)

    @property
    def sure(self) -> bool:
        return SURE in self.sibling("certainty")


class AmountMinFilter(AmountFilter):
    """Possibly at least so much: its upper end; surely: its lower end, where it has one."""

    def bound(self, value) -> Q:
        if self.sure:
            unsure = (AmountKind.APPROXIMATE, AmountKind.AT_MOST)
            return Q(amount__gte=value) & ~Q(amount_kind__in=unsure)
        return Q(amount__gte=value) | Q(amount_max__gte=value) | Q(amount_kind=AmountKind.AT_LEAST)

    def condition(self, value):
        return self.bound(value)


class AmountMaxFilter(AmountFilter):
    """Possibly at most so much: its lower end; surely: its upper end, where it has one."""

    def bound(self, value) -> Q:
        if self.sure:
            closed = (AmountKind.EXACT, AmountKind.AT_MOST)
            return Q(amount_kind__in=closed, amount__lte=value) | Q(amount_max__lte=value)
        return Q(amount__lte=value) | Q(amount_kind=AmountKind.AT_MOST)

    def condition(self, value):
        return self.bound(value)


class Subsumed:
    """Mixin: the currency filter asks this bound of the very link it matches."""

    def conditions(self, values):
        return Q()


class PaidMinFilter(Subsumed, AmountMinFilter):
    pass


class PaidMaxFilter(Subsumed, AmountMaxFilter):
    pass


def amounts_need_currency(cleaned: dict):
    """Errors for bounds without a currency, and for bounds that exclude each other."""
    for name in ("amount_min", "amount_max"):
        if cleaned.get(name) and not cleaned.get("currency"):
            yield (
                name,
                BadValue(
                    "An amount needs its currency: choose one too (currency).",
                    ["currency=USD, for instance"],
                ),
            )
    low, high = cleaned.get("amount_min"), cleaned.get("amount_max")
    if low and high and low[0] > high[0]:
        yield (
            "amount_max",
            BadValue("The upper bound lies below the lower one.", [f"{low[0]} or more"]),
        )
