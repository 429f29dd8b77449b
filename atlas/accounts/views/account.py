"""One's own account: the last sign-in, the second factor."""

import io

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.accounts import actions
from atlas.accounts.forms import CODE_ATTRIBUTES
from atlas.accounts.models import SignIn

SHOWN = 10  # sign-ins on one's own page


class CodeForm(forms.Form):
    """The first code of a new second factor."""

    code = forms.CharField(
        label=gettext_lazy("Code of six digits"),
        max_length=20,
        widget=forms.TextInput({**CODE_ATTRIBUTES, "inputmode": "numeric"}),
    )


def account(request):
    """Who one is here, when one was here last, and what keeps others out."""
    factor = actions.factor_of(user=request.user)
    return own_page(
        request,
        "account/account.html",
        _("Your account"),
        factor=factor,
        groups=request.user.groups.all(),
        last=actions.last_time(user=request.user, but=1),
        sign_ins=SignIn.objects.of(request.user)[:SHOWN],
        days=settings.ATLAS_SIGN_IN_DAYS,
    )


def second_factor(request):
    """Set it up: a QR code, its secret as text, and a code that proves that it works."""
    factor = actions.factor_of(user=request.user)
    if factor is not None:
        left = actions.codes_left(user=request.user)
        title = _("Your second factor")
        return own_page(request, "account/factor.html", title, factor=factor, left=left)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = actions.confirm_factor(user=request.user, code=form.cleaned_data["code"])
        if device is not None:
            django_otp.login(request, device)
            return shown_once(request, actions.new_codes(user=request.user))
        form.add_error(
            "code",
            _(
                "This is not the code of now. Wait for the next one; if it is refused too, check"
                " that the clock of your telephone is right."
            ),
        )
    begun = actions.factor_begun(user=request.user)
    return own_page(
        request,
        "account/factor_new.html",
        _("Set up a second factor"),
        form=form,
        qr=drawn(begun.config_url),
        secret=as_text(begun.config_url),
    )


def codes(request):
    """New recovery codes in place of the old ones."""
    if actions.factor_of(user=request.user) is None:
        return HttpResponseRedirect(reverse("account:second_factor"))
    return shown_once(request, actions.new_codes(user=request.user))


def remove(request):
    """Without a second factor from now on; who needs one is led to a new one."""
    actions.remove_factor(user=request.user)
    messages.success(request, _("Your second factor is removed."))
    return HttpResponseRedirect(reverse("account:second_factor"))


def shown_once(request, made: list[str]):
    return own_page(request, "account/codes.html", _("Your recovery codes"), codes=made)


def own_page(request, template: str, title: str, **context):
    """A page of the admin that nobody keeps a copy of."""
    context |= {**admin.site.each_context(request), "title": title}
    context["required"] = settings.ATLAS_SECOND_FACTOR
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


def drawn(url: str) -> str:
    """The address as a QR code: SVG to stand in a page, dark on light in any theme."""
    out = io.BytesIO()
    segno.make(url, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, light="#ffffff", omitsize=True, border=4,
        title=_("QR code of the secret"),
    )  # fmt: skip
    return mark_safe(out.getvalue().decode())


def as_text(url: str) -> str:
    """The secret in groups of four, to be typed."""
    secret = url.partition("secret=")[2].partition("&")[0].replace("%3D", "")
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
