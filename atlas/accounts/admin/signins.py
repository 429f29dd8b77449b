"""Who signed in, who is locked out; the door itself."""

from axes.conf import settings as axes
from django.conf import settings
from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from atlas.accounts.choices import Way
from atlas.accounts.forms import SignInForm
from atlas.accounts.models import FailedTries, SignIn

admin.site.login_form = SignInForm
admin.site.unregister(TOTPDevice)  # its secret is nobody's but its owner's


class Reading(admin.ModelAdmin):
    """A list that nobody writes by hand."""

    list_per_page = 50
    list_display_links = None
    show_full_result_count = False

    def changelist_view(self, request, extra_context=None):
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(SignIn)
class SignInAdmin(Reading):
    """Every try to get in, for as long as the settings keep it."""

    list_display = ("at", "name_or_unknown", "address", "way", "outcome")
    list_filter = ("outcome", "way", "at")
    search_fields = ("name", "address")
    search_help_text = ngettext_lazy(
        "Kept for %(n)s day.", "Kept for %(n)s days.", settings.ATLAS_SIGN_IN_DAYS
    ) % {"n": settings.ATLAS_SIGN_IN_DAYS}

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("who"), ordering="name")
    def name_or_unknown(self, entry) -> str:
        unknown = _("unknown token") if entry.way == Way.TOKEN else _("no such account")
        return entry.name or unknown


@admin.register(FailedTries)
class FailedTriesAdmin(Reading):
    """What counts towards a lock; deleting it unlocks."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "locked")
    search_fields = ("username", "ip_address")
    actions = ("unlock",)

    def get_queryset(self, request):
        """Older ones count no longer."""
        recent = Q(attempt_time__gt=timezone.now() - axes.AXES_COOLOFF_TIME)
        counted = {
            f"of_{by}": Subquery(
                FailedTries.objects.filter(recent, **{by: OuterRef(by)})
                .order_by()
                .values(by)
                .annotate(n=Sum("failures_since_start"))
                .values("n")
            )
            for by in ("username", "ip_address")
        }
        return super().get_queryset(request).filter(recent).annotate(**counted)

    def get_actions(self, request):
        found = super().get_actions(request)
        found.pop("delete_selected", None)  # says the same as “unlock”, in words of a database
        return found

    @admin.display(description=gettext_lazy("locked"))
    def locked(self, tries) -> str:
        most = axes.AXES_FAILURE_LIMIT
        said = [_("the account")] * ((tries.of_username or 0) >= most)
        said += [_("the address")] * ((tries.of_ip_address or 0) >= most)
        return ", ".join(said) or _("no")

    @admin.action(description=gettext_lazy("Unlock"), permissions=["delete"])
    def unlock(self, request, queryset):
        """Forget these tries, and all others of the same names and addresses."""
        names = [tries.username for tries in queryset]
        addresses = [tries.ip_address for tries in queryset]
        same = Q(username__in=names) | Q(ip_address__in=addresses)
        count, _by_model = FailedTries.objects.filter(same).delete()
        said = ngettext("%(n)s row is forgotten.", "%(n)s rows are forgotten.", count)
        self.message_user(request, said % {"n": count})
