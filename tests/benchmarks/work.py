"""One measured piece of work in a process of its own; prints a line of JSON.

python -m tests.benchmarks.work KIND [FOLDER, FILE or format ...]: the functions work_KIND below.
"""

import json
import resource
import sys
import time
from pathlib import Path

import django
from lxml import etree

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from atlas.kit import twins  # noqa: E402
from atlas.kit.models import Event  # noqa: E402
from initiatives.exchange.formats import FORMATS, stream  # noqa: E402
from initiatives.exchange.iati.importing import import_file  # noqa: E402
from initiatives.exchange.iati.reading import IatiFile  # noqa: E402
from initiatives.exchange.package import dump, load  # noqa: E402
from initiatives.models import Initiative  # noqa: E402
from tests.benchmarks import api, pictures  # noqa: E402
from tests.benchmarks.lists import lists_timed  # noqa: E402

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


def work_pictures(_folder: str) -> dict:
    """Of each picture: the whole page made anew, its bare SQL, the page kept; in ms."""
    return pictures.measured()


def work_desk(_folder: str) -> dict:
    """Milliseconds of the desk's pages, as somebody who may do everything."""
    editor = get_user_model().objects.create_superuser("desk-of-the-bench")
    addresses = {
        "list": "/admin/initiatives/initiative/",
        "new record": "/admin/initiatives/initiative/add/",
    }
    record = Initiative.objects.order_by("slug").values_list("pk", flat=True)[0]
    addresses["record"] = f"{addresses['list']}{record}/change/"
    addresses["cite"] = f"{addresses['list']}{record}/cite/"
    addresses["alike"] = f"{addresses['list']}alike/?q=Pacific+judicial+training"
    client = Client(headers={"host": "localhost"})
    client.force_login(editor)
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(STORAGES={"staticfiles": {"BACKEND": plain}}):
        return {name: milliseconds(client, address) for name, address in addresses.items()}


def work_facets(folder: str, requests: str) -> dict:
    """Lists with counts, records and kept pages; see ``lists``."""
    return lists_timed(Path(folder), int(requests))


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
    done = globals()[f"work_{sys.argv[1]}"](*(sys.argv[2:] or [""]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KB on Linux
    print(json.dumps({**done, "peak": peak}))
