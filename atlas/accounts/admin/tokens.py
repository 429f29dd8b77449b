"""Admin of the tokens that scripts use: made for oneself, shown once, revoked at any time."""

import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from atlas.accounts import actions
from atlas.accounts.choices import Scope
from atlas.accounts.models import AuthToken
from atlas.accounts.views.account import own_page

DAYS = (30, 90, 365)


class TokenForm(forms.ModelForm):
    """Name, purpose and life of a new token."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("What will use it, for instance “nightly mirror”."),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("It may"),
        choices=Scope.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Each allows what those before it allow; never more than you may."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It ends after"),
        coerce=int,
        choices=[(n, ngettext_lazy("%(n)s day", "%(n)s days", n) % {"n": n}) for n in DAYS],
        initial=90,
    )

    class Meta:
        model = AuthToken
        fields = ("name",)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        may = actions.scopes_of(user=user)
        self.fields["scope"].choices = [c for c in Scope.choices if c[0] in may]
        self.fields["scope"].initial = Scope.READ


@admin.register(AuthToken)
class AuthTokenAdmin(admin.ModelAdmin):
    """One's own tokens; administrators see and revoke everybody's, and make none for others."""

    form = TokenForm
    fields = ("name", "scope", "days")
    list_display = ("shown_name", "user", "may", "created", "ends", "used")
    list_display_links = None
    list_select_related = ("user",)
    search_fields = ("name", "token_key", "user__username")
    ordering = ("-created",)
    actions = ("revoke",)

    class Media:
        css = {"all": ["atlas/account.css"]}

    def get_queryset(self, request):
        everybody = request.user.has_perm("accounts.change_authtoken")
        found = super().get_queryset(request)
        return found if everybody else found.filter(user=request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)

        class Own(form):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, user=request.user, **kwargs)

        return Own

    def get_actions(self, request):
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Nothing of a token changes: the list says all there is."""
        if request.method == "POST":
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:accounts_authtoken_changelist"))

    def save_model(self, request, obj, form, change):
        obj.user = request.user
        obj.scopes = [form.cleaned_data["scope"]]
        obj.expiry = timezone.now() + datetime.timedelta(days=form.cleaned_data["days"])
        obj.digest, obj.shown_once = get_digest_token()
        obj.token_key = obj.shown_once[: CONSTANTS.TOKEN_KEY_LENGTH]
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        """Here and nowhere else: no message, which would travel in a cookie."""
        title = _("Your new token")
        return own_page(request, "account/token.html", title, token=obj, secret=obj.shown_once)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown_name(self, token) -> str:
        return f"{token.name or _('without a name')} ({token.token_key[:8]}…)"

    @admin.display(description=gettext_lazy("may"))
    def may(self, token) -> str:
        return ", ".join(token.scopes) or _("read")

    @admin.display(description=gettext_lazy("ends"), ordering="expiry")
    def ends(self, token) -> str:
        if token.expiry is None:
            return _("never")
        day = f"{token.expiry:%Y-%m-%d}"
        return day if token.expiry > timezone.now() else _("ended %(day)s") % {"day": day}

    @admin.display(description=gettext_lazy("last used"), ordering="last_used")
    def used(self, token) -> str:
        return f"{token.last_used:%Y-%m-%d %H:%M}" if token.last_used else _("never")

    @admin.action(description=gettext_lazy("Revoke"), permissions=["delete"])
    def revoke(self, request, queryset):
        tokens = list(queryset)
        self.log_deletions(request, tokens)
        queryset.delete()
        said = ngettext("%(n)s token is revoked.", "%(n)s tokens are revoked.", len(tokens))
        self.message_user(request, said % {"n": len(tokens)})
