"""Quality lists: planted faults are counted and listed; every link leads to where it is mended."""

import datetime
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from actors.models import Actor
from initiatives.insights.measures import MEASURES
from initiatives.models import FundingLink, Initiative
from sources.models import LinkCheck, Source
from tests.forms import person
from tests.making import settle, ungated  # noqa: F401
from tests.page import static_files  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("static_files", "ungated"),
]
LISTS = [(m.name, noun) for m in MEASURES for noun in m.nouns]
LONG_AGO = datetime.date(2019, 1, 1)


def address(name: str, noun: str) -> str:
    return f"/admin/quality/{name}/{noun}/"


def tree(response):
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


def listed(client, name: str, noun: str) -> dict[str, object]:
    """Title -> cell of what is to be mended."""
    rows = tree(client.get(address(name, noun))).xpath("//table//tr[td]")
    return {row.xpath("th/a")[0].text: row.xpath("td")[0] for row in rows}


def counted(client) -> dict[tuple[str, str], int]:
    links = tree(client.get("/admin/quality/")).xpath("//a[@class='number']")
    found = {}
    for link in links:
        parts = link.get("href").strip("/").split("/")
        if parts[1] == "quality":
            found[parts[2], parts[3]] = int(link.text)
    return found


def plant(number: int = 1) -> None:
    """One more record in every list."""
    publisher = Source.objects.first().publisher
    for n in range(number):
        slug = f"planted-{n}-of-{number}"
        actor = Actor.objects.create(slug=slug, name=f"Nobody {slug}", kind="other")
        one = Initiative.objects.create(
            slug=slug,
            title=f"Planted {slug}",
            kind="project",
            status="implementation",
            actual_end="2019",
        )
        payer = Actor.objects.create(slug=f"{slug}-payer", name=f"Payer {slug}", kind="other")
        FundingLink.objects.create(
            initiative=one, funder_actor=payer, amount=5, amount_kind="exact", currency="USD"
        )
        source, dead = (
            Source.objects.create(
                slug=f"{slug}-{word}",
                title=f"{word} {slug}",
                publisher=publisher,
                url=f"https://{word}.example/{slug}",
            )
            for word in ("moved", "dead")
        )
        Source.objects.create(slug=f"{slug}-too", title=dead.title.upper(), publisher=publisher)
        for record, field in ((one, "title"), (actor, "name")):
            places = {"field": field, "source": source, "checked_on": LONG_AGO}
            record.citations.create(says=getattr(record, field), **places)
        one.citations.create(field="actual_end", source=source, says="2020")
        one.names.create(name=f"M {slug}", kind="alias")
        actor.names.create(name=f"M {slug}", kind="alias")
        for record, named in ((one, "initiative_name"), (actor, "actor_name")):  # from memory
            name = record.names.get(name=f"M {slug}")
            record.citations.create(field="name", source=source, says=name.name, **{named: name})
        actor.names.create(name=f"N {slug}", kind="alias")
        asked(source, "moved", f"https://new.example/{slug}")
        asked(dead, "dead")
    settle()


def asked(source: Source, state: str, final: str = "") -> None:
    given = {"url": source.url, "final_url": final, "checked_at": timezone.now()}
    LinkCheck.objects.create(source=source, state=state, failures=3, **given)


def test_every_list_counts_what_is_planted_and_shows_it(client, reviewer):
    before = counted(client)
    plant()
    after = counted(client)
    assert {key for key in LISTS if after.get(key, 0) > before.get(key, 0)} == set(LISTS) - {
        ("disputed", "actor")
    }
    one, nobody = "Planted planted-0-of-1", "Nobody planted-0-of-1"
    assert words(listed(client, "disputed", "initiative")[one]) == "Actual end: 2019"
    assert "Title: Planted" in words(listed(client, "stale", "initiative")[one])
    assert "5 USD" in words(listed(client, "undated", "initiative")[one])
    assert words(listed(client, "status", "initiative")[one]) == "running, but its end has passed"
    assert nobody in listed(client, "orphan", "actor")
    assert "Name: N planted" in words(listed(client, "uncited", "actor")[nobody])
    missing = words(listed(client, "missing", "initiative")[one])
    assert "no summary" in missing and "no status" not in missing


