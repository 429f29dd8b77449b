"""Actions on records and sources, as functions."""

import inspect

import pytest
from django.core.exceptions import ValidationError

import actors.actions
import initiatives.actions
import sources.actions
from actors.models import Actor
from atlas.kit import gate
from atlas.kit.models import Redirect
from initiatives.actions import (
    publish,
    publish_many,
    rename,
    revert,
    send_to_review,
    unpublish,
    withdraw,
)
from initiatives.models import Initiative, InitiativeCitation
from sources.actions import cite, delete_source, merge_sources, uncited
from sources.models import Source
from tests import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    made = making.initiative("a-draft", state="draft", summary="Words of ours.")
    made.refresh_from_db()
    return made


def another(source, slug: str) -> Source:
    return Source.objects.create(slug=slug, title=slug, publisher=source.publisher)


@pytest.mark.parametrize("module", [actors.actions, initiatives.actions, sources.actions])
def test_actions_take_keywords_only(module):
    ours = (module.__name__, "atlas.kit.actions")
    found = [v for v in vars(module).values() if getattr(v, "__module__", "") in ours]
    actions = [
        v for v in found if inspect.isfunction(v) and "by" in inspect.signature(v).parameters
    ]
    assert actions
    for action in actions:
        kinds = {p.kind for p in inspect.signature(action).parameters.values()}
        private = action.__name__.startswith("_")
        assert private or kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


# ------------------------------------------------------------------ states


def test_publish_needs_every_fact_cited(draft, source):
    with pytest.raises(gate.GateRefused) as refused:
        publish(record=draft)
    assert refused.value.reasons == gate.pending(draft)
    assert draft.state == "draft" and not Initiative.objects.published().filter(pk=draft.pk)
    cite(record=draft, facts=uncited(draft), source=source, locator="p 1")
    assert gate.pending(draft) == []
    assert publish(record=draft).state == "published"


def test_states_follow_one_another(draft, source):
    with pytest.raises(ValidationError, match="only published records can become withdrawn"):
        withdraw(record=draft)
    assert send_to_review(record=draft).state == "in-review"
    with pytest.raises(ValidationError, match="only draft records can become in review"):
        send_to_review(record=draft)
    assert unpublish(record=draft).state == "draft"
    cite(record=draft, facts=uncited(draft), source=source)
    publish(record=draft)
    assert withdraw(record=draft).state == "withdrawn"
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def test_withdrawing_what_public_records_link_to_is_refused():
    actor = Actor.objects.get(slug="asean")
    with pytest.raises(gate.GateRefused) as refused:
        withdraw(record=actor)
    said = " ".join(refused.value.reasons)
    assert "is withdrawn and cannot stand on a public record" in said
    assert "ASEAN-Japan Cybersecurity Capacity Building Centre: Beneficiary:" in said
    assert actor.state == "published"


def test_actions_are_recorded_with_their_door_and_person(draft, django_user_model):
    user = django_user_model.objects.create_user("reviewer")
    send_to_review(record=draft, by=user, through="admin")
    context = draft.history.order_by("pgh_id").last().pgh_context
    assert context.metadata == {"door": "admin", "user": user.pk, "name": "reviewer"}


def test_bulk_publication_judges_each_record(source):
    good = making.initiative("good", state="draft")
    cite(record=good, facts=uncited(good), source=source)
    making.initiative("uncited", state="draft")
    tied = making.initiative("tied", state="draft")
    tied.ties.create(kind="related", target=Initiative.objects.get(slug="uncited"))
    cite(record=tied, facts=uncited(tied), source=source)
    chosen = Initiative.objects.filter(slug__in=["good", "uncited", "tied"])
    verdicts = publish_many(queryset=chosen)
    assert [r.slug for r in verdicts.published] == ["good"]
    reasons = {r.slug: said for r, said in verdicts.refused.items()}
    assert reasons["uncited"] == ["Title “Uncited” has no source that supports it."]
    assert reasons["tied"] == [
        "Related to: “Uncited” is a draft and cannot stand on a public record."
    ]
    assert set(chosen.published()) == {good}


def test_records_tied_to_each_other_are_published_together(source):
    first, second = (making.initiative(slug, state="draft") for slug in ("first", "second"))
    first.ties.create(kind="related", target=second)
    second.ties.create(kind="related", target=first)
    for record in (first, second):
        cite(record=record, facts=uncited(record), source=source)
    verdicts = publish_many(queryset=Initiative.objects.filter(slug__in=["first", "second"]))
    assert not verdicts.refused and len(verdicts.published) == 2


