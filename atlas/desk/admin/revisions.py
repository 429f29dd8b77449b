"""Pending revisions: the difference side by side, the decision, the three-way merge."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from atlas.desk import actions
from atlas.desk.admin.deciding import DecidedAdmin, VerdictForm
from atlas.desk.admin.queue import QueuePages, record_url
from atlas.desk.choices import RevisionState
from atlas.desk.models import Comment, Revision
from atlas.kit import differences
from atlas.kit.differences import Side
from atlas.kit.facts import REGISTRY

DONE = {
    "approve": "“%s” is approved: readers see it now.",
    "send-back": "“%s” is sent back to its author.",
    "give-up": "The pending revision of “%s” is withdrawn.",
    "comment": "Your comment stands with “%s”.",
}


class DecisionForm(VerdictForm):
    verdicts = tuple(DONE)


@admin.register(Revision)
class RevisionAdmin(QueuePages, DecidedAdmin):
    """Nobody edits what somebody else proposed: it is approved or sent back."""

    list_display = ("title", "noun", "state", "who", "why", "age", "decided_by")
    list_filter = ("state", "noun")
    search_fields = ("title", "who", "why")
    ordering = ("-pk",)
    decision_form = DecisionForm
    decision_template = "admin/revision.html"

    def get_urls(self):
        pages = (
            ("<int:pk>/merge/", self.merge_view, "desk_revision_merge"),
            ("deleted/", self.deleted_view, "desk_deleted"),
        )
        own = [path(to, self.admin_site.admin_view(view), name=name) for to, view, name in pages]
        return [*own, *super().get_urls()]

    @admin.display(description="age", ordering="made_at")
    def age(self, obj):
        return timesince(obj.sent_at or obj.made_at, timezone.now(), depth=1)

    # ------------------------------------------------------------ one revision

    def initial_of(self, revision) -> dict:
        return {"seen": revision.stamp}

    def page_of(self, request, revision) -> dict:
        return {**shown(revision, request.user), "title": f"Review: {revision.title}"}

    def decide(self, request, revision, data):
        verdict, answer = data["verdict"], data["answer"]
        given = {"revision": revision, "by": request.user, "answer": answer}
        if verdict == "comment":
            self._comment(request, revision, answer)
        elif verdict == "approve":
            actions.approve(**given, seen=data["seen"])
        elif verdict == "send-back":
            actions.send_back(**given, seen=data["seen"])
        else:
            actions.give_up(**given)
        self.message_user(request, DONE[verdict] % revision.title, messages.SUCCESS)
        stays = verdict in ("comment", "approve")
        queue = reverse("admin:desk_queue")
        return HttpResponseRedirect(revision.get_absolute_url() if stays else queue)

    def _comment(self, request, revision, text: str):
        if not request.user.has_perm("desk.add_comment"):
            raise PermissionDenied
        record = actions.record_named(revision.noun, revision.uid)
        if record is None:
            raise ValidationError(_("The record is no longer there."))
        actions.say(record=record, by=request.user, text=text, revision=revision)

    # ------------------------------------------------------------ merging

    def merge_view(self, request, pk: int):
        """What its author changed beside what the record has become since."""
        revision = self.get_object(request, str(pk))
        record = revision and actions.record_named(revision.noun, revision.uid)
        if revision is None or record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if revision.author_id != request.user.pk or not revision.is_open:
            return HttpResponseRedirect(revision.get_absolute_url())
        refused = []
        joined = actions.join_of(revision, record)
        chosen = {
            item.id: Side(request.POST[f"side-{n}"])
            for n, item in enumerate(joined.items)
            if request.POST.get(f"side-{n}") in ("mine", "theirs")
            and request.POST.get(f"item-{n}") == item.id
        }
        if request.method == "POST":
            try:
                return self._merge(request, revision, chosen)
            except ValidationError as error:
                refused = error.messages
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge: {revision.title}",
            "opts": self.opts,
            "revision": revision,
            "record": record,
            "record_url": record_url(revision.noun, record.pk),
            "joined": joined,
            "rows": [(n, i, joined.clashes.get(i.id, ()), chosen.get(i.id))
                     for n, i in enumerate(joined.items)],
            "refused": refused,
        }  # fmt: skip
        return TemplateResponse(request, "admin/revision_merge.html", context)

    def _merge(self, request, revision, chosen):
        seen = request.POST.get("seen", "")
        merged = actions.merge(
            revision=revision,
            by=request.user,
            choices=chosen,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        )
        said = "Merged and kept as your pending revision." if merged.is_open else "Merged, saved."
        self.message_user(request, said, messages.SUCCESS)
        if merged.is_open:
            return HttpResponseRedirect(merged.get_absolute_url())
        record = actions.record_named(merged.noun, merged.uid)
        return HttpResponseRedirect(record_url(merged.noun, record.pk))

    # ------------------------------------------------------------ what was deleted

    def deleted_view(self, request):
        """Records that are no longer there; each can come back as a draft."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        nouns = [noun for noun in REGISTRY if _may_add(request.user, noun)]
        if request.method == "POST":
            noun, _colon, pk = request.POST.get("restore", "").partition(":")
            if noun not in nouns or not pk.isdecimal():
                raise PermissionDenied
            try:
                with transaction.atomic():
                    record = actions.restore(noun=noun, record_id=int(pk), by=request.user)
            except ValidationError as error:
                for message in error.messages:
                    self.message_user(request, message, messages.ERROR)
                return HttpResponseRedirect(request.path)
            self.message_user(request, f"“{record}” is back as a draft.", messages.SUCCESS)
            return HttpResponseRedirect(record_url(noun, record.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted records"),
            "opts": self.opts,
            "deleted": [gone for noun in nouns for gone in actions.deleted(noun)],
        }
        return TemplateResponse(request, "admin/deleted.html", context)


def _may_add(user, noun: str) -> bool:
    opts = REGISTRY[noun].model._meta
    return user.has_perm(f"{opts.app_label}.add_{opts.model_name}")


def shown(revision: Revision, user) -> dict:
    """Both sides in words, what came between, who may decide."""
    record = actions.record_named(revision.noun, revision.uid)
    joined = actions.join_of(revision, record) if record and revision.is_open else None
    base, mine = (joined.base, joined.mine) if joined else (revision.base, revision.document)
    own = revision.author_id == user.pk
    opts = REGISTRY[revision.noun].model._meta
    may = user.has_perm(f"{opts.app_label}.publish_{opts.model_name}") and revision.is_open
    waits = revision.state == RevisionState.IN_REVIEW
    comments = Comment.objects.filter(noun=revision.noun, uid=revision.uid)
    return {
        "revision": revision,
        "record": record,
        "record_url": record_url(revision.noun, record.pk) if record else "",
        "items": differences.items(revision.noun, base, mine),
        "since": differences.items(revision.noun, base, joined.theirs) if joined else [],
        "clashes": len(joined.clashes) if joined else 0,
        "is_own": own,
        "may_approve": may and ((waits and not own) or (own and settings.ATLAS_APPROVE_OWN)),
        "may_send_back": may and waits and not own,
        "may_give_up": revision.is_open and (own or may),
        "waits_for_another": own and revision.is_open and not settings.ATLAS_APPROVE_OWN,
        "comments": comments.select_related("revision"),
    }
