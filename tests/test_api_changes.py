"""``/api/v1/changes/``: every kind of change, in the order of commits, and never a draft."""

import json

import psycopg2
import pytest
from django.core.signing import Signer
from django.db import transaction

from actors.models import Actor
from atlas.kit import actions
from atlas.kit.merging import merge, unmerge
from atlas.kit.models import DataVersion
from initiatives.models import Initiative, Participation, Theme
from sources.actions import cite, merge_sources, uncited
from sources.models import Source
from tests.conftest import url_for
from tests.mergers import cited, last_merge, made
from tests.test_api_choosing import resolved

pytestmark = pytest.mark.usefixtures("committed_db")
SECRET = "Working title nobody may read"


class Follower:
    """Follows from now on; each poll gives what is new."""

    def __init__(self, client, **parameters):
        self.client = client
        self.next = self._read("/api/v1/changes/", {"since": "now", **parameters})["next"]

    def _read(self, path, data=None):
        response = self.client.get(path, data)
        assert response.status_code == 200, response.content
        assert SECRET not in response.content.decode()
        return response.json()

    def poll(self) -> list[dict]:
        found = []
        while True:
            page = self._read(self.next)
            self.next = page["next"]
            found += page["results"]
            if not page["more"]:
                return found


@pytest.fixture
def follower(client):
    return Follower(client)


def told(entries) -> list[tuple]:
    return [(entry["kind"], entry["noun"], entry["slug"]) for entry in entries]


def test_the_life_of_a_record_is_told_kind_by_kind(client, follower):
    record = Initiative.objects.create(slug="late", title=SECRET, kind="project")
    assert follower.poll() == []
    record.title = "Late but public"
    record.save()
    actions.publish(record=cited(record))
    created = follower.poll()
    assert told(created) == [("create", "initiative", "late")]
    assert created[0]["label"] == "Late but public" and created[0]["facts"] == []
    assert created[0]["uid"] == str(record.uid) and created[0]["version"] == 1
    Initiative.objects.filter(pk=record.pk).update(website="https://example.org/")
    updated = follower.poll()
    assert told(updated) == [("update", "initiative", "late")]
    pointer = {"pointer": "/website", "key": None, "old": None, "new": "https://example.org/"}
    assert updated[0]["facts"] == [pointer]
    record = actions.rename(record=record, slug="later")
    (renamed,) = follower.poll()
    assert told([renamed]) == [("rename", "initiative", "later")]
    assert renamed["old_slug"] == "late" and renamed["api_url"].endswith("/initiatives/later/")
    actions.withdraw(record=record)
    (withdrawn,) = follower.poll()
    assert told([withdrawn]) == [("withdraw", "initiative", "later")]
    assert withdrawn["label"] is withdrawn["api_url"] is withdrawn["url"] is None
    Initiative.objects.filter(pk=record.pk).update(title=SECRET)
    assert follower.poll() == []
    Initiative.objects.filter(pk=record.pk).update(title="Late but public")
    actions.publish(record=record)
    assert told(follower.poll()) == [("restore", "initiative", "later")]
    actions.unpublish(record=record)
    assert told(follower.poll()) == [("unpublish", "initiative", "later")]
    record.refresh_from_db()
    actions.publish(record=record)
    Initiative.objects.filter(pk=record.pk).delete()
    kinds = [entry["kind"] for entry in follower.poll()]
    assert kinds == ["restore", "delete"]


def test_a_merge_says_into_what_and_its_undoing_brings_the_record_back(follower):
    keep, drop = Initiative.objects.get(slug="tsubame"), made("double", "Double", "published")
    follower.poll()
    merge(keep=keep, drop=drop)
    found = {entry["slug"]: entry for entry in follower.poll()}
    assert found["double"]["kind"] == "merge" and found["double"]["into"] == "tsubame"
    assert found["tsubame"]["kind"] == "update" and found["tsubame"]["facts"]
    unmerge(record=keep, xid=last_merge(keep))
    assert ("restore", "initiative", "double") in told(follower.poll())
    one, two = (Source.objects.get(slug=s) for s in ("jpcert-tsubame", "iso-3166"))
    merge_sources(keep=one, drop=two)
    merged = next(e for e in follower.poll() if e["slug"] == "iso-3166")
    assert (merged["kind"], merged["into"]) == ("merge", "jpcert-tsubame")


def test_a_new_slug_is_told_of_every_record_that_names_it(client, follower):
    actions.rename(record=Actor.objects.get(slug="etda"), slug="etda-th")
    found = {entry["slug"]: entry for entry in follower.poll()}
    assert found["etda-th"]["kind"] == "rename"
    version = found["ajccbc"]["version"]
    assert version == Initiative.objects.get(slug="ajccbc").digest.version
    now = json.loads(
        b"".join(client.get(f"/api/v1/initiatives/?format=ndjson&uid={found['ajccbc']['uid']}"))
    )
    assert {(fact["old"], fact["new"]) for fact in found["ajccbc"]["facts"]} == {
        ("etda", "etda-th")
    }
    for fact in found["ajccbc"]["facts"]:
        assert resolved(now, fact["pointer"]) == "etda-th"
    Source.objects.filter(slug="jpcert-tsubame").update(slug="jpcert-sensors")
    named = told(follower.poll())
    assert ("rename", "source", "jpcert-sensors") in named
    assert ("update", "initiative", "tsubame") in named


