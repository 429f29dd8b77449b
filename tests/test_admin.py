"""The admin as an editor uses it."""

import pytest

from actors.models import Actor, Country
from atlas.kit.actions import rename
from atlas.kit.models import Redirect
from initiatives.models import (
    Event,
    FundingLink,
    Initiative,
    InitiativeCitation,
    Theme,
)
from sources.models import Publisher, Source
from tests import making
from tests.forms import add_row, change, let_in, refusals, row_of, sent_back

pytestmark = pytest.mark.django_db


def facts_cited(record, **place) -> dict:
    return dict(record.citations.filter(**place).values_list("field", "says"))


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize(
    "model", [Initiative, Actor, Source, Publisher, Country, Theme, Redirect, FundingLink, Event]
)
def test_every_record_has_a_list_and_a_form(client, reviewer, model):
    row = model.objects.first()
    assert client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/").status_code == 200
    assert client.get(change(row)).status_code == 200


def test_admin_pages_hold_no_inline_script_or_style(client, reviewer, tsubame):
    for path in ("/admin/", "/admin/initiatives/initiative/", change(tsubame)):
        response = client.get(path)
        page = response.content.decode()
        assert "style=" not in page and "<style" not in page
        assert "<script>" not in page and "onclick" not in page
        assert page.count('id="content-related"') <= 1  # two would lie over each other
        assert "'unsafe-" not in response.headers["Content-Security-Policy"]


def test_list_searches_other_names_and_filters_by_evidence(client, editor):
    path = "/admin/initiatives/initiative/"
    found = client.get(path, {"q": "AJCCBC"}).content.decode()
    assert "ASEAN-Japan Cybersecurity Capacity Building Centre" in found
    disputed = client.get(path, {"evidence": "disputed"}).context["cl"].queryset
    assert {r.slug for r in disputed} == set(
        Initiative.objects.filter(digest__disputed__gt=0).values_list("slug", flat=True)
    )
    assert client.get(path, {"evidence": "stale"}).context["cl"].queryset.count() == 0


def test_autocomplete_finds_actors_by_acronym(client, editor):
    found = client.get(
        "/admin/autocomplete/",
        {
            "term": "OAS",
            "app_label": "initiatives",
            "model_name": "participation",
            "field_name": "actor",
        },
    ).json()["results"]
    assert "Organization of American States" in {row["text"] for row in found}


# ------------------------------------------------------------------ saving


def test_saving_an_untouched_form_changes_nothing(client, editor, tsubame):
    before = tsubame.history.count(), tsubame.citations.count()
    response = client.post(change(tsubame), sent_back(client.get(change(tsubame))))
    assert response.status_code == 302, refusals(response)
    assert (tsubame.history.count(), tsubame.citations.count()) == before


def test_regions_are_ticked_by_name_and_keep_their_order(client, editor):
    draft = making.initiative("ticked", state="draft", regions=["southeast-asia", "indo-pacific"])
    shown = client.get(change(draft))
    boxes = {
        b.data["label"]: b.data["selected"] for b in shown.context["adminform"].form["regions"]
    }
    assert boxes["Southeast Asia"] and boxes["Indo-Pacific"] and not boxes["Pacific"]
    data = sent_back(shown)
    data["regions"] = ["pacific", "indo-pacific", "southeast-asia"]
    client.post(change(draft), data)
    draft.refresh_from_db()
    assert draft.regions == ["southeast-asia", "indo-pacific", "pacific"]
    refused = " ".join(refusals(client.post(change(draft), data | {"regions": ["atlantis"]})))
    assert "atlantis is not one of the available choices" in refused
    client.post(change(draft), sent_back(client.get(change(draft))) | {"regions": []})
    draft.refresh_from_db()
    assert draft.regions == []


def test_uncited_value_on_a_published_record_is_refused_at_its_field(client, editor, tsubame):
    data = sent_back(client.get(change(tsubame))) | {"actual_start": "1999", "title": "Other"}
    response = client.post(change(tsubame), data)
    errors = response.context["adminform"].form.errors
    assert errors["actual_start"] == ["Actual start “1999” has no source that supports it."]
    assert errors["title"] == ["Title “Other” has no source that supports it."]
    assert response.context["adminform"].form["title"].value() == "Other"
    tsubame.refresh_from_db()
    assert (tsubame.title, tsubame.actual_start) == ("TSUBAME", "2008")


