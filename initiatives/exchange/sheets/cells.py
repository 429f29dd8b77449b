"""From a spreadsheet's cell to our text: what spreadsheets do to values, undone or refused.

Every function gives (text, fault, note): ``fault`` says why the cell cannot be taken, ``note`` how
it was read where that is not plain to see; ``text`` is what stood there, so that nothing is lost.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal

from atlas.kit.tables import LIST_SEPARATOR, Column

DANGEROUS = re.compile(r"'*[=+\-@\t\r]")  # a spreadsheet would take it for a formula
DEFUSED = re.compile(r"'+[=+\-@\t\r]")
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"  # at the ends only
QUOTES = "\"'“”„‟‘’‚«»‹›`´"
SCIENTIFIC = re.compile(r"-?\d(?:[.,]\d+)?E[+-]\d{2,3}", re.IGNORECASE)
ERRORS = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)")
FRACTION = re.compile(r"-?\d+\.\d+")
DASHES = str.maketrans({"—": "--", "–": "-", "‑": "-", "−": "-"})
HYPHEN = str.maketrans({"‑": "-"})
MINUS = str.maketrans({"−": "-"})
EXACT = 10**15  # a spreadsheet keeps 15 digits
DATED = ("edtf", "date")
SAYS = "says"  # holds a value of any kind, dates too

Cell = tuple[str, str, str]


def defused(text: str) -> str:
    """The text, made harmless to spreadsheets; ``plain`` takes the apostrophe off again."""
    return f"'{text}" if DANGEROUS.match(text) else text


def trimmed(text: str) -> str:
    """Without the apostrophe that defuses, and without blanks of any kind at the ends."""
    text = text[1:] if DEFUSED.match(text) else text
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    before = None
    while text != before:
        before, text = text, text.strip().strip(INVISIBLE)
    return text


def plain(text: str, column: Column | None) -> Cell:
    """A cell of text; without ``column`` (link_table, link_key) it is a key or a word."""
    text = trimmed(text)
    if "\0" in text:
        return text.replace("\0", "�"), "holds a NUL character", ""
    if SCIENTIFIC.fullmatch(text):
        return text, f"“{text}” is shortened by the spreadsheet: write all its digits", ""
    if ERRORS.fullmatch(text):
        return text, f"holds the spreadsheet's error “{text}”", ""
    return (_structured(text, column) if text else ""), "", ""


def _structured(text: str, column: Column | None) -> str:
    """Values that are no prose may hold no typographic marks; prose keeps its own."""
    kind = column.kind if column else "ref"
    if kind == "text" and not (column.pattern or column.choices):
        return text
    text = " ".join(text.replace("\u00a0", " ").split()).strip(QUOTES).strip()
    if kind in ("ref", "text"):
        return text.translate(DASHES)
    if kind == "list":
        words = (word.strip() for word in text.split(LIST_SEPARATOR))
        return LIST_SEPARATOR.join(word for word in words if word)
    if kind == "boolean" or kind == "uuid":
        return text.lower()
    if kind in DATED:
        return text.translate(HYPHEN)
    if kind in ("decimal", "integer"):
        return _number(text.translate(MINUS))
    return text


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if FRACTION.fullmatch(text) else text


# ------------------------------------------------------------------ typed cells


def typed(value, kind: str, shown_as: str, column: Column | None) -> Cell:
    """A cell of a workbook; ``kind`` is its data type there, ``shown_as`` its number format."""
    if value is None:
        return "", "", ""
    if kind == "f":
        text = str(getattr(value, "text", None) or value)
        return text, "holds a formula: put its value there (Paste special, Values)", ""
    if kind == "e":
        return str(value), f"holds the spreadsheet's error “{value}”", ""
    if isinstance(value, str):
        return plain(value, column)
    if isinstance(value, bool):
        return str(value).lower(), "", ""
    if isinstance(value, int | float):
        return _typed_number(value, shown_as)
    if isinstance(value, date):
        return _typed_date(value, shown_as, column)
    said = "is a time of day" if isinstance(value, time) else "is a length of time"
    return str(value), f"{said}: format the cell as text and write the value again", ""


def _typed_number(value: int | float, shown_as: str) -> Cell:
    if abs(value) >= EXACT:
        return str(value), "has more digits than a spreadsheet keeps: format the cell as text", ""
    text = _number(format(Decimal(format(value, ".15g")), "f"))
    if "%" in shown_as:
        return text, "is shown as a percentage: format the cell as text and write the value", ""
    return text, "", ""


def _typed_date(value: date, shown_as: str, column: Column | None) -> Cell:
    """As exact as the cell shows it: Excel turns a typed 2018-09 into a day shown as Sep-18."""
    day = value.date() if isinstance(value, datetime) else value
    text = day.isoformat()
    if isinstance(value, datetime) and value.time() != time():
        return str(value), "has a time of day: write the day alone, as text", ""
    if column is None or (column.kind not in DATED and column.name != SAYS):
        said = f"was turned into a date ({text}) by the spreadsheet: format the cell as text"
        return text, f"{said} and write the value again", ""
    shown = re.sub(r'"[^"]*"|\[[^]]*\]|\\.', "", shown_as.lower())
    if "y" not in shown and "e" not in shown:
        return text, f"shows no year (the cell holds {text}): write the date as text", ""
    if "d" in shown:
        return text, "", ""
    if day.day != 1 or ("m" not in shown and day.month != 1):
        return text, f"shows less than it holds ({text}): write the date meant, as text", ""
    text = text[:7] if "m" in shown else text[:4]
    return text, "", f"{column.name}: a date shown without its day, read as {text}"
