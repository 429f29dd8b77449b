"""An activity as rows of the data package, every fact citing the element that says it.

Whatever finds no place here is kept in the source record, which holds the whole element.
"""

from lxml import etree

from initiatives.exchange.iati import codes
from initiatives.exchange.iati.draft import Draft, cut, prose
from initiatives.exchange.iati.funding import funders, map_budgets, map_planned, map_transactions
from initiatives.exchange.iati.narratives import chosen, narratives, one_line
from initiatives.exchange.iati.organisations import SCHEME
from initiatives.exchange.iati.outcomes import map_documents, map_places, map_results, map_sectors
from initiatives.exchange.iati.reading import day_of

NEEDED = (
    "iati-identifier",
    "reporting-org",
    "title",
    "description",
    "participating-org",
    "activity-status",
    "activity-date",
)
LONGEST_TITLE = 290  # characters; sorting spells some of them out, and has room for 300
LONGEST_IDENTIFIER, LONGEST_PROSE = 200, 300_000  # characters; bytes


def map_activity(draft: Draft) -> None:
    """Fill the draft with its rows, or with the flaws for which the activity is refused."""
    for tag in NEEDED:
        if draft.first(tag) is None:
            draft.flaw(tag, "is missing")
    if draft.first("iati-identifier") is not None and not draft.identifier:
        draft.flaw("iati-identifier", "is empty")
    if len(draft.identifier) > LONGEST_IDENTIFIER:
        draft.flaw("iati-identifier", f"is longer than {LONGEST_IDENTIFIER} characters")
    if draft.first("reporting-org") is not None:
        _check_reporter(draft)
    title = draft.first("title")
    titles = narratives(title, draft.language) if title is not None else []
    if title is not None and not titles:
        draft.flaw("title", "has no narrative")
    reporter = draft.reporter if draft.first("reporting-org") is not None else None
    named = 0 < len(draft.identifier) <= LONGEST_IDENTIFIER and titles
    if draft.flaws and not (named and reporter and not reporter.flaw):
        return  # what has no name cannot be looked at further
    draft.name(one_line(chosen(titles)[1]))
    _map_record(draft, titles)
    map_places(draft)
    map_sectors(draft)
    _map_participations(draft)
    givers = map_transactions(draft)
    funders(draft, givers)
    map_budgets(draft)
    map_planned(draft)
    map_results(draft)
    map_documents(draft)
    _map_related(draft)


def _check_reporter(draft: Draft) -> None:
    if draft.reporter is None:
        draft.flaw("reporting-org", "has neither @ref nor a name")
    elif draft.reporter.flaw:
        draft.flaw("reporting-org", draft.reporter.flaw)


def _map_record(draft: Draft, titles: list) -> None:
    title = cut(one_line(chosen(titles)[1]), LONGEST_TITLE)
    draft.cite("", "", "title", title, f"title/narrative[{chosen(titles)[2]}]")
    dates = _dates(draft)
    words = _descriptions(draft)
    draft.add(
        "initiatives",
        draft.slug,
        draft.uid,
        title,
        "project",
        codes.SCOPE.word(_code(draft, "activity-scope")) or "",
        _status(draft),
        day_of(draft.activity.element.get("last-updated-datetime")) or draft.shelf.generated,
        *(dates.get(name, "") for name in ("planned_start", "planned_end")),
        *(dates.get(name, "") for name in ("actual_start", "actual_end")),
        words.get("summary", ""),
        words.get("objectives", ""),
    )
    key = draft.key("iati-identifier")
    draft.add("initiative_identifiers", key, draft.slug, SCHEME, draft.identifier)
    draft.cite("initiative_identifiers", key, "code", draft.identifier, "iati-identifier")
    _other_names(draft, titles, title)
    content = _kept(draft.activity.element)
    path = draft.activity.path
    row = (f"{draft.base}--iati", draft.slug, draft.source, draft.identifier, path, content)
    draft.add("source_records", *row)


def _kept(element) -> str:
    """The activity as it came, but without the people named as contacts: nobody asked them."""
    for contact in element.findall("contact-info"):
        element.remove(contact)
    return etree.tostring(element, encoding="unicode", with_tail=False)


