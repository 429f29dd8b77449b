"""HTTP as scripts meet it: real requests to gunicorn with two workers on a loopback port."""

import gzip
import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import brotli
import psycopg2
import pytest
import requests
import zstandard

from tests.conftest import clone, drop_database, url_for
from tests.serving import serving

pytestmark = pytest.mark.xdist_group("http")

API = "/api/v1"
MOST = 40  # requests a minute of one address, in this file


@pytest.fixture(scope="module")
def database(template_database):
    name = clone(template_database)
    yield name
    drop_database(name)


@pytest.fixture(scope="module")
def url(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("http")
    with serving(
        url_for(database),
        folder / "gunicorn.log",
        ATLAS_READS_A_MINUTE=str(MOST),
        ATLAS_DATA=str(folder),
        BEHIND_PROXY="1",  # so that a test chooses its address
    ) as address:
        yield address


@pytest.fixture
def ask(url, request):
    """Send one request from an address of this test's own; nothing is followed or unpacked."""
    visitor = f"10.0.0.{abs(hash(request.node.name)) % 250 + 1}, 10.9.{id(request) % 250}.7"

    def send(path: str, method: str = "GET", **headers):
        given = {"X-Forwarded-For": visitor, "Accept-Encoding": "identity"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(
            method, f"{url}{path}", headers=given, allow_redirects=False, timeout=20
        )

    return send


READABLE = (
    f"{API}/",
    f"{API}/initiatives/",
    f"{API}/initiatives/ajccbc/",
    f"{API}/initiatives/facets/",
    f"{API}/initiatives/?format=csv",
    f"{API}/initiatives/?format=xlsx",
    f"{API}/countries/TH/",
    f"{API}/graph/",
    f"{API}/insights/map/",
    f"{API}/schema/",
)


@pytest.mark.parametrize("path", READABLE)
def test_every_answer_says_what_scripts_and_caches_need(ask, path):
    got = ask(path)
    assert got.status_code == 200
    assert {"Accept", "Accept-Encoding"} == {w.strip() for w in got.headers["Vary"].split(",")}
    assert got.headers["Cache-Control"] == "no-cache"  # kept, but never used unasked
    assert got.headers["ETag"] and got.headers["Last-Modified"]
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in got.headers
    assert {"ETag", "Link", "RateLimit"} <= set(
        got.headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert f'<{API}/schema/>; rel="describedby service-desc"' in got.headers["Link"]
    assert "Set-Cookie" not in got.headers
    head = ask(path, "HEAD")
    assert head.status_code == 200 and head.content == b""
    differ = {"RateLimit", "Date", "Transfer-Encoding", "Content-Length", "Connection"}
    assert {n: v for n, v in head.headers.items() if n not in differ} == {
        n: v for n, v in got.headers.items() if n not in differ
    }
    options = ask(path, "OPTIONS")
    assert options.status_code == 204 and options.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", READABLE)
def test_who_holds_the_present_answer_gets_304(ask, path):
    held = ask(path).headers
    for condition in (
        {"If_None_Match": held["ETag"]},
        {"If_None_Match": f'"other", W/{held["ETag"]}'},
        {"If_Modified_Since": held["Last-Modified"]},
    ):
        again = ask(path, **condition)
        assert again.status_code == 304 and again.content == b""
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
            assert again.headers[name] == held[name], name
        assert ask(path, "HEAD", **condition).status_code == 304
    assert ask(path, If_None_Match='"other"', If_Modified_Since=held["Last-Modified"]).ok
    assert ask(path, If_None_Match=held["ETag"], Accept="application/json;q=0.3").status_code == 200


def test_a_change_of_the_data_makes_every_held_answer_old(ask, database):
    held = ask(f"{API}/publishers/nikkei/")
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE sources_publisher SET name = 'Nikkei Inc.' WHERE slug = 'nikkei'")
    connection.close()
    etag, moment = held.headers["ETag"], held.headers["Last-Modified"]
    now = ask(f"{API}/publishers/nikkei/", If_None_Match=etag)
    assert now.status_code == 200 and now.json()["name"] == "Nikkei Inc."
    assert now.headers["ETag"] != etag
    # the second in which it changed may see another change
    assert "Last-Modified" not in now.headers
    assert ask(f"{API}/publishers/nikkei/", If_Modified_Since=moment).status_code == 200


@pytest.mark.parametrize(
    "path, type_",
    [
        (f"{API}/initiatives/", "application/json"),
        (f"{API}/initiatives/?format=ndjson", "application/x-ndjson"),
        (f"{API}/initiatives/?format=csv", "text/csv; charset=utf-8"),
        ("/initiatives/", "text/html; charset=utf-8"),
    ],
)
def test_text_is_compressed_as_the_client_can_read_it(ask, path, type_):
    plain = ask(path)
    assert plain.headers["Content-Type"] == type_
    assert "Content-Encoding" not in plain.headers
    readers = {
        "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
        "br": brotli.decompress,
        "gzip": gzip.decompress,
    }
    for accepted, chosen in (
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("deflate", None),
    ):
        raw = raw_get(ask, path, accepted)
        assert raw.headers.get("Content-Encoding") == chosen, accepted
        assert "Accept-Encoding" in raw.headers["Vary"]
        if chosen:
            assert len(raw.body) < len(plain.content) * 0.7
        body = readers[chosen](raw.body) if chosen else raw.body
        assert body == plain.content


class Raw:
    def __init__(self, response):
        self.headers, self.body = response.headers, response.read()


def raw_get(ask, path: str, encoding: str, **headers) -> Raw:
    """What stands on the wire, unpacked by nobody."""
    address = urlsplit(ask.__closure__[0].cell_contents if False else URL[0])
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    given = {"Accept-Encoding": encoding, "X-Forwarded-For": f"10.7.0.{len(path) % 250}"}
    connection.request("GET", path, headers=given | headers)
    try:
        return Raw(connection.getresponse())
    finally:
        connection.close()
