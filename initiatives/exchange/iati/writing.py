"""IATI 2.03 activities: one element after the other in the order of the schema."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from lxml import etree
from rest_framework.exceptions import NotAcceptable

from initiatives.exchange.iati import codes, parts, provenance
from initiatives.exchange.iati.around import Around, Named, language
from initiatives.exchange.iati.batches import batches
from initiatives.exchange.iati.completeness import lacking
from initiatives.exchange.iati.elements import LANG, add, clean, filled, named, narratives
from initiatives.exchange.selection import Entry, Selection


class NothingComplete(NotAcceptable):
    """No record of the search has all that IATI demands: the file would not be IATI."""

    def __init__(self, total: int):
        words = "No record matches this search, and IATI knows no empty file."
        if total:
            words = (
                f"IATI cannot hold any of the {total} records found: each lacks something that it"
                " demands. format=iati-left-out lists what."
            )
        super().__init__(words)


def write(selection: Selection) -> Iterator[bytes]:
    """The complete records of a search as one file, activity by activity.

    Raises NothingComplete before the first byte when there is none: the standard knows no file
    without an activity.
    """
    buffer, total, written = Pieces(), 0, 0
    root = {
        "version": codes.VERSION,
        "generated-datetime": stamp(selection.as_of.changed_at),
    }
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("iati-activities", root, nsmap={"atlas": codes.NAMESPACE}):
            file.write(etree.Comment(f" {settings.IATI_REPORTING_ORG_NAME}, licence CC BY 4.0 "))
            for entries, around in batches(selection):
                total += len(entries)
                complete = [e for e in entries if not lacking(e.document, around)]
                written += len(complete)
                around.weigh([entry.document for entry in complete])
                for entry in complete:
                    file.write("\n", activity(entry, around), pretty_print=True)
                if written:
                    file.flush()
                    yield buffer.take()
            if not written:
                raise NothingComplete(total)
            said = f" {written} of {total} records; format=iati-left-out lists the others "
            file.write(etree.Comment(said), "\n")
    yield buffer.take()


class Pieces:
    """A file that is read as it is written."""

    def __init__(self):
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def activity(entry: Entry, around: Around):
    """One ``iati-activity``; the record must be complete (``completeness.lacking``)."""
    document = entry.document
    changed = entry.updated_at and stamp(datetime.fromisoformat(entry.updated_at))
    attributes = {LANG: "en", "last-updated-datetime": changed, "linked-data-uri": entry.url}
    made = etree.Element("iati-activity", filled(attributes), {"atlas": codes.NAMESPACE})
    _identity(made, document)
    _texts(made, document)
    _organisations(made, document, around)
    _other_identifiers(made, document)
    _course(made, document, around)
    _places(made, document, around)
    _classification(made, document, around)
    _budgets(made, document)
    for code, row in parts.transactions(document, around.today):
        _transaction(made, code, row, document, around)
    _documents(made, document, around)
    for parent in parts.parents(document, around):
        add(made, "related-activity", {"ref": parent, "type": codes.RELATED.code("part-of")})
    _results(made, document)
    provenance.append(made, entry, around)
    return made


def _identity(made, document: dict) -> None:
    add(made, "iati-identifier", {}, parts.identifiers(document)[0])
    reporter = {
        "ref": settings.IATI_REPORTING_ORG_REF,
        "type": settings.IATI_REPORTING_ORG_TYPE,
        "secondary-reporter": "1",
    }
    named(made, "reporting-org", reporter, settings.IATI_REPORTING_ORG_NAME)


def _texts(made, document: dict) -> None:
    narratives(add(made, "title"), parts.titles(document))
    for code, text in parts.descriptions(document):
        named(made, "description", {"type": code}, text)


def _organisations(made, document: dict, around: Around) -> None:
    for found in parts.organisations(document, around):
        values = {"role": found.role, "type": found.type, "activity-id": found.activity}
        _organisation(made, "participating-org", values, found.named)


def _organisation(parent, tag: str, values: dict, who: Named) -> None:
    """An organisation; the code of a fund is that of an activity, not of an organisation."""
    is_activity = bool(who.uid)
    child = add(parent, tag, {**values, "ref": "" if is_activity else who.code})
    narratives(child, [("", who.name), *sorted(_translations(who))])


def _translations(who: Named) -> list[tuple[str, str]]:
    return [(tag, name) for tag, name in who.names.items() if tag != "en"]


def _other_identifiers(made, document: dict) -> None:
    for code, kind in parts.identifiers(document)[1]:
        add(made, "other-identifier", {"ref": code, "type": kind})


def _course(made, document: dict, around: Around) -> None:
    add(made, "activity-status", {"code": codes.STATUS.code(document["status"])})
    for code, value in parts.dates(document, around.today):
        add(made, "activity-date", {"type": code, "iso-date": value.isoformat()})
    if scope := codes.SCOPE.code(document["scope"]):
        add(made, "activity-scope", {"code": scope})


def _places(made, document: dict, around: Around) -> None:
    found = parts.places(document, around)
    if found.country:
        add(made, "recipient-country", {"code": found.country, "percentage": "100"})
    for region in found.regions:
        values = {"code": region.code, "vocabulary": region.vocabulary}
        if region.vocabulary == codes.OURS:
            values["vocabulary-uri"] = f"{around.site}/actors/"
        child = add(made, "recipient-region", values)
        if region.name:
            narratives(child, [("", region.name)])
    for code, name in parts.locations(document, around):
        place = add(made, "location")
        add(place, "location-reach", {"code": codes.ACTIVITY_LOCATION})
        add(place, "location-id", {"vocabulary": codes.ISO_COUNTRY, "code": code})
        named(place, "name", {}, name)


def _classification(made, document: dict, around: Around) -> None:
    """The DAC sector where there is one, our own for all, and each theme as a tag."""
    ours = {"vocabulary": codes.OURS, "vocabulary-uri": f"{around.site}/themes/"}
    if code := parts.dac_sector(document, around):
        add(made, "sector", {"vocabulary": codes.DAC_PURPOSE, "code": code})
    named(made, "sector", {**ours, "code": codes.UMBRELLA_SECTOR}, "Cyber capacity building")
    for theme in parts.themes(document, around):
        named(made, "tag", {**ours, "code": theme["slug"]}, theme["name"])


# ------------------------------------------------------------------ money


def _value(parent, row: dict) -> None:
    values = {"currency": row["currency"], "value-date": row["value_date"]}
    add(parent, "value", values, parts.plain(row["amount"]))


def _budgets(made, document: dict) -> None:
    for start, end, row in parts.budgets(document):
        budget = add(made, "budget", {"type": codes.budget_type(row)})
        add(budget, "period-start", {"iso-date": start.isoformat()})
        add(budget, "period-end", {"iso-date": end.isoformat()})
        _value(budget, row)


def _transaction(made, code: str, row: dict, document: dict, around: Around) -> None:
    """One transaction; a sum that several give together is booked to none of them."""
    item = add(made, "transaction", {"ref": row["key"]})
    add(item, "transaction-type", {"code": code})
    add(item, "transaction-date", {"iso-date": row["value_date"]})
    _value(item, row)
    actor = around.actors.get(row["funder_actor"])
    fund = around.initiatives.get(row["funder_initiative"])
    joint = [
        around.actors[r["actor"]].name
        for r in document["funding_joint_funders"]
        if r["link"] == row["key"] and r["actor"] in around.actors
    ]
    if joint:
        names = ", ".join([(actor or fund).name, *joint] if actor or fund else joint)
        named(item, "description", {}, f"Given together by {names}; the shares are not known.")
    elif actor:
        kind = codes.ORGANISATION_TYPE.code(actor.kind)
        _organisation(item, "provider-org", {"type": kind}, actor)
    elif fund:
        activity_id = parts.identifier(fund.code, fund.uid)
        _organisation(item, "provider-org", {"provider-activity-id": activity_id}, fund)
    if recipient := around.actors.get(row["recipient"]):
        kind = codes.ORGANISATION_TYPE.code(recipient.kind)
        _organisation(item, "receiver-org", {"type": kind}, recipient)


# ------------------------------------------------------------------ documents, results


def _documents(made, document: dict, around: Around) -> None:
    for page in parts.documents(document, around):
        pdf = page["url"].lower().partition("?")[0].endswith(".pdf")
        form = "application/pdf" if pdf else "text/html"
        item = add(made, "document-link", {"url": page["url"], "format": form})
        named(item, "title", {}, page["title"])
        add(item, "category", {"code": page["category"]})
        if code := language(page.get("language")):
            add(item, "language", {"code": code})
        if published := parts.day(page.get("published")):
            add(item, "document-date", {"iso-date": published.isoformat()})


def _results(made, document: dict) -> None:
    for start, end, row in parts.results(document):
        result = add(made, "result", {"type": codes.RESULT_TYPE})
        named(result, "title", {}, row["indicator"])
        percent = (row["unit"] or "").lower() in codes.PERCENT
        measure = codes.MEASURE_PERCENTAGE if percent else codes.MEASURE_UNIT
        indicator = add(result, "indicator", {"measure": measure})
        unit = f" ({row['unit']})" if row["unit"] else ""
        named(indicator, "title", {}, clean(row["indicator"]) + unit)
        period = add(indicator, "period")
        add(period, "period-start", {"iso-date": start.isoformat()})
        add(period, "period-end", {"iso-date": end.isoformat()})
        add(period, "actual", {"value": parts.plain(row["value"])})
