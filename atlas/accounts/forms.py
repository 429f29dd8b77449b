"""Signing in, and giving the password once more."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from atlas.accounts import actions
from atlas.accounts.choices import Way

LONGEST_NAME = 150
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(AdminAuthenticationForm):
    """Name, password and, where a second factor is set up, its code.

    Whatever is wrong, the answer is the same: nobody learns that a password was right.
    """

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(CODE_ATTRIBUTES),
        help_text=_("From your second factor, or a recovery code. Empty if you have none."),
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "These do not open the desk. Check the name, the password and, if you have a second"
            " factor, the code. Upper and lower case matter. After wrong codes the next is only"
            " taken after a pause of some seconds."
        ),
    }

    def clean_username(self) -> str:
        if len(self.cleaned_data["username"]) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return self.cleaned_data["username"]

    def clean(self):
        cleaned = super().clean()
        user = self.user_cache
        if user is None or actions.factor_of(user=user) is None:
            return cleaned
        device = actions.device_of_code(user=user, code=cleaned.get("code", ""))
        if device is None:
            self.user_cache = None
            actions.refuse(sender=type(self), request=self.request, user=user, way=Way.CODE)
            raise self.get_invalid_login_error()
        user.otp_device = device  # django-otp puts it into the session when the user is let in
        return cleaned


class AgainForm(forms.Form):
    """The password, and the code where this session has not given one."""

    prefix = "again"
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("Code of your second factor, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(CODE_ATTRIBUTES),
    )
    device = None

    def __init__(self, *args, request, with_code: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        if not with_code:
            del self.fields["code"]

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}-{field_name}"

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        user, password = self.request.user, cleaned["password"]
        name = user.get_username()
        fits = authenticate(self.request, username=name, password=password)
        if fits is None or fits.pk != user.pk:
            raise ValidationError(_("This is not your password, or not the code."))
        if "code" in self.fields:
            self.device = actions.device_of_code(user=user, code=cleaned["code"])
            if self.device is None:
                actions.refuse(sender=type(self), request=self.request, user=user, way=Way.CODE)
                raise ValidationError(_("This is not your password, or not the code."))
        return cleaned
