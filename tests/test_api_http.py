"""HTTP as scripts meet it: real requests to gunicorn with two workers on a loopback port."""

import gzip
import itertools
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import brotli
import psycopg2
import pytest
import zstandard

from tests.conftest import clone, drop_database, url_for
from tests.serving import asking, held, serving

pytestmark = pytest.mark.xdist_group("http")

API = "/api/v1"
MOST = 60  # requests a minute of one address, in this file
VISITORS = (f"10.0.{n // 250}.{n % 250 + 1}" for n in itertools.count())


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
def ask(url):
    return asking(url, next(VISITORS))


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
    assert head.status_code == 200 and head.wire == b""
    differ = {"RateLimit", "Date", "Transfer-Encoding", "Content-Length", "Connection"}
    assert {n: v for n, v in head.headers.items() if n not in differ} == {
        n: v for n, v in got.headers.items() if n not in differ
    }
    options = ask(path, "OPTIONS")
    assert options.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", READABLE)
def test_who_holds_the_present_answer_gets_304(ask, path):
    held = ask(path).headers
    for condition in (
        {"If_None_Match": held["ETag"]},
        {"If_None_Match": f'"other", W/{held["ETag"]}'},
        {"If_Modified_Since": held["Last-Modified"]},
    ):
        again = ask(path, **condition)
        assert again.status_code == 304 and again.wire == b""
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
            assert again.headers[name] == held[name], name
        assert ask(path, "HEAD", **condition).status_code == 304
    assert ask(path, If_None_Match='"other"', If_Modified_Since=held["Last-Modified"]).ok
    assert ask(path, If_None_Match=held["ETag"], Accept="application/json;q=0.3").status_code == 200


def test_a_change_of_the_data_makes_every_held_answer_old(ask, database):
    held = ask(f"{API}/publishers/iso/")
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE sources_publisher SET name = 'ISO, Geneva' WHERE slug = 'iso'")
    connection.close()
    etag, moment = held.headers["ETag"], held.headers["Last-Modified"]
    now = ask(f"{API}/publishers/iso/", If_None_Match=etag)
    assert now.status_code == 200 and json.loads(now.wire)["name"] == "ISO, Geneva"
    assert now.headers["ETag"] != etag
    # the second in which it changed may see another change
    assert "Last-Modified" not in now.headers
    assert ask(f"{API}/publishers/iso/", If_Modified_Since=moment).status_code == 200


