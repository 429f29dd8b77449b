"""The public history of one record, and each version of it at an address that stays."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render

from actors.models import Actor
from atlas.kit.changes.entries import entries
from atlas.kit.changes.past import past
from atlas.kit.models import PublicChange
from atlas.kit.pages import find_record, reads
from initiatives.models import Initiative

RECORDS = {"initiative": Initiative, "actor": Actor}
LISTS = {"initiative": "/initiatives/", "actor": "/actors/"}


def found(request, noun: str, slug: str, rest: str):
    """The public record, or the answer for one that moved (to the same ``rest``) or is gone."""
    record = find_record(request, noun, RECORDS[noun].objects.with_digest(), slug)
    if isinstance(record, HttpResponsePermanentRedirect):
        return HttpResponsePermanentRedirect(record.url + rest)
    return record


@reads("page")
def history(request, noun: str, slug: str):
    """Every version the public has seen, newest first, with what changed."""
    record = found(request, noun, slug, "history/")
    if not isinstance(record, RECORDS[noun]):
        return record
    paginator = Paginator(PublicChange.objects.of(record).versions(), settings.ATLAS_CHANGES_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"record": record, "list": LISTS[noun], "page": page, "entries": entries(page)}
    return render(request, "history.html", context)


@reads()
def version(request, noun: str, slug: str, number: int):
    """The record as it was published as this version."""
    record = found(request, noun, slug, f"versions/{number}/")
    if not isinstance(record, RECORDS[noun]):
        return record
    change = PublicChange.objects.of(record).versions().numbered(number)
    if change is None:
        raise Http404
    context = {
        "record": record,
        "list": LISTS[noun],
        "change": change,
        "current": record.digest.version == number,
        "past": past(noun, record.pk, change.xid),
    }
    return render(request, "version.html", context)
