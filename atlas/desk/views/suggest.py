"""Suggesting: choose a record, fill in one form, get a reference number to look it up by."""

from urllib.parse import urlsplit

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from atlas.desk import actions
from atlas.desk.models import Suggestion
from atlas.desk.views.forms import CorrectionForm, NewForm
from atlas.kit.choices import State
from atlas.kit.facts import REGISTRY
from atlas.kit.pages import reads
from atlas.kit.visitors import sender_of, visitor


@never_cache
@reads("new", "record", "fact", "initiative", "actor")
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request):
    """The form for what the address names (a record, or a new one), else the choice of one."""
    return _answer(request)


def without_cookie(request, reason=""):
    """CSRF failed: a reader's form comes back as it was typed, everything else is Django's."""
    if request.path != "/suggest/" or request.method != "POST":
        return csrf_failure(request, reason)
    problem = _("Your browser did not send our cookie back. Nothing is lost: send it once more.")
    return _answer(request, problem=problem, status=403)


def _answer(request, problem: str = "", status: int = 400):
    made = _form(request)
    if made is None:
        return _choose(request)
    form, record = made
    retry = 0
    if form.is_bound and problem:
        form.add_error(None, problem)
    elif form.is_bound and form.is_valid():
        try:
            sender = sender_of(visitor(request))
            kept = actions.take(sender=sender, suggestion=form.suggestion())
            return redirect("suggestion", kept.reference)
        except actions.TooMany as refused:
            retry, status = refused.seconds, 429
            form.add_error(None, _too_many(refused.seconds))
    noun = record._meta.model_name if record else form.noun
    page = {"form": form, "record": record, "noun": noun}
    answer = render(request, "suggest/form.html", page, status=status if form.is_bound else 200)
    if retry:
        answer["Retry-After"] = str(retry)
    return answer


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    said = ngettext(
        "Several suggestions came from your connection already. Keep this page open and send it"
        " again in %d minute.",
        "Several suggestions came from your connection already. Keep this page open and send it"
        " again in %d minutes.",
        minutes,
    )
    return said % minutes


def _form(request):
    """(form, record or None) for the record or the new one named; None where nothing is."""
    data = request.POST if request.method == "POST" else None
    new = request.GET.get("new", "")
    if new in REGISTRY:
        return NewForm(data, noun=new), None
    for noun in REGISTRY:
        record = _public(noun, request.GET.get(noun, ""))
        if record is not None:
            initial = {"fact": request.GET.get("fact", "")}
            return CorrectionForm(data, initial=initial, record=record), record
    return None


def _public(noun: str, slug: str):
    model = REGISTRY[noun].model
    found = model._default_manager.filter(slug=slug, state=State.PUBLISHED)
    return found.select_related("digest").first() if slug and "\0" not in slug else None


def _choose(request):
    """Which record: by its address, as copied from the browser; or a new one."""
    typed = request.GET.get("record", "").strip()
    if typed:
        named = _named(typed)
        if named:
            return redirect(f"{request.path}?{named[0]}={named[1]}")
    asked = typed or any(name in request.GET for name in ("new", *REGISTRY))
    page = {"typed": typed[:300], "unknown": bool(asked), "nouns": list(REGISTRY)}
    return render(request, "suggest/choose.html", page, status=404 if asked else 200)


def _named(typed: str) -> tuple[str, str] | None:
    """(noun, slug) of the public record at this address, or of this slug."""
    path = urlsplit(typed).path if "/" in typed else ""
    try:
        match = resolve(path) if path else None
    except Resolver404:
        match = None
    wanted = [(match.url_name, match.kwargs["slug"])] if match and "slug" in match.kwargs else []
    if not path:
        wanted = [(noun, typed.lower().replace(" ", "-")) for noun in REGISTRY]
    return next(((n, s) for n, s in wanted if n in REGISTRY and _public(n, s)), None)


@never_cache
@require_http_methods(["GET", "HEAD"])
def sent(request, reference: str):
    """What became of a suggestion, for whoever has its number."""
    found = Suggestion.objects.filter(reference=reference.upper()[:12]).first()
    if found is None or "\0" in reference:
        raise Http404
    model = REGISTRY[found.noun].model if found.noun in REGISTRY and found.uid else None
    about = model and model.objects.published().filter(uid=found.uid).first()
    return render(request, "suggest/sent.html", {"suggestion": found, "about": about})
