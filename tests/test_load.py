"""Strategy: ``tests/data/package_ok`` loaded onto the seeded database, then loaded again after
people, other packages or the package itself changed what it brought.
"""

import json

import pytest

from actors.models import Actor, Membership
from atlas.kit import records
from atlas.kit.history import door
from atlas.kit.staging import Refused
from initiatives.exchange.package import load, package_name
from initiatives.models import FundingLink, Initiative, Participation, Result
from sources.models import Source
from tests.packages import NAME, Package, totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path) -> Package:
    return Package(tmp_path / "package")


@pytest.fixture
def loaded(package) -> Package:
    load(package.folder)
    return package


def writes(counts: dict) -> int:
    return counts["inserted"] + counts["updated"] + counts["deleted"]


def faults(package: Package, **options) -> list[tuple]:
    with pytest.raises(Refused) as refused:
        load(package.folder, **options)
    return [(f.table, f.key, f.column, f.reason) for f in refused.value.faults]


def test_a_package_loads_whole(package):
    done = load(package.folder)
    assert done.counts["inserted"] == package.size
    harbour = Initiative.objects.get(slug="harbour")
    assert harbour.regions == ["southeast-asia", "east-asia"]
    money = FundingLink.objects.get(key="harbour--gamma-group")
    assert (str(money.amount_max), money.currency) == ("1500000.50", "EUR")
    assert Source.objects.get(slug="north-report").note == (
        "Has a “quoted” word, a comma\nand a second line."
    )
    assert Source.objects.get(slug="west-page").title == "港の開所"
    assert (harbour.digest.uncited, harbour.digest.disputed) == (0, 1)


def test_a_draft_may_be_uncited(loaded):
    meadow = Initiative.objects.get(slug="meadow")
    assert meadow.state == "draft" and meadow.digest.uncited > 0


@pytest.mark.parametrize(
    ("citation", "table", "key", "column", "value"),
    [
        (
            "harbour--actual-start--east-page",
            "initiatives",
            "harbour",
            "actual_start",
            "2019-03-05",
        ),
        ("harbour--opening--place--east-page", "events", "harbour--opening", "place", "Bangkok"),
        (
            "gamma-group--th--status--east-page",
            "memberships",
            "gamma-group--th",
            "status",
            "member",
        ),
        ("beta-office--parent--east-page", "actors", "beta-office", "parent", "alpha-office"),
    ],
)
def test_a_published_fact_without_its_citation_is_refused_by_name(
    package, citation, table, key, column, value
):
    package.drop("citations", citation)
    before = totals()
    reason = f"“{value}” is published but no source cited supports it"
    assert faults(package) == [(table, key, column, reason)]
    assert totals() == before


def test_a_published_value_changed_past_its_source_is_refused(loaded):
    loaded.set("results", "harbour--people-trained", value="121")
    [(table, key, column, reason)] = faults(loaded)
    assert (table, key, column) == ("results", "harbour--people-trained", "value")
    assert "“121”" in reason


def test_a_published_record_may_not_rest_on_a_hidden_one(package):
    package.set("participations", "harbour--alpha-office--implementing", actor="delta-lab")
    [(table, key, column, reason)] = faults(package)
    assert (table, column) == ("participations", "actor")
    assert key == "harbour--alpha-office--implementing"
    assert "“delta-lab” is not public" in reason


# ------------------------------------------------------------------ what people changed


def by_document(title: str):
    value = records.document(Initiative.objects.get(slug="meadow"))
    records.apply({**value, "title": title}, noun="initiative")


def by_admin(title: str):
    with door("admin"):
        Initiative.objects.filter(slug="meadow").update(title=title)


@pytest.mark.parametrize("change", [by_document, by_admin])
def test_a_row_that_a_person_changed_is_kept_and_reported(loaded, change):
    change("As a person says")
    loaded.set("initiatives", "meadow", website="https://meadow.example")
    row = loaded.row_of("initiatives", "meadow")
    done = load(loaded.folder)
    assert [(f.table, f.row, f.key) for f in done.kept] == [("initiatives", row, "meadow")]
    assert "changed by a person, kept" in str(done.kept[0])
    assert (writes(done.counts), done.counts["kept"]) == (0, 1)
    meadow = Initiative.objects.get(slug="meadow")
    assert (meadow.title, meadow.website) == ("As a person says", "")

    assert writes(load(loaded.folder, overwrite=True).counts) == 1
    meadow.refresh_from_db()
    assert (meadow.title, meadow.website) == ("Meadow Dialogue", "https://meadow.example")


def test_a_row_that_a_person_deleted_is_not_made_again(loaded):
    with door("admin"):
        Result.objects.filter(key="meadow--papers").delete()
    done = load(loaded.folder)
    assert [f.key for f in done.kept] == ["meadow--papers"]
    assert not Result.objects.filter(key="meadow--papers").exists()
    load(loaded.folder, overwrite=True)
    assert Result.objects.filter(key="meadow--papers").exists()


