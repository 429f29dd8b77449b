"""Runs in the peers' environment: times Datasette and DuckDB; prints a line of JSON."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from datasette.app import Datasette

SECONDS = 12  # of each measurement at most, but two requests at least
ROWS = int(os.environ["ROWS"])  # of a page
PATIENCE = 60  # seconds for a single request
WORDS = ("kind", "status")
LISTS = ("theme", "country", "region", "group_", "actor", "role", "funder", "year", "evidence")
LIMITS = {
    "facet_time_limit_ms": 600_000,
    "sql_time_limit_ms": 600_000,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    "default_facet_size": 10,
    "default_page_size": ROWS,
}


def percentile(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)] * 1000


def address(query: dict, size: int = ROWS) -> str:
    pairs = [("_facet", name) for name in WORDS] + [("_facet_array", name) for name in LISTS]
    pairs += [("_size", size), ("_sort", "title")]
    names = {"q": "_search", "country": "country__arraycontains"}
    pairs += [(names.get(name, name), value) for name, value in query.items()]
    return f"/peer/initiatives?{urlencode(pairs)}"


async def pages(datasette, queries: list[dict], requests: int) -> float:
    began = time.perf_counter()
    await datasette.client.get(address(queries[0]))
    if (first := time.perf_counter() - began) > PATIENCE:
        return first * 1000  # minutes for one page: its first stands for all
    times, began = [], time.perf_counter()
    for number in range(requests):
        start = time.perf_counter()
        answer = await datasette.client.get(address(queries[number % len(queries)]))
        times.append(time.perf_counter() - start)
        if answer.status_code != 200 or "timed out" in answer.text:
            raise SystemExit(f"Datasette: {answer.status_code} {answer.text[:500]}")
        if time.perf_counter() - began > SECONDS and number >= 1:
            break
    return percentile(times)


def counts(file: Path, queries: list[dict], requests: int) -> float:
    """The same counts by DuckDB: each facet without its own choice."""
    memory = duckdb.connect()
    memory.execute("CREATE TABLE has (facet VARCHAR, value VARCHAR, id INTEGER)")
    source = sqlite3.connect(file)
    for name in WORDS:
        rows = source.execute(f"SELECT '{name}', {name}, id FROM initiatives").fetchall()
        add(memory, rows)
    for name in LISTS:
        sql = f"SELECT '{name}', j.value, i.id FROM initiatives i, json_each(i.{name}) j"
        add(memory, source.execute(sql).fetchall())
    memory.execute("CREATE TABLE facets AS SELECT * FROM has ORDER BY facet, value, id")
    times, began = [], time.perf_counter()
    for number in range(requests):
        query = {k: str(v) for k, v in queries[number % len(queries)].items()}
        start = time.perf_counter()
        for name in (*WORDS, *LISTS):
            others = {k: v for k, v in query.items() if k != name}
            where = "".join(
                f" AND id IN (SELECT id FROM facets WHERE facet = '{k}' AND value = '{v}')"
                for k, v in others.items()
            )
            memory.execute(
                "SELECT value, count(*) FROM facets WHERE facet = ?" + where + " GROUP BY value"
                " ORDER BY 2 DESC LIMIT 100",
                [name],
            ).fetchall()
        times.append(time.perf_counter() - start)
        if time.perf_counter() - began > SECONDS and number >= 1:
            break
    return percentile(times)


def add(memory, rows: list) -> None:
    step = 200_000
    for at in range(0, len(rows), step):
        facet, value, pk = zip(*rows[at : at + step], strict=True)
        memory.execute(
            "INSERT INTO has SELECT unnest(?), unnest(?), unnest(?)",
            [list(facet), [str(v) for v in value], list(pk)],
        )


async def main(folder: Path, requests: int) -> dict:
    queries = json.loads((folder / "queries.json").read_text())
    file = folder / "peer.db"
    datasette = Datasette([str(file)], settings=LIMITS)
    await datasette.invoke_startup()
    found = {
        name: {"Datasette": await pages(datasette, given, requests)}
        for name, given in queries.items()
    }
    found["counts alone"] = {"DuckDB": counts(file, queries["faceted page"], requests)}
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))))
