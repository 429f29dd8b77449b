"""Cursors while others write: what stays is seen once, in every ordering, missing values too.

A second connection inserts, renames, changes and deletes between any two pages.  By ``created``
and ``slug`` no record that was there throughout is lost or repeated, whatever happens to it; by any
other ordering none that did not change: neither in its key nor in the slug that orders equal ones.
"""

import random
from itertools import count
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from initiatives.models import Initiative
from sources.models import Publisher, Source
from tests.conftest import url_for
from tests.mergers import cited

pytestmark = pytest.mark.usefixtures("committed_db")
API = "/api/v1"
SIGNS = ("", "-")
NUMBERS = count()


class Writer:
    """Another connection; each act is committed, and remembered by the ids it was about."""

    def __init__(self, database: str, table: str, seed: str):
        self.connection = psycopg2.connect(url_for(database))
        self.connection.autocommit = True
        self.table, self.random = table, random.Random(seed)
        self.changed: dict[str, set[int]] = {}

    def run(self, sql: str, *values) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    def any(self, where: str = "true") -> int | None:
        rows = self.run(f"SELECT id FROM {self.table} WHERE {where} ORDER BY id")
        return self.random.choice(rows)[0] if rows else None

    def set(self, column: str, pk: int | None, value) -> None:
        self.run(f"UPDATE {self.table} SET {column} = %s WHERE id = %s RETURNING id", value, pk)
        self.changed.setdefault(column, set()).add(pk)

    def word(self) -> str:
        return f"{self.random.choice('abcdefghijklmnopqrstuvwxyz')}-{next(NUMBERS)}-new"

    def date(self) -> str:
        return self.random.choice(["", "1999", "2018-09", "2024-01-31"])


def write_sources(writer: Writer) -> None:
    """One of each: new, gone, renamed, retitled, dated anew."""
    slug, date = writer.word(), writer.date()
    writer.run(
        "INSERT INTO sources_source (slug, title, publisher_id, published, accessed, language,"
        " kind, author, url, archived_url, derived_note, note) SELECT %s, %s, max(id), %s, NULL,"
        " 'en', 'other', '', '', '', '', '' FROM sources_publisher RETURNING id",
        *(slug, slug, date),
    )
    writer.run(
        f"DELETE FROM sources_source WHERE id = {writer.any('note = $$spare$$')} RETURNING id"
    )
    writer.set("slug", writer.any(), writer.word())
    writer.set("title", writer.any(), writer.word())
    writer.set("published", writer.any(), writer.date())
    writer.set("accessed", writer.any(), writer.random.choice([None, "2020-02-02"]))


def write_initiatives(writer: Writer) -> None:
    """One appears, one is withdrawn, one is renamed."""
    writer.set("state", writer.any("state = 'draft'"), "published")
    writer.set("state", writer.any("slug LIKE 'spare%' AND state = 'published'"), "withdrawn")
    writer.set("slug", writer.any("state = 'published'"), writer.word())


def walk(client, path: str, write, key: str) -> list:
    """The named value of every row, with a write after each page."""
    found, address = [], f"{API}{path}"
    while address:
        response = client.get(address)
        assert response.status_code == 200, response.content
        page = response.json()
        found += [row[key] for row in page["results"]]
        address = page["next"]
        if address:
            write()
    return found


def test_sources_in_every_order(client, committed_db):
    publisher, history = Publisher.objects.first(), Source.history.rel.related_model.objects
    for n in range(80):
        Source.objects.create(slug=f"spare-{n}", title=f"{n}", publisher=publisher, note="spare")
    for order in ("slug", "created", "title", "published", "accessed"):
        for sign in SIGNS:
            writer = Writer(committed_db, "sources_source", f"{sign}{order}")
            before = dict(Source.objects.values_list("pk", "slug"))
            path = f"/sources/?ordering={sign}{order}&page_size=40&fields=slug"
            found = walk(client, path, lambda w=writer: write_sources(w), "slug")
            writer.connection.close()
            stayed = set(before) & set(Source.objects.values_list("pk", flat=True))
            if order not in ("created", "slug"):
                stayed -= writer.changed[order] | writer.changed["slug"]
            known = dict(history.values_list("slug", "pgh_obj_id"))  # names are given once only
            seen = [known[slug] for slug in found]
            lost = {pk for pk in stayed if pk not in seen}
            again = {pk for pk in seen if seen.count(pk) > 1 and pk in stayed}
            assert not lost and not again, (sign, order, lost, again)
            if order in ("created", "slug"):
                assert len(seen) == len(set(seen)) and stayed & writer.changed["slug"]


def test_initiatives_in_every_order(client, committed_db):
    for n in range(40):
        made = Initiative.objects.create(slug=f"spare-{n}", title=f"Spare {n}", kind="project")
        cited(made)
    Initiative.objects.filter(slug__in=[f"spare-{n}" for n in range(20)]).update(state="published")
    for order in ("created", "slug", "title", "start", "updated"):
        writer = Writer(committed_db, "initiatives_initiative", order)
        before = {str(uid) for uid in public("uid")}
        path = f"/initiatives/?ordering={writer.random.choice(SIGNS)}{order}&page_size=8&fields=uid"
        found = walk(client, path, lambda w=writer: write_initiatives(w), "uid")
        stayed = before & {str(uid) for uid in public("uid")}
        moved = set()
        if order not in ("created", "slug"):
            renamed = Initiative.objects.filter(pk__in=writer.changed["slug"])
            moved = {str(uid) for uid in renamed.values_list("uid", flat=True)}
        writer.connection.close()
        assert stayed - moved <= set(found), order
        assert all(found.count(uid) == 1 for uid in stayed - moved), order


def public(name: str):
    return Initiative.objects.published().values_list(name, flat=True)


def test_a_cursor_serves_the_list_it_was_made_for_and_no_other(client):
    page = client.get(f"{API}/initiatives/?ordering=created&page_size=2&kind__not=fund").json()
    cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]
    same = f"ordering=created&kind__not=fund&cursor={cursor}"
    assert client.get(f"{API}/initiatives/?{same}&page_size=5&fields=slug").status_code == 200
    for path in (
        f"initiatives/?ordering=slug&kind__not=fund&cursor={cursor}",
        f"initiatives/?ordering=-created&kind__not=fund&cursor={cursor}",
        f"initiatives/?ordering=created&cursor={cursor}",
        f"initiatives/?{same}&theme=cybercrime",
        f"actors/?ordering=created&cursor={cursor}",
        f"initiatives/?ordering=created&kind__not=fund&cursor={cursor[:-3]}abc",
        f"initiatives/?ordering=created&kind__not=fund&cursor={cursor.partition(':')[0]}",
        "initiatives/?ordering=created&cursor=eyJhIjoxfQ",
    ):
        response = client.get(f"{API}/{path}")
        (error,) = response.json()["errors"]
        assert response.status_code == 400 and error["parameter"] == "cursor", path
        assert "not made for this list, its filters and its ordering" in error["reason"]
