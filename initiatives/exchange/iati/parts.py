"""What IATI can say of a record: plain values, taken from its document and nowhere else.

Nothing is rounded up to fit: a month is no day, "about" is no amount, a guest at a dialogue is no
recipient.  What finds no place here stays in our own elements (``provenance``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.encoding import iri_to_uri

from actors.choices import NameKind
from initiatives.choices import AmountKind, FundingType, ReachKind, Scope, TieKind
from initiatives.exchange.iati import codes
from initiatives.exchange.iati.around import SCHEME, Around, Named, language

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.\-_~%]+(:\d{1,5})?([/?](%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$&'()*+,;=:@/?])*)?"
    r"(#(%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$&'()*+,;=:@/?])*)?"
)
YEAR = 365  # days between the first and last day of the longest budget IATI takes


@dataclass(frozen=True)
class Region:
    vocabulary: str
    code: str
    name: str


@dataclass(frozen=True)
class Places:
    """Either one country, or regions (one a vocabulary); ``lack`` says why there is neither."""

    country: str = ""
    regions: tuple[Region, ...] = ()
    lack: str = ""


@dataclass(frozen=True)
class Organisation:
    """``role`` is IATI's; a fund that is an initiative gives its ``activity`` identifier."""

    role: str
    named: Named
    type: str | None = None
    activity: str = ""


def day(text: str | None) -> date | None:
    """The day, when the date is a full day and the source was sure; else None."""
    return date.fromisoformat(text) if DAY.fullmatch(text or "") else None


def days(text: str | None) -> tuple[date, date] | None:
    """First and last day of a period given to the day; else None."""
    first, _slash, last = (text or "").partition("/")
    start, end = day(first), day(last or first)
    return (start, end) if start and end else None


def address(url: str | None) -> str:
    """The address as a URI that every reader takes; empty where it cannot be one."""
    uri = iri_to_uri((url or "").strip())
    return uri if ADDRESS.fullmatch(uri) else ""


# ------------------------------------------------------------------ identity


def our_identifier(uid: str) -> str:
    return f"{settings.IATI_REPORTING_ORG_REF}-{uid}"


def identifier(code: str, uid: str) -> str:
    """The publisher's own identifier where we hold one, else ours, which never changes."""
    code = code.strip()
    return code if code and code != settings.IATI_REPORTING_ORG_REF else our_identifier(uid)


def identifiers(document: dict) -> tuple[str, list[tuple[str, str]]]:
    """The activity's identifier, and (code, OtherIdentifierType) of the others."""
    rows = sorted(document["initiative_identifiers"], key=lambda r: (r["scheme"], r["code"]))
    known = [r["code"].strip() for r in rows if r["scheme"] == SCHEME and r["code"].strip()]
    own = our_identifier(document["uid"])
    chosen = identifier(known[0] if known else "", document["uid"])
    others = [(r["code"].strip(), codes.OTHER_IDENTIFIER) for r in rows if r["code"].strip()]
    if chosen != own:
        others.insert(0, (own, codes.OUR_IDENTIFIER))
    return chosen, [pair for pair in dict.fromkeys(others) if pair[0] != chosen]


def titles(document: dict) -> list[tuple[str, str]]:
    """(language, title); the first, in the activity's language, has none."""
    found = {"": document["title"]}
    rows = (r for r in document["initiative_names"] if r["kind"] == NameKind.TRANSLATION)
    for row in rows:
        if language(row["language"]) not in ("", "en"):
            found.setdefault(language(row["language"]), row["name"])
    return list(found.items())


def descriptions(document: dict) -> list[tuple[str, str]]:
    """(DescriptionType, text)."""
    return [
        (code, document[name])
        for name, code in codes.DESCRIPTION.pairs.items()
        if (document[name] or "").strip()
    ]


# ------------------------------------------------------------------ who


def organisations(document: dict, around: Around) -> list[Organisation]:
    """Who takes part in one of IATI's four roles; funders come from the funding links."""
    found: dict[tuple[str, str], Organisation] = {}

    def add(role: str | None, named: Named | None, activity: str = "") -> None:
        if role and named:
            kind = None if activity else codes.ORGANISATION_TYPE.code(named.kind)
            found.setdefault((role, named.key), Organisation(role, named, kind, activity))

    for row in document["funding_links"]:
        fund = around.initiatives.get(row["funder_initiative"])
        add(codes.FUNDING_ROLE, around.actors.get(row["funder_actor"]))
        add(codes.FUNDING_ROLE, fund, identifier(fund.code, fund.uid) if fund else "")
    for row in document["funding_joint_funders"]:
        add(codes.FUNDING_ROLE, around.actors.get(row["actor"]))
    for row in document["participations"]:
        add(codes.ROLE.code(row["role"]), around.actors.get(row["actor"]))
    return [found[key] for key in sorted(found)]


# ------------------------------------------------------------------ when and where


