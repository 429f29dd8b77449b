"""One measured piece of work in a process of its own; prints a line of JSON.

python -m tests.benchmarks.work KIND [FOLDER, FILE or format]: the functions work_KIND below.
"""

import json
import resource
import sys
import time
from pathlib import Path

import django
from lxml import etree

django.setup()

from urllib.parse import urlencode  # noqa: E402

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import caches  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from atlas.kit import facets, twins  # noqa: E402
from atlas.kit.models import Event  # noqa: E402
from atlas.kit.search import full_text  # noqa: E402
from initiatives.exchange.formats import FORMATS, stream  # noqa: E402
from initiatives.exchange.iati.importing import import_file  # noqa: E402
from initiatives.exchange.iati.reading import IatiFile  # noqa: E402
from initiatives.exchange.package import dump, load  # noqa: E402
from initiatives.models import Initiative  # noqa: E402
from tests.benchmarks import api, searchers  # noqa: E402
from tests.benchmarks.generate import PLACES, WORDS  # noqa: E402

REQUESTS = 40
ASKED = 10  # records whose twins are looked for
SCHEMA = (
    Path(__file__)
    .resolve()
    .parents[3]
    .joinpath("shared/standards/iati/schemas/2.03/iati-activities-schema.xsd")
)


def work_load(folder: str) -> dict:
    """Load a package; events counts the history rows that it left."""
    before = events()
    began = time.perf_counter()
    counts = load(Path(folder)).counts
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "events": events() - before, **counts}


def work_dump(folder: str) -> dict:
    began = time.perf_counter()
    dump(Path(folder), everything=True)
    return {"seconds": time.perf_counter() - began}


def work_iati(file: str) -> dict:
    """Import an IATI file."""
    began = time.perf_counter()
    report = import_file(IatiFile(Path(file).name, Path(file)))
    return {"seconds": time.perf_counter() - began, "new": report.outcomes["new"]}


def work_iati_peer(file: str) -> dict:
    """Parse the same file, and check it against the schema where that lies beside the project."""
    began = time.perf_counter()
    tree = etree.parse(file)
    parsed = time.perf_counter() - began
    if SCHEMA.exists():
        schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
        began = time.perf_counter()
        schema.validate(tree)
        parsed += time.perf_counter() - began
    return {"seconds": parsed, "validated": SCHEMA.exists()}


def work_export(name: str) -> dict:
    """All public initiatives in one format, written as for a download."""
    began, size = time.perf_counter(), 0
    records = Initiative.objects.published().order_by("sort_key", "slug")
    noun = "graph" if FORMATS[name].nouns == ("graph",) else "initiatives"
    about = {"noun": noun, "querysets": (records,), "site": "https://atlas.example"}
    with open("/dev/null", "wb") as out:
        for piece in stream(FORMATS[name], **about):
            size += out.write(piece)
    return {"seconds": time.perf_counter() - began, "bytes": size}


