"""The row source of every format: equal to documents, public only, in constant memory."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, Country
from atlas.kit import records
from atlas.kit.tables import TABLES
from initiatives.exchange import ndjson
from initiatives.exchange.selection import LINKS, RECORDS, Selection, back_link
from initiatives.filters import CitationFilterSet
from initiatives.models import FundingInclude, FundingJointFunder, FundingLink, Initiative, Theme
from initiatives.querysets import CitationQuerySet
from sources.models import Publisher, Source
from tests import making
from tests.making import ungated  # noqa: F401

SITE = "https://atlas.example"
MODELS = {
    "initiatives": Initiative,
    "actors": Actor,
    "sources": Source,
    "publishers": Publisher,
    "countries": Country,
    "themes": Theme,
}


def select(noun: str, queryset, **more) -> Selection:
    return Selection(noun, (queryset,), site=SITE, **more)


def public(model):
    objects = model.objects.all()
    return (objects.published() if hasattr(model, "state") else objects).order_by("pk")


@pytest.mark.parametrize("noun", RECORDS)
def test_documents_are_those_of_the_records(db, noun):
    queryset = public(MODELS[noun])
    found = list(select(noun, queryset).documents())
    assert found == [records.document(record) for record in queryset]
    assert len(found) > 5


@pytest.mark.parametrize("noun", RECORDS)
def test_a_line_is_the_document_with_its_address(db, noun):
    queryset = public(MODELS[noun])
    lines = b"".join(ndjson.write(select(noun, queryset))).decode().splitlines()
    entries = list(select(noun, queryset).entries())
    assert [json.loads(line) for line in lines] == [
        {**entry.document, back_link(noun): entry.url} for entry in entries
    ]


def test_addresses_lead_to_pages(db, client):
    for noun in RECORDS:
        entry = next(iter(select(noun, public(MODELS[noun])).entries()))
        for address in (entry.url, entry.api_url):
            assert client.get(address.removeprefix(SITE)).status_code == 200, address


def test_a_link_is_its_row_with_the_evidence_for_it(db, client):
    link = FundingLink.objects.published().filter(initiative__slug="ajccbc").first()
    entry = next(iter(select("funding-links", FundingLink.objects.filter(pk=link.pk)).entries()))
    whole = records.document(link.initiative)
    row = next(row for row in whole["funding_links"] if row["key"] == link.key)
    assert {name: entry.document[name] for name in row} == row
    assert entry.document["initiative"] == link.initiative.slug
    about = [c for c in whole["citations"] if c["link_key"] == link.key]
    assert [c["key"] for c in entry.document["citations"]] == [c["key"] for c in about] != []
    page, _, anchor = entry.url.removeprefix(SITE).partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode()


def test_references_name_all_that_a_document_names(db):
    entry = next(iter(select("initiatives", Initiative.objects.filter(slug="ajccbc")).entries()))
    for table, column, target in (
        ("participations", "actor", "actors"),
        ("citations", "source", "sources"),
        ("initiative_reach", "country", "countries"),
        ("initiative_themes", "theme", "themes"),
    ):
        keys = {row[column] for row in entry.document[table] if row[column]}
        assert keys <= set(entry.references[target]), table
    source = next(iter(entry.references["sources"].values()))
    assert entry.name("publishers", source["publisher"]) != source["publisher"]
    assert entry.version >= 1 and entry.updated_at.startswith("20")


def test_what_is_not_public_is_not_named(ungated):  # noqa: F811
    one, hidden = making.initiative("one-more"), making.initiative("hidden-one", state="draft")
    funder, other = making.actor("some-funder"), making.actor("other-funder")
    money = {"funder_actor": funder, "undisclosed_reason": "unknown"}
    link = FundingLink.objects.create(initiative=one, **money)
    secret = FundingLink.objects.create(initiative=hidden, **money)
    FundingInclude.objects.create(link=link, includes=secret)
    FundingJointFunder.objects.create(link=link, actor=other)
    nested = next(select("funding-links", FundingLink.objects.filter(pk=link.pk)).documents())
    assert [row["actor"] for row in nested["funding_joint_funders"]] == ["other-funder"]
    assert nested["funding_includes"] == []
    text = json.dumps(list(select("initiatives", Initiative.objects.published()).documents()))
    assert "one-more" in text and "hidden-one" not in text


def test_queries_do_not_grow_with_the_rows(db):
    def queries(queryset) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            list(select("initiatives", queryset).entries())
        return len(captured)

    every = Initiative.objects.published()
    assert every.count() > 3
    assert queries(every) <= queries(every.filter(slug="ajccbc")) + 2


def test_an_order_is_kept(db):
    slugs = list(Initiative.objects.published().order_by("-slug").values_list("slug", flat=True))
    found = select("initiatives", Initiative.objects.published().order_by("-slug")).documents()
    assert [document["slug"] for document in found] == slugs


@pytest.mark.parametrize("noun", LINKS)
def test_links_of_every_kind_can_be_read(db, api, noun):
    tables = {"citations": tuple(CitationQuerySet(t).published() for t in CitationFilterSet.TABLES)}
    listed = api(f"{noun}/", page_size=200).json()
    if noun == "citations":
        querysets = tables[noun]
    else:
        part = Selection(noun, ()).table
        model = TABLES[part].parts[0].model
        keys = [row["key"] for row in listed["results"]]
        querysets = (model._default_manager.filter(key__in=keys),)
    found = list(Selection(noun, querysets, site=SITE).entries())
    assert len(found) >= min(listed["count"], 200) > 0
    assert all(entry.url.startswith(f"{SITE}/") for entry in found)
