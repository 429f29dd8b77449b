"""BibTeX: entries that classic BibTeX and biblatex both read."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from initiatives.exchange.citing import DAY, Reference, references

SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
SIGNS = {
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "\u00a0": "~",
    "\u202f": "~",
    "ß": r"{\ss}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
}
ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u ",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r ",
    "\u030b": "H ",
    "\u030c": "v ",
    "\u0327": "c ",
    "\u0328": "k ",
}
TYPES = {"report": "techreport"}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# what would end or unbalance a field must be written in the address itself
UNSAFE = re.compile(r"[{}\\\s\"<>^`|]")


def write(selection) -> Iterator[bytes]:
    """One entry after the other, in UTF-8; letters that LaTeX can spell are spelt."""
    for reference in references(selection):
        yield entry(reference).encode()


def entry(reference: Reference) -> str:
    type_ = TYPES.get(reference.type, "misc")
    fields = {
        "title": f"{{{escape(reference.title)}}}",  # doubled: capitals stay
        "author": f"{{{escape(reference.author)}}}" if reference.author else "",
        "institution" if type_ == "techreport" else "howpublished": escape(reference.publisher),
        **_date(reference.issued),
        "version": escape(reference.version),
        "url": address(reference.url),
        "urldate": reference.accessed,
        "language": escape(reference.language),
        "note": escape(_note(reference)),
    }
    lines = "".join(
        f"  {name} = {value if name == 'month' else '{' + value + '}'},\n"
        for name, value in fields.items()
        if value
    )
    return f"@{type_}{{{reference.id},\n{lines}}}\n\n"


def _date(text: str) -> dict[str, str]:
    """Year and month for classic styles; an interval or unsure date keeps its EDTF in ``date``."""
    match = DAY.fullmatch(text)
    if not match:
        return {"year": text[:4] if text[:4].isdigit() else "", "date": text}
    year, month, _day, unsure = match.groups()
    if unsure:
        return {"year": year, "date": text}
    return {"year": year, "month": MONTHS[int(month) - 1] if month else "", "date": text}


def _note(reference: Reference) -> str:
    said = []
    if reference.version:
        said.append(f"Version {reference.version}, last changed {reference.issued}")
    if reference.accessed:
        said.append(f"Accessed {reference.accessed}")
    if reference.archive:
        said.append("An archived copy exists")
    return ". ".join(said)


def escape(text: str) -> str:
    """Text for a field: specials escaped, accents spelt, other scripts as they are."""
    return "".join(_sign(sign) for sign in unicodedata.normalize("NFC", " ".join(text.split(" "))))


def _sign(sign: str) -> str:
    if sign in SPECIALS:
        return SPECIALS[sign]
    if sign in SIGNS:
        return SIGNS[sign]
    if sign < " ":
        return " "
    if sign < "\x7f":
        return sign
    parts = unicodedata.normalize("NFD", sign)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in ACCENTS:
        letter = {"i": r"\i", "j": r"\j"}.get(parts[0], parts[0])
        if parts[0] in "ij" and parts[1] in "\u0327\u0328":
            letter = parts[0]
        return f"{{\\{ACCENTS[parts[1]]}{letter}}}"
    return sign


def address(url: str) -> str:
    """An address as ``url`` takes it: verbatim, without what would break the field."""
    return UNSAFE.sub(lambda match: quote(match[0]), url)
