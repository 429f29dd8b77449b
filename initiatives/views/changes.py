"""Public changes: the page of all of them, and feeds of them and of any search."""

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from atlas.kit.changes.entries import entries
from atlas.kit.changes.feed import LENGTH, by_data_version, feed
from atlas.kit.facts import REGISTRY
from atlas.kit.models import PublicChange
from atlas.kit.pages import reads
from initiatives.filters import InitiativeFilterSet

ALSO = ("page", "ordering")  # of the list, without meaning in a feed


def noun_of(request) -> tuple[str, str]:
    """(noun chosen or empty, what is wrong with the choice)."""
    wanted = request.GET.get("noun", "")
    if wanted in ("", *REGISTRY):
        return wanted, ""
    allowed = ", ".join(REGISTRY)
    words = {"word": wanted[:60], "allowed": allowed}
    return "", _("noun: “%(word)s” is not a kind of record. Allowed: %(allowed)s.") % words


@reads("noun", "page")
def changes(request):
    """What changed in published records, newest first."""
    noun, problem = noun_of(request)
    found = PublicChange.objects.shown().of_noun(noun)
    paginator = Paginator(found.none() if problem else found, settings.ATLAS_CHANGES_PAGE)
    status = 400 if problem else 200
    try:
        page = paginator.page(request.GET.get("page") or 1)
    except InvalidPage:
        status, page = 404, paginator.page(1)
        words = {"word": request.GET["page"][:20], "last": paginator.num_pages}
        problem = _("page: “%(word)s” is not a page of this list; the last is %(last)d.") % words
    context = {
        "noun": noun,
        "nouns": [(n, e.model._meta.verbose_name_plural) for n, e in REGISTRY.items()],
        "problem": problem,
        "page": page,
        "entries": [] if problem else entries(page),
    }
    return render(request, "changes.html", context, status=status)


@by_data_version
def changes_feed(request):
    """The same as Atom."""
    noun, problem = noun_of(request)
    if problem:
        return refused(problem)
    found = PublicChange.objects.shown().of_noun(noun)[:LENGTH]
    return feed(
        request,
        title=_("Changes in the Cyber Capacity Atlas"),
        about=_("What changed in published records, newest first."),
        page=f"/changes/?noun={noun}" if noun else "/changes/",
        entries=entries(found),
    )


@by_data_version
def initiatives_feed(request):
    """Changes of the initiatives that a search finds, as Atom; parameters as on the list."""
    filterset = InitiativeFilterSet(request.GET, also=ALSO)
    if filterset.problems:
        return refused(" ".join(f"{p.parameter}: {p.reason}" for p in filterset.problems))
    found = PublicChange.objects.of_any("initiative", filterset.qs.order_by())[:LENGTH]
    chosen = "; ".join(f"{c.parameter}: {c.label}" for c in filterset.chosen)
    about = _("Changes of published initiatives, newest first.")
    ignored = ", ".join(filterset.unknown_parameters)
    if ignored:
        about += " " + _("Parameters not known here and ignored: %s.") % ignored
    query = request.GET.urlencode()
    return feed(
        request,
        title=_("Initiatives: %s") % chosen if chosen else _("Initiatives"),
        about=about,
        page=f"/initiatives/?{query}" if query else "/initiatives/",
        entries=entries(found),
    )


def refused(reason: str) -> HttpResponse:
    """A feed reader shows no form: the reason as plain text."""
    return HttpResponse(reason + "\n", status=400, content_type="text/plain; charset=utf-8")
