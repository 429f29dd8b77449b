"""An IATI file into the Atlas: drafts, each fact citing the file.

The activity is taken whole or refused and listed; the file is one transaction.  Activities that
are here already are found by their identifier: drafts an import made are brought up to date (what
a person changed is kept and reported), anything else is left alone and listed.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import DataError, transaction

from actors.models import Country
from atlas.kit.choices import State
from atlas.kit.faults import Fault, Refused
from atlas.kit.history import door
from initiatives.exchange.iati.draft import Draft, Existing, Shelf
from initiatives.exchange.iati.known import UNJUDGED, Reporters, digest, existing_activities
from initiatives.exchange.iati.mapping import map_activity
from initiatives.exchange.iati.narratives import one_line
from initiatives.exchange.iati.organisations import SCHEME, Organisations, organisation
from initiatives.exchange.iati.reading import Activity, FileRefused, IatiFile
from initiatives.exchange.iati.spool import COLUMNS, Spool
from initiatives.exchange.iati.staged import DOOR, LISTED, ImportStaging
from initiatives.exchange.package import one_at_a_time
from initiatives.models import Theme

TRIES = 5  # each leaves out the activities that the one before found at fault
OUTCOMES = ("new", "changed", "unchanged", "kept", "refused")
SILENT: Callable[[str], None] = lambda _line: None  # noqa: E731


@dataclass(frozen=True)
class Told:
    """One activity in a report; ``slug`` is empty where it is not in the Atlas."""

    line: int
    identifier: str
    title: str
    slug: str
    reason: str = ""


@dataclass
class Report:
    """What an import did, or would do; ``told`` names the first activities of each outcome."""

    file: str
    counts: Counter = field(default_factory=Counter)
    outcomes: Counter = field(default_factory=Counter)
    told: dict[str, list[Told]] = field(default_factory=lambda: {name: [] for name in OUTCOMES})
    kept_rows: list[Fault] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    actors: int = 0
    new_actors: list[str] = field(default_factory=list)  # the first of them, by name

    def tell(self, outcome: str, told: Told) -> None:
        self.outcomes[outcome] += 1
        if len(self.told[outcome]) < LISTED:
            self.told[outcome].append(told)


def import_file(
    file: IatiFile, *, by=None, dry: bool = False, url: str = "", progress=SILENT
) -> Report:
    """Import one file; with ``dry`` only say what would happen.

    Raises FileRefused when nothing of the file can be taken; then nothing was written.
    """
    at_fault: dict[str, str] = {}
    for _try in range(TRIES):
        try:
            with door(DOOR, by, file=file.name), transaction.atomic():
                one_at_a_time()
                report = _Import(file, url, dry, at_fault, progress).run()
                if dry:
                    transaction.set_rollback(True)
                return report
        except Refused as refused:
            found = _by_activity(refused.faults)
            if not found.keys() - at_fault.keys():
                raise FileRefused(str(refused)) from refused
            at_fault |= found
        except DataError as error:
            raise FileRefused(f"holds a value that the database cannot take: {error}") from error
    raise FileRefused("; ".join(at_fault.values()))


def _by_activity(faults: list[Fault]) -> dict[str, str]:
    """Everything at fault in each activity, by the beginning of its keys."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        if fault.key:
            found.setdefault(fault.key.split("--")[0], []).append(str(fault))
    return {key: "; ".join(dict.fromkeys(said)) for key, said in found.items()}


