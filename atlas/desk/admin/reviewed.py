"""Forms of records whose published state only a review changes; the stock admin does the saving."""

from contextlib import nullcontext

import pghistory
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from atlas.desk import actions
from atlas.desk.admin import editing as forms
from atlas.desk.admin.reviewing import RecordReview, url_of
from atlas.desk.models import Comment, Revision
from atlas.kit import differences, gate, records
from atlas.kit.admin.moves import MOVES
from atlas.kit.choices import State

KEPT = "Kept as a pending revision: readers see it once a reviewer approves it."


class Reviewed:
    """Mixin: what is saved on a published record becomes a pending revision."""

    # ------------------------------------------------------------ opening and saving

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        record = self.record_of(obj) if obj is not None else None
        if record is None or not self.has_view_or_change_permission(request, obj):
            return view(request, object_id, form_url, extra_context)
        open_form = self._sent if request.method == "POST" else self._opened
        try:
            return open_form(
                request, record, lambda: view(request, object_id, form_url, extra_context)
            )
        except ValidationError as error:
            self.say(request, error.messages)
            own = request.editing.revision if hasattr(request, "editing") else None
            return HttpResponseRedirect(own.get_absolute_url() if own else request.path)

    def _opened(self, request, record, show):
        request.editing = editing = forms.opened(request, record)
        if editing.revision is None:
            return show()
        with transaction.atomic():
            forms.begin(editing, request.user)
            response = _rendered(show())
            transaction.set_rollback(True)
        return response

    def _sent(self, request, record, save):
        with transaction.atomic():
            model = type(record)._default_manager
            model.select_for_update(of=("self",)).filter(pk=record.pk).count()
            record.refresh_from_db()
            request.editing = editing = forms.sent(request, record)
            because = pghistory.context(why=editing.why[:1000]) if editing.why else nullcontext()
            with because:
                if not editing.apart:
                    return save()
                response = self._apart(request, editing, save)
                return response if editing.document is None else self._kept(request, editing)

    def _apart(self, request, editing, save):
        """Save into a savepoint, read the document, roll back."""
        with transaction.atomic():
            forms.begin(editing, request.user)
            if editing.start is not None:
                request.POST = forms.renumbered(request.POST, editing.noun)
            response = _rendered(save())
            transaction.set_rollback(True)
        return response

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        editing = getattr(request, "editing", None)
        if editing is not None and editing.apart:
            forms.finish(editing, request.user)

    def response_change(self, request, obj):
        editing = getattr(request, "editing", None)
        if editing is not None and editing.document is not None:
            return HttpResponseRedirect(request.path)  # not said yet: nothing was written
        return super().response_change(request, obj)

    # ------------------------------------------------------------ what became of it

    def _kept(self, request, editing):
        record = type(editing.record)._default_manager.get(pk=editing.record.pk)
        start = editing.start or editing.base
        moved = MOVES.get(request.POST.get("_move"))
        changed = differences.items(editing.noun, start, editing.document)
        if editing.stale and not changed:
            said = "Somebody changed the record since you opened it: look at it as it is now."
            self.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(request.path)
        if moved is not None and not changed:
            moved.action(record=record, by=request.user, through="admin")
            self.message_user(request, moved.said(record), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        if not differences.items(editing.noun, editing.base, editing.document):
            return self._nothing(request, editing)
        self.settle(request)
        revision = forms.kept(editing, request.user)
        if moved is not None:
            said = "The record stays as it is: what you changed is kept as a pending revision."
            self.message_user(request, said, messages.WARNING)
        elif editing.go == forms.APPROVE and record.is_public:
            return self._approve(request, record, revision)
        else:
            self.message_user(request, KEPT, messages.SUCCESS)
        if differences.items(editing.noun, editing.base, records.document(record)):
            said = "Somebody changed the record since you opened it: look at both and merge."
            self.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:desk_revision_merge", args=[revision.pk]))
        here = "_continue" in request.POST
        return HttpResponseRedirect(request.path if here else revision.get_absolute_url())

    def written(self, request, record, work, why: str):
        """Do ``work`` on the record as its editor sees it; a public one keeps it as a revision.

        A new revision goes to review with ``why``; one that was open stays where it is.
        """
        with transaction.atomic():
            model = type(record)._default_manager
            model.select_for_update(of=("self",)).filter(pk=record.pk).count()
            record.refresh_from_db()
            editing = forms.opened(request, record)
            with pghistory.context(why=why[:1000]):
                if not editing.apart:
                    work()
                    gate.check(record)
                    return None
                with transaction.atomic():
                    forms.begin(editing, request.user)
                    work()
                    gate.check(record)
                    editing.document = records.document(record)
                    transaction.set_rollback(True)
                if editing.revision is None:
                    if not differences.items(editing.noun, editing.base, editing.document):
                        return None  # it says so already: nobody has anything to decide
                    editing.why, editing.go = why, forms.SEND
                return forms.kept(editing, request.user)

    def _nothing(self, request, editing):
        said = "Nothing was changed."
        if editing.revision is not None and editing.revision.is_open:
            actions.give_up(revision=editing.revision, by=request.user)
            said = "It says what readers see: the pending revision was withdrawn."
        self.message_user(request, said, messages.INFO)
        return HttpResponseRedirect(request.path)

    def _approve(self, request, record, revision):
        try:
            actions.approve(revision=revision, by=request.user)
        except actions.Behind as error:
            self.say(request, error.messages)
            return HttpResponseRedirect(reverse("admin:desk_revision_merge", args=[revision.pk]))
        said = format_html(
            "“{}” is changed, for readers too: <a href='{}'>see it</a>.",
            record,
            record.get_absolute_url(),
        )
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    # ------------------------------------------------------------ the form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        editing = getattr(request, "editing", None)
        if editing is not None and change:
            may = self._may_approve_own(request, editing.record)
            comments = list(Comment.objects.of(editing.record))
            waits = editing.record.state == State.IN_REVIEW
            context["desk"] = {
                "editing": editing,
                "public": editing.record.is_public,
                "hidden": forms.hidden(editing, context["inline_admin_formsets"]),
                "may_approve_own": may,
                "comments": len(comments),
                "comments_url": url_of(editing.record, "comments"),
                "said": comments[-1] if comments and not editing.record.is_public else None,
                "review_url": url_of(editing.record, "review") if waits else "",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _may_approve_own(self, request, record) -> bool:
        opts = record._meta
        may = request.user.has_perm(f"{opts.app_label}.publish_{opts.model_name}")
        return may and settings.ATLAS_APPROVE_OWN

    def has_delete_permission(self, request, obj=None):
        """A link of a published record is taken out on the record's form, for review."""
        mine = super().has_delete_permission(request, obj)
        if not hasattr(self.model, "ROOTS") or hasattr(self.model, "state"):
            return mine
        return mine and obj is not None and not self.record_of(obj).is_public


def _rendered(response):
    """A page is rendered while what it shows is still there."""
    return response.render() if hasattr(response, "render") else response


class ReviewedRecord(RecordReview, Reviewed):
    """Mixin of a record's own admin: also moves, review and history go by the rules."""

    # ------------------------------------------------------------ moves

    def judge_move(self, request, record, move):
        """Nobody publishes what he or she wrote; what readers lose is explained."""
        editing = getattr(request, "editing", None)
        if editing is not None and editing.stale:
            raise ValidationError(
                _("Somebody changed the record since you opened it: save and merge first.")
            )
        if move.name == "publish":
            actions.withhold(record=record, by=request.user)
        elif record.is_public and not request.POST.get(forms.WHY, "").strip():
            raise ValidationError({forms.WHY: _("Say why: the history keeps it.")})

    def publish_all(self, request, queryset):
        return actions.publish_many(queryset=queryset, by=request.user, through="admin")

    def merge_obstacles(self, request, keep, drop):
        """What waits for a decision on either would be about a record that is no more.

        Nobody puts what he or she wrote before the public by merging it there.
        """
        found = super().merge_obstacles(request, keep, drop)
        found += actions.merge_withheld(keep=keep, drop=drop, by=request.user)
        pending = _("A revision of “%s” is pending: decide on it, or withdraw it, first.")
        held = (r for r in (keep, drop) if Revision.objects.of(r).still_open().exists())
        return found + [pending % record for record in held]

    # ------------------------------------------------------------ history

    def take_back(self, request, obj):
        """The whole record as it was, or one item of one change."""
        xid = request.POST.get("to") or request.POST.get("xid", "")
        if not xid.isdecimal() or len(xid) > 18:
            raise ValidationError(_("Choose what to take back."))
        given = {"record": obj, "by": request.user, "why": request.POST.get("why", "").strip()}
        if "item" in request.POST:
            done = actions.undo_item(xid=int(xid), item=request.POST["item"], **given)
        else:
            done = actions.undo(to=int(xid), **given)
        if done.revision is None or not done.revision.is_open:
            said = f"“{obj}” says again what it said then."
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(request.get_full_path())
        self.message_user(request, KEPT, messages.SUCCESS)
        return HttpResponseRedirect(done.revision.get_absolute_url())
