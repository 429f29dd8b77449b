"""The index follows what is written: at once, by changed ids only, in every process and thread."""

import subprocess
import sys
import threading

import psycopg2
import pytest
from django.core.management import call_command
from django.db import transaction

from actors.models import Actor, Country, Membership
from atlas.kit import facets
from atlas.kit.facets import index
from initiatives.models import Initiative, InitiativeTheme, Participation, Theme
from sources.models import Publisher
from tests.conftest import ROOT, url_for


@pytest.fixture
def followed(committed_db):
    """The index, read once; gives a function that checks it against one built anew."""
    facets.current()

    def check(*, built_anew: bool = False) -> index.Snapshot:
        called = []
        build = index.built
        index.built = lambda version: called.append(version) or build(version)
        try:
            now = facets.current()
        finally:
            index.built = build
        assert bool(called) is built_anew
        assert same(now, build(now.version)) == []
        return now

    yield check
    index.Registry.held.pop(index.database(), None)


def same(one: index.Snapshot, other: index.Snapshot) -> list:
    """Where two snapshots differ, in what is stored and in what every value comes to."""
    wrong = []
    for name, shelf in one.shelves.items():
        fresh = other.shelves[name]
        parts = ("everything", "families", "unstated")
        wrong += [(name, p) for p in parts if getattr(shelf, p) != getattr(fresh, p)]
        for facet in shelf.kind.facets.values():
            keys = set(facet.keys(shelf))
            if keys != set(facet.keys(fresh)):
                wrong.append((name, facet.name, keys ^ set(facet.keys(fresh))))
            ids = {k: facet.bitmap(shelf, k, lambda _name: ()) for k in keys}
            anew = {k: facet.bitmap(fresh, k, lambda _name: ()) for k in keys}
            wrong += [(name, facet.name, k) for k in keys if ids[k] != anew.get(k)]
            if facet.long and dict(map(reversed, shelf.ranking(facet))) != dict(
                map(reversed, fresh.ranking(facet))
            ):
                wrong.append((name, facet.name, "ranking"))
        for order in shelf.kind.orders:
            size = len(shelf.everything)
            if shelf.in_order(order, shelf.everything, 0, size) != fresh.in_order(
                order, fresh.everything, 0, size
            ):
                wrong.append((name, order))
    return wrong


def count(name: str, value: str, noun: str = "initiatives") -> int:
    shelf = facets.current().shelves[noun]
    facet = shelf.kind.facets[name]
    return len(facet.bitmap(shelf, value, lambda _name: ()))


def test_each_kind_of_change_is_followed_by_changed_ids(followed):
    followed()  # fills what is derived
    before = count("kind", "centre")
    Initiative.objects.filter(slug="ajccbc").update(kind="project")
    followed()
    assert count("kind", "centre") == before - 1
    Initiative.objects.filter(slug="tsubame").update(state="withdrawn")
    now = followed()
    pk = Initiative.objects.get(slug="tsubame").pk
    assert pk not in now.shelves["initiatives"].everything
    Initiative.objects.filter(slug="tsubame").update(state="published", kind="centre")
    followed()
    InitiativeTheme.objects.filter(initiative__slug="ajcd").delete()
    followed()
    Participation.objects.filter(initiative__slug="ajcd").delete()
    followed()


def test_trees_members_names_and_weights_are_followed(followed):
    followed()
    whole, part = Actor.objects.get(slug="japan-gov"), Actor.objects.get(slug="asean")
    with transaction.atomic():
        made = Actor.objects.create(slug="a-part", name="A part", kind="other")
        made.parent = whole
        made.save()
    followed()
    membership = Membership.objects.filter(group=part, member_country__isnull=False).first()
    reached = count("country", membership.member_country_id)
    membership.delete()
    followed()
    assert count("country", membership.member_country_id) <= reached
    Publisher.objects.filter(sources__slug="jpcert-tsubame").update(reliability="F")
    followed()
    Country.objects.filter(pk="JP").update(region="elsewhere")
    followed(built_anew=True)
    Theme.objects.filter(pk="cybercrime").update(name="Crime")
    assert followed(built_anew=True).world.themes["cybercrime"] == "Crime"


def test_deleting_and_making_records_is_followed(followed):
    followed()
    made = Initiative.objects.create(slug="made", title="Made", kind="project")
    followed()
    made.delete()
    followed()
    gone = Initiative.objects.filter(funding_given=None, tied_from=None).first()
    gone.delete()
    assert gone.pk is None
    followed()


def test_a_slow_transaction_shows_when_it_commits_and_not_before(followed, committed_db):
    before = count("kind", "centre")
    slow = psycopg2.connect(url_for(committed_db))
    try:
        with slow.cursor() as cursor:
            cursor.execute("UPDATE initiatives_initiative SET kind = 'fund' WHERE slug = 'ajccbc'")
        Initiative.objects.filter(slug="tsubame").update(kind="programme")  # commits in between
        assert count("kind", "centre") == before
        slow.commit()
        assert count("kind", "centre") == before - 1
        followed()
    finally:
        slow.close()


def test_a_write_of_another_process_shows_at_once(followed, client, committed_db):
    def shown() -> int:
        answer = client.get("/api/v1/initiatives/facets/?facet=kind").json()
        return {c["value"]: c["count"] for c in answer["kind"]}["centre"]

    before = shown()
    script = (
        "import django; django.setup();"
        "from initiatives.models import Initiative;"
        "Initiative.objects.filter(slug='ajccbc').update(kind='project')"
    )
    environment = {
        "DATABASE_URL": url_for(committed_db),
        "DJANGO_SETTINGS_MODULE": "atlas.settings",
    }
    subprocess.run(
        [sys.executable, "-c", "import os; os.environ.update(%r); %s" % (environment, script)],  # noqa: UP031
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    assert shown() == before - 1


def test_threads_that_ask_while_others_write_see_whole_snapshots(followed, committed_db):
    """Readers in threads never fail and, once all is written, agree with a fresh index."""
    problems, stop = [], threading.Event()

    def read():
        from django.db import connection

        try:
            while not stop.is_set():
                shelf = facets.current().shelves["initiatives"]
                kinds = shelf.families["kind"].values()
                if sum(map(len, kinds)) != len(shelf.everything):
                    problems.append("kinds do not add up")
        except Exception as error:
            problems.append(repr(error))
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for kind in ("project", "fund", "centre") * 5:
        Initiative.objects.filter(slug="ajccbc").update(kind=kind)
    stop.set()
    for reader in readers:
        reader.join(30)
    assert problems == []
    followed()


def test_inside_a_transaction_that_wrote_only_it_sees_its_own(followed):
    before = count("kind", "centre")
    with transaction.atomic():
        Initiative.objects.filter(slug="ajccbc").update(kind="project")
        assert count("kind", "centre") == before - 1
        transaction.set_rollback(True)
    assert count("kind", "centre") == before


def test_an_unchanged_load_moves_nothing(followed):
    version = facets.current().version
    call_command("load", ROOT / "fixtures" / "reference", verbosity=0)
    assert facets.current().version == version
