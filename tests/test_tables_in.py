"""Strategy: ``package_ok`` is loaded (Harbour is published, the rest are drafts); an editor's files
are previewed and applied by the actions."""

import pytest

from actors.models import Actor
from initiatives.actions import DataChanged, import_tables
from initiatives.exchange.sheets.telling import lines
from initiatives.models import (
    ImportRun,
    Initiative,
    Participation,
)
from tests.forms import person
from tests.packages import totals
from tests.sheets import (
    as_csv,
    as_xlsx,
    brought,
    told,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meadow")]

HEAD = ["key", "initiative", "actor", "role", "since", "note"]
CHAIR = ["meadow--beta-office--chair", "meadow", "beta-office", "chair", "", ""]


@pytest.fixture
def editor(client):
    user = person("Administrator", "editor-of-the-test")  # whose imports change what is public
    client.force_login(user)
    return user


def one(lines: list[dict]) -> dict:
    assert len(lines) == 1, lines
    return lines[0]


# ------------------------------------------------------------------ verdicts


def test_every_row_is_told_as_new_changed_unchanged_or_refused(editor):
    rows = [
        HEAD,
        ["meadow--alpha-office--host", "meadow", "alpha-office", "host", "2021", ""],
        [*CHAIR[:5], "Elected"],
        ["meadow--epsilon-lab--partner", "meadow", "epsilon-lab", "partner", "", ""],
        ["meadow--nobody--partner", "meadow", "nobody", "partner", "soon", ""],
    ]
    before = totals()
    new, changed, unchanged, refused = told(editor, as_csv(rows))
    assert new["verdict"] == "new" and ["since", "", "2021"] in new["changes"]
    assert changed["verdict"] == "changed" and changed["changes"] == [["note", "", "Elected"]]
    assert unchanged["verdict"] == "unchanged" and not unchanged["changes"]
    assert refused["verdict"] == "refused" and refused["row"] == 5
    reasons = dict(refused["reasons"])
    assert "there is no actor “nobody”" in reasons["actor"]
    assert "“soon” is not a date of the profile" in reasons["since"]
    after = totals()
    assert after["initiatives_participation"] == before["initiatives_participation"]
    assert after["version"] == before["version"]


def test_a_column_that_is_left_out_stays_and_an_empty_cell_empties(editor):
    brought(
        editor,
        as_csv([["key", "since"], ["meadow--delta-lab--partner", "2020"]]),
        "participations.csv",
    )
    row = Participation.objects.get(key="meadow--delta-lab--partner")
    assert (row.since, row.role, row.actor.slug) == ("2020", "partner", "delta-lab")
    brought(editor, as_csv([["since", "key"], ["", row.key]]), "participations.csv")
    row.refresh_from_db()
    assert row.since == ""


def test_an_empty_key_is_made_and_never_takes_another_row(editor):
    rows = [["initiative", "actor", "role"], ["meadow", "alpha-office", "host"]]
    assert one(told(editor, as_csv(rows)))["key"] == "meadow--alpha-office--host"
    rows[1] = ["meadow", "beta-office", "chair"]
    line = one(told(editor, as_csv(rows)))
    assert line["verdict"] == "refused" and "stands here already" in line["reasons"][0][1]


def test_what_names_a_refused_row_is_refused_with_it_and_the_rest_goes_in(editor):
    actors = [["slug", "name", "kind", "parent"], ["new-a", "New A", "spaceship", ""]]
    actors += [[f"new-{n}", f"New {n}", "other", p] for n, p in (("b", "new-a"), ("c", "new-b"))]
    actors.append(["new-d", "New D", "other", ""])
    links = [HEAD[:4], ["", "meadow", "new-c", "host"], ["", "meadow", "new-d", "host"]]
    book = as_xlsx({"participations": links, "actors": actors, "About": [["ours"]]})
    file = brought(editor, book, "mine.xlsx")
    verdicts = {line["key"]: line["verdict"] for line in lines(file.report)}
    assert verdicts == {
        "new-a": "refused", "new-b": "refused", "new-c": "refused", "new-d": "new",
        "meadow--new-c--host": "refused", "meadow--new-d--host": "new",
    }  # fmt: skip
    said = {line["key"]: line["reasons"] for line in lines(file.report)}
    assert said["new-c"] == [["parent", "names “new-b”, which is refused (row 3 of actors)"]]
    assert file.report["skipped"] == ["About"]
    assert Actor.objects.filter(slug__startswith="new-").get().slug == "new-d"
    assert Participation.objects.filter(key="meadow--new-d--host").exists()


# ------------------------------------------------------------------ the gate


def test_a_published_fact_is_refused_without_its_source_and_passes_with_it(editor):
    changed = [["slug", "actual_start"], ["harbour", "2018"]]
    line = one(told(editor, as_csv(changed), "initiatives.csv"))
    assert line["verdict"] == "refused"
    [[column, reason]] = line["reasons"]
    assert column == "actual_start" and "has no source that supports it" in reason
    head = ["key", "initiative", "field", "source", "says"]
    cited = [
        head,
        ["harbour--actual-start--new", "harbour", "actual_start", "west-page", "2018-03"],
    ]
    changed[1][1] = "2018-03-01"
    brought(editor, as_xlsx({"initiatives": changed, "citations": cited}), "both.xlsx")
    harbour = Initiative.objects.get(slug="harbour")
    assert (harbour.actual_start, harbour.state) == ("2018-03-01", "published")


def test_the_row_that_takes_support_away_is_blamed_not_its_unchanged_record(editor):
    keys = ["harbour--title--east-page", "harbour--title--north-report"]
    book = as_xlsx(
        {
            "initiatives": [["slug", "scope"], ["harbour", "regional"], ["meadow", "global"]],
            "citations": [["key", "says"], *([key, "Port Watch"] for key in keys)],
        }
    )
    found = {line["key"]: line for line in told(editor, book, "x.xlsx")}
    assert found["harbour"]["verdict"] == "unchanged"
    assert found["meadow"]["verdict"] == "changed"
    for key in keys:
        assert found[key]["verdict"] == "refused"
        assert "Harbour Watch: Title" in found[key]["reasons"][0][1]


@pytest.mark.parametrize("group", ["Editor", "Reviewer"])
def test_only_an_administrator_imports_a_change_of_a_published_record(group):
    page = "https://example.org/page"
    rows = [["slug", "website"], ["harbour", page], ["orchard", page]]
    public, draft = told(person(group, "plain"), as_csv(rows), "initiatives.csv")
    assert "an administrator imports that" in public["reasons"][0][1]
    assert (public["verdict"], draft["verdict"]) == ("refused", "changed")


def test_states_follow_the_buttons_and_their_rights(settings):
    rows = [
        ["slug", "state"],
        ["meadow", "in-review"],
        ["harbour", "draft"],
        ["orchard", "published"],
    ]
    reviewer = person("Reviewer")
    for user in (person("Editor"), reviewer):
        meadow, harbour, orchard = told(user, as_csv(rows), "initiatives.csv")
        assert meadow["verdict"] == "changed"
        assert "by an administrator’s import" in harbour["reasons"][0][1]
        assert "by an administrator’s import" in orchard["reasons"][0][1]
    administrator = person("Administrator")
    assert told(administrator, as_csv(rows), "initiatives.csv")[1]["verdict"] == "changed"
    settings.ATLAS_APPROVE_OWN = True
    assert told(reviewer, as_csv(rows), "initiatives.csv")[1]["verdict"] == "changed"
    rows[2][1] = ""  # an empty cell does not unpublish
    assert told(administrator, as_csv(rows), "initiatives.csv")[1]["verdict"] == "unchanged"


def test_addresses_and_permanent_ids_are_not_changed_by_upload(editor):
    uid = str(Initiative.objects.get(slug="meadow").uid)
    line = one(told(editor, as_csv([["slug", "uid"], ["field", uid]]), "initiatives.csv"))
    assert "rename it on its form" in dict(line["reasons"])["slug"]
    other = "00000000-0000-5000-8000-000000000000"
    line = one(told(editor, as_csv([["slug", "uid"], ["meadow", other]]), "initiatives.csv"))
    assert "is permanent" in dict(line["reasons"])["uid"]


def test_rows_that_contradict_each_other_are_refused_not_broken(editor):
    rows = [["slug", "parent"], ["alpha-office", "beta-office"], ["delta-lab", "delta-lab"]]
    found = told(editor, as_csv(rows), "actors.csv")
    assert {line["verdict"] for line in found} == {"refused"}, found
    twice = [HEAD, CHAIR, [*CHAIR[:5], "Elected"]]
    first, second = told(editor, as_csv(twice))
    assert first["verdict"] == "unchanged"
    assert second["reasons"] == [["key", "stands here twice; first in row 2"]]


# ------------------------------------------------------------------ history, other people


def test_an_import_is_one_change_of_its_editor_and_is_listed(editor, client):
    rows = [HEAD, [*CHAIR[:5], "Elected"], ["", "orchard", "beta-office", "host", "", ""]]
    file = brought(editor, as_csv(rows), "participations.csv")
    run = ImportRun.objects.get()
    assert (run.who, run.file, run.kind) == (editor.username, "participations.csv", "tables")
    assert run.counts == {"participations": {"changed": 1, "new": 1}}
    assert run.digest == file.digest and len(run.digest) == 64
    events = Participation.history.rel.related_model.objects.filter(pgh_context_id=run.context)
    assert sorted(events.values_list("pgh_label", flat=True)) == ["insert", "update"]
    assert {e.pgh_context.metadata["door"] for e in events} == {"import"}
    page = client.get("/admin/initiatives/importrun/").content.decode()
    assert "participations.csv" in page and "1 new, 1 changed" in page


def test_what_somebody_else_wrote_is_overwritten_and_the_preview_says_whose_it_was(editor):
    reviewer = person("Reviewer")
    brought(reviewer, as_csv([HEAD, [*CHAIR[:5], "Elected"]]), "participations.csv")
    line = one(told(editor, as_csv([HEAD, [*CHAIR[:5], "Appointed"]])))
    assert line["changes"] == [["note", "Elected", "Appointed"]]
    assert line["last"].startswith(reviewer.username)


def test_applying_refuses_when_the_data_moved_on(editor):
    file = waiting(editor, as_csv([HEAD, [*CHAIR[:5], "Elected"]]), "participations.csv")
    Participation.objects.filter(key=CHAIR[0]).update(note="Appointed")
    with pytest.raises(DataChanged):
        import_tables(file=file, by=editor)
    assert Participation.objects.get(key=CHAIR[0]).note == "Appointed"
    assert not ImportRun.objects.exists()


def test_confirming_twice_writes_once(editor):
    file = waiting(editor, as_csv([HEAD, [*CHAIR[:5], "Elected"]]), "participations.csv")
    assert import_tables(file=file, by=editor) == import_tables(file=file, by=editor)
    assert ImportRun.objects.count() == 1
