"""Strategy: every atomic claim of the two founding articles is found by an anonymous reader.

``tests/data/seed_facts.csv`` names for each of the 150 claims the page and words on it.  The nine
kinds of problem of the articles must be told in words, on the page they concern.
"""

import csv
import html
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
MAP = Path(__file__).resolve().parent / "data" / "seed_facts.csv"
IDS = [f"A{n:03d}" for n in range(1, 106)] + [f"B{n:03d}" for n in range(1, 46)]

with open(MAP, encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


BLOCKS = "br p div section article header footer li ul ol dl dt dd td th tr h1 h2 h3 h4 h5"


def visible(page: str) -> str:
    """What a reader sees: no tags, no scripts, no entities, single blanks."""
    page = re.sub(r"(?s)<(script|style|head|template)\b.*?</\1>", " ", page)
    page = re.sub(rf"</?({BLOCKS.replace(' ', '|')})\b[^>]*>", " ", page)
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    return re.sub(r"\s+", " ", text)


def read(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return visible(response.content.decode())


def test_the_map_has_every_claim_once():
    assert [row["id"] for row in ROWS] == IDS
    assert all(row["url"].startswith("/") and row["expects"].strip() for row in ROWS)


@pytest.mark.parametrize("url", sorted({row["url"] for row in ROWS}))
def test_every_claim_is_on_the_page_the_map_names(client, url):
    text = read(client, url)
    lacking = {r["id"]: r["expects"] for r in ROWS if r["url"] == url and r["expects"] not in text}
    assert lacking == {}


# problem of the articles -> the page it concerns, words that tell a reader of it
PROBLEMS = {
    "an announcement after what it announces": (
        "/initiatives/nec-ajccbc-exercises/",
        "18 September 2019, uncertain",
        "That order is impossible",
        "no page read confirms it",
    ),
    "a day that another source contradicts": (
        "/initiatives/ajcd/",
        "The sources disagree on the day",
        "The FORUM article says 18 January 2019",
        "We follow the notice, because",
    ),
    "a number that another source contradicts": (
        "/initiatives/accdp-1/",
        "The sources disagree",
        "INTERPOL counts 320 participants",
        "the FORUM article has 380 participants",
    ),
    "who carried out the reviews": (
        "/initiatives/accdp-1/",
        "Accounts differ: National cyber reviews",
        "Contradicted in part",
        "The project itself reviewed each country",
    ),
    "a date that is only relative": (
        "/initiatives/japan-uk-cyber-dialogue/",
        "not stated (no source on file gives it)",
        "The date is relative: the month before the article, and the article has no date",
    ),
    "a count that can be read three ways": (
        "/actors/arf/",
        "leaves the size of the Forum ambiguous",
        "Three readings are open",
    ),
    "an article without a date": (
        "/sources/ipdf-japan-leads/",
        "No publication date is given",
    ),
    "the other article without a date": (
        "/sources/dukakis-japan-uk/",
        "No publication date is given",
    ),
    "a plan that nobody confirmed": (
        "/initiatives/japan-regional-cyber-alliance/",
        "The launch is unconfirmed",
        "No later page was found that confirms it",
        "The plan has no name of its own",
    ),
    "opinions beside facts": (
        "/actors/japan-gov/",
        "Opinions, each under its voice",
        "Jeffery Hornung, Rand Corp.",
        "Opinion: how one analyst reads Japan",
    ),
    "opinions of an unnamed writer": (
        "/initiatives/japan-uk-cyber-dialogue/",
        "Opinions, each under its voice",
        "the article's unnamed author",
        "Opinion of the article",
    ),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_kind_of_problem_is_told_in_words(client, problem):
    url, *words = PROBLEMS[problem]
    text = read(client, url)
    assert [said for said in words if said not in text] == []
