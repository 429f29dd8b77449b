"""One activity on its way to becoming a draft: its rows, their evidence, and its flaws."""

import hashlib
import re
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from atlas.kit.facts import PROSE_MARK
from initiatives.exchange.iati.codes import CURRENCIES
from initiatives.exchange.iati.narratives import (
    LANGUAGE,
    LONGEST_LANGUAGE,
    one_line,
    words_of,
)
from initiatives.exchange.iati.organisations import (
    Organisation,
    Organisations,
    organisation,
    short_hash,
)
from initiatives.exchange.iati.reading import Activity

DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)  # xsd:decimal
WITHDRAWN = frozenset("BYR EEK LTL LVL MRO STD USS VEF ZMK".split())  # of ISO 4217; old sums say so
BASE = 48  # characters of the title in a new address
FIRST_YEAR, LAST_YEAR = 1900, 2100  # as in atlas.kit.dates


@dataclass(frozen=True)
class Existing:
    """The initiative that an activity became at an earlier import, or that bears its identifier.

    ``base`` begins the keys of its rows; empty where no import made it.
    """

    slug: str
    uid: str
    state: str
    base: str
    content: str  # md5 of the source's own text


@dataclass
class Shelf:
    """What the activities of one file share."""

    organisations: Organisations
    countries: frozenset[str]
    themes: frozenset[str]
    generated: str
    sources: dict[Organisation, str] = field(default_factory=dict)  # reporter -> source's slug


class Draft:
    """Rows go to the file's spool only if nothing was wrong with the whole activity."""

    def __init__(self, activity: Activity, shelf: Shelf, existing: Existing | None):
        self.activity, self.shelf, self.existing = activity, shelf, existing
        self.rows: list[tuple[str, tuple]] = []
        self.related: list[tuple[str, str, str]] = []  # kind of tie, identifier, locator
        self.flaws: list[str] = []
        self.counts: Counter[str] = Counter()
        self.keys: Counter[str] = Counter()
        self.parts: dict[str, list] = defaultdict(list)
        for child in activity.element.iterchildren("*"):
            self.parts[child.tag].append(child)
        element = activity.element
        self.language = (element.get(LANGUAGE) or "").strip().lower()[:LONGEST_LANGUAGE]
        self.currency = (element.get("default-currency") or "").strip()
        self.identifier = one_line(self._only_text("iati-identifier"))
        self.reporter = organisation(self.first("reporting-org"))
        self.source = shelf.sources.get(self.reporter, "")
        self.slug = self.base = ""

    def first(self, tag: str):
        found = self.parts.get(tag)
        return found[0] if found else None

    def _only_text(self, tag: str) -> str:
        element = self.first(tag)
        return (element.text or "") if element is not None else ""

    @property
    def uid(self) -> str:
        """The permanent identity of the initiative: it survives new titles and addresses."""
        return self.existing.uid if self.existing else uid_of(self.identifier)

    def name(self, title: str) -> None:
        """Settle the address, and what begins the keys of all its rows."""
        if self.existing:
            self.slug, self.base = self.existing.slug, self.existing.base
        else:
            words = words_of(title, BASE)
            self.slug = f"{words or 'activity'}-{short_hash(self.identifier)}"
            self.base = self.slug

    # ------------------------------------------------------------ rows and evidence

    def key(self, *parts: str) -> str:
        """A key of this record's; repeats are numbered."""
        wanted = "--".join((self.base, *parts))
        self.keys[wanted] += 1
        nth = self.keys[wanted]
        return wanted if nth == 1 else f"{wanted}-{nth}"

    def add(self, table: str, *cells: str) -> None:
        self.rows.append((table, cells))

    def cite(self, table: str, key: str, field: str, says: str, where: str, note="") -> None:
        """The source says ``says`` of a fact, at ``where`` below the activity."""
        mine = f"{key or self.base}--{field}--iati"
        locator = f"{self.activity.path}/{where}" if where else self.activity.path
        link = (table, key) if table else ("", "")
        self.add("citations", mine, self.slug, "", *link, field, self.source, says, locator, note)

    def statement(
        self, property: str, value: str, where: str, *, number="", unit="", note="", **by
    ):
        """Say what no field holds; ``by``: date, nature."""
        key = self.key(property)
        cells = (number, unit, by.get("date", ""), by.get("nature", "fact"), note)
        self.add("statements", key, self.slug, property, value, *cells)
        self.cite("statements", key, "value", prose(value), where)

    def flaw(self, where: str, reason: str) -> None:
        self.flaws.append(f"{where}: {reason}")

    # ------------------------------------------------------------ cells

    def actor(self, element, where: str) -> str:
        """Slug of the actor an element names; empty for nobody."""
        found = organisation(element)
        if found and found.flaw:
            self.flaw(where, found.flaw)
            return ""
        return self.shelf.organisations.slug(found)

    def day(self, element, where: str, attribute: str = "iso-date") -> str:
        """A full day as EDTF; a flaw where it is missing or no day we can hold."""
        text = (element.get(attribute) or "").strip() if element is not None else ""
        match = DAY.fullmatch(text)
        try:
            found = date.fromisoformat(match[1]) if match else None
        except ValueError:
            found = None
        if found is None:
            said = f"“{text[:40]}” is not a day" if text else "is missing"
            self.flaw(f"{where}/@{attribute}", said)
        elif not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.flaw(f"{where}/@{attribute}", f"{text}: years run from 1900 to 2100")
        else:
            return match[1]
        return ""

    def money(self, value, where: str) -> tuple[str, str]:
        """(amount, currency) of a ``value`` element, exactly as given; flaws where it is none."""
        if value is None:
            self.flaw(where, "is missing")
            return "", ""
        amount = plain_number(value.text, 18, 6)
        if not amount:
            self.flaw(
                where, f"“{(value.text or '').strip()[:40]}” is no amount we can hold exactly"
            )
        currency = (value.get("currency") or self.currency).strip()
        if not currency:
            self.flaw(where, "has no currency, and the activity no default-currency")
        elif currency not in CURRENCIES and currency not in WITHDRAWN:
            self.flaw(where, f"“{currency[:20]}” is no currency of ISO 4217")
        return amount, currency


def uid_of(identifier: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"iati:activity:{identifier}"))


def plain_number(text: str | None, whole: int, places: int) -> str:
    """A decimal number without needless digits; empty where it is none or would be rounded."""
    text = (text or "").strip()
    if not NUMBER.fullmatch(text):
        return ""
    number = Decimal(text)
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    digits, _point, fraction = plain.lstrip("-").partition(".")
    if len(digits.lstrip("0")) > whole or len(fraction) > places:
        return ""
    return "0" if number == 0 else plain


def prose(text: str) -> str:
    """The hash by which a citation knows the wording it was checked against."""
    return PROSE_MARK + hashlib.sha256(text.strip(" \t\r\n").encode()).hexdigest()[:16]


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis; the whole stays in the source record."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
