"""Strategy: merges are committed in a clone of the database, taken back, and every record of the
whole Atlas is compared with what it was.
"""

import random

import pytest
from django.core.exceptions import ValidationError

from actors.models import Actor
from atlas.kit import records
from atlas.kit.merging import judge, merge, unmerge
from atlas.kit.models import Redirect
from initiatives.models import Initiative, Participation
from tests.forms import change, person, refusals
from tests.mergers import everything, last_merge

PAIRS = 10


def pairs(rng: random.Random):
    while True:
        noun = rng.choice((Actor, Initiative))
        yield rng.sample(list(noun.objects.order_by("slug")), 2)


def test_ten_random_merges_taken_back_leave_everything_as_it_was(committed_db):
    rng, done, refused = random.Random(20261122), 0, 0
    before = everything()
    for keep, drop in pairs(rng):
        try:
            merge(keep=keep, drop=drop)
        except ValidationError:
            refused += 1
            continue
        assert not type(drop).objects.filter(slug=drop.slug).exists()
        again = unmerge(record=keep, xid=last_merge(keep))
        assert (again.pk, again.uid) == (drop.pk, drop.uid)
        assert everything() == before
        done += 1
        if done == PAIRS:
            break
    assert refused < 10 * PAIRS


def test_versions_go_on_counting_after_a_merge_was_taken_back(committed_db):
    keep, drop = Initiative.objects.get(slug="ajcd"), Initiative.objects.get(slug="tsubame")
    version = drop.digest.version
    merge(keep=keep, drop=drop)
    again = unmerge(record=keep, xid=last_merge(keep))
    assert again.digest.version == version + 1
    assert not Redirect.objects.filter(old_slug="tsubame").exists()


@pytest.mark.parametrize("late", ["kept", "elsewhere", "taken"])
def test_it_is_not_taken_back_when_something_changed_since(committed_db, late):
    keep = Actor.objects.get(slug="mofa-japan")
    merge(keep=keep, drop=Actor.objects.get(slug="nict"))
    xid = last_merge(keep)
    if late == "kept":
        Actor.objects.filter(pk=keep.pk).update(website="https://example.org/")
    elif late == "elsewhere":
        assert Participation.objects.filter(actor=keep).update(note="Changed.")
    else:
        Actor.objects.create(slug="nict", name="NICT", kind="other")
    before = everything()
    with pytest.raises(ValidationError) as refused:
        unmerge(record=keep, xid=xid)
    said = " ".join(refused.value.messages)
    expected = {
        "kept": "was changed after",
        "elsewhere": "Changed after",
        "taken": "at “nict” again",
    }
    assert expected[late] in said
    assert everything() == before


def test_a_merge_is_taken_back_from_the_history_page(committed_db, client):
    client.force_login(person("Reviewer"))
    keep, drop = Initiative.objects.get(slug="ajcd"), Initiative.objects.get(slug="tsubame")
    judge(one=drop, other=keep, verdict="same", by=person("Editor"))
    before = everything()
    client.post(change(drop).replace("change", "merge"), {"into": keep.pk})
    history = change(keep).replace("change", "history")
    page = client.get(history)
    assert f"Take back the merge with “{drop}”" in page.content.decode()
    [moment] = [m for m in page.context["moments"] if m.merged]
    done = client.post(history, {"unmerge": moment.xid}, follow=True)
    assert "is a record of its own again" in done.content.decode()
    assert everything() == before
    again = client.post(history, {"unmerge": moment.xid}, follow=True)
    assert any("there is a record" in said.lower() for said in refusals(again))


def test_another_transaction_is_no_merge(committed_db):
    record = Initiative.objects.get(slug="ajcd")
    with pytest.raises(ValidationError, match="No merge"):
        unmerge(record=record, xid=records.history_positions("initiative", record.pk)[0])
