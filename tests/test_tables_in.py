"""Strategy: ``package_ok`` is loaded (Harbour is published, the rest are drafts); an editor's files
are previewed and applied by the actions, the journey of the admin by its client."""

import tracemalloc
from time import monotonic

import pytest
from django.test import Client

from actors.models import Actor
from initiatives.actions import DataChanged, import_tables
from initiatives.exchange.package import load
from initiatives.exchange.sheets.telling import lines
from initiatives.models import (
    ImportFile,
    ImportRun,
    Initiative,
    Participation,
)
from tests.forms import person
from tests.packages import OK, totals
from tests.sheets import (
    ADD,
    as_csv,
    as_xlsx,
    brought,
    csv_rows,
    told,
    uploaded,
    waiting,
    xlsx_rows,
)

pytestmark = pytest.mark.django_db

HEAD = ["key", "initiative", "actor", "role", "since", "note"]
CHAIR = ["meadow--beta-office--chair", "meadow", "beta-office", "chair", "", ""]


@pytest.fixture(autouse=True)
def world(db):
    load(OK)


@pytest.fixture
def editor(client):
    user = person("Editor")
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


def test_states_follow_the_buttons_and_their_rights(editor):
    rows = [
        ["slug", "state"],
        ["meadow", "in-review"],
        ["harbour", "draft"],
        ["orchard", "published"],
    ]
    meadow, harbour, orchard = told(editor, as_csv(rows), "initiatives.csv")
    assert meadow["verdict"] == "changed"
    assert "by a reviewer only" in harbour["reasons"][0][1]
    assert "by a reviewer only" in orchard["reasons"][0][1]
    rows[2][1] = ""  # an empty state is no way round
    assert told(editor, as_csv(rows), "initiatives.csv")[1]["verdict"] == "refused"
    reviewer = person("Reviewer")
    assert told(reviewer, as_csv(rows), "initiatives.csv")[1]["verdict"] == "changed"


def test_addresses_and_permanent_ids_are_not_changed_by_upload(editor):
    uid = str(Initiative.objects.get(slug="meadow").uid)
    line = one(told(editor, as_csv([["slug", "uid"], ["field", uid]]), "initiatives.csv"))
    assert "rename it on its form" in dict(line["reasons"])["slug"]
    other = "00000000-0000-5000-8000-000000000000"
    line = one(told(editor, as_csv([["slug", "uid"], ["meadow", other]]), "initiatives.csv"))
    assert "is permanent" in dict(line["reasons"])["uid"]


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


# ------------------------------------------------------------------ admin


def test_an_editor_uploads_looks_applies_mends_and_uploads_again(editor, client):
    assert "Import a table" in client.get("/admin/").content.decode()
    listed = client.get("/admin/initiatives/initiative/").content.decode()
    assert f"{ADD}?table=initiatives" in listed
    bad = ["", "meadow", "alpha-office", "captain", "", ""]
    content = as_xlsx({"participations": [HEAD, [*CHAIR[:5], "Elected"], bad]})
    preview = uploaded(client, content, "mine.xlsx")
    page = preview.content.decode()
    assert "Nothing has been written yet" in page and "“captain” is not one of" in page
    address = preview.redirect_chain[-1][0]
    only = client.get(address + "?verdict=changed").content.decode()
    assert "captain" not in only and "Elected" in only
    done = client.post(address, {"_apply": "yes"}, follow=True).content.decode()
    assert "Imported mine.xlsx: 1 changed, 1 refused" in done
    upload = ImportFile.objects.get()
    refused = client.get(f"/admin/initiatives/importrun/refused/{upload.pk}/")
    assert 'filename="participations-refused.xlsx"' in refused["Content-Disposition"]
    sheet = xlsx_rows(b"".join(refused.streaming_content))["participations"]
    assert sheet[0] == [*HEAD, "reason"] and len(sheet) == 2
    assert sheet[1][-1].startswith("role: “captain” is not one of")
    sheet[1][3] = "host"
    again = uploaded(client, as_xlsx({"participations": sheet}), "participations-refused.xlsx")
    client.post(again.redirect_chain[-1][0], {"_apply": "yes"})
    assert Participation.objects.get(key="meadow--alpha-office--host").role == "host"


