"""Compression: public text only, streams piece by piece, faults passed on."""

import random
import tracemalloc

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from atlas.kit.compression import TextCompression

EVERY = {"accept-encoding": "gzip, br, zstd"}
WORDS = [f"word{n} " * 9 for n in range(997)]


def packed(response, accepted: str = "zstd"):
    request = RequestFactory(headers={"accept-encoding": accepted}).get("/")
    return TextCompression(lambda _request: response)(request)


@pytest.mark.django_db
def test_pages_are_compressed_but_not_those_with_a_token(client):
    public = client.get("/initiatives/jaif/", headers=EVERY)
    assert public["Content-Encoding"] == "zstd" and "Accept-Encoding" in public["Vary"]
    for path in ("/suggest/?initiative=jaif", "/admin/login/"):
        personal = client.get(path, headers=EVERY)
        assert personal.status_code == 200 and b"csrfmiddlewaretoken" in personal.content
        assert "Content-Encoding" not in personal, path


@pytest.mark.parametrize(
    "headers, compressed",
    [
        ({"Content-Type": "text/csv; charset=utf-8"}, True),
        ({"Content-Type": "application/problem+json"}, True),
        ({"Content-Type": "application/x-ftm+ndjson"}, True),
        ({"Content-Type": "application/gexf+xml"}, True),
        ({"Content-Type": "image/svg+xml"}, True),
        ({"Content-Type": "application/zip"}, False),
        ({"Content-Type": "image/png"}, False),
        ({"Content-Type": "text/html", "Cache-Control": "max-age=0, private"}, False),
        ({"Content-Type": "text/html", "Vary": "Cookie"}, False),
        ({"Content-Type": "text/html", "Content-Encoding": "gzip"}, False),
    ],
)
def test_what_is_compressed(headers, compressed):
    response = packed(HttpResponse("much the same " * 200, headers=headers))
    assert (response.get("Content-Encoding") == "zstd") == compressed


@pytest.mark.parametrize("accepted, encoding", [("br, zstd", "zstd"), ("br, gzip", "gzip")])
def test_a_stream_goes_on_as_it_comes_in_constant_memory(accepted, encoding):
    pulled = 0

    def pieces(count: int):
        nonlocal pulled
        choose = random.Random(5)
        for _n in range(count):
            pulled += 1
            yield "".join(choose.choices(WORDS, k=150)).encode()

    response = StreamingHttpResponse(pieces(600), content_type="text/csv")
    tracemalloc.start()
    sent, early = 0, None
    response = packed(response, accepted)
    for part in response:
        sent += len(part)
        if len(part) > 20 and early is None:
            early = pulled
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response["Content-Encoding"] == encoding
    assert pulled == 600 and sent > 100_000
    assert early < 100, "the first bytes left while most was still to come"
    assert peak < 4_000_000


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_fault_in_the_middle_breaks_the_answer_off(encoding):
    def pieces():
        yield b"a" * 100_000
        raise RuntimeError("the database went away")

    response = packed(StreamingHttpResponse(pieces(), content_type="text/csv"), encoding)
    with pytest.raises(RuntimeError, match="went away"):
        list(response)