# ------------------------------------------------------------------ addresses


def test_rename_leads_old_addresses_to_the_new_one():
    jaif = Initiative.objects.get(slug="jaif")
    Redirect.objects.create(kind="initiative", old_slug="older", slug="jaif")
    rename(record=jaif, slug="integration-fund")
    led = dict(Redirect.objects.filter(kind="initiative").values_list("old_slug", "slug"))
    assert led["jaif"] == led["older"] == "integration-fund"
    rename(record=jaif, slug="jaif")
    led = dict(Redirect.objects.filter(kind="initiative").values_list("old_slug", "slug"))
    assert led["integration-fund"] == led["older"] == "jaif" and "jaif" not in led


@pytest.mark.parametrize("slug", ["ajccbc", "Not A Slug", ""])
def test_rename_refuses_taken_and_broken_addresses(slug):
    jaif = Initiative.objects.get(slug="jaif")
    with pytest.raises(ValidationError):
        rename(record=jaif, slug=slug)
    assert jaif.slug == "jaif"


# ------------------------------------------------------------------ sources


def test_cite_renews_the_one_older_citation(source):
    record = Initiative.objects.get(slug="tsubame")
    Initiative.objects.filter(pk=record.pk).update(actual_start="2009")
    before = record.citations.count()
    cite(record=record, facts=uncited(record), source=source)
    row = record.citations.get(field="actual_start", source=source)
    assert (row.says, record.citations.count()) == ("2009", before)
    assert row.locator == "What is TSUBAME?, para 2"


def test_merge_moves_everything_and_leaves_a_redirect(source):
    record = Initiative.objects.get(slug="tsubame")
    drop = another(source, "double")
    child = another(source, "child")
    Source.objects.filter(pk=child.pk).update(derived_from=drop)
    title = record.citations.get(field="title", source=source)
    same = {"field": "title", "says": title.says, "locator": title.locator}
    record.citations.create(source=drop, **same)
    record.citations.create(source=drop, field="status", says="closed", locator="elsewhere")
    before = record.citations.filter(source=source).count()
    merge_sources(keep=source, drop=drop)
    assert record.citations.filter(source=source).count() == before + 1
    assert not Source.objects.filter(slug="double").exists()
    assert Source.objects.get(slug="child").derived_from == source
    assert Redirect.objects.get(kind="source", old_slug="double").slug == source.slug


def test_merge_refuses_when_one_place_would_say_two_things(source):
    record = Initiative.objects.get(slug="tsubame")
    drop = another(source, "double")
    ours = record.citations.get(field="actual_start", source=source)
    record.citations.create(source=drop, field="actual_start", says="2001", locator=ours.locator)
    with pytest.raises(ValidationError, match="TSUBAME: Actual start: .* at the same place"):
        merge_sources(keep=source, drop=drop)
    assert Source.objects.filter(slug="double").exists()
    with pytest.raises(ValidationError, match="with itself"):
        merge_sources(keep=source, drop=source)


def test_delete_source_refuses_what_readers_see_and_origins(source):
    with pytest.raises(ValidationError, match="TSUBAME: "):
        delete_source(source=source)
    spare = another(source, "spare")
    Source.objects.filter(pk=source.pk).update(derived_from=spare)
    with pytest.raises(ValidationError, match="derived from"):
        delete_source(source=spare)
    Source.objects.filter(pk=source.pk).update(derived_from=None)
    delete_source(source=spare)
    assert not Source.objects.filter(slug="spare").exists()


# ------------------------------------------------------------------ restoring


def test_revert_restores_content_and_keeps_address_and_state(source):
    record = Initiative.objects.get(slug="tsubame")
    loaded = record.history.order_by("pgh_id").first().pgh_xid
    Initiative.objects.filter(pk=record.pk).update(title="Changed", website="")
    InitiativeCitation.objects.filter(initiative=record, field="status").delete()
    cite(record=record, facts=uncited(record), source=source)
    rename(record=record, slug="tsubame-project")
    revert(record=record, to=loaded)
    assert (record.title, record.slug, record.state) == ("TSUBAME", "tsubame-project", "published")
    assert record.citations.get(field="status").source.slug == "mynavi-tsubame"
    assert gate.pending(record) == []
