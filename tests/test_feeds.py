"""Atom feeds: valid by the rules of RFC 4287, of exactly the search, fresh and never a draft."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from lxml import etree

from atlas.kit import records
from initiatives.models import Initiative, Participation
from tests.page import static_files  # noqa: F401

pytestmark = pytest.mark.usefixtures("committed_db", "static_files")
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/changes/feed/", "/changes/feed/?noun=actor", "/initiatives/feed/?theme=cybercrime")
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


def read(client, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def one(parent, name: str) -> etree._Element:
    found = parent.findall(ATOM + name)
    assert len(found) == 1, f"{name} stands {len(found)} times"
    return found[0]


def moment(element) -> datetime:
    found = datetime.fromisoformat(element.text)
    assert found.tzinfo is not None and "T" in element.text
    return found


def check(feed) -> None:
    """What RFC 4287 asks of a feed and its entries (sections 4.1, 4.2)."""
    assert feed.tag == ATOM + "feed"
    assert one(feed, "title").text and IRI.fullmatch(one(feed, "id").text)
    moment(one(feed, "updated"))
    assert one(one(feed, "author"), "name").text
    links = {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}
    assert set(links) == {"alternate", "self"}
    assert all(urlsplit(href).scheme and urlsplit(href).netloc for href in links.values())
    entries = feed.findall(ATOM + "entry")
    ids = [one(entry, "id").text for entry in entries]
    assert len(set(ids)) == len(ids) and all(IRI.fullmatch(i) for i in ids)
    for entry in entries:
        assert one(entry, "title").text.strip()
        assert moment(one(entry, "published")) <= moment(one(entry, "updated"))
        alternates = [x for x in entry.findall(ATOM + "link") if x.get("rel") == "alternate"]
        assert len(alternates) == 1 and urlsplit(alternates[0].get("href")).netloc
        summary = one(entry, "summary")
        assert summary.get("type") == "html"
        etree.fromstring(f"<div>{summary.text}</div>")  # our HTML is well-formed
        assert all(category.get("term") for category in entry.findall(ATOM + "category"))


def titles(feed) -> list[str]:
    return [one(entry, "title").text for entry in feed.findall(ATOM + "entry")]


def change(slug: str, **values) -> Initiative:
    record = Initiative.objects.get(slug=slug)
    records.apply(records.document(record) | values, noun="initiative")
    return record


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_keep_the_rules_of_atom(client, path):
    feed = read(client, path)
    check(feed)
    assert feed.findall(ATOM + "entry")


def test_an_empty_feed_is_a_feed_and_says_since_when(client):
    feed = read(client, "/initiatives/feed/?q=nosuchwordanywhere")
    check(feed)
    assert titles(feed) == []
    assert (
        one(feed, "updated").text
        == one(read(client, "/initiatives/feed/?q=nosuchwordanywhere"), "updated").text
    )


def test_the_newest_change_comes_first_with_what_changed_and_keeps_its_id(client):
    change("tsubame", website="https://example.org/?a=1&b=<2>")
    feed = read(client, "/initiatives/feed/")
    check(feed)
    entry = feed.find(ATOM + "entry")
    assert one(entry, "title").text == "TSUBAME: changed"
    assert "became “https://example.org/?a=1&amp;b=&lt;2&gt;”" in one(entry, "summary").text
    assert "/initiatives/tsubame/versions/2/" in one(entry, "summary").text
    first = one(entry, "id").text
    change("ajcd", website="https://example.org/later")
    feed = read(client, "/initiatives/feed/")
    assert titles(feed)[0].startswith("ASEAN-Japan Cybercrime Dialogue")
    again = [one(e, "id").text for e in feed.findall(ATOM + "entry")]
    assert again[1] == first


def test_a_feed_holds_exactly_what_the_list_shows(client):
    for query in ("theme=cybercrime", "q=japan", "kind=fund&kind=dialogue", "kind__not=project"):
        wanted = {
            r["title"]
            for r in client.get(f"/api/v1/initiatives/?{query}&page_size=200").json()["results"]
        }
        feed = read(client, f"/initiatives/feed/?{query}&ordering=-start&page=2")
        assert {t.removesuffix(": first published") for t in titles(feed)} == wanted, query


def test_a_list_names_its_own_feed_in_head_and_foot(client):
    page = client.get("/initiatives/?theme=cybercrime&ordering=-start&page=1").content.decode()
    link = '<link rel="alternate" type="application/atom+xml" href='
    assert f'{link}"/initiatives/feed/?theme=cybercrime"' in page
    assert page.count('href="/initiatives/feed/?theme=cybercrime"') == 2
    assert (
        'type="application/atom+xml" href="/changes/feed/"'
        in client.get("/changes/").content.decode()
    )


def test_a_bad_filter_is_named_and_an_unknown_one_is_said_to_be_ignored(client):
    response = client.get("/initiatives/feed/?kind=spaceship")
    assert response.status_code == 400 and response["Content-Type"].startswith("text/plain")
    assert "kind" in response.content.decode() and "spaceship" in response.content.decode()
    assert client.get("/changes/feed/?noun=spaceship").status_code == 400
    feed = read(client, "/initiatives/feed/?utm_source=mail")
    assert "utm_source" in one(feed, "subtitle").text


def test_a_reader_is_told_when_nothing_changed_and_sees_a_change_at_once(client):
    first = client.get("/changes/feed/")
    tags = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get("/changes/feed/", **tags).status_code == 304
    since = {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}
    assert client.get("/changes/feed/", **since).status_code == 304
    change("tsubame", website="https://example.org/")
    assert client.get("/changes/feed/", **tags).status_code == 200


def test_characters_that_xml_cannot_carry_do_no_harm(client):
    row = Participation.objects.filter(initiative__slug="ajcd").first()
    Participation.objects.filter(pk=row.pk).update(note="from\x0ba \x1ftypewriter\x08")
    feed = read(client, "/changes/feed/")
    check(feed)
    assert "typewriter" in one(feed.find(ATOM + "entry"), "summary").text


def test_feeds_are_read_only(client):
    for path in FEEDS:
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200
