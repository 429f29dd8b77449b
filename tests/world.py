"""A published record with evidence, a draft, and the ways in by which the gate can be tried."""

import csv
import shutil
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from atlas.kit import gate, records
from atlas.kit.staging import Refused
from initiatives.models import Initiative
from sources.actions import cite, uncited
from sources.models import Source
from tests.forms import person, refusals, sent_back

SEEDS = Path(__file__).resolve().parent.parent / "fixtures" / "seeds"
RECORD, SOURCE = "tsubame", "jpcert-tsubame"
CHANGE = "/admin/initiatives/initiative/{}/change/"


class World:
    """What one attempt works on; ``before`` is what must stand again after a refusal."""

    def __init__(self, client, tmp_path):
        self.client, self.folder = client, tmp_path / "seeds"
        self.record = Initiative.objects.get(slug=RECORD)
        self.source = Source.objects.get(slug=SOURCE)
        self.titles = self.record.citations.filter(field="title")
        self.before = None

    def sign_in(self) -> None:
        self.client.force_login(person("Reviewer"))

    def draft(self, cited: bool, slug: str = "a-draft") -> Initiative:
        made = Initiative.objects.create(slug=slug, title=f"Title of {slug}", kind="project")
        if cited:
            cite(record=made, facts=uncited(made), source=self.source)
        return made

    def spare_source(self, slug: str = "spare") -> Source:
        return Source.objects.create(slug=slug, title=slug, publisher=self.source.publisher)

    def state(self) -> tuple:
        """All that an attempt could change: the record, the drafts, the sources."""
        drafts = Initiative.objects.exclude(state="published").values_list("slug", "state")
        sources = Source.objects.order_by("slug").values_list("slug", flat=True)
        return records.document(self.record), sorted(drafts), list(sources)

    # ------------------------------------------------------------ ways in

    def form(self, record) -> tuple:
        self.sign_in()
        path = CHANGE.format(record.pk)
        page = self.client.get(path)
        return path, page, sent_back(page)

    def post(self, path: str, data: dict) -> list[str]:
        return refusals(self.client.post(path, data, follow=True))

    def package(self, **edits) -> None:
        """The seeds package with tables edited: ``table=function(row) -> row or None``."""
        shutil.copytree(SEEDS, self.folder)
        for table, edit in edits.items():
            file = self.folder / f"{table}.csv"
            with open(file, encoding="utf-8", newline="") as handle:
                reader = csv.DictReader(handle)
                headers, rows = reader.fieldnames, list(reader)
            kept = [row for row in map(edit, rows) if row]
            extra = getattr(edit, "extra", [])
            with open(file, "w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, headers, restval="")
                writer.writeheader()
                writer.writerows([*kept, *extra])

    def load(self, **options) -> list[str]:
        try:
            call_command("load", self.folder, verbosity=0, **options)
        except CommandError as error:
            return [str(fault) for fault in error.__cause__.faults]
        return []


def attempt(work) -> list[str]:
    """Run an action; its refusal in words."""
    try:
        work()
    except ValidationError as error:
        return error.messages
    except Refused as refused:
        return [str(fault) for fault in refused.faults]
    return []


def commit(*statements: str) -> list[str]:
    """Raw SQL, really committed; the database's refusal in words."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
    except IntegrityError as error:
        return gate.reasons(error)
    return []


def adding(*rows: dict):
    """An edit that keeps a table's rows and adds some."""

    def edit(row):
        return row

    edit.extra = list(rows)
    return edit


def citation(slug: str, says: str, field: str = "title") -> dict:
    key = f"{slug}--{field}--{SOURCE}-new"
    return {"key": key, "initiative": slug, "field": field, "source": SOURCE, "says": says}
