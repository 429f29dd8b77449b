"""Where an activity works and what came of it: places, sectors, results, documents."""

from initiatives.exchange.iati import codes
from initiatives.exchange.iati.draft import Draft, cut, plain_number
from initiatives.exchange.iati.narratives import first_text, one_line, path_within, text_of

DAC = ("", "1", "2")  # vocabularies of sectors: five digits, or the three of their category
LONGEST_INDICATOR = 200  # characters
PERCENTAGE = "2"  # of IndicatorMeasure


def map_places(draft: Draft) -> None:
    """Recipient countries, of the activity or of any transaction; regions and sites in words."""
    seen = set()
    holders = [("", draft.activity.element)]
    holders += [(f"transaction[{n}]/", t) for n, t in enumerate(draft.parts["transaction"], 1)]
    for prefix, holder in holders:
        for nth, element in enumerate(holder.iterchildren("recipient-country"), 1):
            code = (element.get("code") or "").strip().upper()
            where = f"{prefix}recipient-country[{nth}]"
            if code not in draft.shelf.countries:
                draft.flaw(f"{where}/@code", f"“{code[:20]}” is no country we know")
            elif code not in seen:
                seen.add(code)
                key = draft.key("beneficiary", code.lower())
                draft.add("initiative_reach", key, draft.slug, code, codes.RECIPIENT)
                draft.cite("initiative_reach", key, "place", code, where)
    for nth, element in enumerate(draft.parts["recipient-region"], 1):
        code, name = one_line(element.get("code")), one_line(first_text(element))
        listed = {"": "DAC", "1": "DAC", "2": "UN M49"}.get(element.get("vocabulary") or "", "own")
        value = (
            f"{name} (region {code}, {listed} list)" if name else f"Region {code} ({listed} list)"
        )
        _shared(draft, "recipient-region", value, element, f"recipient-region[{nth}]")
    for nth, element in enumerate(draft.parts["location"], 1):
        name, point = element.find("name"), element.find("point/pos")
        words = [one_line(first_text(name)) if name is not None else ""]
        words += [f"({one_line(point.text)})"] if point is not None and point.text else []
        if value := " ".join(filter(None, words)):
            draft.statement("location", value, f"location[{nth}]")


def _shared(draft: Draft, property: str, value: str, element, where: str) -> None:
    """A statement of a thing that has a share of the whole."""
    share = plain_number(element.get("percentage"), 3, 4)
    unit = "%" if share else ""
    draft.statement(property, value, where, number=share, unit=unit)


def map_sectors(draft: Draft) -> None:
    """Sectors and tags in words; a theme only where the file uses our own vocabulary."""
    themes = set()
    for tag in ("sector", "tag"):
        for nth, element in enumerate(draft.parts[tag], 1):
            code, list_ = one_line(element.get("code")), one_line(element.get("vocabulary"))
            where, uri = f"{tag}[{nth}]", (element.get("vocabulary-uri") or "").strip()
            ours = list_ == codes.OURS and uri.rstrip("/").endswith("/themes")
            if ours and code in draft.shelf.themes:
                if code not in themes:
                    themes.add(code)
                    draft.add("initiative_themes", draft.key("theme", code), draft.slug, code)
                continue
            listed = "DAC" if tag == "sector" and list_ in DAC else f"vocabulary {list_ or '1'}"
            name = one_line(first_text(element))
            value = f"{code} {name}" if name else code
            if value:
                _shared(draft, tag, f"{value} ({listed})", element, where)
            draft.counts[f"{tag}s"] += 1


def map_results(draft: Draft) -> None:
    for n, result in enumerate(draft.parts["result"], 1):
        draft.counts["results"] += 1
        for i, indicator in enumerate(result.iterchildren("indicator"), 1):
            title = indicator.find("title")
            name = one_line(first_text(title)) if title is not None else ""
            if not name and (title := result.find("title")) is not None:
                name = one_line(first_text(title))
            percent = (indicator.get("measure") or "").strip() == PERCENTAGE
            for p, period in enumerate(indicator.iterchildren("period"), 1):
                where = f"result[{n}]/indicator[{i}]/period[{p}]"
                _map_period(
                    draft, period, name or "Unnamed indicator", "%" if percent else "", where
                )


def _map_period(draft: Draft, period, indicator: str, unit: str, where: str) -> None:
    """Actual numbers are results; targets are plans, said as statements."""
    start, end = period.find("period-start"), period.find("period-end")
    first = draft.day(start, f"{where}/period-start")
    last = draft.day(end, f"{where}/period-end")
    if first and last and last < first:
        draft.flaw(where, f"ends ({last}) before it begins ({first})")
    if draft.flaws:
        return
    when = first if first == last else f"{first}/{last}"
    for nth, actual in enumerate(period.iterchildren("actual"), 1):
        place, text = f"{where}/actual[{nth}]", one_line(actual.get("value"))
        number, note = plain_number(text, 16, 4), _comment(actual)
        if number:
            key = draft.key("result", where.translate(NUMBERS))
            name = cut(indicator, LONGEST_INDICATOR)
            draft.add("results", key, draft.slug, name, number, unit, when, note)
            draft.cite("results", key, "value", number, place)
        elif text or note:
            said = f"{indicator}: {text or note}"
            draft.statement("result", said, place, date=when, note=note if text else "")
    for nth, target in enumerate(period.iterchildren("target"), 1):
        text, note = one_line(target.get("value")), _comment(target)
        if text or note:
            number = plain_number(text, 16, 4)
            said = f"{indicator}: {text or note}"
            more = {"date": when, "nature": "plan", "note": note if text else ""}
            place = f"{where}/target[{nth}]"
            draft.statement(
                "target", said, place, number=number, unit=unit if number else "", **more
            )


# result[1]/indicator[2]/period[3] as 1-2-3
NUMBERS = {ord(c): None for c in "abcdefghijklmnopqrstuvwxyz[]"} | {ord("/"): "-"}


def _comment(element) -> str:
    comment = element.find("comment")
    return one_line(first_text(comment)) if comment is not None else ""


def map_documents(draft: Draft) -> None:
    """Every document, also those of results, with its address."""
    for element in draft.activity.element.iter("document-link"):
        title, where = element.find("title"), path_within(element, draft.activity.element)
        name = one_line(first_text(title) or text_of(title)) if title is not None else ""
        address = one_line(element.get("url"))
        said = f"{name}: {address}" if name and address else name or address
        form = one_line(element.get("format"))
        if said:
            draft.statement("document", said, where, note=form)
        draft.counts["documents"] += 1