def _other_names(draft: Draft, titles: list, title: str) -> None:
    seen = {title}
    for language, text, position in titles:
        name = cut(one_line(text), LONGEST_TITLE)
        if name not in seen:
            seen.add(name)
            key = draft.key("name", language[:2] if language[:2].isalnum() else "other")
            draft.add("initiative_names", key, draft.slug, name, language, "translation")
            draft.cite("initiative_names", key, "name", name, f"title/narrative[{position}]")


def _code(draft: Draft, tag: str) -> str:
    element = draft.first(tag)
    return (element.get("code") or "").strip() if element is not None else ""


def _status(draft: Draft) -> str:
    if draft.first("activity-status") is None:
        return ""  # said already
    code = _code(draft, "activity-status")
    word = codes.STATUS.word(code)
    if word is None:
        draft.flaw("activity-status/@code", f"“{code[:20]}” is no code of {codes.STATUS.list}")
        return ""
    draft.cite("", "", "status", word, "activity-status")
    return word


def _dates(draft: Draft) -> dict[str, str]:
    """Our four dates; of several of one type the first counts."""
    found: dict[str, str] = {}
    for nth, element in enumerate(draft.parts["activity-date"], 1):
        where = f"activity-date[{nth}]"
        field = codes.DATE.word(element.get("type"))
        if field is None:
            said = (element.get("type") or "")[:20]
            draft.flaw(f"{where}/@type", f"“{said}” is no code of {codes.DATE.list}")
        day = draft.day(element, where)
        if field and day and field not in found:
            found[field] = day
            draft.cite("", "", field, day, where)
    for kind in ("planned", "actual"):
        start, end = found.get(f"{kind}_start", ""), found.get(f"{kind}_end", "")
        if start and end and end < start:
            draft.flaw(
                "activity-date", f"the {kind} end {end} lies before the {kind} start {start}"
            )
    return found


def _descriptions(draft: Draft) -> dict[str, str]:
    """Summary and objectives; every further description becomes a statement."""
    found: dict[str, str] = {}
    size = 0
    for nth, element in enumerate(draft.parts["description"], 1):
        texts = narratives(element, draft.language)
        if not texts:
            continue
        _language, text, position = chosen(texts)
        where = f"description[{nth}]/narrative[{position}]"
        size += len(text.encode())
        kind = (element.get("type") or "1").strip()
        field = codes.DESCRIPTION.word(kind)
        if field and field not in found:
            found[field] = text
            draft.cite("", "", field, prose(text), where)
        else:
            draft.statement("target-groups" if kind == "3" else "description", text, where)
    if size > LONGEST_PROSE:
        draft.flaw("description", f"is longer than {LONGEST_PROSE:,} bytes in all")
    return found


def _map_participations(draft: Draft) -> None:
    """Roles 2 to 4; role 1 is money (``funders``)."""
    seen = set()
    for nth, element in enumerate(draft.parts["participating-org"], 1):
        where = f"participating-org[{nth}]"
        code = (element.get("role") or "").strip()
        role = codes.ROLE.word(code)
        if role is None:
            if code != codes.FUNDING_ROLE:
                draft.flaw(f"{where}/@role", f"“{code[:20]}” is no code of {codes.ROLE.list}")
            continue
        actor = draft.actor(element, where)
        if not actor:
            draft.counts["organisations without ref and name"] += 1
        elif (actor, role) not in seen:
            seen.add((actor, role))
            key = draft.key(actor, role)
            draft.add("participations", key, draft.slug, actor, role, "")
            draft.cite("participations", key, "role", role, where)
        draft.counts["participating organisations"] += 1


def _map_related(draft: Draft) -> None:
    for nth, element in enumerate(draft.parts["related-activity"], 1):
        ref = one_line(element.get("ref"))
        draft.counts["related activities"] += 1
        kind = codes.RELATED.word(element.get("type"))
        if ref and kind and ref != draft.identifier:
            child = (element.get("type") or "").strip() == codes.CHILD
            where = f"{draft.activity.path}/related-activity[{nth}]"
            draft.related.append((f"child:{kind}" if child else kind, ref, where))
