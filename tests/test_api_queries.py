"""How many queries each address of the API runs, exactly, however many rows there are.

Lists are counted with the seven that build the index of facets; a process builds it once.

``query_counts.json`` holds the number and the reason; ``UPDATE_QUERY_COUNTS=1`` writes new
numbers beside the reasons that stand there.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import doubling
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

FILE = Path(__file__).parent / "query_counts.json"
COUNTS = {
    name.removeprefix("api:"): entry
    for name, entry in json.loads(FILE.read_text()).items()
    if name.startswith("api:")
}
FEW = 4  # queries of a list with nested links
EXPANDED = {"initiatives": "kind=centre&", "actors": "kind=regional-organisation&"}


def queries(client, path: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")  # so that the index of facets is always built
    return asked(client, path)


def asked(client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, response.content
    return len(captured)


@pytest.mark.parametrize("path", COUNTS)
def test_number_of_queries(client, path):
    number = queries(client, path)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        entries = json.loads(FILE.read_text())
        entries[f"api:{path}"]["queries"] = number
        FILE.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    assert number == COUNTS[path]["queries"], COUNTS[path]["why"]


def test_every_number_has_a_reason():
    assert all(entry["why"].endswith(".") for entry in COUNTS.values())


def test_a_list_takes_four_queries_whatever_is_expanded(client):
    """Each part, and the last reference in each, which stands for the others."""
    found = {}
    for noun, search in EXPANDED.items():
        path = f"/api/v1/{noun}/?page_size=50&{search}expand="
        words = client.get(f"{path}-").json()["errors"][0]["allowed"]
        last = {(word.partition(".")[0], "." in word): word for word in words}
        client.get(path)  # the index of facets
        found |= {f"{noun}: {word}": asked(client, f"{path}{word}") for word in last.values()}
    assert len(found) > 30 and {name: n for name, n in found.items() if n > FEW} == {}


def test_twice_as_many_rows_take_no_more_queries(client):
    doubling.double()
    more = {path: (queries(client, path), COUNTS[path]["queries"]) for path in COUNTS}
    assert {path: n for path, n in more.items() if n[0] != n[1]} == {}


def test_who_holds_the_present_answer_costs_one_query(client):
    """The data version, and nothing else: no record, no count, no index."""
    for path in COUNTS:
        etag = client.get(path)["ETag"]
        with CaptureQueriesContext(connection) as captured:
            again = client.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content, len(captured)) == (304, b"", 1), path
