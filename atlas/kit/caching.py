"""Public pages kept for one data version: an answer that is out of date cannot be given.

The version is read before a page is made or taken, and it is changed by the transaction that
changes the data; so what is kept under a version was made from that version or a later one.  Kept
are whole pages for readers without a session, in the memory of the process.
"""

import hashlib
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from atlas.kit.facets.index import database
from atlas.kit.models import DataVersion

LARGEST = 300_000  # bytes of a page that is kept
HEADERS = ("Content-Type", "Vary", "Content-Language", "Link", "ETag", "Last-Modified")


def kept(view):
    """Decorator of a view that only reads and shows everybody the same."""

    @wraps(view)
    def keeping(request, *args, **kwargs):
        if not keepable(request):
            return view(request, *args, **kwargs)
        key = key_of(request)
        found = caches["pages"].get(key)
        if found is not None:
            content, headers = found
            return as_asked(request, HttpResponse(content, headers=headers))
        response = view(request, *args, **kwargs)
        personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        if response.status_code == 200 and not (response.streaming or personal):
            keep(key, response)
        return response

    return keeping


def as_asked(request, response) -> HttpResponse:
    """The page, or 304 where the reader holds this very one."""
    changed = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    return get_conditional_response(request, response.headers.get("ETag"), changed, response)


def keepable(request) -> bool:
    """Nobody is signed in, and the connection sees what everybody sees."""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not connection.in_atomic_block
    )


def key_of(request) -> str:
    """Everything that a public page depends on; the day is one of them."""
    parts = (
        database(),
        DataVersion.current(),
        timezone.now().date(),
        request.scheme,
        request.get_host(),
        getattr(request, "names_in", ""),
        request.headers.get("HX-Request", ""),
        request.headers.get("HX-Target", ""),
        request.get_full_path(),
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def keep(key: str, response) -> None:
    def store(done) -> None:
        if len(done.content) <= LARGEST:
            headers = {name: done[name] for name in HEADERS if done.has_header(name)}
            caches["pages"].set(key, (done.content, headers))

    if hasattr(response, "add_post_render_callback") and not response.is_rendered:
        response.add_post_render_callback(store)
    else:
        store(response)