def test_the_heaviest_comes_first_and_a_reason_given_is_no_gap(client, reviewer):
    plant()
    one = Initiative.objects.get(slug="planted-0-of-1")
    assert next(iter(listed(client, "missing", "initiative"))) == one.title
    one.missing.create(field="summary", reason="unknown")
    assert "no summary" not in words(listed(client, "missing", "initiative")[one.title])


@pytest.mark.parametrize(("name", "noun"), LISTS)
def test_each_item_leads_to_a_place_there_is(client, reviewer, name, noun):
    plant()
    links = tree(client.get(address(name, noun))).xpath("//table//tr[td][1]//a/@href")
    inside = [link for link in links if link.startswith("/admin/")]
    assert inside
    for link in {inside[0], inside[-1]}:
        path, _hash, anchor = link.partition("#")
        page = tree(client.get(path))
        assert not anchor or page.xpath("//*[@id=$id]", id=anchor)


def test_states_filter_and_what_is_withdrawn_is_left_out(client, reviewer):
    plant()
    title = "Planted planted-0-of-1"
    page = tree(client.get(address("missing", "initiative"), {"state": "published"}))
    assert title not in words(page)
    assert title in words(tree(client.get(address("missing", "initiative"), {"state": "draft"})))
    Initiative.objects.filter(title=title).update(state="withdrawn")
    assert title not in listed(client, "missing", "initiative")


def test_a_long_list_is_paged_and_keeps_its_filter(client, reviewer, monkeypatch):
    monkeypatch.setattr("initiatives.admin.quality.PAGE", 2)
    plant(3)
    path, asked = address("missing", "initiative"), {"state": "draft"}
    seen = []
    while True:
        page = tree(client.get(path, asked))
        seen += page.xpath("//table//tr[td]/th/a/text()")
        onward = page.xpath("//nav[@aria-label='Pages']/a[@rel='next']/@href")
        if not onward:
            break
        asked = dict(parse_qsl(onward[0].partition("?")[2]))
    number = int(words(page.xpath("//caption")[0]).split()[0])
    assert len(seen) == len(set(seen)) == number > 2


def test_a_moved_link_is_followed_with_one_click(client, reviewer):
    plant()
    source = Source.objects.get(slug="planted-0-of-1-moved")
    cell = listed(client, "moved", "source")[source.title]
    data = {i.get("name"): i.get("value") for i in cell.xpath(".//input")}
    response = client.post(address("moved", "source"), data, follow=True)
    assert "has its new address" in response.content.decode()
    source.refresh_from_db()
    assert source.url == "https://new.example/planted-0-of-1"
    assert source.title not in listed(client, "moved", "source")
    Source.objects.filter(slug="planted-0-of-1-dead").update(url="https://other.example/")
    assert "dead planted-0-of-1" not in listed(client, "dead", "source")


def test_lists_are_for_editors(client):
    assert client.get("/admin/quality/").status_code == 302
    user = person("Editor")
    user.groups.clear()
    client.force_login(user)
    assert client.get("/admin/quality/").status_code == 403
    assert client.get(address("stale", "actor")).status_code == 403


def test_what_is_no_list_is_not_found(client, reviewer):
    for path in ("nothing/actor", "stale/source", "orphan/initiative"):
        assert client.get(f"/admin/quality/{path}/").status_code == 404
    for bad in ("", "x", "9" * 30):
        assert client.post(address("moved", "source"), {"source": bad}).status_code == 404


def test_queries_do_not_grow_with_what_falls_short(client, reviewer):
    counts = []
    for number in (1, 6):
        plant(number)
        counts.append([])
        for path in ("/admin/quality/", *(address(*one) for one in LISTS)):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 45