def work_api(_folder: str) -> dict:
    """Lists, pages far behind, and everything as NDJSON, each with its peer."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        return api.measure()


def work_twins(_folder: str) -> dict:
    """Milliseconds to find and weigh the likely twins of one initiative."""
    records = list(Initiative.objects.order_by("slug")[:ASKED])
    began = time.perf_counter()
    for record in records:
        twins.of(record)
    return {"milliseconds": (time.perf_counter() - began) / len(records) * 1000}


def work_pages(_folder: str) -> dict:
    """Milliseconds a request, in this process: all of Django but no socket."""
    slug = Initiative.objects.order_by("slug").values_list("slug", flat=True)[0]
    addresses = {
        "empty view": "/healthz",
        "list page": "/initiatives/",
        "record page": f"/initiatives/{slug}/",
        "API list": "/api/v1/initiatives/",
        "search page, rare word": "/search/?q=initiative-77",
        "search page, two words": "/search/?q=pacific+judicial",
        "search page, Japanese": "/search/?q=%E7%B5%B1%E5%90%88%E5%9F%BA%E9%87%91",
        "search page, misspelt": "/search/?q=pacfic",
        "suggestions": "/search/suggest/?q=pacif",
        "API list, one word": "/api/v1/initiatives/?q=pacific",
    }
    client = Client(headers={"host": "localhost"})
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # hashed names need a start
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        return {name: milliseconds(client, address) for name, address in addresses.items()}


PICTURES = {
    "map": "/map/",
    "maps by theme": "/map/?by=theme",
    "timeline": "/timeline/",
    "by year": "/years/",
    "money by year": "/years/?of=money",
    "coverage": "/coverage/",
    "coverage of groups": "/coverage/?by=group",
    "network": "/network/",
    "funding": "/funding/",
}


def work_pictures(_folder: str) -> dict:
    """Of each picture: the whole page made anew, its statements alone, the page kept; in ms."""
    client = Client(headers={"host": "localhost"})
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    found = {}
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        for name, address in PICTURES.items():
            client.get(address)  # templates are read, statements planned
            caches["pictures"].clear()
            spent = []
            with connection.execute_wrapper(stopwatch(spent)):
                whole = once(client, address)
            found[name] = [whole, sum(spent) * 1000, once(client, address)]
    return found


def stopwatch(spent: list[float]):
    """Adds the seconds of each statement, without what Python makes of its rows."""

    def run(execute, statement, parameters, many, context):
        began = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    return run


def once(client: Client, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} answers {response.status_code}")
    return (time.perf_counter() - began) * 1000


def work_facets(folder: str) -> dict:
    """Lists with counts: nothing kept, after a write, kept; at the 95th percentile."""
    before = resident()
    began = time.perf_counter()
    shelf = facets.current().shelves["initiatives"]
    found = {"index built anew": (time.perf_counter() - began) * 1000}
    found["index"] = resident() - before
    queries = questions(shelf)
    (Path(folder) / "queries.json").write_text(json.dumps(queries))
    rows = Initiative.objects.published().values_list("pk", "slug", "title", "summary")
    searchers.export(Path(folder) / "peer.db", shelf, rows.iterator())
    client = Client(headers={"host": "localhost"})
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    forgetful = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    slug = Initiative.objects.order_by("slug").values_list("slug", flat=True)[0]
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        with override_settings(CACHES={**settings.CACHES, "pages": forgetful}):
            for name, given in queries.items():
                found[name] = percentile(client, [f"/initiatives/?{urlencode(q)}" for q in given])
            given = [urlencode(q) for q in queries["faceted page"]]
            found["counts alone"] = percentile(
                client, [f"/api/v1/initiatives/facets/?{q}" for q in given]
            )
            found["filtered list"] = percentile(
                client, [f"/api/v1/initiatives/?{q}&fields=slug" for q in given]
            )
            found["list, a write before each"] = percentile(
                client, [f"/initiatives/?{q}" for q in given], write
            )
            found["record, made"] = milliseconds(client, f"/initiatives/{slug}/")
        for name, path in (("list", "/initiatives/"), ("record", f"/initiatives/{slug}/")):
            found[f"{name}, kept"] = milliseconds(client, path)
        found["empty view"] = milliseconds(client, "/healthz")
    return found


def questions(shelf) -> dict[str, list[dict]]:
    """What is asked: two filters at a time, a word in few records, a word in many."""
    countries = [key for _n, key in shelf.ranking(shelf.kind.facets["country"])]
    kinds = ("project", "programme", "centre", "dialogue")
    pairs = [{}] + [
        {"kind": kind, "country": country} for kind in kinds for country in countries[:40:8]
    ]
    texts = [*WORDS, *(f"{place} {word}" for place in PLACES[:4] for word in WORDS[-3:])]
    words = {
        text: Initiative.objects.filter(search_vector=full_text(text)).count() for text in texts
    }
    total = len(shelf.everything)
    few = min(words, key=lambda text: abs(words[text] / total - 0.04))
    many = min(words, key=lambda word: abs(words[word] / total - 0.3))
    print(f"{few}: {words[few] / total:.1%}, {many}: {words[many] / total:.1%}", file=sys.stderr)
    return {
        "faceted page": pairs,
        "page, a word of few": [{"q": few}],
        "page, a word of many": [{"q": many}],
    }


def write() -> None:
    """One record changed and committed."""
    record = Initiative.objects.order_by("?").first()
    kind = "centre" if record.kind != "centre" else "dialogue"
    Initiative.objects.filter(pk=record.pk).update(kind=kind)


def percentile(client: Client, addresses: list[str], before=None, requests: int = 200) -> float:
    """Milliseconds at the 95th percentile, after one request of each."""
    times = []
    for address in dict.fromkeys(addresses):
        client.get(address)
    for number in range(requests if not before else 40):
        if before:
            before()
        address = addresses[number % len(addresses)]
        began = time.perf_counter()
        response = client.get(address)
        times.append(time.perf_counter() - began)
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}")
    return sorted(times)[-(-len(times) * 95 // 100) - 1] * 1000


def resident() -> float:
    """MB of memory that this process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1024 / 1024


def milliseconds(client: Client, address: str) -> float:
    """The mean of some requests, after one that fills the caches of the process."""
    for first in (True, False):
        began = time.perf_counter()
        for _ in range(1 if first else REQUESTS):
            response = client.get(address)
            if response.status_code != 200:
                raise SystemExit(f"{address} answers {response.status_code}")
    return (time.perf_counter() - began) / REQUESTS * 1000


def events() -> int:
    """All rows of all history tables."""
    models = [model for model in apps.get_models() if issubclass(model, Event)]
    return sum(model._default_manager.count() for model in models)


if __name__ == "__main__":
    done = globals()[f"work_{sys.argv[1]}"](sys.argv[2] if len(sys.argv) > 2 else "")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KB on Linux
    print(json.dumps({**done, "peak": peak}))
