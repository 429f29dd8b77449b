"""What the public saw of a record: versions at addresses that stay, in words, never a draft."""

import pytest
from django.db import transaction

from actors.models import Actor
from atlas.kit import actions, records
from atlas.kit.changes.noting import note_the_past
from atlas.kit.facts import REGISTRY
from atlas.kit.models import PublicChange
from atlas.kit.tables import NOUNS, TABLES
from initiatives.models import Initiative, Participation
from sources.actions import cite, uncited
from sources.models import Source
from tests.page import Page, static_files  # noqa: F401

pytestmark = pytest.mark.usefixtures("committed_db", "static_files")
SECRET = "Working title nobody may read"


def change(record, **values) -> None:
    document = records.document(record) | values
    records.apply(document, noun=records.noun_of(record))


def publish_draft(slug: str = "late", title: str = "Late but public") -> Initiative:
    """A record that was a draft under another title for a while."""
    made = Initiative.objects.create(slug=slug, title=SECRET, kind="project")
    made.title = title
    made.save()
    cite(record=made, facts=uncited(made), source=Source.objects.get(slug="jpcert-tsubame"))
    return actions.publish(record=made)


def text(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return Page(response).text


# ------------------------------------------------------------------ versions


def test_each_version_keeps_its_address_and_says_what_stood_then(client, tsubame):
    change(tsubame, website="https://example.org/second")
    change(tsubame, website="https://example.org/third")
    first = text(client, "/initiatives/tsubame/versions/1/")
    second = text(client, "/initiatives/tsubame/versions/2/")
    third = text(client, "/initiatives/tsubame/versions/3/")
    assert "example.org/second" not in first and "An earlier version" in first
    assert "example.org/second" in second and "example.org/third" not in second
    assert "example.org/third" in third and "how the record reads today" in third
    for never in (0, 4, 99999999999):
        assert client.get(f"/initiatives/tsubame/versions/{never}/").status_code == 404


def test_the_record_names_the_permanent_address_of_what_is_shown(client, tsubame):
    change(tsubame, website="https://example.org/second")
    page = Page(client.get("/initiatives/tsubame/"))
    assert "http://testserver/initiatives/tsubame/versions/2/" in page.links
    assert "Version 2" in page.text and "/initiatives/tsubame/history/" in page.links


def test_a_version_holds_every_value_and_every_source_of_the_record(client):
    for noun, model, folder in (
        ("initiative", Initiative, "initiatives"),
        ("actor", Actor, "actors"),
    ):
        for record in model.objects.filter(state="published").order_by("-digest__facts")[:5]:
            page = text(client, f"/{folder}/{record.slug}/versions/1/")
            document = records.document(record)
            own = [document.get(n) for n in ("title", "name", "summary", "objectives", "website")]
            rows = [r for n in NOUNS[noun][1] for r in document[n] if n != "missing"]
            values = [r.get(n) for r in rows for n in ("locator", "place", "voice", "note", "name")]
            sources = Source.objects.filter(slug__in={c["source"] for c in document["citations"]})
            titles = sources.values_list("title", flat=True)
            for value in [*own, *values, *titles]:
                assert not value or " ".join(value.split()) in page, (record.slug, value)
            assert "we give no value" not in page, "a heading without a value"
            codes = {
                r.get("country") or r.get("group") for r in document.get("initiative_reach", ())
            }
            assert [code for code in codes if f"says “{code}”" in page] == []


def test_history_tells_changes_in_words_newest_first(client, tsubame):
    source = Source.objects.get(slug="jpcert-tsubame")
    with transaction.atomic():
        asean = Actor.objects.get(slug="asean")
        partner = Participation.objects.create(initiative=tsubame, actor=asean, role="partner")
        cite(record=tsubame, facts=uncited(tsubame), source=source)
    with transaction.atomic():
        partner.note = "In the second year only."
        partner.save()
    with transaction.atomic():
        partner.delete()
    page = text(client, "/initiatives/tsubame/history/")
    gone = page.index("Partner: Association of Southeast Asian Nations: removed")
    noted = page.index("note: “In the second year only.”")
    added = page.index("Partner: Association of Southeast Asian Nations: added")
    assert gone < noted < added < page.index("First published")
    assert "4 versions have been public" in page


def test_many_rows_at_once_are_counted(client, tsubame):
    with transaction.atomic():
        for n in range(8):
            tsubame.names.create(name=f"Other name {n}", kind="alias")
        source = Source.objects.get(slug="jpcert-tsubame")
        cite(record=tsubame, facts=uncited(tsubame), source=source)
    document = records.document(tsubame)
    gone = {r["key"] for r in document["initiative_names"] if r["name"].startswith("Other name")}
    names = [r for r in document["initiative_names"] if r["key"] not in gone]
    cited = [c for c in document["citations"] if c["link_key"] not in gone]
    change(tsubame, initiative_names=names, citations=cited)
    assert "Initiative names: 8 removed" in text(client, "/initiatives/tsubame/history/")


def test_what_stood_within_one_transaction_was_never_a_version(tsubame):
    with transaction.atomic():
        actions.rename(record=tsubame, slug="tsubame-network")
        Initiative.objects.filter(pk=tsubame.pk).update(website="https://example.org/")
    tsubame = Initiative.objects.get(pk=tsubame.pk)
    assert tsubame.digest.version == 2
    assert sorted(PublicChange.objects.of(tsubame).values_list("version", flat=True)) == [1, 2]


# ------------------------------------------------------------------ what is not public


def test_nothing_of_the_draft_before_publication_is_told(client):
    made = publish_draft()
    for path in ("history/", "versions/1/"):
        page = client.get(f"/initiatives/late/{path}").content.decode()
        assert SECRET not in page and "Late but public" in page
    assert client.get("/initiatives/late/versions/2/").status_code == 404
    for path in ("/changes/", "/changes/feed/", "/initiatives/feed/"):
        page = client.get(path).content.decode()
        assert SECRET not in page and "Late but public" in page
    assert made.pk


def test_a_draft_has_no_history_for_anybody(client):
    Initiative.objects.create(slug="hidden", title=SECRET, kind="project")
    assert client.get("/initiatives/hidden/history/").status_code == 404
    assert client.get("/initiatives/hidden/versions/1/").status_code == 404
    assert SECRET not in client.get("/changes/").content.decode()


def test_a_record_back_in_draft_is_spoken_of_no_more(client):
    made = publish_draft()
    actions.unpublish(record=made)
    assert client.get("/initiatives/late/versions/1/").status_code == 404
    assert "Late but public" not in client.get("/changes/").content.decode()
    Initiative.objects.filter(pk=made.pk).update(objectives="Said while a draft.")
    cite(record=made, facts=uncited(made), source=Source.objects.get(slug="jpcert-tsubame"))
    actions.publish(record=Initiative.objects.get(pk=made.pk))
    page = text(client, "/initiatives/late/history/")
    assert "Published again" in page and "Objectives: “Said while a draft.”" in page


def test_a_withdrawal_is_told_by_the_name_last_seen_and_nothing_written_since(client):
    made = actions.withdraw(record=publish_draft())
    Initiative.objects.filter(pk=made.pk).update(title=SECRET)
    page = text(client, "/changes/")
    assert "Withdrawn" in page and "Late but public" in page and SECRET not in page
    assert client.get("/initiatives/late/versions/1/").status_code == 410
    assert client.get("/initiatives/late/history/").status_code == 410
    assert SECRET not in client.get("/changes/feed/").content.decode()


def test_published_and_taken_back_in_one_transaction_was_never_public(client):
    with transaction.atomic():
        actions.withdraw(record=publish_draft())
    assert "Late but public" not in client.get("/changes/").content.decode()


def test_an_old_address_leads_to_the_same_version(client, tsubame):
    actions.rename(record=tsubame, slug="tsubame-network")
    response = client.get("/initiatives/tsubame/versions/1/")
    assert response.status_code == 301
    assert response["Location"] == "/initiatives/tsubame-network/versions/1/"
    assert client.get("/initiatives/tsubame/history/")["Location"].endswith("-network/history/")
    assert "Slug: “tsubame” became “tsubame-network”" in text(
        client, response["Location"][:-11] + "history/"
    )


# ------------------------------------------------------------------ changes page


def test_changes_are_paged_filtered_and_say_what_they_cannot_read(client, tsubame):
    change(tsubame, website="https://example.org/")
    page = text(client, "/changes/")
    assert page.index("became “https://example.org/”") < page.index("First published")
    only = text(client, "/changes/?noun=actor")
    assert "Website" not in only and "Actor · First published" in only
    assert "Page 2 of" in text(client, "/changes/?page=2")
    assert "not a kind of record. Allowed: initiative, actor" in text(
        client, "/changes/?noun=x", 400
    )
    assert "not a page of this list" in text(client, "/changes/?page=9999", 404)
    assert "not a page of this list" in text(client, "/changes/?page=two", 404)
    assert "does not know the parameter colour" in text(client, "/changes/?colour=red")


def test_a_database_older_than_the_notes_gets_them_from_history(tsubame):
    change(tsubame, website="https://example.org/")
    fields = ("noun", "record_id", "xid", "version", "public")
    before = set(PublicChange.objects.values_list(*fields))
    PublicChange.objects.all().delete()
    for evidence in REGISTRY.values():
        own, children = NOUNS[evidence.noun]
        models = [p.model for name in (own, *children) for p in TABLES[name].parts]
        note_the_past(evidence, [m for m in models if evidence.noun in m.ROOTS])
    assert set(PublicChange.objects.values_list(*fields)) == before
