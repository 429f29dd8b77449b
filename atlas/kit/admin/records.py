"""Records with a state: what they lack, the way to the public, their history, their evidence."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from atlas.kit import actions, gate, records
from atlas.kit.admin.guard import GuardedAdmin
from atlas.kit.admin.history import moments
from atlas.kit.admin.moves import MOVES, Move
from atlas.kit.admin.twins import TwinPages
from atlas.kit.choices import State

SLUG_HELP = (
    "The last part of the page’s address, not a fact: small letters, digits and hyphens. A new"
    " record takes it from its name; an old address keeps leading here."
)
STATE_HELP = "Changed by the buttons below; readers see published records only."
HISTORY_PAGE = 10


class EvidenceFilter(admin.SimpleListFilter):
    """The same words as the ``evidence`` filter of pages and API."""

    title = "evidence"
    parameter_name = "evidence"
    FILTERS = {
        "disputed": Q(digest__disputed__gt=0),
        "uncited": Q(digest__uncited__gt=0),
        "single-source": Q(digest__single_source__gt=0),
    }

    def lookups(self, request, model_admin):
        return [
            ("disputed", "Sources disagree"),
            ("uncited", "A fact lacks a source"),
            ("single-source", "A fact has one source only"),
            ("stale", f"Not checked for {settings.ATLAS_STALE_MONTHS} months"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "stale":
            days = settings.ATLAS_STALE_MONTHS * 30.44
            return queryset.filter(
                digest__oldest_check__lt=timezone.now() - timezone.timedelta(days=days)
            )
        return queryset.filter(self.FILTERS.get(self.value(), Q()))


class RecordAdmin(TwinPages, GuardedAdmin):
    """Admin of actors and initiatives."""

    actions = ("publish_selected", "review_selected", "withdraw_selected", "unpublish_selected")
    readonly_fields = ("state", "still_missing", "evidence_so_far")
    list_select_related = ("digest",)
    STATE_FIELDSET = (
        None,
        {"fields": ("state", "evidence_so_far", "still_missing"), "description": STATE_HELP},
    )

    def get_search_results(self, request, queryset, search_term):
        """Search as readers search: every name, in any script."""
        return (queryset.search(search_term) if search_term else queryset), False

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_public else None

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            kwargs["help_text"] = SLUG_HELP
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    # ------------------------------------------------------------ who may what

    def has_publish_permission(self, request, obj=None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def has_delete_permission(self, request, obj=None):
        """A published record is withdrawn, never deleted: its address must answer 410."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_public)

    def _may(self, request, move: Move, obj=None) -> bool:
        return getattr(self, f"has_{move.permission}_permission")(request, obj)

    # ------------------------------------------------------------ what it lacks

    @admin.display(description="Missing before this can be published")
    def still_missing(self, obj):
        if obj is None or obj.pk is None:
            return "Save the draft first: then every fact can be cited."
        if obj.is_public:
            return "Nothing: it is published."
        lacking = gate.pending(obj)
        if not lacking:
            return "Nothing: every fact has a source that supports it."
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", zip(lacking)))

    @admin.display(description="Evidence")
    def evidence_so_far(self, obj):
        digest = getattr(obj, "digest", None) if obj and obj.pk else None
        if digest is None:
            return "None yet."
        said = [
            f"{digest.facts} fact{pluralize(digest.facts)}",
            f"{digest.sources} independent source{pluralize(digest.sources)}",
        ]
        said += [f"{digest.disputed} disputed"] if digest.disputed else []
        said += [f"{digest.uncited} without a source"] if digest.uncited else []
        said += [f"{digest.single_source} with one source only"] if digest.single_source else []
        return ", ".join(said) + "."

    @admin.display(description="evidence", ordering="digest__uncited")
    def evidence_mark(self, obj):
        """The mark of the list: what is wrong, else how many sources stand behind the record."""
        digest = getattr(obj, "digest", None)
        if digest is None or not digest.facts:
            return "no facts yet"
        if digest.uncited:
            return format_html('<span class="mark-bad">{} uncited</span>', digest.uncited)
        if digest.disputed:
            return format_html('<span class="mark-warn">{} disputed</span>', digest.disputed)
        return format_html(
            '<span class="mark-good">{} source{}</span>',
            digest.sources,
            "" if digest.sources == 1 else "s",
        )

    @admin.display(description="updated", ordering=F("digest__updated_at"))
    def updated(self, obj):
        digest = getattr(obj, "digest", None)
        return digest.updated_at if digest else None

    # ------------------------------------------------------------ saving and moving

    def save_model(self, request, obj, form, change):
        """Saves; an address that changed keeps leading here."""
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
        super().save_model(request, obj, form, change)
        if slug != obj.slug:
            actions.rename(record=obj, slug=slug, by=request.user, through="admin")

    def finish(self, request, form, formsets):
        super().finish(request, form, formsets)
        move = MOVES.get(request.POST.get("_move"))
        if move is not None:
            if not self._may(request, move, form.instance):
                raise PermissionDenied
            if move.confirm and move.tick not in request.POST:
                raise ValidationError(f"Not done yet: tick “{move.confirm}” beside the button.")
            self.judge_move(request, form.instance, move)
            gate.check(form.instance)  # what was changed is judged before where it goes
            move.action(record=form.instance, by=request.user, through="admin")

    def judge_move(self, request, record, move: Move):
        """Raise ValidationError where a rule beside permission and gate forbids the move."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        state = obj.state if obj else State.DRAFT
        onward = ("publish", "review")  # where a new record can go at once
        offered = [m for m in MOVES.values() if state in m.after and (change or m.name in onward)]
        context["moves"] = [m for m in offered if self._may(request, m, obj)]
        if context.get("errors"):  # the errors say what is missing now
            _hide(context["adminform"], "still_missing")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        move = MOVES.get(request.POST.get("_move"))
        if move is None:
            return super().response_add(request, obj, post_url_continue)
        self._warn(request, obj)
        self.message_user(request, move.said(obj), messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", obj.pk))

    def response_change(self, request, obj):
        move = MOVES.get(request.POST.get("_move"))
        if move is None:
            return super().response_change(request, obj)
        self.message_user(request, move.said(obj), messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    # ------------------------------------------------------------ many at once

    @admin.action(description="Publish", permissions=["publish"])
    def publish_selected(self, request, queryset):
        verdicts = self.publish_all(request, queryset)
        self.message_user(request, f"Published: {len(verdicts.published)}.", messages.SUCCESS)
        for record, reasons in verdicts.refused.items():
            self.message_user(request, f"“{record}”: {' '.join(reasons)}", messages.ERROR)

    def publish_all(self, request, queryset):
        return actions.publish_many(queryset=queryset, by=request.user, through="admin")

    @admin.action(description="Send to review", permissions=["change"])
    def review_selected(self, request, queryset):
        self._move_all(request, queryset, MOVES["review"])

    @admin.action(description="Withdraw", permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        self._move_all(request, queryset, MOVES["withdraw"])

    @admin.action(description="Return to draft", permissions=["publish"])
    def unpublish_selected(self, request, queryset):
        self._move_all(request, queryset, MOVES["unpublish"])

    def _move_all(self, request, queryset, move: Move):
        for record in queryset:
            move.action(record=record, by=request.user, through="admin")
        self.message_user(request, f"{queryset.count()}: {move.label}.", messages.SUCCESS)

    # ------------------------------------------------------------ history

    def history_view(self, request, object_id, extra_context=None):
        """What changed, when, by whom and through which door; older versions can be restored."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        if request.method == "POST":
            work = self.unmerge if "unmerge" in request.POST else self._take_back
            return self.or_say(request, request.get_full_path(), lambda: work(request, obj))
        positions = records.history_positions(records.noun_of(obj), obj.pk)[::-1]
        page = Paginator(positions, HISTORY_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {obj}",
            "object": obj,
            "opts": self.opts,
            "page": page,
            "moments": moments(obj, positions, page),
            "may_restore": self.has_change_permission(request, obj),
            "may_merge": self.has_merge_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/record_history.html", context)

    def _take_back(self, request, obj):
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        return self.take_back(request, obj)

    def take_back(self, request, obj):
        """Restore what the record said after the transaction ``to``."""
        raise NotImplementedError


def _hide(adminform, name: str) -> None:
    """Leave a read-only field off this page."""
    adminform.fieldsets = [
        (heading, options | {"fields": [field for field in options["fields"] if field != name]})
        for heading, options in adminform.fieldsets
    ]
