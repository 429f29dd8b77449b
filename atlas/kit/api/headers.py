"""What every answer of the API says about itself: for other sites, for caches, in errors.

A reader who holds the present answer gets 304 from the data version alone, by one query.
"""

import hashlib
import time
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from atlas.kit import versions
from atlas.kit.api.problems import MEDIA_TYPE, plain_problem

API, OPEN = "/api/", ("/api/", "/data/", "/llms.txt")
ASKS_IF = ("If-None-Match", "If-Modified-Since")
SETTLED = timedelta(seconds=10)  # Last-Modified counts seconds: two changes may share one
ANY_SITE = {"Access-Control-Allow-Origin": "*"}
TOLD = {
    "Access-Control-Expose-Headers": "Allow, Content-Disposition, ETag, Link, Location, "
    "RateLimit, RateLimit-Policy, Retry-After"
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class ApiMiddleware:
    """Reads are open to every site, conditional, and every error of the API is a problem."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(OPEN):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204, headers=ANY_SITE | PREFLIGHT)
        answer = self.of_api if request.path.startswith(API) else self.get_response
        response = answer(request)
        for name, value in (ANY_SITE | TOLD).items():
            response[name] = value
        return response

    def of_api(self, request) -> HttpResponse:
        response = self.read(request) if request.method in ("GET", "HEAD") else None
        response = response or self.get_response(request)
        response = as_problem(request, response)
        patch_vary_headers(response, ("Accept", "Accept-Encoding"))
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    def read(self, request) -> HttpResponse:
        """The answer with ETag and Last-Modified, or 304 where the reader holds it."""
        try:
            state = versions.read()
        except OperationalError:
            return plain_problem(request, 503, "The database does not answer.", {"Retry-After": 30})
        etag, changed = validators(request, state)
        asks = any(name in request.headers for name in ASKS_IF)
        if asks and "Authorization" not in request.headers:
            held = get_conditional_response(request, etag, changed)
            if held is not None and request.headers.get("If-None-Match", "").strip() != "*":
                return marked(held, etag, changed)
        with versions.remembered(state):
            response = self.get_response(request)
        own = response.status_code != 200 or "private" in response.get("Cache-Control", "")
        return response if own else marked(response, etag, changed)


def validators(request, state: versions.DataState) -> tuple[str, int | None]:
    """ETag and Last-Modified of whatever this request is answered with.

    The ETag begins with the data version.  Answers depend on the day, too, and on the code that
    makes them.  Last-Modified is None while the second of the last change may see another.
    """
    code, deployed = code_state()
    address = (request.scheme, request.headers.get("Host"), request.get_full_path())
    about = (state.now.date(), code, *address, request.headers.get("Accept"))
    digest = hashlib.sha256("\n".join(map(str, about)).encode()).hexdigest()[:16]
    midnight = datetime.combine(state.now.date(), datetime.min.time(), state.now.tzinfo)
    changed = max(state.changed_at, midnight)
    settled = state.now - changed > SETTLED and time.time() - deployed > SETTLED.seconds
    last = max(int(changed.timestamp()), deployed) if settled else None
    return f'"{state.version}.{digest}"', last


@cache
def code_state() -> tuple[str, int]:
    """A digest of our modules, and when the youngest of them was written (seconds)."""
    digest, youngest = hashlib.sha256(), 0
    for name in ("atlas", "sources", "actors", "initiatives"):
        for file in sorted((settings.BASE_DIR / name).rglob("*.py")):
            digest.update(file.read_bytes())
            youngest = max(youngest, int(file.stat().st_mtime))
    return digest.hexdigest()[:12], youngest


def marked(response, etag: str, changed: int | None) -> HttpResponse:
    response["ETag"] = etag
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    return response


def as_problem(request, response) -> HttpResponse:
    """Errors made outside our views (a wrong host, a fault in a middleware) in the one shape."""
    if response.status_code < 400 or response.get("Content-Type") == MEDIA_TYPE:
        return response
    return plain_problem(request, response.status_code, "The request cannot be answered.")
