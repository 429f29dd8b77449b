"""Admin of the tokens that scripts use."""

import datetime

from django.contrib import admin, messages
from django.utils import timezone
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from atlas.accounts.models import AuthToken

TOKEN_LIFE = datetime.timedelta(days=365)


@admin.register(AuthToken)
class AuthTokenAdmin(admin.ModelAdmin):
    """Only a hash is stored: the token itself is shown once, when it is made."""

    fields = ("user", "name", "scopes", "expiry")
    autocomplete_fields = ("user",)
    list_display = ("token_key", "name", "user", "created", "expiry")
    list_select_related = ("user",)
    search_fields = ("name", "token_key", "user__username")

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        return {"user": request.user.pk, "expiry": timezone.now() + TOKEN_LIFE, **initial}

    def get_readonly_fields(self, request, obj=None):
        return ("user",) if obj else ()

    def save_model(self, request, obj, form, change):
        if not change:
            obj.digest, token = get_digest_token()
            obj.token_key = token[: CONSTANTS.TOKEN_KEY_LENGTH]
        super().save_model(request, obj, form, change)
        if not change:
            self.message_user(
                request,
                f"The token is {token} - copy it now, it is not shown again.",
                messages.WARNING,
            )
