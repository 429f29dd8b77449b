"""Strategy: many faults, each of its own kind, planted in one package and found in one run.

Each plant changes one place of a copy of ``tests/data/package_ok`` and says which fault it expects
(table, row, column, words of the reason).  The load must report these and no others, and leave
every table of the database as it was.
"""

import pytest

from atlas.kit.staging import Refused
from initiatives.exchange.package import load
from tests.packages import Package, totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path) -> Package:
    return Package(tmp_path / "package")


def cell(table: str, key: str, column: str, value: str, reason: str, at: str | None = None):
    """A wrong value in one cell; ``at``: the column named, if it is another."""

    def plant(package: Package):
        row = package.set(table, key, **{column: value})
        return (table, row, column if at is None else at, reason)

    return plant


def row(table: str, key: str, column: str, words: str, /, **values: str):
    """A wrong row at the end."""

    def plant(package: Package):
        return (table, package.add(table, key, **values), column, words)

    return plant


def raw(table: str, before: bytes, after: bytes, number: int, column: str, reason: str):
    """Bytes that no spreadsheet writes."""

    def plant(package: Package):
        package.bytes(table, lambda content: content.replace(before, after))
        return (table, number, column, reason)

    return plant


def strange_file(package: Package):
    (package.folder / "gadgets.csv").write_text("slug\nx\n")
    return ("gadgets", 0, "", "is not a table of the package")


def extra_column(package: Package):
    rows = package.rows("publishers")
    package.write("publishers", [[*r, "colour" if n == 0 else "red"] for n, r in enumerate(rows)])
    return ("publishers", 1, "colour", "is not a column of this table")


def missing_column(package: Package):
    rows = package.rows("actor_identifiers")
    package.write("actor_identifiers", [r[:-1] for r in rows])
    return ("actor_identifiers", 1, "code", "this required column is missing")


def column_twice(package: Package):
    rows = package.rows("actor_names")
    package.write("actor_names", [[*r, r[2]] for r in rows])
    return ("actor_names", 1, "name", "stands twice in the header")


def emptied(package: Package):
    package.path("initiative_ties").write_bytes(b"")
    return ("initiative_ties", 1, "", "the file is empty, even of its header")


def missing_file(package: Package):
    package.describe(lambda d: d["resources"].append({"name": "themes", "path": "themes.csv"}))
    return ("themes", 0, "", "its file themes.csv is missing")


