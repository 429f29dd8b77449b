"""Strategy: one table of dates held against both readers of the profile, Python and SQL.

The profile stands twice, in ``atlas/kit/dates.py`` for forms and messages and in the database for
bounds, checks and comparison.  Random strings then look for a difference the table missed.
"""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.kit.dates import EdtfField, moment, parse, words
from initiatives.insights.reach import period
from initiatives.models import Initiative

pytestmark = pytest.mark.django_db

# text, first day, last day ("" = open)
ACCEPTED = [
    ("2018", "2018-01-01", "2018-12-31"),
    ("1900", "1900-01-01", "1900-12-31"),
    ("2100", "2100-01-01", "2100-12-31"),
    ("2018-09", "2018-09-01", "2018-09-30"),
    ("2018-12", "2018-12-01", "2018-12-31"),
    ("2018-02", "2018-02-01", "2018-02-28"),
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2000-02", "2000-02-01", "2000-02-29"),
    ("2018-09-14", "2018-09-14", "2018-09-14"),
    ("2020-02-29", "2020-02-29", "2020-02-29"),
    ("2100-12-31", "2100-12-31", "2100-12-31"),
    # a mark says how sure the source is; it widens nothing
    ("2018?", "2018-01-01", "2018-12-31"),
    ("2018~", "2018-01-01", "2018-12-31"),
    ("2018%", "2018-01-01", "2018-12-31"),
    ("2018-09~", "2018-09-01", "2018-09-30"),
    ("2018-09-14?", "2018-09-14", "2018-09-14"),
    ("2016/2018", "2016-01-01", "2018-12-31"),
    ("2016/2016", "2016-01-01", "2016-12-31"),
    ("2016-03/2018-09-14", "2016-03-01", "2018-09-14"),
    ("2018-09/2018", "2018-09-01", "2018-12-31"),
    ("2018/2018-01-01", "2018-01-01", "2018-01-01"),
    ("2016?/2018~", "2016-01-01", "2018-12-31"),
    ("2018-09-14?/2018-09-15%", "2018-09-14", "2018-09-15"),
    ("2018/..", "2018-01-01", ""),
    ("2018-09~/..", "2018-09-01", ""),
    ("../2018", "", "2018-12-31"),
    ("../2018-09-14", "", "2018-09-14"),
]

# text, words of the refusal
FORM = "is not a date we accept"
REFUSED = [
    ("1899", "years run from 1900 to 2100"),
    ("2101", "years run from 1900 to 2100"),
    ("0000", "years run from 1900 to 2100"),
    ("2101-01-01", "years run from 1900 to 2100"),
    ("2018/2101", "years run from 1900 to 2100"),
    ("2018-00", "no such month"),
    ("2018-13", "no such month"),
    ("2018-21", "no such month"),  # a season of the full standard
    ("2018-24", "no such month"),
    ("2018-02-29", "no such day"),
    ("1900-02-29", "no such day"),
    ("2018-04-31", "no such day"),
    ("2018-09-00", "no such day"),
    ("2018-09-32", "no such day"),
    ("2016/2018-02-30", "no such day"),
    ("2018/2016", "ends before it begins"),
    ("2018-09-15/2018-09-14", "ends before it begins"),
    ("../..", "open on both sides"),
    ("2018/", FORM),
    ("/2018", FORM),
    ("/", FORM),
    ("..", FORM),
    ("unknown", FORM),
    ("2018/unknown", FORM),
    ("2018 ", FORM),
    (" 2018", FORM),
    ("2018\n", FORM),
    ("2018/2019/2020", FORM),
    ("2018/2019 ", FORM),
    ("Y-170000002", FORM),
    ("-2018", FORM),
    ("y20180", FORM),
    ("20180", FORM),
    ("218", FORM),
    ("18", FORM),
    ("201X", FORM),
    ("201u", FORM),
    ("20XX-09", FORM),
    ("2018-9", FORM),
    ("2018-09-1", FORM),
    ("20180914", FORM),
    ("2018/09", FORM),
    ("14.9.2018", FORM),
    ("2018-09-14T12:00", FORM),
    ("2018-09-14T12:00:00Z", FORM),
    ("[2016,2017]", FORM),
    ("{2016,2017}", FORM),
    ("2016..2018", FORM),
    ("2018??", FORM),
    ("2018?~", FORM),
    ("?2018", FORM),
    ("2018?-09", FORM),
    ("2018-~09", FORM),
    ("2018-", FORM),
    ("2018-09-", FORM),
    ("\u0662\u0660\u0661\u0668", FORM),  # digits of another script
    ("20\u0661\u0668", FORM),
    ("\uff12\uff10\uff11\uff18", FORM),
    ("2018\u201309", FORM),
]


