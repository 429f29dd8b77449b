"""The password asked again before a sensitive act."""

import time

import django_otp
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from atlas.accounts import actions
from atlas.accounts.forms import AgainForm


def again(request):
    """Asks and goes on to ``next``, an address of this site."""
    with_code = not request.user.is_verified() and actions.factor_of(user=request.user) is not None
    asked = request.POST if request.method == "POST" else request.GET
    to = asked.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        to = reverse("admin:index")
    form = AgainForm(
        request.POST if request.method == "POST" else None, request=request, with_code=with_code
    )
    if request.method == "POST" and form.is_valid():
        given(request, form)
        return HttpResponseRedirect(to)
    return page(request, form, reverse("account:again"), [("next", to)])


def in_between(request, with_code: bool):
    """Before a form that was sent: None lets it pass, else the page that asks."""
    tried = "again-password" in request.POST
    form = AgainForm(request.POST if tried else None, request=request, with_code=with_code)
    if tried and form.is_valid():
        given(request, form)
        return None
    if request.FILES:  # a browser cannot be given the file back
        return page(
            request, form, reverse("account:again"), [("next", request.path)], files=request.FILES
        )
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not name.startswith("again-")
        for value in values
    ]
    return page(request, form, request.get_full_path(), kept)


def given(request, form: AgainForm) -> None:
    """From now on the password is fresh, and the second factor is there if it was asked for."""
    request.session.cycle_key()
    request.session[actions.PASSWORD_AT] = int(time.time())
    if form.device is not None:
        django_otp.login(request, form.device)


def page(request, form, to: str, kept: list[tuple[str, str]], files=()):
    context = {
        **admin.site.each_context(request),
        "title": _("Your password, please"),
        "form": form,
        "to": to,
        "kept": kept,
        "files": [file.name for file in files.values()] if files else [],
    }
    answer = render(request, "account/again.html", context, status=200)
    answer["Cache-Control"] = "no-store"
    return answer
