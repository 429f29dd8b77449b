"""Strategy: what goes in comes out, byte for byte, and another tool can read it.

Drafts come from ``tests/data/package_ok``; the fresh database is a clone whose tables were emptied
without resetting their sequences, so that an id in the package would show.
"""

import csv
import json
import re
from pathlib import Path

import pytest
from django.db import connection, models, transaction
from frictionless import validate as frictionless_validate

from atlas.kit.tables import LINK, TABLES
from initiatives.exchange.package import dump, load
from initiatives.models import Initiative
from tests.conftest import manage
from tests.packages import OK, Package

HIDDEN_INITIATIVES = {"meadow", "orchard", "summit", "valley"}
HIDDEN_ACTORS = {"delta-lab", "epsilon-lab", "zeta-lab"}


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def rows(folder: Path, table: str) -> list[dict]:
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def empty_tables() -> None:
    """Take every row of the package's tables, with its history, away."""
    every = [part for table in TABLES.values() for part in table.parts]
    kept = [part.history_table for part in every if hasattr(part.model, "history")]
    names = ", ".join([part.db_table for part in every] + kept)
    with connection.cursor() as cursor:
        cursor.execute(
            f"TRUNCATE {names}, sources_linkcheck, initiatives_initiativedigest,"
            " initiatives_actordigest"
        )


@pytest.fixture(scope="module")
def public(tmp_path_factory, django_db_setup, django_db_blocker) -> Path:
    """The default dump of a database that also holds drafts and a withdrawn record."""
    folder = tmp_path_factory.mktemp("public")
    package = Package(folder / "in")
    package.add("redirects", "initiative--lea", kind="initiative", old_slug="lea", slug="meadow")
    includes = {"link": "harbour--gamma-group", "includes": "meadow--valley"}
    package.add("funding_includes", "harbour--gamma-group--meadow--valley", **includes)
    with django_db_blocker.unblock(), transaction.atomic():
        load(package.folder)
        Initiative.objects.filter(slug="tsubame").update(state="withdrawn")
        dump(folder / "out")
        transaction.set_rollback(True)
    return folder / "out"


def test_load_dump_load_dump_gives_the_same_bytes(committed_db, tmp_path):
    load(OK)
    Initiative.objects.filter(slug="tsubame").update(state="withdrawn")
    dump(tmp_path / "one", everything=True)
    manage("dump", str(tmp_path / "two"), "--all", database=committed_db)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    empty_tables()
    assert not Initiative.objects.exists()
    load(tmp_path / "one")
    dump(tmp_path / "three", everything=True)
    assert content(tmp_path / "one") == content(tmp_path / "three")
    assert len(rows(tmp_path / "three", "initiatives")) == Initiative.objects.count() > 15


@pytest.mark.django_db
def test_the_dump_gives_a_package_back_as_it_came(tmp_path):
    """Every row of a package that was loaded stands in the dump, cell for cell."""
    load(OK)
    dump(tmp_path, everything=True)
    for file in OK.glob("*.csv"):
        out = {row[next(iter(row))]: row for row in rows(tmp_path, file.stem)}
        for row in rows(OK, file.stem):
            found = out[row[next(iter(row))]]
            same = {name: found[name] for name in row}
            assert {**same, "amount_max": ""} == {**row, "amount_max": ""}, file.stem


def test_the_default_dump_holds_nothing_that_is_not_public(public):
    assert not HIDDEN_INITIATIVES & {row["slug"] for row in rows(public, "initiatives")}
    assert not HIDDEN_ACTORS & {row["slug"] for row in rows(public, "actors")}
    assert {row["state"] for row in rows(public, "initiatives") + rows(public, "actors")} == {
        "published"
    }
    hidden = HIDDEN_INITIATIVES | HIDDEN_ACTORS | {"tsubame"}
    slugs = re.compile(rf"(^|--)({'|'.join(hidden)})(--|$)")
    for file in public.glob("*.csv"):
        for row in rows(public, file.stem):
            named = {n: v for n, v in row.items() if n != "source" and slugs.search(v or "")}
            assert not named, (file.stem, named)


def test_the_default_dump_holds_what_is_public(public):
    assert {"harbour", "jaif", "ajcd"} <= {row["slug"] for row in rows(public, "initiatives")}
    assert "harbour--gamma-group--harbour--gamma-group-2" in {
        row["key"] for row in rows(public, "funding_includes")
    }
    assert "gamma-group--founding-meeting--host" in {r["key"] for r in rows(public, "statements")}
    assert {row["old_slug"] for row in rows(public, "redirects")} == {"harbor", "jaif-fund"}


def test_rows_stand_in_byte_order_of_their_keys(public):
    for file in public.glob("*.csv"):
        keys = [next(iter(row.values())).encode() for row in rows(public, file.stem)]
        assert keys == sorted(set(keys)), file.stem


def test_a_dump_says_nothing_of_when_or_by_which_version_it_was_made(public):
    for name, text in content(public).items():
        assert not re.search(rb"\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT", text), name
    descriptor = json.loads((public / "datapackage.json").read_text())
    assert not {"created", "version", "bytes", "hash"} & set(descriptor)
    assert descriptor["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.filterwarnings("ignore")
def test_frictionless_finds_the_dump_valid_and_a_broken_reference_in_it(public, tmp_path):
    report = frictionless_validate(str(public / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    assert len(report.tasks) == len(list(public.glob("*.csv"))) >= 20

    copy = Package(tmp_path / "copy", public)
    copy.set("participations", "harbour--alpha-office--implementing", actor="nobody")
    broken = frictionless_validate(str(copy.folder / "datapackage.json"))
    [(table, kind)] = {(t.name, e.type) for t in broken.tasks for e in t.errors}
    assert (table, kind) == ("participations", "foreign-key")


@pytest.mark.parametrize("model", [m for t in TABLES.values() for m in t.models])
def test_every_curated_column_is_in_the_package(model):
    curated = {
        field.name
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField | models.AutoField)
    }
    links = set(getattr(model, "LINKS", ())) if LINK in model.COLUMNS else set()
    assert set(model.COLUMNS) - {LINK} | links == curated
    assert not model._meta.local_many_to_many or all(
        f.remote_field.through in [m for t in TABLES.values() for m in t.models]
        for f in model._meta.local_many_to_many
    )


def test_types_of_the_descriptor_are_those_of_frictionless(public):
    descriptor = json.loads((public / "datapackage.json").read_text())
    results = next(r for r in descriptor["resources"] if r["name"] == "results")
    types = {field["name"]: field["type"] for field in results["schema"]["fields"]}
    assert (types["value"], types["approximate"], types["period"]) == (
        "number",
        "boolean",
        "string",
    )
    keys = results["schema"]["foreignKeys"]
    assert keys[0] == {
        "fields": "initiative",
        "reference": {"resource": "initiatives", "fields": "slug"},
    }