def test_refusals_of_a_csv_come_back_in_its_own_manner(editor, client):
    rows = [["key", "role", "note"], [CHAIR[0], "captain", "=1+1"], [CHAIR[0], "chair", ""]]
    preview = uploaded(client, as_csv(rows, ";", "utf-16"), "participations.txt")
    pk = ImportFile.objects.get().pk
    assert str(pk) in preview.redirect_chain[-1][0]
    done = client.get(f"/admin/initiatives/importrun/refused/{pk}/")
    back = csv_rows(b"".join(done.streaming_content), ";")
    assert back[0] == ["key", "role", "note", "reason"]
    assert back[1][2] == "'=1+1" and "captain" in back[1][3]


def test_a_published_change_is_written_by_the_form_only_after_the_preview(editor, client):
    page = uploaded(client, b'slug,summary\nmeadow,"Talks, ""often"""\n', "initiatives.csv")
    assert "Talks, &quot;often&quot;" in page.content.decode()
    assert Initiative.objects.get(slug="meadow").summary == "Nobody has cited this."


def test_the_data_moved_on_is_told_on_the_page_and_shown_anew(editor, client):
    preview = uploaded(client, as_csv([HEAD, [*CHAIR[:5], "Elected"]]), "participations.csv")
    Participation.objects.filter(key=CHAIR[0]).update(note="Appointed")
    again = client.post(preview.redirect_chain[-1][0], follow=True).content.decode()
    assert "the data changed since the preview" in again and "Appointed" in again


def test_an_upload_is_its_owners_alone(editor, client):
    address = uploaded(client, as_csv([HEAD, CHAIR]), "participations.csv").redirect_chain[-1][0]
    client.force_login(person("Reviewer"))
    assert "no longer here" in client.get(address, follow=True).content.decode()
    pk = ImportFile.objects.get().pk
    assert client.get(f"/admin/initiatives/importrun/refused/{pk}/").status_code == 404


def test_only_those_who_may_write_a_table_may_import_it(editor, client):
    page = uploaded(client, b"iso2,name\nXK,Kosovo\n", "countries.csv").content.decode()
    assert "which your account may not" in page
    assert client.get("/admin/initiatives/importrun/rows/countries.xlsx").status_code == 404
    editor.groups.clear()
    assert client.get(ADD).status_code == 403
    assert "Import a table" not in client.get("/admin/").content.decode()


def test_an_upload_needs_the_forms_token(editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert uploaded(strict, as_csv([HEAD, CHAIR]), "participations.csv").status_code == 403
    assert not ImportFile.objects.exists()


# ------------------------------------------------------------------ downloads


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_fetched_and_sent_back_changes_nothing(editor, client, kind):
    done = client.get(f"/admin/initiatives/importrun/rows/citations.{kind}?rows=all")
    content = b"".join(done.streaming_content)
    found = told(editor, content, f"citations.{kind}")
    assert len(found) > 50 and {line["verdict"] for line in found} == {"unchanged"}


def test_chosen_records_are_fetched_with_all_their_rows_and_sent_back(editor, client):
    pks = list(
        Initiative.objects.filter(slug__in=["harbour", "meadow"]).values_list("pk", flat=True)
    )
    data = {"action": "rows_as_xlsx", "_selected_action": pks}
    content = b"".join(client.post("/admin/initiatives/initiative/", data).streaming_content)
    sheets = xlsx_rows(content)
    assert [row[0] for row in sheets["initiatives"][1:]] == ["harbour", "meadow"]
    assert {row[1] for row in sheets["participations"][1:]} == {"harbour", "meadow"}
    assert "Read me" in sheets
    found = told(editor, content, "chosen.xlsx")
    assert {line["verdict"] for line in found} == {"unchanged"}
    data["action"] = "rows_as_csv"
    content = b"".join(client.post("/admin/initiatives/initiative/", data).streaming_content)
    assert [row[0] for row in csv_rows(content)] == ["slug", "harbour", "meadow"]


# ------------------------------------------------------------------ size


def test_five_thousand_rows_take_bounded_time_and_memory(editor):
    rows = [["key", "initiative", "property", "value", "nature"]]
    rows += [["", "meadow", f"count-{n}", f"Said {n}", "fact"] for n in range(5000)]
    content = as_xlsx({"statements": rows})
    tracemalloc.start()
    begun = monotonic()
    run = import_tables(file=waiting(editor, content, "statements.xlsx"), by=editor)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run.counts == {"statements": {"new": 5000}}
    assert monotonic() - begun < 60 and peak < 100 * 2**20
    print(f"5,000 rows: {monotonic() - begun:.1f} s, {peak / 2**20:.0f} MB")
