"""Public pages kept for one data version: an answer that is out of date cannot be given.

The version is read before a page is made or taken, and it is changed by the transaction that
changes the data; so what is kept under a version was made from that version or a later one.  Kept
are whole answers for readers without a session, in the memory of the process.  ``KeptPages`` takes
and keeps them near the door, so that a page taken costs one query and little else; ``kept`` says
of which views.
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

LARGE = 300_000  # bytes; larger pages are kept with the pictures, of which there are fewer
LARGEST = 1_000_000  # bytes of a page that is kept
TOLD_APART = ("HX-Request", "HX-Target")  # by whatever an answer depends on, said or not


def kept(view):
    """Decorator of a view that only reads and shows everybody the same."""

    @wraps(view)
    def keeping(request, *args, **kwargs):
        if keepable(request):
            request.kept_state = state()
        return view(request, *args, **kwargs)

    return keeping


class KeptPages:
    """Middleware; what stands before it is done for kept pages too, what stands after is kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not keepable(request):
            return self.get_response(request)
        key = key_of(request)
        found = taken(request, key)
        if found is not None:
            return as_asked(request, found)
        response = self.get_response(request)
        if is_fit(request, response):
            keep(request, key, response)
        return response


def keepable(request) -> bool:
    """Nobody is signed in, and the connection sees what everybody sees."""
    return (
        request.method == "GET"
        and not request.path.startswith("/api/")  # keeps nothing, and tells of faults itself
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not connection.in_atomic_block
    )


def is_fit(request, response) -> bool:
    """A whole page that a view of ``kept`` made for everybody."""
    return (
        hasattr(request, "kept_state")
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and "'nonce-" not in response.get("Content-Security-Policy", "")
        and len(response.content) <= LARGEST
    )


def state() -> tuple:
    """What every page depends on: the data, and the day."""
    return DataVersion.current(), timezone.now().date()


def key_of(request) -> str:
    """The address asked for, and whatever else of the request any page depends on."""
    names_in = getattr(request, "names_in", "")
    parts = (database(), request.scheme, request.get_host(), names_in, request.get_full_path())
    return digest(*parts, *(request.headers.get(name, "") for name in TOLD_APART))


def varied(request, key: str, names: list[str]) -> str:
    """The key of one of the answers that an address has, by the headers they differ by."""
    return digest(key, *(request.headers.get(name, "") for name in names))


def digest(*parts) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def taken(request, key: str) -> HttpResponse | None:
    """The page as it is kept, if the data are as they were; asks for them only if it is."""
    names, found = caches["pages"].get(key), None
    if names is not None:
        place = varied(request, key, names)
        found = caches["pages"].get(place) or caches["pictures"].get(place)
    if found is None or found[0] != state():
        return None
    _state, content, headers = found
    return HttpResponse(content, headers=headers)


def keep(request, key: str, response) -> None:
    said = response.get("Vary", "").split(",")
    names = sorted({name.strip().title() for name in said} - {"", "Cookie"})
    headers = dict(response.headers)
    caches["pages"].set(key, names)
    store = caches["pages" if len(response.content) <= LARGE else "pictures"]
    store.set(varied(request, key, names), (request.kept_state, response.content, headers))


def as_asked(request, response) -> HttpResponse:
    """The page, or 304 where the reader holds this very one."""
    changed = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    return get_conditional_response(request, response.headers.get("ETag"), changed, response)