def in_sql(texts: list[str]) -> list[tuple]:
    """(first day, last day) of every text as the database reads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT atlas_edtf_bound(v, false), atlas_edtf_bound(v, true)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n",
            [texts],
        )
        return cursor.fetchall()


def in_python(text: str) -> tuple:
    try:
        date = parse(text)
    except ValidationError:
        return (None, None)
    return (date.earliest, date.latest)


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("text", "first", "last"), ACCEPTED)
def test_accepted_dates_have_the_same_bounds_in_python_and_sql(text, first, last):
    assert in_python(text) == (day(first), day(last))
    assert in_sql([text]) == [(day(first), day(last))]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[repr(t) for t, _ in REFUSED])
def test_everything_else_is_refused_by_name(text, said):
    with pytest.raises(ValidationError) as refused:
        parse(text)
    message = refused.value.messages[0]
    assert said in message
    assert message.startswith("“") and any(part in message for part in (text, *text.split("/")))
    assert in_sql([text]) == [(None, None)]


def test_an_empty_date_is_no_date():
    assert words("") == "" and words(None) == ""
    assert in_sql([""]) == [(None, None)]


points = st.from_regex(
    r"\A(18|19|20|21)[0-9]{2}(-[0-3][0-9](-[0-4][0-9])?)?[?~%]?\Z", fullmatch=True
)
texts = st.one_of(
    points,
    st.builds("{}/{}".format, st.one_of(points, st.just("..")), st.one_of(points, st.just(".."))),
    st.text("0123456789-/?~%. TZXu٢", max_size=23),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=23),
)


@settings(derandomize=True, max_examples=60, deadline=None, database=None)
@given(st.lists(texts, min_size=10, max_size=30))
def test_random_strings_are_read_alike_by_python_and_sql(strings):
    assert in_sql(strings) == [in_python(text) for text in strings]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018", "2018"),
        ("2018-09", "September 2018"),
        ("2018-09-14", "14 September 2018"),
        ("2019-01-08", "8 January 2019"),
        ("2018?", "2018, uncertain"),
        ("2018-09~", "about September 2018"),
        ("2018-09-14%", "about 14 September 2018, uncertain"),
        ("2016/2018", "2016 to 2018"),
        ("2016~/2018-09", "about 2016 to September 2018"),
        ("2018-09/..", "not before September 2018"),
        ("../2018", "not after 2018"),
        ("last month", "last month"),
    ],
)
def test_words(text, said):
    assert words(text) == said


def test_words_hold_every_accepted_date_and_no_code():
    for text, _first, _last in ACCEPTED:
        said = words(text)
        assert set(re.findall(r"\d{4}", said)) == set(re.findall(r"\d{4}", text)), text
        assert not re.search(r"[?~%/]|\.\.|\d{4}-", said), said


def test_qualified_dates_are_never_sure():
    assert parse("2018?").qualified and parse("2016/2018~").qualified
    assert not parse("2016/2018").qualified and not parse("2018/..").qualified


def test_the_form_field_forgives_blanks_around_a_date_and_nothing_else():
    field = EdtfField()
    assert field.clean(" 2018-09 ", None) == "2018-09"
    with pytest.raises(ValidationError, match="no such month"):
        field.clean("2018-21", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024", "in 2024"),
        ("2024-05", "in May 2024"),
        ("2024-05-03", "on 3 May 2024"),
        ("2024~", "about 2024"),
        ("2016/2018", "at some time, 2016 to 2018"),
        ("", ""),
    ],
)
def test_a_date_stands_in_a_sentence_with_its_preposition(text, said):
    assert moment(text) == said


def test_members_of_what_only_ended_are_told_at_its_last_day():
    ended = Initiative(planned_end="2024-05-03")
    ended.actual_start_earliest = ended.planned_start_earliest = ended.actual_end_latest = None
    ended.planned_end_latest = datetime.date(2024, 5, 3)
    assert period(ended).words == "on 3 May 2024"
