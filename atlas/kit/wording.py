"""How numbers, amounts and words of vocabularies are read out on pages and in labels."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

THIN = "\u202f"  # narrow no-break space between thousands
AMOUNT = re.compile(
    r"(?P<mark>~|>=)?(?P<low>\d+(?:\.\d+)?)(?:\.\.(?P<high>\d+(?:\.\d+)?))? (?P<currency>[A-Z]{3})"
)


def number(value) -> str:
    """``7500000.50`` as “7 500 000.5”, with thin spaces that never break."""
    try:
        plain = Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)
    return f"{plain:,f}".replace(",", THIN)


def amount(text: str) -> str:
    """The canonical amount of ``FundingLink`` in words: ``~5000000 USD`` is “about 5 000 000 USD”."""
    if text == "undisclosed":
        return _("undisclosed")
    match = AMOUNT.fullmatch(text)
    if not match:
        return text
    said = f"{number(match['low'])}\u00a0{match['currency']}"
    if match["high"]:
        return _("%(low)s to %(high)s") % {
            "low": number(match["low"]),
            "high": f"{number(match['high'])}\u00a0{match['currency']}",
        }
    return {"~": _("about %s"), ">=": _("at least %s"), None: "%s"}[match["mark"]] % said


def plain(word: str) -> str:
    """A kebab-case word as prose: ``south-eastern-asia`` is “south eastern asia”."""
    return word.replace("-", " ").replace("_", " ")


def sentence(word: str) -> str:
    """A kebab-case word as a label: ``national-cyber-reviews`` is “National cyber reviews”."""
    said = plain(word)
    return said[:1].upper() + said[1:]


def listed(words: list[str]) -> str:
    """“A”, “A and B”, “A, B and C”."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}
