"""Lists with counts, records and kept pages, asked of the whole application without a socket."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory, override_settings

from atlas.kit import facets
from initiatives.models import Initiative
from tests.benchmarks import searchers
from tests.benchmarks.generate import PLACES, WORDS

FORGETFUL = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"  # hashed names need a start
AFTER_WRITES = 5  # of so many requests that find nothing kept, one is made right after a write
PAGE = "/initiatives/"


def lists_timed(folder: Path, requests: int) -> dict:
    """Milliseconds by what was asked: the 95th percentile of lists, the median of the rest."""
    before, began = resident(), time.perf_counter()
    shelf = facets.current().shelves["initiatives"]
    found = {"index built anew": (time.perf_counter() - began) * 1000}
    found["index"] = resident() - before
    queries = questions(shelf)
    (folder / "queries.json").write_text(json.dumps(queries))
    rows = Initiative.objects.published().values_list("pk", "slug", "title", "summary")
    searchers.export(folder / "peer.db", shelf, rows.iterator())
    with override_settings(STORAGES={"staticfiles": {"BACKEND": PLAIN}}):
        ask = asker()
        found |= uncached(ask, queries, requests)
        found |= kept(ask, max(requests, 100))
    return found


def uncached(ask: Callable, queries: dict[str, list[dict]], requests: int) -> dict:
    found = {}
    pairs = [urlencode(query) for query in queries["faceted page"]]
    with override_settings(CACHES={**settings.CACHES, "pages": FORGETFUL}):
        for name, given in queries.items():
            asked = [f"{PAGE}?{urlencode(query)}" for query in given]
            found[name] = percentile(ask, asked, requests)
            found[f"{name}, after a write"] = percentile(
                ask, asked, max(requests // AFTER_WRITES, 5), write
            )
        counted = [f"/api/v1/initiatives/facets/?{query}" for query in pairs]
        found["counts alone"] = percentile(ask, counted, requests)
        listed = [f"/api/v1/initiatives/?{query}&fields=slug" for query in pairs]
        found["filtered list"] = percentile(ask, listed, requests)
        made = in_turn(ask, ["/healthz", record()], min(requests, 60))
        found["record, made"], found["empty view of made"] = made[record()], made["/healthz"]
    return found


def kept(ask: Callable, requests: int) -> dict:
    """Pages from the cache beside a view that does nothing, by turns."""
    times = in_turn(ask, ["/healthz", PAGE, record()], requests)
    return {
        "list, kept": times[PAGE],
        "record, kept": times[record()],
        "empty view": times["/healthz"],
    }


def record() -> str:
    slug = Initiative.objects.order_by("slug").values_list("slug", flat=True)[0]
    return f"/initiatives/{slug}/"


def questions(shelf) -> dict[str, list[dict]]:
    """What is asked: two filters at a time, a word in few records, a word in many."""
    countries = [key for _n, key in shelf.ranking(shelf.kind.facets["country"])]
    kinds = ("project", "programme", "centre", "dialogue")
    pairs = [{}] + [
        {"kind": kind, "country": country} for kind in kinds for country in countries[:40:8]
    ]
    texts = [*WORDS, *(f"{place} {word}" for place in PLACES[:4] for word in WORDS[-3:])]
    words = {text: Initiative.objects.search(text).count() for text in texts}
    total = len(shelf.everything)
    few = min(words, key=lambda text: abs(words[text] / total - 0.04))
    many = min(words, key=lambda word: abs(words[word] / total - 0.3))
    print(f"{few}: {words[few] / total:.1%}, {many}: {words[many] / total:.1%}", file=sys.stderr)
    return {
        "faceted page": pairs,
        "page, a word of few": [{"q": few}],
        "page, a word of many": [{"q": many}],
    }


def asker() -> Callable[[str], float]:
    """A function that asks an address and gives the seconds until the last byte."""
    application, factory = WSGIHandler(), RequestFactory(headers={"host": "localhost"})

    def ask(address: str) -> float:
        environ, said = factory.get(address).environ, []
        began = time.perf_counter()
        response = application(environ, lambda status, _headers: said.append(status))
        for _piece in response:
            pass
        response.close()
        seconds = time.perf_counter() - began
        if not said[0].startswith("200"):
            raise SystemExit(f"{address} answers {said[0]}")
        return seconds

    return ask


def percentile(ask: Callable, addresses: list[str], requests: int, before=None) -> float:
    """Milliseconds at the 95th percentile, after one request of each."""
    for address in dict.fromkeys(addresses):
        ask(address)
    times = []
    for number in range(requests):
        if before:
            before()
        times.append(ask(addresses[number % len(addresses)]))
    return sorted(times)[-(-len(times) * 95 // 100) - 1] * 1000


def in_turn(ask: Callable, addresses: list[str], requests: int) -> dict[str, float]:
    """The median milliseconds of each, asked by turns so that a busy moment meets all of them."""
    times: dict[str, list[float]] = {address: [] for address in addresses}
    for number in range(requests + 1):
        for address in addresses:
            seconds = ask(address)
            if number:  # the first fills what is kept
                times[address].append(seconds)
    return {address: statistics.median(values) * 1000 for address, values in times.items()}


def write() -> None:
    """One record changed and committed."""
    record = Initiative.objects.order_by("?").first()
    kind = "centre" if record.kind != "centre" else "dialogue"
    Initiative.objects.filter(pk=record.pk).update(kind=kind)


def resident() -> float:
    """MB of memory that this process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1024 / 1024
