"""The API against what would do instead: a plain list, the first page, the rows themselves."""

import json
import time

import psycopg2
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIRequestFactory

from atlas.kit.tables import NOUNS, TABLES
from initiatives.exchange.formats import FORMATS, stream
from initiatives.models import Initiative
from tests.benchmarks.generate import WORDS
from tests.benchmarks.plain import InitiativeViewSet

TIMES, PLAIN_TIMES = 20, 3
FASTER, READING = 10, 3  # at least so many times; at most so many times
QUERIES = 4
PAGE, DEEP = 50, 1000


class Both:
    """The same list asked of us and of the plain implementation, which must answer alike."""

    def __init__(self, word: str = ""):
        self.client = Client(headers={"host": "localhost"})
        self.query = f"page_size={PAGE}&q={word}" if word else f"page_size={PAGE}"
        self.plain = InitiativeViewSet.as_view({"get": "list"})

    def ours(self, path: str = "") -> bytes:
        path = path or f"/api/v1/initiatives/?{self.query}&ordering=title"
        response = self.client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path} answers {response.status_code}")
        return response.content

    def theirs(self) -> bytes:
        asked = APIRequestFactory(headers={"host": "localhost"}).get(f"/?{self.query}")
        return self.plain(asked).render().content

    def compare(self) -> None:
        found, expected = json.loads(self.ours()), json.loads(self.theirs())
        if found["count"] != expected["count"] or found["results"] != expected["results"]:
            raise SystemExit(f"{found['count']} found, {expected['count']} by the plain list")

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.ours()
            return len(captured)  # further requests empty the log

    def times(self) -> tuple[float, float]:
        """Milliseconds of ours and of theirs, for equal answers."""
        self.compare()
        return mean(self.ours, TIMES), mean(self.theirs, PLAIN_TIMES)


def measure() -> dict:
    """Milliseconds and seconds by name, with the number of queries of the list."""
    searched, whole = Both(WORDS[-1]), Both()
    by_title = f"/api/v1/initiatives/?page_size={PAGE}&ordering=title"
    behind = deep(lambda path: json.loads(whole.ours(path)), by_title)
    ours, plain = searched.times()
    whole_ours, whole_plain = whole.times()
    return {
        "queries": searched.queries(),
        "ours": ours,
        "plain": plain,
        "whole": whole_ours,
        "plain whole": whole_plain,
        "deep": mean(lambda: whole.ours(behind), TIMES),
        "ndjson": best(export),
        "rows": best(read_rows),
    }


def deep(ours, address: str) -> str:
    """The address of page 1,000, or of the last one; a cursor fits pages of any size."""
    path, size = address.replace(f"page_size={PAGE}", "page_size=200&fields=slug"), 200
    for _page in range(DEEP * PAGE // size):
        following = ours(path)["next"]
        if following is None:
            break
        path = following
    return path.replace("page_size=200", f"page_size={PAGE}").replace("&fields=slug", "")


def mean(work, times: int) -> float:
    """Milliseconds."""
    work()
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times * 1000


def best(work) -> float:
    """Seconds of the better of two runs."""
    times = []
    for _ in range(2):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def export() -> None:
    """All public initiatives with everything that belongs to them, as NDJSON."""
    records = Initiative.objects.published().order_by("slug")
    about = {"noun": "initiatives", "querysets": (records,), "site": "https://atlas.example"}
    with open("/dev/null", "wb") as out:
        for piece in stream(FORMATS["ndjson"], **about):
            out.write(piece)


def read_rows() -> None:
    """The same rows, table by table, as psycopg2 gives them."""
    own, children = NOUNS["initiative"]
    given = connection.settings_dict
    about = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    with psycopg2.connect(dbname=given["NAME"], password=given["PASSWORD"], **about) as reader:
        for name in (own, *children):
            part = TABLES[name].parts[0]
            columns = ", ".join(f'"{column.column}"' for column in part.columns)
            with reader.cursor(f"read_{name}") as cursor:
                cursor.itersize = 10_000
                cursor.execute(f"SELECT {columns} FROM {part.db_table}")
                for _row in cursor:
                    pass