def test_source_of_this_edit_cites_what_was_changed(client, editor, tsubame, source):
    data = sent_back(client.get(change(tsubame)))
    data |= {"title": "Tsubame", "actual_start": "2009", "summary": "Sensors watch traffic."}
    data |= {"edit_source": source.pk, "edit_locator": "para 9"}
    add_row(data, "participations", actor=Actor.objects.get(slug="asean").pk, role="partner")
    response = client.post(change(tsubame), data)
    assert response.status_code == 302, refusals(response)
    let_in(tsubame)
    cited = facts_cited(tsubame, locator="para 9")
    assert cited["actual_start"] == "2009" and cited["role"] == "partner"
    assert cited["summary"].startswith("sha256:")
    row = tsubame.citations.get(locator="para 9", field="role")
    assert (row.participation.actor.slug, row.checked_by) == ("asean", "editor-of-the-test")


def test_empty_says_means_the_source_says_the_same(client, editor, tsubame, source):
    page = client.get(change(tsubame))
    data = sent_back(page) | {"planned_start": "2006-10"}
    add_row(data, "citations", fact="planned_start", source=source.pk, says="", locator="p 1")
    summary = row_of(page, "citations", lambda c: c.field == "summary" and c.source == source)
    data |= {"summary": "Sensors watch traffic.", f"{summary}-says": ""}
    response = client.post(change(tsubame), data)
    assert response.status_code == 302, refusals(response)
    let_in(tsubame)
    assert facts_cited(tsubame, locator="p 1") == {"planned_start": "2006-10"}


def test_link_facts_are_chosen_in_words(client, editor, tsubame, source):
    page = client.get(change(tsubame))
    key = tsubame.participations.get().key
    choices = dict(
        page.context["inline_admin_formsets"][-1].formset.empty_form.fields["fact"].choices
    )
    assert "Implements: Japan Computer Emergency" in " ".join(map(str, choices))
    data = add_row(
        sent_back(page),
        "citations",
        fact=f"participations/{key}/role",
        source=Source.objects.get(slug="mynavi-tsubame").pk,
        says="host",
    )
    assert client.post(change(tsubame), data).status_code == 302
    let_in(tsubame)
    row = tsubame.citations.get(participation__key=key, says="host")
    assert row.field == "role"


def test_citation_of_an_empty_field_must_say_something(client, editor, tsubame, source):
    data = sent_back(client.get(change(tsubame)))
    add_row(data, "citations", fact="actual_end", source=source.pk, says="")
    response = client.post(change(tsubame), data)
    assert "we have no value here" in " ".join(refusals(response))


def test_running_text_is_never_typed_as_a_fingerprint(client, editor, tsubame, source):
    data = sent_back(client.get(change(tsubame)))
    add_row(data, "citations", fact="summary", source=source.pk, says="It says so")
    assert "Leave this empty" in " ".join(refusals(client.post(change(tsubame), data)))


def test_a_constraint_of_the_database_becomes_a_message(client, editor, tsubame):
    page = client.get(change(tsubame))
    data = sent_back(page)
    add_row(data, "missing", fact="actual_end", reason="unknown")
    add_row(data, "missing", fact="actual_end", reason="withheld")
    said = " ".join(refusals(client.post(change(tsubame), data)))
    assert "Another missing value has the same initiative" in said
    assert not tsubame.missing.exists()
    data = sent_back(page) | {"actual_start": "soon", "actual_end": "1950"}
    assert "not a date we accept" in " ".join(refusals(client.post(change(tsubame), data)))


def test_new_initiative_is_made_cited_and_published(client, reviewer, source, settings):
    settings.ATLAS_APPROVE_OWN = True
    page = client.get("/admin/initiatives/initiative/add/")
    data = sent_back(page) | {"title": "Brand new", "kind": "project", "slug": "brand-new"}
    data |= {"edit_source": source.pk, "_continue": "1"}
    response = client.post("/admin/initiatives/initiative/add/", data)
    assert response.status_code == 302, refusals(response)
    made = Initiative.objects.get(slug="brand-new")
    assert made.state == "draft" and facts_cited(made) == {"title": "Brand new"}
    data = sent_back(client.get(change(made))) | {"_move": "publish"}
    assert client.post(change(made), data).status_code == 302
    made.refresh_from_db()
    assert made.state == "published"


