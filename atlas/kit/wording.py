"""How numbers, amounts and words of vocabularies are read out on pages and in labels."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

THIN = "\u202f"  # narrow no-break space between thousands
AMOUNT = re.compile(
    r"(?P<mark>~|>=|<=)?(?P<low>-?\d+(?:\.\d+)?)(?:\.\.(?P<high>-?\d+(?:\.\d+)?))?"
    r" (?P<currency>[A-Z]{3})"
)


def number(value) -> str:
    """``7500000.50`` as “7 500 000.5”, with thin spaces that never break."""
    if type(value) is int:
        return f"{value:,}".replace(",", THIN)
    try:
        plain = Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)
    return f"{plain:,f}".replace(",", THIN)


def amount(text: str) -> str:
    """The canonical amount of a funding link in words: ``~5000 USD`` is “about 5 000 USD”."""
    if text == "undisclosed":
        return _("no sum stated")
    match = AMOUNT.fullmatch(text)
    if not match:
        return text
    said = f"{number(match['low'])}\u00a0{match['currency']}"
    if match["high"]:
        return _("%(low)s to %(high)s") % {
            "low": number(match["low"]),
            "high": f"{number(match['high'])}\u00a0{match['currency']}",
        }
    if match["mark"] is None:
        return said
    marks = {"~": _("about %s"), ">=": _("at least %s"), "<=": _("up to %s")}
    return marks[match["mark"]] % said


REASONS = {
    "unknown": gettext_lazy("no source on file gives it"),
    "withheld": gettext_lazy("withheld"),
    "none": gettext_lazy("there is none"),
    "not-applicable": gettext_lazy("does not apply"),
}


# the Admiralty code as a sentence can use it; sources.choices has the labels of forms
RELIABILITY = {
    "A": gettext_lazy("completely reliable"),
    "B": gettext_lazy("usually reliable"),
    "C": gettext_lazy("fairly reliable"),
    "D": gettext_lazy("not usually reliable"),
    "E": gettext_lazy("unreliable"),
    "F": gettext_lazy("reliability cannot be judged"),
}
CREDIBILITY = {
    1: gettext_lazy("confirmed by other sources"),
    2: gettext_lazy("probably true"),
    3: gettext_lazy("possibly true"),
    4: gettext_lazy("doubtful"),
    5: gettext_lazy("improbable"),
    6: gettext_lazy("truth cannot be judged"),
}


def reason(word: str) -> str:
    """Why a value is missing, as a sentence can go on: “not stated (withheld)”."""
    return str(REASONS.get(word, word))


def plain(word: str) -> str:
    """A kebab-case word as prose: ``south-eastern-asia`` is “south eastern asia”."""
    return word.replace("-", " ").replace("_", " ")


ACRONYMS = ("uk", "us", "eu", "un", "asean", "arf", "jaif", "ict", "ot", "cert", "csirt", "nec")


def sentence(word: str) -> str:
    """A kebab-case word as a label: ``role-for-the-uk`` is “Role for the UK”."""
    said = " ".join(w.upper() if w in ACRONYMS else w for w in plain(word).split(" "))
    return said[:1].upper() + said[1:]


HYPHENED = {
    "south-eastern-asia": "South-eastern Asia",
    "south-east-europe": "South-East Europe",
    "sub-saharan-africa": "Sub-Saharan Africa",
}
SMALL_WORDS = ("and", "the", "of")


def place(word: str) -> str:
    """A region's word as its name: ``latin-america-and-the-caribbean``, ``indo-pacific``."""
    if word in HYPHENED:
        return HYPHENED[word]
    parts = [part if part in SMALL_WORDS else part.capitalize() for part in word.split("-")]
    joined = " ".join(parts)
    return joined.replace("Indo Pacific", "Indo-Pacific").replace("Asia Pacific", "Asia-Pacific")


def listed(words: list[str]) -> str:
    """“A”, “A and B”, “A, B and C”."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}
