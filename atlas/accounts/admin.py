"""Admin of people and of the tokens their scripts use."""

import datetime

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.utils import timezone
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from atlas.accounts.models import AuthToken, User

TOKEN_LIFE = datetime.timedelta(days=365)


@admin.register(User)
class UserAdmin(StockUserAdmin):
    """Editors get their rights from groups; only a superuser makes superusers."""

    list_display = ("username", "first_name", "last_name", "groups_held", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="groups")
    def groups_held(self, obj):
        return ", ".join(group.name for group in obj.groups.all())

    def get_readonly_fields(self, request, obj=None):
        return () if request.user.is_superuser else ("is_superuser", "user_permissions")

    def has_change_permission(self, request, obj=None):
        protected = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not protected

    def has_delete_permission(self, request, obj=None):
        protected = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_delete_permission(request, obj) and not protected


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