MEADOW = {"initiative": "meadow"}
CITED = {**MEADOW, "source": "west-page", "field": "title", "says": "Meadow Dialogue"}
PLANTS = {
    "unknown table": strange_file,
    "file that is missing": missing_file,
    "unknown column": extra_column,
    "missing column": missing_column,
    "column twice": column_twice,
    "empty file": emptied,
    "word of no vocabulary": cell(
        "publishers", "south-desk", "reliability", "Z", "“Z” is not one of: A, B,"
    ),
    "impossible month": cell(
        "sources", "west-page", "published", "2018-13", "“2018-13” is not a date of the profile"
    ),
    "impossible day": cell(
        "sources", "south-note", "accessed", "2026-02-30", "“2026-02-30” is not a day"
    ),
    "no web address": cell(
        "sources", "north-report", "url", "ftp://north.example", "is not an http(s) address"
    ),
    "address of another source": row(
        "sources",
        "copied-page",
        "url",
        "Another source has this address",
        title="Copy",
        publisher="north-press",
        url="http://www.north.example/east/",
    ),
    "empty but required": cell("actors", "delta-lab", "name", "", "is empty but required"),
    "bad slug": row("actors", "Theta Lab", "slug", "lower-case words", name="T", kind="other"),
    "own parent": cell("actors", "zeta-lab", "parent", "zeta-lab", "cannot be a part of itself"),
    "bad uid": cell("actors", "epsilon-lab", "uid", "123", "“123” is not a UUID"),
    "member of itself": row(
        "memberships",
        "gamma-group--gamma-group",
        "",
        "cannot be a member of itself",
        group="gamma-group",
        member_actor="gamma-group",
        status="member",
    ),
    "bad list": cell("initiatives", "summit", "regions", "Southeast Asia", "joined by ;"),
    "end before start": cell(
        "initiatives", "orchard", "actual_end", "2017", "actual_end lies before actual_start", at=""
    ),
    "too long": cell("initiatives", "valley", "title", "x" * 301, "is longer than 300 characters"),
    "reserved slug": row(
        "initiatives", "facets", "slug", "addresses of our own", title="T", kind="project"
    ),
    "too many cells": raw(
        "initiative_names", b"MD,en,acronym", b"MD,en,acronym,x", 3, "", "has 6 cells, not 5"
    ),
    "row twice": row(
        "initiative_names",
        "harbour--hw",
        "key",
        "stands here twice; first in row 2",
        initiative="harbour",
        name="Other",
        kind="alias",
    ),
    "both of two": cell(
        "initiative_reach",
        "meadow--participating--jp",
        "group",
        "gamma-group",
        "exactly one of country, group",
        at="",
    ),
    "unknown record": cell(
        "participations",
        "meadow--delta-lab--partner",
        "actor",
        "nobody",
        "there is no actor “nobody”",
    ),
    "bad number": cell(
        "funding_links", "harbour--gamma-group-2", "amount", "a lot", "“a lot” is not a number"
    ),
    "no currency": row(
        "funding_links",
        "meadow--zeta-lab",
        "",
        "An amount needs its currency",
        **MEADOW,
        funder_actor="zeta-lab",
        amount_kind="exact",
        amount="5",
    ),
    "no whole number": cell(
        "events", "meadow--first-round", "ordinal", "first", "“first” is not a whole number"
    ),
    "neither true nor false": cell(
        "results", "meadow--papers", "approximate", "perhaps", "neither true nor false"
    ),
    "NUL": raw(
        "results",
        b"meadow,Rounds,2,false,,,",
        b"meadow,Rounds,2,false,,,\0",
        4,
        "note",
        "holds a NUL character",
    ),
    "not UTF-8": raw(
        "statements", b"More rounds will come", b"More \xff come", 4, "value", "is not UTF-8"
    ),
    "opinion of nobody": cell(
        "statements", "meadow--view", "voice", "", "an opinion needs the one who holds it"
    ),
    "no fact": row(
        "citations",
        "meadow--website",
        "field",
        "“website” is not a fact of initiatives",
        **{**CITED, "field": "website"},
    ),
    "says no date": row(
        "citations",
        "meadow--date",
        "says",
        "“soon” is not a date of the profile",
        **{**CITED, "field": "planned_start", "says": "soon"},
    ),
    "link of another record": row(
        "citations",
        "meadow--role",
        "link_key",
        "belongs to another record",
        **{
            **CITED,
            "field": "role",
            "says": "implementing",
            "link_table": "participations",
            "link_key": "harbour--alpha-office--implementing",
        },
    ),
    "about two records": row(
        "citations",
        "meadow--two",
        "initiative",
        "give exactly one of initiative, actor",
        **CITED,
        actor="alpha-office",
    ),
    "unknown source": row(
        "citations",
        "meadow--who",
        "source",
        "there is no source “hearsay”",
        **{**CITED, "source": "hearsay"},
    ),
    "unknown link": cell(
        "missing",
        "harbour--opening--ordinal",
        "link_key",
        "harbour--closing",
        "there is no row “harbour--closing” in events",
    ),
    "half a link": row(
        "missing",
        "harbour--note",
        "link_key",
        "needs both link_table and link_key",
        initiative="harbour",
        link_table="events",
        field="note",
        reason="unknown",
    ),
    "to itself": cell(
        "redirects", "initiative--harbor", "slug", "harbor", "must lead to another slug", at=""
    ),
}


def found_by(package: Package) -> list[tuple]:
    with pytest.raises(Refused) as refused:
        load(package.folder)
    return [(f.table, f.row, f.column, f.reason) for f in refused.value.faults]


def match(found: list[tuple], expected: list[tuple]) -> None:
    """Same places, each once, and the words expected in each reason."""
    places = sorted(fault[:3] for fault in found)
    assert places == sorted(fault[:3] for fault in expected)
    for table, row_number, column, words in expected:
        reasons = [r for *place, r in found if place == [table, row_number, column]]
        assert any(words in reason for reason in reasons), (words, reasons)


def test_all_faults_are_reported_in_one_run_and_nothing_is_written(package):
    expected = [plant(package) for plant in PLANTS.values()]
    assert len(expected) >= 20 and len({fault[0] for fault in expected}) >= 9
    before = totals()
    match(found_by(package), expected)
    assert totals() == before
