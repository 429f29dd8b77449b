"""What somebody types, read and turned into patterns; PostgreSQL and Python agree on characters."""

import unicodedata

import pytest
from django.db import connection

from atlas.kit.search import read
from atlas.kit.search.words import MOST, TERMS, Term, escaped, is_wide, normal


def shape(text: str) -> tuple[list[list[str]], list[str]]:
    asked = read(text)
    return [[t.text for t in group] for group in asked.groups], [t.text for t in asked.without]


@pytest.mark.parametrize(
    ("text", "groups", "without"),
    [
        ("Japan ASEAN", [["japan", "asean"]], []),
        ("japan or thailand OR fiji", [["japan"], ["thailand"], ["fiji"]], []),
        ("japan asean or fiji", [["japan", "asean"], ["fiji"]], []),
        ('"capacity building" asean', [["capacity building", "asean"]], []),
        ("asean -japan", [["asean"]], ["japan"]),
        ('asean -"united kingdom"', [["asean"]], ["united kingdom"]),
        ("-japan", [], ["japan"]),
        ("capacity-building", [["capacity-building"]], []),
        ("centre of excellence", [["centre", "excellence"]], []),
        ("of", [["of"]], []),
        ("日本・ASEAN統合基金", [["日本", "asean", "統合基金"]], []),
        ("ＪＡＩＦ", [["jaif"]], []),
        ("JPCERT/CC", [["jpcert-cc"]], []),
        ("cyber crime law", [["cybercrime", "law"]], []),
        ('"unbalanced quote', [["unbalanced", "quote"]], []),
        ("%", [["%"]], []),
        ("100%", [["100%"]], []),
        ("or", [["or"]], []),
        ('""', [['""']], []),
        ("", [], []),
        ("   ", [], []),
    ],
)
def test_reading(text, groups, without):
    assert shape(text) == (groups, without)


def test_a_search_has_an_end():
    asked = read(" ".join(f"word{n}" for n in range(100)))
    assert len(asked.terms) == TERMS


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("cybercrime", {"cyber crime", "cyber-crime"}),
        ("centre", {"center"}),
        ("centers", {"centres"}),
        ("programme", {"program"}),
        ("organisation", {"organization"}),
        ("central", set()),
        ("cyber", set()),
        ("日本", set()),
    ],
)
def test_spellings(text, others):
    spellings = Term(text).spellings
    assert set(spellings) - {text} == others
    assert len(spellings) <= MOST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("cybercrime", "Cyber-Crime Dialogue", True),
        ("cyber crime", "Cybercrime Dialogue", True),
        ("center", "Training Centre", True),
        ("itu", "National Institute", False),
        ("itu", "JICA-ITU course", True),
        ("eu", "EU-WB study", True),
        ("eu", "Neutral ground", False),
        ("sia", "Asia", False),
        ("apan", "Japan", True),
        ('"Asia"', "Asian", False),
        ('"cyber response"', "Cyber, response", True),
        ("統合基金", "日・ASEAN統合基金", True),
        ("基金", "日・ASEAN統合基金", True),
        ("金", "日・ASEAN統合基金", True),
        ("合統", "日・ASEAN統合基金", False),
        ("République", "Republique", True),
        ("cooperacion", "Cooperación", True),
        ("%", "Half of it", False),
        ("50%", "50% of it", True),
        ("50%", "50 of it", False),
        ("a_b", "axb", False),
        ("\\", "back\\slash", True),
    ],
)
def test_a_name_holds_a_term(text, name, found):
    (term,) = read(text).terms
    pattern, argument = "atlas_sort_key(%s) ~ atlas_sort_key(%s)", term.pattern
    if term.pair:
        pattern, argument = "atlas_pairs(atlas_sort_key(%s)) @> %s", [term.pair]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {pattern}", [name, argument])
        assert cursor.fetchone()[0] is found


@pytest.mark.django_db
def test_database_and_python_agree_on_scripts_without_spaces():
    characters = [chr(n) for n in range(0x370, 0x10000, 7) if not 0xD800 <= n < 0xE000]
    with connection.cursor() as cursor:
        cursor.execute("SELECT c, atlas_pairs(c) <> '{}' FROM unnest(%s) AS c", [characters])
        differing = [c for c, wide in cursor.fetchall() if wide is not is_wide(c)]
    assert differing == []


@pytest.mark.django_db
def test_a_pattern_of_any_sign_means_that_sign_when_the_database_has_folded_it():
    """“©” becomes “(c)” there: escaped before, it would be half a group."""
    kept = [normal(chr(i)) for i in range(33, 0xFFFF) if unicodedata.category(chr(i))[0] in "SPN"]
    signs = sorted({sign for sign in kept if sign})
    patterns = [escaped(sign) for sign in signs]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s FROM unnest(%s::text[], %s::text[]) x(s, p)"
            " WHERE atlas_sort_key(s) !~ ('^(?:' || atlas_sort_key(p) || ')$')",
            [signs, patterns],
        )
        assert cursor.fetchall() == []
