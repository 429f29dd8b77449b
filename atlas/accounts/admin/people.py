"""Admin of people."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.accounts import actions
from atlas.accounts.models import User


@admin.register(User)
class UserAdmin(StockUserAdmin):
    """Editors get their rights from groups; only a superuser makes superusers."""

    list_display = ("username", "first_name", "last_name", "groups_held", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")
    actions = ("remove_second_factor",)

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

    @admin.action(
        description=gettext_lazy("Remove the second factor (lost telephone)"),
        permissions=["change"],
    )
    def remove_second_factor(self, request, queryset):
        """For whoever lost telephone and recovery codes; a superuser's only by a superuser."""
        done = 0
        for user in queryset:
            if self.has_change_permission(request, user):
                actions.remove_factor(user=user)
                self.log_change(request, user, _("Second factor removed"))
                done += 1
            else:
                refused = _("%(name)s is a superuser: only superusers change those.")
                self.message_user(request, refused % {"name": user}, messages.ERROR)
        said = ngettext(
            "The second factor of %(n)s person is removed.",
            "The second factors of %(n)s people are removed.",
            done,
        )
        self.message_user(request, said % {"n": done})
