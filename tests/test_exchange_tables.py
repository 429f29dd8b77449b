"""CSV and spreadsheets: what a row says, and what a spreadsheet makes of it."""

import io
from datetime import datetime

import openpyxl
import pytest

from initiatives.exchange.csvfile import DANGEROUS
from tests import making
from tests.files import body, rows_of, sheet_of
from tests.making import ungated  # noqa: F401

pytestmark = pytest.mark.django_db


def test_csv_has_labels_sources_and_a_way_back(client):
    rows = rows_of(body(client.get("/api/v1/initiatives/?format=csv&q=ajccbc")))
    row = next(row for row in rows if row["slug"] == "ajccbc")
    detail = client.get("/api/v1/initiatives/ajccbc/").json()
    assert (row["kind"], row["kind_label"]) == (detail["kind"], detail["kind_label"])
    roles = [f"{p['role']}:{p['actor']}" for p in detail["participations"]]
    assert sorted(row["participants"].split("; ")) == sorted(roles)
    cited = {c["source"] for citations in detail["evidence"].values() for c in citations}
    assert set(row["sources"].split("; ")) == cited
    assert len(row["source_urls"].split("; ")) == len(cited)
    assert row["url"] == detail["url"]
    links = rows_of(body(client.get("/api/v1/funding-links/?format=csv&initiative=ajccbc")))
    money = next(row for row in links if row["key"] == "ajccbc--jaif")
    assert money["funder_initiative"] == "jaif" and money["funder_initiative_label"]
    assert money["undisclosed_reason_label"] and money["amount"] == ""
    assert money["source_titles"] and "/initiatives/ajccbc/#fact-funding-links" in money["url"]


@pytest.mark.parametrize("mark", DANGEROUS)
def test_a_cell_that_begins_like_a_formula_is_defused(client, ungated, mark):  # noqa: F811
    title = f"{mark}cmd|' /C calc'!A0"
    making.initiative("looks-odd", title=title)
    [row] = rows_of(body(client.get("/api/v1/initiatives/?format=csv&q=looks-odd")))
    assert row["title"] == f"'{title}"
    sheet = sheet_of(
        body(client.get("/api/v1/initiatives/?format=xlsx&q=looks-odd")), "initiatives"
    )
    assert title.strip("\r") in sheet[1][2]  # a text cell, never a formula


def test_numbers_are_not_defused(client):
    rows = rows_of(body(client.get("/api/v1/countries/?format=csv")))
    south = [float(row["latitude"]) for row in rows if row["latitude"].startswith("-")]
    assert south and min(south) < -30


def test_a_spreadsheet_has_typed_cells_and_says_what_it_is(client):
    content = body(client.get("/api/v1/initiatives/?format=xlsx&kind=centre"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["initiatives"]
    header = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "B2"
    assert book.sheetnames == ["initiatives", "About"]
    for row in sheet.iter_rows(min_row=2):
        cells = dict(zip(header, row, strict=True))
        assert isinstance(cells["independent_sources"].value, int)
        assert cells["url"].hyperlink.target == cells["url"].value
        for name in ("status_on", "actual_start", "planned_start"):
            value = cells[name].value
            assert value is None or isinstance(value, datetime) == (len(str(value)) >= 10), name
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Records"] == f"{sheet.max_row - 1} initiatives"
    assert "kind=centre" in about["Search"] and "CC BY 4.0" in about["Licence"]
    assert about["Data version"].isdecimal()


def test_a_full_day_is_a_date_and_an_uncertain_one_is_text(client, ungated):  # noqa: F811
    making.initiative("dated-one", actual_start="2018-09-14", planned_start="2018-09~")
    content = body(client.get("/api/v1/initiatives/?format=xlsx&q=dated-one"))
    header, row = sheet_of(content, "initiatives")
    cells = dict(zip(header, row, strict=True))
    assert cells["actual_start"] == datetime(2018, 9, 14)
    assert cells["planned_start"] == "2018-09~"


def test_a_text_too_long_for_a_cell_is_cut_and_said(client, ungated):  # noqa: F811
    making.initiative("wordy-one", summary="word " * 8000)
    content = body(client.get("/api/v1/initiatives/?format=xlsx&q=wordy-one"))
    header, row = sheet_of(content, "initiatives")
    cell = dict(zip(header, row, strict=True))["summary"]
    assert len(cell) == 32767 and cell.endswith("the whole text is in the CSV)")
    about = dict(row[:2] for row in sheet_of(content, "About"))
    assert about["Cells cut"] == "1"
    [whole] = rows_of(body(client.get("/api/v1/initiatives/?format=csv&q=wordy-one")))
    assert whole["summary"] == "word " * 8000
