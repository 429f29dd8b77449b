"""A record on its way to the public: all it says, its verdict, what editors say of it."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.desk import actions, waiting
from atlas.desk.admin.deciding import VerdictForm
from atlas.desk.models import Comment
from atlas.kit import differences, gate, records, twins
from atlas.kit.admin.guard import as_validation
from atlas.kit.choices import State

DONE = {
    "publish": gettext_lazy("“%s” is published."),
    "send-back": gettext_lazy("“%s” is sent back to its author."),
    "comment": gettext_lazy("Your comment stands with “%s”."),
}


class ReviewForm(VerdictForm):
    verdicts = tuple(DONE)


def url_of(record, page: str) -> str:
    """The address of one of the record's pages here."""
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk])


class RecordReview:
    """Mixin of a record's admin: its review while it is in review, and its comments."""

    found_by = {}  # what readers search this kind of record by: place in the document -> words

    def get_urls(self):
        pages = (("review", self.review_view), ("comments", self.comments_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<path:object_id>/{page}/", self.admin_site.admin_view(view), name=f"{name}_{page}"
            )
            for page, view in pages
        ]
        return [*own, *super().get_urls()]

    # ------------------------------------------------------------ review

    def review_view(self, request, object_id):
        """Everything the record says with its sources; what was mended since it was sent back."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        position = records.history_positions(records.noun_of(record), record.pk)[-1]
        form, refused = ReviewForm(initial={"seen": position}), []
        if request.method == "POST":
            form = ReviewForm(request.POST)
            try:
                with transaction.atomic():
                    return self._decide(request, record, form)
            except (ValidationError, IntegrityError) as error:
                refused = as_validation(error).messages
                record = self.get_object(request, str(record.pk))
        context = {
            **self.admin_site.each_context(request),
            **self._to_review(request, record),
            "title": _("Review: %s") % record,
            "object": record,
            "opts": self.opts,
            "form": form,
            "position": position,
            "refused": refused,
        }
        return TemplateResponse(request, "admin/record_review.html", context)

    def _to_review(self, request, record) -> dict:
        """The record's items, the two parties to the decision, what is still missing."""
        noun, now = records.noun_of(record), records.document(record)
        xid = waiting.sent_back_at(noun, record.pk)
        then = records.document_at(noun, record.pk, xid) if xid else None
        waits = record.state == State.IN_REVIEW
        may = waits and self.has_publish_permission(request, record)
        withheld = ""
        if may:
            try:
                actions.withhold(record=record, by=request.user)
            except ValidationError as error:
                [withheld] = error.messages
        return {
            "items": [item for item in differences.items(noun, None, now) if item.after],
            "mended": differences.items(noun, then, now) if then else None,
            "lacking": [] if record.is_public else gate.pending(record),
            "empty": [words for place, words in self.found_by.items() if not now.get(place)],
            "original": record,
            "twins": [twin for twin in twins.of(record) if twin.is_open],
            **self.rights_on_twins(request),
            "waits": waits,
            "may_decide": may,
            "withheld": withheld,
            "change_url": url_of(record, "change"),
            "comments": Comment.objects.of(record).select_related("revision"),
        }

    def _decide(self, request, record, form):
        """Carry out the verdict on what was seen; raises ValidationError."""
        if not form.is_valid():
            raise ValidationError(_("Look at it again: this page came back damaged."))
        verdict, answer = form.cleaned_data["verdict"], form.cleaned_data["answer"]
        given = {"record": record, "by": request.user}
        if verdict == "comment":
            if not request.user.has_perm("desk.add_comment"):
                raise PermissionDenied
            actions.say(**given, text=answer)
        else:
            if not self.has_publish_permission(request, record):
                raise PermissionDenied
            actions.still_so(record=record, position=form.cleaned_data["seen"])
            decide = {"publish": actions.publish, "send-back": actions.send_draft_back}[verdict]
            decide(**given, why=answer, through="admin")
        self.message_user(request, DONE[verdict] % record, messages.SUCCESS)
        stays = request.path if verdict == "comment" else reverse("admin:desk_queue")
        return HttpResponseRedirect(stays)

    # ------------------------------------------------------------ comments

    def comments_view(self, request, object_id):
        """What editors said about the record."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            if not request.user.has_perm("desk.add_comment"):
                raise PermissionDenied
            return self.or_say(request, request.path, lambda: self._say(request, record))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comments: %s") % record,
            "object": record,
            "opts": self.opts,
            "comments": Comment.objects.of(record).select_related("revision"),
        }
        return TemplateResponse(request, "admin/record_comments.html", context)

    def _say(self, request, record):
        actions.say(record=record, by=request.user, text=request.POST.get("text", ""))
        self.message_user(request, _("Your comment stands with the record."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)
