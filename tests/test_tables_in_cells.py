"""Strategy: what spreadsheets do to values, each in a real file, gets the right value or a refusal
that names row and column; files that are none are refused whole, by name and remedy."""

import io
import zipfile
from datetime import datetime, time

import pytest

from initiatives.exchange.sheets import reading
from initiatives.exchange.sheets.reading import Unreadable
from initiatives.models import ImportFile, Initiative, Participation
from tests.forms import person
from tests.sheets import as_csv, as_xlsx, brought, csv_rows, told, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meadow")]

PARTNER = "meadow--delta-lab--partner"
HEAD = ["key", "since"]
TITLES = [["slug", "summary"], ["meadow", "Cybersécurité “à la carte” 連携"]]


@pytest.fixture
def editor(client):
    user = person("Reviewer", "editor-of-the-test")
    client.force_login(user)
    return user


def told_cell(editor, value, column: str = "since", shown: str = "") -> dict:
    """What the preview says of one cell of a workbook."""
    sheets = {"participations": [["key", column], [PARTNER, value]]}
    formats = {"participations!B2": shown} if shown else {}
    [line] = told(editor, as_xlsx(sheets, formats), "mine.xlsx")
    return line


# ------------------------------------------------------------------ CSV


@pytest.mark.parametrize(
    ("delimiter", "encoding", "end"),
    [
        (",", "utf-8", "\n"),
        (";", "utf-8-sig", "\r\n"),
        ("\t", "utf-16", "\r\n"),
        ("|", "utf-16-be", "\r"),
    ],
)
def test_csv_of_every_spreadsheet_says_the_same(editor, delimiter, encoding, end):
    content = as_csv(TITLES, delimiter, encoding, end)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    brought(editor, content, "initiatives.csv")
    assert Initiative.objects.get(slug="meadow").summary == TITLES[1][1]


