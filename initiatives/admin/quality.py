"""The quality lists: what falls short, how often, each thing one click from where it is mended."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.kit import gate
from atlas.kit.choices import State
from initiatives.insights import quality
from initiatives.insights.measures import BY_NAME, MEASURES
from sources.actions import follow
from sources.models import Source

PAGE = 100
STATES = (State.PUBLISHED, State.IN_REVIEW, State.DRAFT)
MEND = {  # where a record of a list is mended as a whole
    "orphan": gettext_lazy("Say what it takes part in, merge or delete it"),
    "doubled": gettext_lazy("Merge it into the other"),
    "unarchived": "id_archived_url",
    "dead": "id_url",
    "moved": "id_url",
}


def page_of_admin(view):
    """Decorator: for whoever may look at initiatives in the admin."""

    def seen(request, *args, **kwargs):
        if not request.user.has_perm("initiatives.view_initiative"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(seen)


def _nouns() -> dict[str, str]:
    return {
        noun: capfirst(str(model._meta.verbose_name_plural))
        for noun, model in quality.MODELS.items()
    }


@page_of_admin
def overview(request):
    """Every list with its counts."""
    counts, nouns = quality.counts(), _nouns()
    rows = [
        {
            "measure": measure,
            "cells": [
                {
                    "noun": noun,
                    "label": nouns[noun],
                    "offered": noun in measure.nouns,
                    "number": sum(counts.get((measure.name, noun), {}).values()),
                    "public": counts.get((measure.name, noun), {}).get(State.PUBLISHED, 0),
                    "known": noun != "source",
                    "page": _twins(measure.name, noun),
                }
                for noun in nouns
            ],
        }
        for measure in MEASURES
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Quality"),
        "rows": rows,
        "nouns": nouns.values(),
    }
    return TemplateResponse(request, "admin/quality.html", context)


def _twins(name: str, noun: str) -> str:
    """Likely twins of records are weighed on a page of their own."""
    if name != "doubled" or noun == "source":
        return ""
    opts = quality.MODELS[noun]._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_twins")


@page_of_admin
def listed(request, name: str, noun: str):
    """One list, the heaviest first; what moved can be followed from here."""
    measure = BY_NAME.get(name)
    if measure is None or noun not in measure.nouns:
        raise Http404
    if request.method == "POST":
        return _follow(request)
    state = request.GET.get("state", "")
    state = state if state in STATES and noun != "source" else ""
    counts = quality.counts()[name, noun]
    number = counts.get(state, 0) if state else sum(counts.values())
    page = Paginator(range(number), PAGE).get_page(request.GET.get("p"))
    start = (page.number - 1) * PAGE
    rows = quality.page(name, noun, state, start, PAGE)
    context = {
        **admin.site.each_context(request),
        "title": f"{measure.label}: {_nouns()[noun].lower()}",
        "measure": measure,
        "noun": noun,
        "page": page,
        "number": number,
        "rows": [_row(name, noun, short) for short in rows],
        "states": [(s.value, s.label, counts.get(s.value, 0)) for s in STATES]
        if noun != "source"
        else [],
        "state": state,
        "others": [(other, label) for other, label in _nouns().items() if other in measure.nouns],
        "may_follow": request.user.has_perm("sources.change_source"),
    }
    return TemplateResponse(request, "admin/quality_list.html", context)


def _row(name: str, noun: str, short: quality.Short) -> dict:
    opts = quality.MODELS[noun]._meta
    form = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[short.id])
    mend = MEND.get(name, "")
    if name == "doubled":
        form = reverse("admin:sources_source_merge", args=[short.id])
    shown = short.items[: quality.MOST]
    facts = any(item.fact for item in shown)
    return {
        "short": short,
        "url": f"{form}#{mend}" if isinstance(mend, str) and mend else form,
        "items": [{"item": item, "url": _mend(opts, form, short, item)} for item in shown],
        "rest": (_cite(opts, short) if facts else "") or form,
        "more": len(short.items) - len(shown),
        "state": State(short.state).label if short.state else "",
        "hint": "" if isinstance(mend, str) else mend,
    }


def _mend(opts, form: str, short: quality.Short, item: quality.Item) -> str:
    """Where one thing is mended: the page that cites it, the sum's own form, a field."""
    if item.link is not None:
        return reverse("admin:initiatives_fundinglink_change", args=[item.link]) + "#id_value_date"
    if item.fact and (cite := _cite(opts, short)):
        return f"{cite}?{urlencode({'fact': item.fact})}"
    return f"{form}#{item.anchor}"


def _cite(opts, short: quality.Short) -> str:
    """The page that lists all evidence of a record; empty where there is none."""
    try:
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_cite", args=[short.id])
    except NoReverseMatch:
        return ""


def _follow(request):
    """Give one source the address it moved to."""
    if not request.user.has_perm("sources.change_source"):
        raise PermissionDenied
    chosen = request.POST.get("source", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise Http404
    source = get_object_or_404(Source, pk=chosen)
    try:
        follow(source=source, by=request.user, through="admin")
    except (ValidationError, IntegrityError) as error:
        refused = gate.refusal(error) if isinstance(error, IntegrityError) else error
        for said in refused.messages:
            messages.error(request, f"{source}: {said}")
    else:
        said = _("“%(source)s” has its new address: %(url)s")
        messages.success(request, said % {"source": source, "url": source.url})
    return HttpResponseRedirect(request.get_full_path())
