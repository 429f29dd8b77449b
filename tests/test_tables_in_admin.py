"""Strategy: what an editor does with the pages: fetch, upload, look, apply, mend, upload again."""

import tracemalloc
from time import monotonic

import pytest
from django.test import Client

from initiatives.actions import import_tables
from initiatives.models import ImportFile, Initiative, Participation
from tests.forms import person
from tests.sheets import ADD, as_csv, as_xlsx, csv_rows, told, uploaded, waiting, xlsx_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meadow")]

HEAD = ["key", "initiative", "actor", "role", "since", "note"]
CHAIR = ["meadow--beta-office--chair", "meadow", "beta-office", "chair", "", ""]


@pytest.fixture
def editor(client):
    user = person("Reviewer", "editor-of-the-test")
    client.force_login(user)
    return user


# ------------------------------------------------------------------ admin


def test_an_editor_uploads_looks_applies_mends_and_uploads_again(editor, client):
    assert "Import a table" in client.get("/admin/").content.decode()
    listed = client.get("/admin/initiatives/initiative/").content.decode()
    assert f'href="{ADD}"' in listed
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


def test_two_thousand_rows_take_bounded_time_and_memory(editor):
    rows = [["key", "initiative", "property", "value", "nature"]]
    rows += [["", "meadow", f"count-{n}", f"Said {n}", "fact"] for n in range(2000)]
    content = as_xlsx({"statements": rows})
    tracemalloc.start()
    begun = monotonic()
    run = import_tables(file=waiting(editor, content, "statements.xlsx"), by=editor)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run.counts == {"statements": {"new": 2000}}
    assert monotonic() - begun < 60 and peak < 20 * 2**20
    print(f"2,000 rows: {monotonic() - begun:.1f} s, {peak / 2**20:.0f} MB")