def test_excels_own_first_line_and_columns_in_any_order(editor):
    content = b"sep=;\r\nSummary; SLUG ;;Reason\r\nTalks;meadow;;was refused\r\n;;;\r\n;;;\r\n"
    [line] = told(editor, content, "Initiatives (2).csv")
    assert (line["row"], line["changes"][0][2]) == (3, "Talks")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("slug,summary\nmeadow,Café\n".encode("cp1252"), "initiatives.csv",
         "line 2 holds the byte 0xE9 (in Windows-1252 it reads “y meadow,Café”)"),
        (as_csv(TITLES, encoding="utf-16-le"), "initiatives.csv", "UTF-16 without its mark"),
        (b'slug,summary\nmeadow,"Talks\n', "initiatives.csv", "cannot be read as CSV after row"),
        (b"slug,titel\nmeadow,x\n", "initiatives.csv", "“titel” is not one of its columns"),
        (b"slug,title,title\nmeadow,x,y\n", "initiatives.csv", "column title stands twice"),
        (b"title\nx\n", "initiatives.csv", "column slug is missing"),
        (b"a,b\nx,y\n", "initiatives.csv", "row 1 names none of its columns"),
        (b"", "initiatives.csv", "is empty"),
        (b"slug,title\n\n,\n", "initiatives.csv", "has no row beneath its header"),
        (b"slug,title\nmeadow,x\n", "mine.csv", "does not say which table it is"),
        (b"key,content\nx,y\n", "source_records.csv", "does not say which table it is"),
        (b"\xef\xbb\xbf <iati-activities/>", "x.csv", "Import IATI"),
        (b"%PDF-1.7", "x.pdf", "is a PDF"),
        (b'{"a": 1}', "x.csv", "is JSON"),
        (b"PK\x03\x04 and no more", "x.xlsx", "is damaged"),
        (b"\xd0\xcf\x11\xe0 old", "x.xls", "has a password or is an old .xls"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_on_the_form(editor, client, content, name, words):
    page = uploaded(client, content, name)
    assert words in page.context["form"].errors["file"][0]
    assert not ImportFile.objects.exists()


def test_the_table_may_be_chosen_on_the_form(editor):
    [line] = told(editor, b"slug,summary\nmeadow,x\n", "mine.csv", "initiatives")
    assert line["verdict"] == "changed"
    [line] = told(editor, as_xlsx({"Tabelle1": TITLES}), "mine.xlsx", "initiatives")
    assert line["verdict"] == "changed"


def test_cells_too_many_or_too_few_are_refused_by_row(editor):
    content = f"key,since,note\n{PARTNER},2020\n{PARTNER},2020,,extra\n".encode()
    short, long = told(editor, content, "participations.csv")
    assert short["reasons"] == [["", "has 2 cells, the header 3"]]
    assert ["column 4", "holds “extra”, but row 1 gives the column no name"] in long["reasons"]


@pytest.mark.parametrize(
    ("table", "key", "column", "given", "stored"),
    [
        ("participations", PARTNER, "since", "\u00a02020 ", "2020"),
        ("participations", PARTNER, "role", "“host”", "host"),
        ("participations", PARTNER, "actor", "beta\u2011office", "beta-office"),
        ("participations", "meadow—delta-lab—partner", "since", "2020", "2020"),
        ("participations", PARTNER, "note", "'=SUM(A1)", "=SUM(A1)"),
        ("participations", PARTNER, "note", "one\r\ntwo", "one\ntwo"),
        ("participations", PARTNER, "note", "“Own”\u00a0words – kept", "“Own”\u00a0words – kept"),
        ("initiatives", "orchard", "regions", "europe; east-asia", "europe;east-asia"),
    ],
)  # fmt: skip
def test_marks_of_word_processors_do_no_harm(editor, table, key, column, given, stored):
    content = as_csv([["slug" if table == "initiatives" else "key", column], [key, given]])
    [line] = told(editor, content, f"{table}.csv")
    assert line["verdict"] == "changed", line
    assert line["changes"][0][0] == column and line["changes"][0][2] == stored


@pytest.mark.parametrize(
    ("column", "given", "words"),
    [
        ("since", "Sep-18", "is not a date of the profile"),
        ("since", "14.09.2018", "is not a date of the profile"),
        ("since", "2010–12", "is not a date of the profile"),
        ("note", "4.13E+11", "is shortened by the spreadsheet"),
        ("note", "#REF!", "holds the spreadsheet's error “#REF!”"),
        ("note", "a\0b", "holds a NUL character"),
        ("role", "Host", "is not one of"),
    ],
)
def test_what_a_spreadsheet_broke_is_refused_by_column(editor, column, given, words):
    [line] = told(editor, as_csv([["key", column], [PARTNER, given]]), "participations.csv")
    [[named, reason]] = line["reasons"]
    assert (line["row"], named) == (2, column) and words in reason


# ------------------------------------------------------------------ XLSX


@pytest.mark.parametrize(
    ("value", "shown", "stored"),
    [
        (2018, "General", "2018"),
        ("2018-09", "@", "2018-09"),
        (datetime(2018, 9, 1), "mmm-yy", "2018-09"),
        (datetime(2018, 1, 1), "yyyy", "2018"),
        (datetime(2018, 9, 14), "dd/mm/yyyy", "2018-09-14"),
    ],
)
def test_typed_dates_are_as_exact_as_the_cell_shows_them(editor, value, shown, stored):
    line = told_cell(editor, value, shown=shown)
    assert line["changes"] == [["since", "2021/2022", stored]]
    assert bool(line["notes"]) == ("d" not in shown and isinstance(value, datetime))


@pytest.mark.parametrize(
    ("column", "value", "shown", "words"),
    [
        ("since", datetime(2018, 9, 14), "mmm-yy", "shows less than it holds (2018-09-14)"),
        ("since", datetime(2026, 4, 3), "d-mmm", "shows no year"),
        ("since", datetime(2018, 9, 14, 12, 30), "yyyy-mm-dd hh:mm", "has a time of day"),
        ("since", time(12, 30), "hh:mm", "is a time of day"),
        ("note", datetime(2026, 4, 3), "yyyy-mm-dd", "was turned into a date (2026-04-03)"),
        ("note", 0.5, "0%", "is shown as a percentage"),
        ("note", 12345678901234567, "General", "more digits than a spreadsheet keeps"),
        ("note", "=1+1", "", "holds a formula"),
        ("note", "#N/A", "", "holds the spreadsheet's error"),
    ],
)
def test_a_typed_cell_that_cannot_be_known_is_refused(editor, column, value, shown, words):
    line = told_cell(editor, value, column, shown)
    [[named, reason]] = line["reasons"]
    assert (line["row"], named) == (2, column) and words in reason


def test_numbers_and_truth_are_written_our_way(editor):
    head = ["key", "initiative", "indicator", "value", "approximate", "unit"]
    rows = [
        ["", "meadow", "Heads", 1e6, True, "people"],
        ["", "meadow", "Share", 0.1 + 0.2, False, ""],
    ]
    heads, share = told(editor, as_xlsx({"results": [head, *rows]}), "results.xlsx")
    assert ["value", "", "1000000"] in heads["changes"]
    assert ["approximate", "", "true"] in heads["changes"]
    assert ["value", "", "0.3"] in share["changes"]


def test_empty_rows_and_columns_at_the_end_are_nothing(editor):
    rows = [[*HEAD, None, None], [PARTNER, "2020"], [None], ["  "], [None, " "]]
    [line] = told(editor, as_xlsx({"participations": rows}), "mine.xlsx")
    assert line["row"] == 2


def test_merged_cells_are_refused_as_they_lose_values(editor):
    rows = [HEAD, [PARTNER, "2020"], ["meadow--epsilon-lab--partner", None]]
    merge = lambda book: book["participations"].merge_cells("B2:B3")  # noqa: E731
    with pytest.raises(Unreadable, match="merged cells"):
        told(editor, as_xlsx({"participations": rows}, change=merge), "mine.xlsx")


def packed(**parts: bytes) -> bytes:
    """A workbook of ours with parts replaced or added."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(as_xlsx({"participations": [HEAD, [PARTNER, "2020"]]})))
    names = {name.replace("/", "_").replace(".", "_"): name for name in source.namelist()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for short, name in names.items():
            target.writestr(name, parts.pop(short, None) or source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def test_bombs_and_entities_are_refused_before_they_unpack(editor):
    bomb = packed(bomb=b"0" * (151 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(Unreadable, match="too large"):
        told(editor, bomb, "bomb.xlsx")
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    with pytest.raises(Unreadable, match="declares entities"):
        told(editor, packed(xl_worksheets_sheet1_xml=entity), "entity.xlsx")
    with pytest.raises(Unreadable, match="is damaged"):
        told(editor, packed(xl_worksheets_sheet1_xml=b"<worksheet><row"), "cut.xlsx")
    with pytest.raises(Unreadable, match="OpenDocument"):
        told(editor, packed(mimetype=b"application/vnd.oasis"), "x.ods")


def test_rows_have_a_limit(editor, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    rows = [HEAD, *([f"k-{n}", ""] for n in range(3))]
    with pytest.raises(Unreadable, match="more than 2 rows"):
        told(editor, as_csv(rows), "participations.csv")
    half = {"participations": rows[:3], "results": [["key"], ["x"]]}
    with pytest.raises(Unreadable, match="more than 2 rows"):
        told(editor, as_xlsx(half), "mine.xlsx")


def test_a_text_too_long_for_a_cell_is_left_as_it_is(editor, client):
    long = "words " * 6000
    Initiative.objects.filter(slug="meadow").update(objectives=long.strip())
    done = client.get("/admin/initiatives/importrun/rows/initiatives.xlsx?rows=all")
    content = b"".join(done.streaming_content)
    assert {line["verdict"] for line in told(editor, content, "initiatives.xlsx")} == {"unchanged"}


def test_formulas_in_our_data_leave_harmless_and_come_back_whole(editor, client):
    words = "=HYPERLINK(1)"
    Participation.objects.filter(key=PARTNER).update(note=words)
    done = client.get("/admin/initiatives/importrun/rows/participations.csv?rows=all")
    content = b"".join(done.streaming_content)
    assert "'" + words in [row[-1] for row in csv_rows(content)]
    found = told(editor, content, "participations.csv")
    assert {line["verdict"] for line in found} == {"unchanged"}