def dates(document: dict, today: date) -> list[tuple[str, date]]:
    """(ActivityDateType, day): full days only, and nothing actual that lies ahead."""
    found = []
    for name, code in codes.DATE.pairs.items():
        value = day(document[name])
        if value and not (name.startswith("actual") and value > today):
            found.append((code, value))
    return sorted(found)


def places(document: dict, around: Around) -> Places:
    """Who benefits, without shares nobody stated: one country, one group, or one M49 area."""
    rows = [r for r in document["initiative_reach"] if r["kind"] == codes.RECIPIENT]
    countries = {r["country"] for r in rows if r["country"]}
    groups = {r["group"] for r in rows if r["group"] in around.actors}
    if len(countries) == 1 and not groups:
        return Places(country=min(countries))
    covered = countries.union(*(around.members.get(group, ()) for group in groups))
    regions = []
    if len(groups) == 1 and countries <= around.members.get(min(groups), set()):
        group = around.actors[min(groups)]
        regions.append(Region(codes.OURS, group.key, group.name))
    unknown = any(not around.members.get(group) for group in groups)
    area = "" if unknown else _area([around.countries[c] for c in covered])
    if not area and (document["scope"] == Scope.GLOBAL):
        regions.append(Region(codes.UN_M49, codes.M49_WORLD, ""))
    elif area:
        regions.append(Region(codes.UN_M49, codes.M49[area], ""))
    if regions:
        return Places(regions=tuple(sorted(regions, key=lambda r: int(r.vocabulary))))
    return Places(lack="places" if countries or groups else "recipient")


def _area(countries: list) -> str:
    """The smallest M49 area of our country table that holds all of them."""
    for level in ("subregion", "region"):
        found = {getattr(country, level) for country in countries}
        if len(found) == 1 and found <= codes.M49.keys():
            return found.pop()
    return ""


def locations(document: dict, around: Around) -> list[tuple[str, str]]:
    """(ISO code, name) of the countries it is located in."""
    return [
        (r["country"], around.countries[r["country"]].name)
        for r in document["initiative_reach"]
        if r["kind"] == ReachKind.LOCATION and r["country"]
    ]


def themes(document: dict, around: Around) -> list[dict]:
    slugs = sorted(row["theme"] for row in document["initiative_themes"])
    return [around.themes[slug] for slug in slugs]


def dac_sector(document: dict, around: Around) -> str:
    """The DAC purpose code, where the themes agree on one: several would need shares."""
    found = {theme["iati_sector"] or "" for theme in themes(document, around)}
    return found.pop() if len(found) == 1 and found <= codes.SECTORS else ""


# ------------------------------------------------------------------ money


def transactions(document: dict, today: date) -> Iterator[tuple[str, dict]]:
    """(TransactionType, funding link): exact sums of a known type on a known, past day."""
    contained = {row["includes"] for row in document["funding_includes"]}
    for row in document["funding_links"]:
        code = codes.transaction_type(row)
        when = day(row["value_date"])
        if code and _exact(row) and when and when <= today and row["key"] not in contained:
            yield code, row


def budgets(document: dict) -> Iterator[tuple[date, date, dict]]:
    """(first day, last day, funding link): budgets of at most a year with a value date."""
    for row in document["funding_links"]:
        period = days(row.get("period"))
        if row["type"] == FundingType.BUDGET and _exact(row) and period and day(row["value_date"]):
            start, end = period
            if 0 < (end - start).days <= YEAR:
                yield start, end, row


def _exact(row: dict) -> bool:
    known = row["amount_kind"] == AmountKind.EXACT and row["currency"] in codes.CURRENCIES
    return known and row["amount"] is not None


# ------------------------------------------------------------------ the rest


def parents(document: dict, around: Around) -> list[str]:
    """Identifiers of what this is part of."""
    ties = [r for r in document["initiative_ties"] if r["kind"] == TieKind.PART_OF]
    found = [around.initiatives[r["target"]] for r in ties if r["target"] in around.initiatives]
    return [identifier(named.code, named.uid) for named in found]


def results(document: dict) -> Iterator[tuple[date, date, dict]]:
    """(first day, last day, result): exact figures of a period known to the day."""
    for row in document["results"]:
        period = days(row["period"])
        if period and not row["approximate"]:
            yield *period, row


def documents(document: dict, around: Around) -> list[dict]:
    """Web pages: the initiative's own, then the sources of a kind that IATI has a category for."""
    own = {"url": document["website"], "title": document["title"], "kind": "official"}
    cited = sorted({row["source"] for row in document["citations"]} & around.sources.keys())
    found: dict[str, dict] = {}
    for page in (own, *(around.sources[slug] for slug in cited)):
        category, url = codes.DOCUMENT.code(page["kind"]), address(page["url"])
        if category and url:
            found.setdefault(url, {**page, "url": url, "category": category})
    return list(found.values())


def plain(number: str) -> str:
    """A decimal as XML writes it, without an exponent or idle zeros."""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
