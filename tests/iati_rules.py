"""A reader of IATI rulesets of our own: schema, code lists and rules over a parsed file.

It knows nothing of the exporter.  ``test_iati_rules`` proves it on IATI's own good and bad cases
and on published files whose failures are known.
"""

import json
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from lxml import etree

DATA = Path(__file__).parent / "data" / "iati"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(DATA / "iati-activities-schema.xsd"))


@cache
def standard() -> dict:
    return json.loads((DATA / "ruleset.json").read_text())["rules"]


@cache
def codelists() -> tuple[list, dict]:
    data = json.loads((DATA / "codelists.json").read_text())
    return data["paths"], {name: set(text.split()) for name, text in data["lists"].items()}


def schema_faults(tree) -> list[str]:
    schema().validate(tree)
    return [f"line {e.line}: {e.message}" for e in schema().error_log]


def code_faults(tree) -> list[str]:
    """Attributes whose code is not in force on the list that the standard names for them."""
    paths, lists = codelists()
    faults = []
    for path, name, condition in paths:
        owner, _at, attribute = path.rpartition("@")
        owner = owner.rstrip("/") or "//*"
        for node in tree.xpath(f"{owner}[{condition}]" if condition else owner):
            value = node.get(LANG if attribute == "xml:lang" else attribute)
            if value is not None and value not in lists[name]:
                faults.append(f"{path}={value!r} is not in {name}")
    return faults


def rule_faults(tree, rules: dict | None = None, today: date | None = None) -> Counter:
    """``error 6.11.1`` and how many elements break it, each counted once a rule."""
    today = today or date.today()
    faults = Counter()
    for context, named in (rules or standard()).items():
        for node in tree.xpath(context):
            for name, case in cases(named):
                faults.update(set(failures(node, name, case, today)))
    return faults


def cases(named: dict):
    return ((name, case) for name, of in named.items() for case in of["cases"])


def failures(node, name: str, case: dict, today: date) -> list[str]:
    if name == "loop":
        values = sorted({text(v) for v in node.xpath(case["foreach"])})
        return [
            fault
            for value in values
            for inner, one in cases(case["do"])
            for fault in failures(node, inner, substituted(one, value), today)
        ]
    if "condition" in case and not node.xpath(f"boolean({case['condition']})"):
        return []
    if RULES[name](node, case, today):
        return []
    return [f"{case.get('severity', 'error')} {case.get('id', name)}"]


def substituted(case: dict, value: str) -> dict:
    def put(item):
        return item.replace("$1", value) if isinstance(item, str) else item

    return {k: [put(i) for i in v] if isinstance(v, list) else put(v) for k, v in case.items()}


def text(found) -> str:
    return found if isinstance(found, str) else "".join(found.itertext())


def matched(node, case: dict) -> list:
    return [found for path in case["paths"] for found in node.xpath(path)]


def texts(node, case: dict) -> list[str]:
    return [text(found) for found in matched(node, case)]


def dated(node, path: str, today: date) -> date | None:
    if path == "NOW":
        return today
    found = node.xpath(path)
    try:
        return date.fromisoformat(text(found[0]).strip()[:10]) if found else None
    except ValueError:
        return None


def one_or_all(node, case: dict, _today) -> bool:
    if node.xpath(case["one"]):
        return True
    every = {
        "lang": ".//narrative[not(@xml:lang)]",
        "currency": ".//*[self::value or self::forecast or self::loan-status][not(@currency)]",
        "sector": "transaction[not(sector)]",
    }
    return not node.xpath(every.get(case["all"], f"*[not({case['all']})]"))


def ordered(node, case: dict, today: date) -> bool:
    less, more = dated(node, case["less"], today), dated(node, case["more"], today)
    return less is None or more is None or less <= more


def date_now(node, case: dict, today: date) -> bool:
    found = dated(node, case["date"], today)
    return found is None or found <= today


def time_limit(node, case: dict, today: date) -> bool:
    start, end = dated(node, case["start"], today), dated(node, case["end"], today)
    return start is None or end is None or end - start <= timedelta(days=366)


def between(node, case: dict, today: date) -> bool:
    start, end = dated(node, case["start"], today), dated(node, case["end"], today)
    value = dated(node, case["date"], today)
    return None in (start, end, value) or start <= value <= end


def total(node, case: dict, _today) -> bool:
    found = texts(node, case)
    try:
        return not found or sum(map(Decimal, found)) == Decimal(str(case["sum"]))
    except InvalidOperation:
        return False


def in_range(node, case: dict, _today) -> bool:
    try:
        numbers = [Decimal(value) for value in texts(node, case)]
    except InvalidOperation:
        return False
    return all(Decimal(str(case["min"])) <= n <= Decimal(str(case["max"])) for n in numbers)


def starts(node, case: dict, _today) -> bool:
    prefixes = [text(found) for path in case["prefix"] for found in node.xpath(path)]
    joined = tuple(p + case.get("separator", "") for p in prefixes)
    return all(value.startswith(joined) for value in texts(node, case))


def only_one_of(node, case: dict, _today) -> bool:
    excluded = any(node.xpath(path) for path in case["excluded"])
    return len(matched(node, case)) == (0 if excluded else 1)


RULES = {
    "atleast_one": lambda n, c, _t: bool(matched(n, c)),
    "no_more_than_one": lambda n, c, _t: len(matched(n, c)) <= 1,
    "only_one_of": only_one_of,
    "one_or_all": one_or_all,
    "unique": lambda n, c, _t: len(texts(n, c)) == len(set(texts(n, c))),
    "startswith": starts,
    "regex_matches": lambda n, c, _t: all(re.search(c["regex"], v) for v in texts(n, c)),
    "regex_no_matches": lambda n, c, _t: not any(re.search(c["regex"], v) for v in texts(n, c)),
    "no_spaces": lambda n, c, _t: all(v == v.strip() for v in texts(n, c)),
    "date_now": date_now,
    "date_order": ordered,
    "time_limit": time_limit,
    "between_dates": between,
    "sum": total,
    "strict_sum": total,
    "range": in_range,
    "if_then": lambda n, c, _t: (
        not n.xpath(f"boolean({c['if']})") or n.xpath(f"boolean({c['then']})")
    ),
}