def test_rows_that_came_and_went_are_told_whole(follower):
    record = Initiative.objects.get(slug="tsubame")
    with transaction.atomic():
        made_ = Participation.objects.create(
            initiative=record, actor=Actor.objects.get(slug="asean"), role="partner"
        )
        cite(record=record, facts=uncited(record), source=Source.objects.get(slug="iso-3166"))
    (entry,) = follower.poll()
    added = next(fact for fact in entry["facts"] if fact["key"] == made_.key)
    assert added["old"] is None and added["new"]["actor"] == "asean"
    made_.delete()
    (entry,) = follower.poll()
    gone = next(fact for fact in entry["facts"] if fact["key"] == made_.key)
    assert gone == added | {"old": added["new"], "new": None}


def test_a_transaction_that_ends_late_is_told_when_it_ends(committed_db, follower):
    with psycopg2.connect(url_for(committed_db)) as slow:
        with slow.cursor() as cursor:
            cursor.execute(
                "UPDATE initiatives_initiative SET website = 'https://slow.example/'"
                " WHERE slug = 'jaif'"
            )
        Initiative.objects.filter(slug="tsubame").update(website="https://quick.example/")
        assert told(follower.poll()) == [("update", "initiative", "tsubame")]
        Initiative.objects.filter(slug="ajcd").update(website="https://quick.example/")
        assert told(follower.poll()) == [("update", "initiative", "ajcd")]
        slow.commit()
        (entry,) = follower.poll()
    assert entry["slug"] == "jaif" and entry["facts"][0]["new"] == "https://slow.example/"


def test_of_two_that_change_one_record_each_tells_its_own(committed_db, follower):
    """The older transaction commits last: the order is that of commits, not of numbers."""
    with psycopg2.connect(url_for(committed_db)) as older, older.cursor() as cursor:
        cursor.execute("UPDATE initiatives_theme SET description = description || '.'")
        Initiative.objects.filter(slug="jaif").update(website="https://first.example/")
        cursor.execute(
            "UPDATE initiatives_initiative SET website = 'https://second.example/'"
            " WHERE slug = 'jaif'"
        )
    first, *second = follower.poll()
    assert first["facts"][0]["new"] == "https://first.example/"
    ours = next(entry for entry in second if entry["noun"] == "initiative")
    assert ours["facts"] == [
        {
            "pointer": "/website",
            "key": None,
            "old": "https://first.example/",
            "new": "https://second.example/",
        }
    ]
    assert ("update", "theme", None) in told(second)


def test_drafts_move_no_version_and_are_told_nobody(follower):
    version = DataVersion.current()
    draft = Initiative.objects.create(slug="hidden", title=SECRET, kind="project")
    cited(draft)
    actions.rename(record=Actor.objects.create(slug="a-draft", name=SECRET, kind="other"), slug="b")
    Initiative.objects.filter(pk=draft.pk).update(website="https://example.org/")
    redirects = 1  # an old address of anything is public
    assert DataVersion.current() == version + redirects and follower.poll() == []
    with transaction.atomic():
        made("brief", "Brief", "published")
        Initiative.objects.filter(slug="brief").update(state="withdrawn")
    assert follower.poll() == []
    Theme.objects.filter(slug="cybercrime").update(description="Crime.")
    assert DataVersion.current() > version + redirects


def test_since_takes_times_and_its_own_cursors_only(client, follower):
    entries = client.get("/api/v1/changes/?noun=source&noun=theme&page_size=2").json()
    assert entries["more"] and len(entries["results"]) == 2
    assert {entry["noun"] for entry in entries["results"]} == {"source"}
    first = entries["results"][0]["at"]
    again = client.get("/api/v1/changes/", {"since": first, "noun": "source", "page_size": 2})
    assert again.json()["results"] == entries["results"]
    later = client.get("/api/v1/changes/", {"since": "2099-01-01"}).json()
    assert later["results"] == [] and later["next"]
    cursor = entries["next"].partition("since=")[2].partition("&")[0]
    ahead = Signer(salt="atlas.kit.api.changes").sign_object([[], 10**9, 0])
    for query, said in (
        (f"since={cursor}", "other kinds of record"),
        (f"since={cursor[:-2]}xx&noun=source&noun=theme", "neither a cursor of ours nor a time"),
        (f"since={ahead}", "ahead of the data"),
        ("since=now&since=now", "one cursor or one time"),
        ("noun=country-page", "not a kind of record"),
        ("page_size=201", "no page size"),
        ("ordering=at", "no such parameter"),
    ):
        response = client.get(f"/api/v1/changes/?{query}")
        assert response.status_code == 400 and said in response.content.decode(), query