class _Import:
    """One attempt, inside a transaction; ``at_fault``: reasons by key of what to leave out."""

    def __init__(self, file: IatiFile, url: str, dry: bool, at_fault: dict, progress):
        self.file, self.url, self.dry, self.at_fault = file, url, dry, at_fault
        self.progress = progress
        self.report = Report(file.name)
        self.organisations = Organisations()
        self.reporters = Reporters(file.name)
        self.spool = Spool()
        self.seen: dict[int, int] = {}  # hash of identifier -> line
        self.used: set[str] = set()  # new actors with a row
        self.sources: set[str] = set()  # of activities that were taken
        self.related: list[tuple] = []

    def run(self) -> Report:
        try:
            self.progress(f"reading {self.file.name}")
            self._look_ahead()
            for activity in self.file:
                self._take(activity)
            if self.sources:
                staging = self._stage()
                self.report.rows = staging.write()
                self._tell(staging)
        finally:
            self.spool.close()
        return self.report

    def _look_ahead(self) -> None:
        """Read the file to its end: it is sound, and what it names can be asked for at once."""
        identifiers, reporters = set(), {}
        for activity in self.file:
            element = activity.element
            identifiers.add(one_line(element.findtext("iati-identifier")))
            self.organisations.note(element)
            reporter = organisation(element.find("reporting-org"))
            if reporter and not reporter.flaw:
                reporters.setdefault(reporter)
        self.organisations.resolve()
        for reporter in reporters:
            self.reporters.add(reporter)
        self.existing = existing_activities(identifiers - {""})
        self.shelf = Shelf(
            organisations=self.organisations,
            countries=frozenset(Country.objects.values_list("iso2", flat=True)),
            themes=frozenset(Theme.objects.values_list("slug", flat=True)),
            generated=self.file.head.generated,
            sources={o: slug for o, (slug, _publisher) in self.reporters.sources.items()},
        )

    # ------------------------------------------------------------ activities

    def _take(self, activity: Activity) -> None:
        self.report.counts["activities"] += 1
        identifier = one_line(activity.element.findtext("iati-identifier"))
        existing = self.existing.get(identifier)
        draft = Draft(activity, self.shelf, existing)
        told = Told(activity.line, identifier, "", existing.slug if existing else "")
        if reason := self._repeated(identifier, activity.line):
            self._tell_one("refused", told, reason)
            return
        map_activity(draft)
        if not draft.flaws and draft.base in self.at_fault:
            draft.flaws.append(self.at_fault[draft.base])
        if draft.flaws:
            self._tell_one("refused", told, "; ".join(draft.flaws))
        elif existing and (reason := _untouchable(existing, draft)):
            self._tell_one("kept" if reason != SAME else "unchanged", told, reason)
        else:
            self._accept(draft)

    def _repeated(self, identifier: str, line: int) -> str:
        mark = hash(identifier)
        first = self.seen.setdefault(mark, line) if identifier else line
        return f"iati-identifier: stands twice in this file, first in line {first}" * (
            first != line
        )

    def _tell_one(self, outcome: str, told: Told, reason: str) -> None:
        told = Told(told.line, told.identifier, told.title, told.slug, reason)
        self.report.tell(outcome, told)

    def _accept(self, draft: Draft) -> None:
        self.sources.add(draft.source)
        for table, cells in draft.rows:
            self.spool.add(table, cells)
            for slug in _actors_named(table, cells):
                if slug in self.organisations.new and slug not in self.used:
                    self._new_actor(slug, draft)
        for kind, identifier, where in draft.related:
            row = (draft.slug, draft.base, kind, identifier, where, draft.source)
            self.related.append(row)
        self.report.counts.update(draft.counts)

    def _new_actor(self, slug: str, draft: Draft) -> None:
        """A draft actor, named where the file first names it."""
        self.used.add(slug)
        actor = self.organisations.new[slug]
        if len(self.report.new_actors) < LISTED:
            self.report.new_actors.append(actor.name)
        self.spool.add("actors", (slug, actor.uid, actor.name, actor.kind, ""))
        facts = [("", "", "name", actor.name)]
        if actor.ref:
            key = f"{slug}--iati"
            self.spool.add("actor_identifiers", (key, slug, SCHEME, actor.ref))
            facts.append(("actor_identifiers", key, "code", actor.ref))
        for table, key, field_, says in facts:
            mine = f"{key or slug}--{field_}--iati"
            place = draft.activity.path
            row = (mine, "", slug, table, key, field_, draft.source, says, place, "")
            self.spool.add("citations", row)

    # ------------------------------------------------------------ staging

    def _stage(self) -> ImportStaging:
        again = any(existing.base for existing in self.existing.values())
        staging = ImportStaging(again, self.dry)
        self._add_sources()
        early = ("source_records", "initiative_identifiers")
        for table in early:
            self.spool.stage(staging, table)
        for slug, kind, target, base, path, source in staging.ties(iter(self.related)):
            key = f"{base}--{kind}--{target}"
            self.spool.add("initiative_ties", (key, slug, kind, target))
            cite = (f"{key}--target--iati", slug, "", "initiative_ties", key, "target", source)
            self.spool.add("citations", (*cite, target, path, ""))
        for table in COLUMNS:
            if table not in early:
                self.spool.stage(staging, table)
        staging.in_order()
        return staging

    def _add_sources(self) -> None:
        used = {p for slug, p in self.reporters.sources.values() if slug in self.sources}
        for slug, name in self.reporters.new_publishers:
            if slug in used:
                self.spool.add("publishers", (slug, name, UNJUDGED))
        version = self.file.head.version
        address = self.url
        for reporter, (slug, publisher) in self.reporters.sources.items():
            if slug not in self.sources:
                continue
            title = f"{self.file.name}: IATI activities of {reporter.name or reporter.ref}"[:500]
            note = f"IATI {version} file {self.file.name}"
            day = self.file.head.generated
            row = (slug, title, publisher, day, "en", "dataset", address, note)
            self.spool.add("sources", row)
            address = ""  # one address, one source

    def _tell(self, staging: ImportStaging) -> None:
        self.report.actors = len(self.used)
        self.report.kept_rows = staging.kept
        for outcome, number in staging.outcomes().items():
            self.report.outcomes[outcome] += number
            room = LISTED - len(self.report.told[outcome])
            self.report.told[outcome] += [
                Told(0, code, title, slug) for code, title, slug in staging.listed(outcome)[:room]
            ]


SAME = "says the same as before"


def _untouchable(existing: Existing, draft: Draft) -> str:
    """Why an initiative that is here already is left alone; empty for a draft of an import."""
    if not existing.base:
        return "is in the Atlas already, and no import made it: nothing of it was changed"
    if existing.state == State.DRAFT:
        return ""
    content = next(cells[-1] for table, cells in draft.rows if table == "source_records")
    if digest(content) == existing.content:
        return SAME
    state = State(existing.state).label.lower()
    return f"is {state} by now and an import changes drafts only; the file says something new of it"


def _actors_named(table: str, cells: tuple) -> Iterator[str]:
    if table == "participations":
        yield cells[2]
    elif table == "funding_links":
        yield from filter(None, cells[2:4])