def test_draft_saved_without_a_source_is_cited_later_and_published(
    client, reviewer, source, settings
):
    settings.ATLAS_APPROVE_OWN = True
    path = "/admin/initiatives/initiative/add/"
    page = client.get(path)
    assert page.context["adminform"].prepopulated_fields[0]["field"].name == "slug"
    data = sent_back(page) | {"title": "Later", "kind": "project", "slug": "later"}
    assert client.post(path, data).status_code == 302
    made = Initiative.objects.get(slug="later")
    page = client.get(change(made))
    assert "1 fact, 0 independent sources" in page.content.decode()
    data = sent_back(page) | {"_move": "publish"}
    refused = client.post(change(made), data)
    assert 'href="#id_edit_source"' in " ".join(refusals(refused))
    shown = refused.content.decode()
    assert '<a href="#id_edit_source">' in shown and 'id="citations-group"' in shown
    assert "Missing before this can be published" not in shown
    data |= {"edit_source": source.pk, "edit_locator": "para 1"}
    response = client.post(change(made), data)
    assert response.status_code == 302, refusals(response)
    made.refresh_from_db()
    assert made.state == "published"
    assert facts_cited(made, locator="para 1") == {"title": "Later"}


def test_errors_of_rows_are_listed_at_the_top(client, editor, tsubame):
    page = client.get(change(tsubame))
    data = sent_back(page)
    number = data["participations-TOTAL_FORMS"]
    actor = Actor.objects.get(slug="asean")
    add_row(data, "participations", actor=actor.pk, role="partner", since="soon")
    shown = client.post(change(tsubame), data).content.decode()
    link = (
        f'<a href="#id_participations-{number}-since">Who takes part, row {int(number) + 1}: since'
    )
    assert link in shown


def test_draft_says_what_it_still_lacks(client, reviewer):
    draft = making.initiative("lacking", state="draft", summary="Words.", planned_start="2020")
    page = client.get(change(draft)).content.decode()
    assert "Title “Lacking” has no source that supports it." in page
    assert "Summary has no source that was checked against its present wording." in page
    data = sent_back(client.get(change(draft))) | {"_move": "publish"}
    assert "Planned start “2020” has no source that supports it." in refusals(
        client.post(change(draft), data)
    )


def test_joint_funder_is_cited_by_the_source_of_the_edit(client, editor, source):
    link = FundingLink.objects.get(key="ajccbc--japan-gov")
    data = sent_back(client.get(change(link)))
    add_row(data, "joint_links", actor=Actor.objects.get(slug="asean").pk)
    assert "has no source" in " ".join(refusals(client.post(change(link), data)))
    response = client.post(change(link), data | {"edit_source": source.pk})
    assert response.status_code == 302, refusals(response)
    let_in(link.initiative)
    assert InitiativeCitation.objects.get(joint_funder__link=link).says == "asean"


def test_slug_changed_on_the_form_leaves_a_redirect(client, editor, tsubame):
    data = sent_back(client.get(change(tsubame))) | {"slug": "tsubame-project"}
    assert client.post(change(tsubame), data).status_code == 302
    let_in(tsubame)
    assert Redirect.objects.get(kind="initiative", old_slug="tsubame").slug == "tsubame-project"


def test_an_address_in_use_or_given_up_is_told_with_whose_it_is(client, editor, tsubame):
    path = "/admin/initiatives/initiative/add/"
    rename(record=tsubame, slug="sensors")
    data = sent_back(client.get(path)) | {"kind": "project", "title": "TSUBAME"}
    for slug, said in (("tsubame", "was the address of"), ("sensors", "is the address of")):
        [told] = client.post(path, data | {"slug": slug}).context["errors"].data[0]
        assert said in str(told) and tsubame.title in str(told)
        assert f"“{slug}-2” is free." in str(told)
    assert client.post(path, data | {"slug": ""}).status_code == 302  # made of the title
    assert Initiative.objects.filter(slug="tsubame-2", title="TSUBAME").exists()
    answer = client.get("/api/v1/initiatives/tsubame/")
    assert answer.status_code == 308 and answer.headers["Location"].endswith("/sensors/")
    Redirect.objects.filter(old_slug="tsubame").delete()
    assert client.post(path, data | {"slug": "tsubame", "title": "New"}).status_code == 302
    assert Initiative.objects.get(slug="tsubame").uid != tsubame.uid
