"""How many queries each page runs, exactly, however many rows there are.

Lists are counted with the seven that build the index of facets; a process builds it once.

``query_counts.json`` holds the number and the reason; ``UPDATE_QUERY_COUNTS=1`` writes new
numbers beside the reasons that stand there.
"""

import json
import os
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.insights.pictures import PICTURES
from tests import doubling
from tests.making import ungated  # noqa: F401
from tests.page import static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated", "static_files")]

DRAWN = {*(picture.path for picture in PICTURES.values()), "/briefing/"}
FILE = Path(__file__).parent / "query_counts.json"
COUNTS = {
    name.removeprefix("page:"): entry
    for name, entry in json.loads(FILE.read_text()).items()
    if name.startswith("page:")
}


def queries(client, path: str) -> int:
    client.get(path)  # fills what is kept for one state of the data
    if path.partition("?")[0] in DRAWN:
        caches["pictures"].clear()  # the picture itself is counted, made anew
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")  # so that the index of facets is always built
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(captured)


@pytest.mark.parametrize("path", COUNTS)
def test_number_of_queries(client, path):
    number = queries(client, path)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        entries = json.loads(FILE.read_text())
        entries[f"page:{path}"]["queries"] = number
        FILE.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    assert number == COUNTS[path]["queries"], COUNTS[path]["why"]


def test_every_number_has_a_reason():
    assert all(entry["why"].endswith(".") for entry in COUNTS.values())


# one query fewer: no event is asked for where no record shown has only a plan to begin, and in more
# than 300 records not every two are compared
FEWER = {"/", "/briefing/", "/overlap/"}


def test_twice_as_many_rows_take_no_more_queries(client):
    doubling.double()
    exact = {path: COUNTS[path]["queries"] - (path in FEWER) for path in COUNTS}
    more = {path: (queries(client, path), exact[path]) for path in COUNTS}
    assert {path: n for path, n in more.items() if n[0] != n[1]} == {}
