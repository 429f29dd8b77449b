"""What every page shares: the site context, addresses that moved, and the door of changes."""

from functools import wraps

import pghistory
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import include, reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from atlas.kit.caching import kept
from atlas.kit.checks import history_is_behind_the_server
from atlas.kit.choices import State
from atlas.kit.downloads import offered
from atlas.kit.models import DataVersion, Redirect


class DoorMiddleware:
    """Record changes made in a request as made by its user through its door."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        door = "api" if request.path.startswith("/api/") else "admin"
        user = getattr(request, "user", None)
        who = {"user": user.pk, "name": user.get_username()} if user and user.pk else {}
        with pghistory.context(door=door, **who):
            return self.get_response(request)


def site(request) -> dict:
    """Name, address and data version of every page; the version is read only where it is shown."""
    return {
        "site_name": settings.SPECTACULAR_SETTINGS["TITLE"],
        "section": request.path.split("/")[1],
        "canonical": request.build_absolute_uri(request.path),
        "data_version": SimpleLazyObject(DataVersion.now),
        "ignored": getattr(request, "ignored", ()),
    }


# ------------------------------------------------------------------ records by their address


def find_record(request, noun: str, records, slug: str):
    """The public record, or the answer for one that moved (301), was withdrawn (410) or is asked
    for as a file (``as_file``).

    Raises Http404 for a draft and for what never existed: nobody may learn which of the two.
    """
    record = records.filter(slug=slug).first()
    if record is None:
        return _moved(noun, records, slug)
    state = getattr(record, "state", State.PUBLISHED)  # sources are always public
    if state == State.WITHDRAWN:
        return render(request, "410.html", {"noun": noun}, status=410)
    if state != State.PUBLISHED:
        raise Http404
    return as_file(request, noun, slug) or record


def as_file(request, noun: str, key: str) -> HttpResponse | None:
    """The way to the record as a file, which the API makes (302), or the formats that there are
    (406); None where the page itself is asked for."""
    page, wanted = reverse(noun, args=[key]), [n for n in request.GET.getlist("format") if n]
    if not wanted or request.path != page:
        return None
    formats = [("json", "JSON")]
    formats += [(one.name, one.label) for one in offered(page.split("/")[1], one=True)]
    if wanted[-1] in dict(formats):
        return HttpResponseRedirect(f"/api/v1{page}?{request.GET.urlencode()}")
    context = {"wanted": wanted[-1][:100], "formats": dict(formats), "page": page}
    return render(request, "406.html", context, status=406)


def _moved(noun: str, records, slug: str) -> HttpResponse:
    """A permanent redirect to the slug the record goes by now."""
    now = Redirect.objects.filter(kind=noun, old_slug=slug).values_list("slug", flat=True).first()
    known = records.filter(slug=now).values_list("slug", flat=True)
    if now is None or not known.exists():
        return _lowered(noun, records, slug)
    return HttpResponsePermanentRedirect(reverse(noun, args=[now]))


def _lowered(noun: str, records, slug: str) -> HttpResponse:
    """A permanent redirect to the slug in lower case, where that is known to the public."""
    lower = slug.lower()
    found = records.filter(slug=lower)
    public = [State.PUBLISHED, State.WITHDRAWN]
    if noun != "source":  # sources are always public
        found = found.filter(state__in=public)
    if lower == slug or not found.exists():
        raise Http404
    return HttpResponsePermanentRedirect(reverse(noun, args=[lower]))


# ------------------------------------------------------------------ methods, errors and probes


def reads(*names: str):
    """Decorator of a view that reads these parameters alone; its page names all others and says
    that they were ignored (``base.html``)."""

    def wrap(view):
        @wraps(view)
        def reading(request, *args, **kwargs):
            request.ignored = [name for name in request.GET if name not in names]
            return view(request, *args, **kwargs)

        return reading

    return wrap


def reading(urls: str):
    """Include addresses that are only read: another method is not allowed (405).

    What they answer is kept until the data change; see ``atlas.kit.caching``.
    """
    module, *names = include(urls)
    for pattern in module.urlpatterns:
        pattern.callback = csrf_exempt(require_safe(kept(pattern.callback)))
    return (module, *names)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """Without context processors and without the database: both may be what failed."""
    return render(
        None, "500.html", {"site_name": settings.SPECTACULAR_SETTINGS["TITLE"]}, status=500
    )


def robots(request):
    """Every robot may read everything."""
    return HttpResponse("User-agent: *\nDisallow:\n", content_type="text/plain")


def favicon(request):
    """The mark, for whoever asks at the address of old without a page to name ours."""
    return HttpResponsePermanentRedirect(static("atlas/favicon.svg"))


def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    """The database answers, every migration is applied, and what is written now comes last."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("database does not answer", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("migrations are waiting", status=503, content_type="text/plain")
    if history_is_behind_the_server(databases=[connection.alias]):
        return HttpResponse("history ahead of server", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
