"""The mirror of ``docs/mirror.py`` through 500 random operations: equal to the export at the end.

One transaction stays open across polls, and whatever the mirror is ever given, no draft is in it.
"""

import importlib.util
import random
from pathlib import Path

import psycopg2
import pytest
from django.db import transaction

from actors.models import Actor, Country
from atlas.kit import actions
from atlas.kit.merging import merge
from initiatives.models import FundingInclude, FundingLink, Initiative, Participation, Theme
from sources.actions import cite, merge_sources, uncited
from sources.models import Publisher, Source
from tests.conftest import url_for

pytestmark = pytest.mark.usefixtures("committed_db")
SECRET = "SECRET-OF-A-DRAFT"
OPERATIONS = 500
FILE = Path(__file__).parents[1] / "docs" / "mirror.py"


def script():
    spec = importlib.util.spec_from_file_location("mirror", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Editors:
    """Random operations, each a transaction of its own; what cannot be done now is passed over."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.n = 0
        self.done: dict[str, int] = {}
        self.own = Source.objects.get(slug="iso-3166")  # is neither renamed nor merged

    def pick(self, queryset):
        found = list(queryset.order_by("pk"))
        return self.random.choice(found) if found else None

    def initiative(self, *states: str, **more):
        records = Initiative.objects.exclude(slug="jaif").filter(state__in=states, **more)
        return self.pick(records)

    def support(self, record) -> None:
        cite(record=record, facts=uncited(record), source=self.own)

    # ------------------------------------------------------------ drafts

    def draft(self):
        Initiative.objects.create(slug=f"draft-{self.n}", title=SECRET, kind="project")

    def write_a_draft(self):
        if record := self.initiative("draft", "in-review"):
            Initiative.objects.filter(pk=record.pk).update(objectives=f"{SECRET} {self.n}")

    def delete_a_draft(self):
        record = self.initiative("draft", slug__startswith="draft")
        if record and not record.citations.exists():
            record.delete()

    def publish(self):
        if record := self.initiative("draft", "withdrawn"):
            clean = {"title": f"Public {self.n}", "objectives": ""}
            Initiative.objects.filter(pk=record.pk).update(**clean)
            record.refresh_from_db()
            self.support(record)
            actions.publish(record=record)

    # ------------------------------------------------------------ public records

    def website(self):
        if record := self.initiative("published"):
            site = f"https://example.org/{self.n}"
            Initiative.objects.filter(pk=record.pk).update(website=site)

    def words(self):
        if record := self.initiative("published"):
            Initiative.objects.filter(pk=record.pk).update(objectives=f"Objective {self.n}.")
            self.support(record)

    def take_in(self):
        record, actor = self.initiative("published"), self.pick(Actor.objects.published())
        kept = {"initiative": record, "actor": actor, "role": "partner"}
        if not Participation.objects.filter(**kept).exists():
            Participation.objects.create(**kept, note=f"{self.n}")
            self.support(record)

    def take_out(self):
        if link := self.pick(Participation.objects.published()):
            link.delete()

    def pay(self):
        record = self.initiative("published", "draft")
        funder = self.pick(Actor.objects.published())
        FundingLink.objects.create(
            initiative=record, funder_actor=funder, undisclosed_reason="unknown"
        )
        self.support(record)

    def contain(self):
        """A sum holds another, which may be a draft's."""
        link, other = (self.pick(FundingLink.objects.all()) for _ in range(2))
        if link != other and not FundingInclude.objects.filter(link=link, includes=other).exists():
            FundingInclude.objects.create(link=link, includes=other)

    def withdraw(self):
        record = self.initiative("published", slug__startswith="draft")
        if record and not record.tied_from.exists() and not record.funding_given.exists():
            actions.withdraw(record=record)

    def unpublish(self):
        record = self.initiative("published", slug__startswith="draft")
        if record and not record.tied_from.exists() and not record.funding_given.exists():
            actions.unpublish(record=record)
            Initiative.objects.filter(pk=record.pk).update(title=SECRET)

    def delete(self):
        if record := self.initiative("published", slug__startswith="draft"):
            record.delete()

    def merge(self):
        keep, drop = (self.initiative("published", slug__startswith="draft") for _ in range(2))
        if keep and keep != drop:
            merge(keep=keep, drop=drop)

    # ------------------------------------------------------------ what others name

    def rename(self):
        if record := self.initiative("published"):
            slug = f"draft-r{self.n}" if record.slug.startswith("draft") else f"r{self.n}"
            actions.rename(record=record, slug=slug)

    def rename_an_actor(self):
        actor = self.pick(Actor.objects.published())
        actions.rename(record=actor, slug=f"actor-{self.n}")

    def rename_a_source(self):
        source = self.pick(Source.objects.exclude(pk=self.own.pk))
        Source.objects.filter(pk=source.pk).update(slug=f"source-{self.n}")

    def rename_a_publisher(self):
        publisher = self.pick(Publisher.objects.all())
        Publisher.objects.filter(pk=publisher.pk).update(slug=f"publisher-{self.n}")

    def source(self):
        publisher = self.pick(Publisher.objects.all())
        Source.objects.create(slug=f"new-{self.n}", title=f"New {self.n}", publisher=publisher)

    def note_a_source(self):
        Source.objects.filter(pk=self.pick(Source.objects.all()).pk).update(note=f"Note {self.n}")

    def merge_two_sources(self):
        keep, drop = (self.pick(Source.objects.filter(slug__startswith="new")) for _ in range(2))
        if keep and keep != drop:
            merge_sources(keep=keep, drop=drop)

    def describe(self):
        theme = self.pick(Theme.objects.all())
        Theme.objects.filter(pk=theme.pk).update(description=f"Theme {self.n}")

    def note_a_country(self):
        Country.objects.filter(pk="TH").update(note=f"Note {self.n}")

    EVERY = (draft, write_a_draft, delete_a_draft, publish, publish, website, words, take_in)
    EVERY += (take_out, pay, contain, withdraw, unpublish, delete, merge, rename, rename_an_actor)
    EVERY += (rename_a_source, rename_a_publisher, source, note_a_source, merge_two_sources)
    EVERY += (describe, note_a_country, website, draft)

    def work(self, n: int) -> None:
        self.n = n
        act = self.random.choice(self.EVERY)
        with transaction.atomic():
            act(self)
        self.done[act.__name__] = self.done.get(act.__name__, 0) + 1


def test_the_mirror_ends_equal_to_the_export_and_never_sees_a_draft(client, committed_db, tmp_path):
    module = script()

    def read(address: str) -> bytes:
        response = client.get(address)
        assert response.status_code == 200, (address, response.content)
        body = response.getvalue() if response.streaming else response.content
        assert SECRET.encode() not in body, address
        return body

    site = "http://testserver"
    mirror = module.Mirror(site, tmp_path / "mirror", read)
    assert mirror.update() == 0
    editors = Editors(2026)
    slow = psycopg2.connect(url_for(committed_db))
    followed = 0
    for n in range(OPERATIONS):
        editors.work(n)
        if n == 150:  # open across several polls: a fund that nobody else touches
            with slow.cursor() as cursor:
                cursor.execute(
                    "UPDATE initiatives_initiative SET website = 'https://slow.example/'"
                    " WHERE slug = 'jaif'"
                )
        if n == 350:
            slow.commit()
        if editors.random.random() < 0.04:
            if editors.random.random() < 0.3:  # a new process, from what is on the disk
                mirror = module.Mirror(site, tmp_path / "mirror", read)
            followed += mirror.update()
    slow.close()
    followed += mirror.update()
    assert b"https://slow.example/" in mirror.file("initiatives")
    for name in module.LISTS:
        order = module.ORDER.get(name, "slug")
        exported = read(f"{site}/api/v1/{name}/?format=ndjson&ordering={order}")
        assert (tmp_path / "mirror" / f"{name}.ndjson").read_bytes() == exported, name
    assert followed > OPERATIONS / 2 and min(editors.done.values()) > 2
    assert mirror.update() == 0