@pytest.mark.parametrize(
    "path, type_",
    [
        (f"{API}/initiatives/", "application/json"),
        (f"{API}/initiatives/?format=ndjson", "application/x-ndjson"),  # a stream
        ("/data/catalog.ttl", "text/turtle; charset=utf-8"),
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
        ("gzip, deflate, br", "gzip" if "format" in path else "br"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("deflate", None),
    ):
        packed = ask(path, Accept_Encoding=accepted)
        assert packed.headers.get("Content-Encoding") == chosen, accepted
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert (readers[chosen](packed.wire) if chosen else packed.wire) == plain.wire
        assert not chosen or len(packed.wire) < len(plain.wire) * 0.7


def test_what_is_packed_or_tiny_is_not_compressed(ask):
    every = "gzip, deflate, br, zstd"
    for path in (
        f"{API}/initiatives/?format=xlsx",
        "/data/atlas.zip",
        f"{API}/nothing/",  # a few hundred bytes
    ):
        assert "Content-Encoding" not in ask(path, Accept_Encoding=every).headers, path


# accepted media types, and what is given: the first that the client likes best
ACCEPTED = (
    (None, "application/json"),
    ("*/*", "application/json"),
    ("text/csv", "text/csv; charset=utf-8"),
    ("text/csv;q=0.5, application/json", "application/json"),
    ("text/csv, application/json;q=0.9", "text/csv; charset=utf-8"),
    ("application/json;q=0, text/*;q=0.1", "text/csv; charset=utf-8"),
    ("application/json;q=0, application/x-ndjson;q=0.2, */*;q=0.1", "application/x-ndjson"),
    ("text/*;q=0, */*", "application/json"),
    ("application/x-ndjson, */*;q=0.8", "application/x-ndjson"),
    ("application/json; charset=utf-8", "application/json"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
    ("text/csv, text/html;q=0.1", "text/csv; charset=utf-8"),
    ("image/png", 406),
    ("application/json;q=0", 406),
    ("*/*;q=0", 406),
)


@pytest.mark.parametrize("accept, given", ACCEPTED)
def test_accept_chooses_with_its_weights(ask, accept, given):
    answer = ask(f"{API}/sources/", Accept=accept)
    if given == 406:
        assert answer.status_code == 406
        [error] = json.loads(answer.wire)["errors"]
        assert error["parameter"] == "Accept" and "text/csv" in error["allowed"]
    else:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, given)


def test_format_in_the_address_outweighs_accept(ask):
    answer = ask(f"{API}/sources/?format=csv", Accept="application/json")
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_links_lead_to_pages_and_to_the_same_in_other_formats(ask, url):
    first = ask(f"{API}/initiatives/?kind=centre&page_size=1&fields=slug")
    assert set(first.links) == {"next", "describedby service-desc", "service-doc", "license"} | {
        "alternate"
    }
    body = json.loads(first.wire)
    assert first.links["next"]["url"] == body["next"]
    second = ask(first.links["next"]["url"].removeprefix(url))
    assert second.links["prev"]["url"] == json.loads(second.wire)["previous"]
    parts = first.headers["Link"].split(", ")
    assert '<?kind=centre&format=csv>; rel="alternate"; type="text/csv"' in parts
    assert "alternate" not in ask(f"{API}/initiatives/?{'country__not=TH&' * 20}").links


STATUSES = (
    ("GET", "/initiatives/?colour=red", 400, "colour"),
    ("GET", "/initiatives/?kind=x", 400, "kind"),
    ("GET", "/initiatives/none-such/", 404, None),
    ("GET", "/nothing/", 404, None),
    ("OPTIONS", "/nothing/", 404, None),
    ("POST", "/initiatives/", 401, None),
    ("DELETE", "/initiatives/ajccbc/", 401, None),
    ("POST", "/themes/", 405, None),
    ("BREW", "/themes/", 405, None),
    ("GET", "/initiatives/?format=docx", 406, "format"),
    ("GET", f"/initiatives/?q={'x' * 9000}", 414, None),
)


@pytest.mark.parametrize("method, path, status, parameter", STATUSES)
def test_errors_are_problems_that_name_what_is_wrong(ask, method, path, status, parameter):
    answer = ask(f"{API}{path}", method)
    assert answer.status_code == status
    if status == 414:  # the server itself reads no such line
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in answer.headers
    body = json.loads(answer.wire)
    assert body["status"] == status and body["instance"] == f"{API}{path}".split("?")[0]
    assert [error["parameter"] for error in body.get("errors", [])] == [parameter] * bool(parameter)
    assert answer.headers.get("Allow") == "GET, HEAD, OPTIONS" or status != 405


def test_a_foreign_host_is_refused_as_a_problem(ask):
    answer = ask(f"{API}/initiatives/", Host="example.org")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_other_sites_may_read_and_nothing_else(ask):
    asks = {"Origin": "https://example.org", "Access_Control_Request_Method": "GET"}
    allowed = ask(f"{API}/initiatives/", "OPTIONS", **asks)
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in allowed.headers["Access-Control-Allow-Headers"]
    assert ask("/data/atlas.zip", "HEAD").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in ask("/robots.txt").headers


def test_one_address_may_ask_so_often_counted_by_all_workers(ask):
    while time.time() % 60 > 50:  # all within one minute
        time.sleep(0.5)
    first = ask(f"{API}/themes/")
    assert first.headers["RateLimit-Policy"] == f'"address";q={MOST};w=60'
    assert f"r={MOST - 1};" in first.headers["RateLimit"]
    with ThreadPoolExecutor(8) as pool:
        rest = list(pool.map(lambda _n: ask(f"{API}/themes/").status_code, range(MOST + 5)))
    assert rest.count(200) == MOST - 1 and rest.count(429) == 6
    refused = ask(f"{API}/themes/")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "r=0;" in refused.headers["RateLimit"]
    assert str(MOST) in json.loads(refused.wire)["detail"]
    # what costs us one query is not counted, nor refused
    assert ask(f"{API}/themes/", If_None_Match=first.headers["ETag"]).status_code == 304
    other = ask(f"{API}/themes/", X_Forwarded_For="10.200.0.1")
    assert other.status_code == 200


def test_a_reader_who_leaves_a_stream_ends_it(url, database):
    """Slow readers hold a snapshot; it goes with them."""
    address = urlsplit(url)
    with psycopg2.connect(url_for(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources_source (slug, title, publisher_id, author, url, archived_url,"
            " published, language, kind, derived_note, note)"
            " SELECT 'copy-' || n, repeat('word ', 90), (SELECT min(id) FROM sources_publisher),"
            " '', '', '', '', 'en', 'other', '', '' FROM generate_series(1, 8000) n"
        )
    connection.close()
    with socket.create_connection((address.hostname, address.port)) as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.sendall(b"GET /api/v1/sources/?format=ndjson HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in reader.recv(1000)
        assert held(database) == 1
    end = time.monotonic() + 10
    while held(database) and time.monotonic() < end:
        time.sleep(0.1)
    assert held(database) == 0