def test_a_record_that_a_person_deleted_stays_deleted_with_all_its_rows(loaded):
    with door("admin"):
        Initiative.objects.get(slug="meadow").delete()
    loaded.add("results", "meadow--late", initiative="meadow", indicator="Late", value="1")
    done = load(loaded.folder)
    assert writes(done.counts) == 0
    kept = {f.key for f in done.kept}
    assert {"meadow", "meadow--papers", "meadow--late", "meadow--valley"} <= kept
    assert not Initiative.objects.filter(slug="meadow").exists()
    assert not Result.objects.filter(key="meadow--late").exists()


def test_a_person_who_went_back_to_what_the_package_says_is_not_reported(loaded):
    by_admin("Another")
    by_admin("Meadow Dialogue")
    assert load(loaded.folder).kept == []


# ------------------------------------------------------------------ rows that went


def test_prune_deletes_rows_of_this_package_only(loaded, tmp_path):
    other = Package(tmp_path / "other")
    other.describe(lambda d: d.update(name="other-package"))
    other.add("results", "meadow--of-other", initiative="meadow", indicator="Other", value="1")
    load(other.folder)
    meadow = Initiative.objects.get(slug="meadow")
    with door("admin"):
        Result.objects.create(initiative=meadow, indicator="Own", value=1, key="meadow--own")
        Result.objects.filter(key="meadow--rounds").update(note="A person looked")
    for key in ("meadow--papers", "meadow--rounds"):
        loaded.drop("results", key)
    everything = totals()
    assert writes(load(loaded.folder).counts) == 0

    assert load(loaded.folder, prune=True).counts["deleted"] == 1
    left = set(Result.objects.filter(initiative=meadow).values_list("key", flat=True))
    assert left == {"meadow--of-other", "meadow--own", "meadow--rounds"}
    assert totals()["initiatives_initiative"] == everything["initiatives_initiative"]


def test_prune_never_takes_a_record_that_others_still_need(loaded):
    with door("admin"):
        row = {"initiative": Initiative.objects.get(slug="orchard"), "role": "partner"}
        Participation.objects.create(actor=Actor.objects.get(slug="delta-lab"), **row)
    loaded.set("actors", "epsilon-lab", parent="")
    loaded.drop("actors", "delta-lab")
    loaded.drop("participations", "meadow--delta-lab--partner")
    before = totals()
    [(table, key, column, reason)] = faults(loaded, prune=True)
    assert (table, key) == ("actors", "delta-lab")
    assert "still" in reason and "participation" in reason
    assert totals() == before


def test_a_whole_table_that_went_is_pruned(loaded):
    loaded.path("memberships").unlink()
    loaded.describe(lambda d: d.update(resources=[]))
    gone = {"gamma-group--jp", "gamma-group--th", "gamma-group--alpha-office"}
    rows = [r for r in loaded.rows("citations") if r[4] not in gone]
    loaded.write("citations", rows)
    assert load(loaded.folder).counts["deleted"] == 0
    load(loaded.folder, prune=True)
    assert not Membership.objects.filter(key__in=gone).exists()
    assert Membership.objects.filter(group__slug="asean").exists()


# ------------------------------------------------------------------ names and keys that move


def test_a_known_uid_under_another_slug_is_a_rename(loaded):
    before = Initiative.objects.get(slug="harbour").pk
    for file in loaded.folder.glob("*.csv"):
        header, *rows = loaded.rows(file.stem)
        names = {"initiative", "target", "slug"} & set(header)
        for row, at in ((row, header.index(name)) for row in rows for name in names):
            row[at] = row[at].replace("harbour", "port-watch")
        loaded.write(file.stem, [header, *rows])
    done = load(loaded.folder)
    assert (done.counts["inserted"], done.counts["updated"]) == (0, 2)  # and the redirect's end
    assert Initiative.objects.get(slug="port-watch").pk == before
    assert not Initiative.objects.filter(slug="harbour").exists()


def test_two_rows_cannot_exchange_what_must_be_unique_and_the_refusal_says_so(loaded):
    here, there = "https://south.example/note", "https://south.example/west"
    loaded.set("sources", "south-note", url=there)
    loaded.set("sources", "west-page", url=here)
    [(table, _key, _column, reason)] = faults(loaded)
    assert table == "sources" and "rows cannot exchange it in one write" in reason
    assert Source.objects.get(slug="west-page").url == there


def test_the_descriptor_names_the_package_and_its_folder_does_otherwise(package):
    assert package_name(package.folder) == NAME
    (package.folder / "datapackage.json").unlink()
    assert package_name(package.folder) == "package"
    assert load(package.folder).counts["inserted"] == package.size


def test_a_broken_descriptor_is_named(package):
    file = package.folder / "datapackage.json"
    for text in ("{", "[]", json.dumps({"resources": [{"name": "x"}]})):
        file.write_text(text)
        [(table, _key, _column, reason)] = faults(package)
        assert table == "datapackage.json" and "cannot be read as a data package" in reason


def test_a_folder_that_is_none_or_holds_nothing_is_named(tmp_path):
    with pytest.raises(Refused, match="nowhere: is not a folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(Refused, match="holds no table"):
        load(tmp_path)
