"""``?as_of=``: what the public read once, equal to what was stored then; and nothing else."""

import json
import random
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.models import Actor
from atlas.kit import actions, records
from atlas.kit.documents import documents_sql
from atlas.kit.tables import TABLES
from initiatives.models import Initiative, Participation
from sources.actions import cite, uncited
from sources.models import Source

pytestmark = pytest.mark.usefixtures("committed_db")
API = "/api/v1/initiatives"
SECRET = "Working title nobody may read"


def public(record) -> dict:
    """The document that the export gives now."""
    with connection.cursor() as cursor:
        sql = documents_sql(TABLES["initiatives"].parts[0])
        cursor.execute(sql, {"ids": [record.pk], "site": ""})
        return json.loads(cursor.fetchone()[0])


def past(client, slug: str, as_of, status: int = 200) -> dict:
    if isinstance(as_of, datetime):
        as_of = as_of.isoformat()
    response = client.get(f"{API}/{slug}/", {"as_of": as_of})
    assert response.status_code == status, response.content
    return response.json()


def support(record) -> None:
    cite(record=record, facts=uncited(record), source=Source.objects.get(slug="jpcert-tsubame"))


class Editor:
    """One edit of ``ajccbc`` or of what it names, each a transaction of its own."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.record = Initiative.objects.get(slug="ajccbc")

    def website(self):
        Initiative.objects.filter(pk=self.record.pk).update(website=f"https://a.org/{self.n}")

    def regions(self):
        words = self.random.sample(["asia-pacific", "southeast-asia", "indo-pacific"], 2)
        Initiative.objects.filter(pk=self.record.pk).update(regions=words)

    def take_in(self):
        free = Actor.objects.exclude(participations__initiative=self.record).order_by("slug")
        actor = self.random.choice(list(free.filter(state="published")))
        Participation.objects.create(initiative=self.record, actor=actor, role="partner")
        support(self.record)

    def take_out(self):
        self.random.choice(list(self.record.participations.order_by("key"))).delete()

    def rename_a_partner(self):
        partner = self.random.choice(list(self.record.participations.order_by("key"))).actor
        actions.rename(record=partner, slug=f"{partner.slug}-{self.n}")

    def rename(self):
        record = Initiative.objects.get(pk=self.record.pk)
        actions.rename(record=record, slug=f"ajccbc-{self.n}")

    def say_more(self):
        Initiative.objects.filter(pk=self.record.pk).update(objectives=f"To train {self.n}.")
        support(self.record)

    EDITS = (website, regions, take_in, take_out, rename_a_partner, rename, say_more)

    def edit(self, n: int, kind: int) -> None:
        self.n = n
        with transaction.atomic():
            self.EDITS[kind % len(self.EDITS)](self)


@given(st.lists(st.integers(0, 6), min_size=20, max_size=20), st.integers(0, 99))
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_moment_reads_as_it_was_stored_then(client, kinds, seed):
    editor = Editor(seed)
    kept = [(datetime.now(UTC), editor.record.digest.version, public(editor.record))]
    for n, kind in enumerate([*kinds, *range(7)]):
        editor.edit(n, kind)
        now = Initiative.objects.select_related("digest").get(pk=editor.record.pk)
        kept.append((datetime.now(UTC), now.digest.version, public(now)))
    slug = kept[-1][2]["slug"]
    last_of_version = {version: document for _at, version, document in reversed(kept)}
    for at, version, document in kept:
        found = past(client, slug, at)
        assert {name: found[name] for name in document} == document
        assert found["version"] == version
    for version, document in last_of_version.items():
        found = past(client, slug, version)
        assert {name: found[name] for name in document} == document
        assert found["url"] == f"http://testserver/initiatives/{slug}/versions/{version}/"
    assert len(last_of_version) > 10


def test_only_what_was_public_is_told_and_only_while_it_was(client):
    before = datetime.now(UTC)
    made = Initiative.objects.create(slug="late", title=SECRET, kind="project")
    drafted = datetime.now(UTC)
    made.title = "Late but public"
    made.save()
    support(made)
    actions.publish(record=made)
    published = datetime.now(UTC)
    actions.withdraw(record=made)
    withdrawn = datetime.now(UTC)
    Initiative.objects.filter(pk=made.pk).update(title=SECRET)
    Initiative.objects.filter(pk=made.pk).update(title="Late but public")
    past(client, "late", published, 410)  # withdrawn today: gone whatever was asked for
    made.refresh_from_db()
    actions.publish(record=made)
    again = datetime.now(UTC)
    actions.unpublish(record=made)
    hidden = datetime.now(UTC)
    past(client, "late", 1, 404)
    made.refresh_from_db()
    actions.publish(record=made)
    for moment in (before, drafted, hidden):
        assert "not public then" in past(client, "late", moment, 404)["detail"]
    assert f"at {before:%Y-%m-%dT%H:%M}" in past(client, "late", before, 404)["detail"]
    past(client, "late", withdrawn, 410)
    assert past(client, "late", published)["version"] == 1
    assert past(client, "late", again)["version"] == 2
    for version in (1, 2, 3):
        assert past(client, "late", version)["title"] == "Late but public"
    assert past(client, "late", 4, 404) and past(client, "late", 0, 404)


def test_an_old_slug_leads_on_and_what_cannot_be_read_is_named(client):
    actions.rename(record=Initiative.objects.get(slug="tsubame"), slug="tsubame-network")
    moved = client.get(f"{API}/tsubame/?as_of=1")
    assert moved.status_code == 308 and moved["Location"].endswith("tsubame-network/?as_of=1")
    assert past(client, "tsubame-network", 1)["slug"] == "tsubame"
    for wrong, said in (
        ("as_of=yesterday", "neither a version nor a time"),
        ("as_of=2099-01-01", "future"),
        ("as_of=1&as_of=2", "one version or one time"),
        ("as_of=1&fields=title", "leave this parameter out"),
        ("as_of=1&format=jsonld", "as JSON only"),
    ):
        response = client.get(f"{API}/tsubame-network/?{wrong}")
        assert response.status_code == 400 and said in response.content.decode()
    actor = client.get("/api/v1/actors/asean/?as_of=1").json()
    document = records.document(Actor.objects.get(slug="asean"))
    assert actor["name"] == document["name"] and actor["memberships"] == document["memberships"]
