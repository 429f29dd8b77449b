"""Money of an activity: transactions, budgets, planned disbursements, and funders without a sum."""

from initiatives.choices import FundingType
from initiatives.exchange.iati import codes
from initiatives.exchange.iati.draft import Draft
from initiatives.exchange.iati.narratives import first_text

INCOMING = ("1", "11", "13")  # told by the receiver
ASSUMED = "The element is left out; by the standard it is then the reporting organisation."
STATUS = {"1": "Indicative.", "2": "Committed."}


def map_transactions(draft: Draft) -> set[str]:
    """Every transaction as a funding link; return the actors that give in any."""
    givers = set()
    for nth, element in enumerate(draft.parts["transaction"], 1):
        where = f"transaction[{nth}]"
        parts = {child.tag: child for child in reversed(element)}
        kind = parts.get("transaction-type")
        code = (kind.get("code") or "").strip() if kind is not None else ""
        type_ = codes.TRANSACTION.word(code)
        if type_ is None:
            draft.flaw(f"{where}/transaction-type", f"“{code[:20]}” is no code of its list")
        incoming = code in INCOMING
        giver = _end(draft, parts, "provider-org", where, assumed=not incoming)
        taker = _end(draft, parts, "receiver-org", where, assumed=incoming)
        amount, currency = draft.money(parts.get("value"), f"{where}/value")
        day = draft.day(parts.get("transaction-date"), f"{where}/transaction-date")
        if type_ is None or draft.flaws:
            continue
        givers.add(giver[0])
        text = parts.get("description")
        note = first_text(text) if text is not None else ""
        key = draft.key(f"{code}-{day}")
        sum_ = (type_, code, "exact", amount, currency, "", day, "", note)
        draft.add("funding_links", key, draft.slug, giver[0], taker[0], *sum_)
        _cite_sum(draft, key, giver, taker, f"{amount} {currency}", f"{where}/value")
        draft.cite("funding_links", key, "value_date", day, f"{where}/transaction-date")
        draft.counts["transactions"] += 1
    return givers


def _end(draft: Draft, parts: dict, tag: str, where: str, assumed: bool) -> tuple[str, str, str]:
    """(actor, locator, note) of one end of a sum."""
    if tag in parts:
        place = f"{where}/{tag}"
        return draft.actor(parts[tag], place), place, ""
    if assumed:
        return draft.shelf.organisations.slug(draft.reporter), "reporting-org", ASSUMED
    return "", "", ""


def _cite_sum(draft: Draft, key: str, giver, taker, amount: str, where: str) -> None:
    for field, (actor, place, note) in (("funder", giver), ("recipient", taker)):
        if actor:
            draft.cite("funding_links", key, field, actor, place, note)
    draft.cite("funding_links", key, "amount", amount, where)


def funders(draft: Draft, givers: set[str]) -> None:
    """Role 1: money whose sum is not stated, unless a transaction of that funder stands."""
    seen = set(givers)
    for nth, element in enumerate(draft.parts["participating-org"], 1):
        if (element.get("role") or "").strip() != codes.FUNDING_ROLE:
            continue
        where = f"participating-org[{nth}]"
        actor = draft.actor(element, where)
        draft.counts["participating organisations"] += 1
        if not actor:
            draft.counts["organisations without ref and name"] += 1
        elif actor not in seen:
            seen.add(actor)
            key = draft.key("funding", actor)
            sum_ = (FundingType.UNSPECIFIED, "", "undisclosed", "", "", "unknown", "", "", "")
            draft.add("funding_links", key, draft.slug, actor, "", *sum_)
            _cite_sum(draft, key, (actor, where, ""), ("", "", ""), "undisclosed", where)


def map_budgets(draft: Draft) -> None:
    """Budgets state what is planned, never who gives it."""
    for nth, element in enumerate(draft.parts["budget"], 1):
        where = f"budget[{nth}]"
        kind = (element.get("type") or "").strip()
        iati_type = f"budget-{kind}" if kind in ("1", "2") else ""
        note = STATUS.get((element.get("status") or "").strip(), "")
        nobody = ("", "", "")
        if _period_sum(draft, element, where, "budget", iati_type, note, nobody, nobody):
            draft.counts["budgets"] += 1


def map_planned(draft: Draft) -> None:
    for nth, element in enumerate(draft.parts["planned-disbursement"], 1):
        where = f"planned-disbursement[{nth}]"
        parts = {child.tag: child for child in reversed(element)}
        giver = _end(draft, parts, "provider-org", where, assumed=True)
        taker = _end(draft, parts, "receiver-org", where, assumed=False)
        if _period_sum(draft, element, where, "planned", "", "", giver, taker):
            draft.counts["planned disbursements"] += 1


def _period_sum(
    draft: Draft, element, where: str, type_: str, iati_type: str, note: str, giver, taker
) -> bool:
    """A sum for a period as a funding link; False where it is flawed."""
    parts = {child.tag: child for child in reversed(element)}
    value, last = parts.get("value"), parts.get("period-end")
    amount, currency = draft.money(value, f"{where}/value")
    start = draft.day(parts.get("period-start"), f"{where}/period-start")
    open_end = last is None and type_ == "planned"
    end = ".." if open_end else draft.day(last, f"{where}/period-end")
    day = ""
    if value is not None and value.get("value-date"):
        day = draft.day(value, f"{where}/value", "value-date")
    if start and end not in ("", "..") and end < start:
        draft.flaw(where, f"its period ends ({end}) before it begins ({start})")
    if draft.flaws:
        return False
    period = start if start == end else f"{start}/{end}"
    key = draft.key(f"{type_}-{start}")
    sum_ = (type_, iati_type, "exact", amount, currency, "", day, period, note)
    draft.add("funding_links", key, draft.slug, giver[0], taker[0], *sum_)
    _cite_sum(draft, key, giver, taker, f"{amount} {currency}", f"{where}/value")
    draft.cite("funding_links", key, "period", period, f"{where}/period-start")
    if day:
        draft.cite("funding_links", key, "value_date", day, f"{where}/value")
    return True
