"""Likely twins in the admin: a quiet box on each record, a list, judgements, merging."""

import re

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from atlas.kit import merging, records, twins
from atlas.kit.admin.widgets import autocomplete
from atlas.kit.choices import Verdict
from atlas.kit.differences import items
from atlas.kit.facts import REGISTRY

NAME, SHOWN = 300, 5  # characters of a name that is typed, records shown that are called like it
AT_ONCE = 100  # records looked at on one page of the list
JUDGE = ("kit.add_judgement", "kit.change_judgement")


class TwinPages:
    """Mixed into the admin of records that may be found twice."""

    change_list_template = "admin/record_change_list.html"

    def get_urls(self):
        pages = (
            ("twins/", self.twins_view, "twins"),
            ("alike/", self.alike_view, "alike"),
            ("<path:object_id>/judge/", self.judge_view, "judge"),
            ("<path:object_id>/merge/", self.merge_view, "merge"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=self._url_name(name))
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _url(self, page: str, *args) -> str:
        return reverse(f"admin:{self._url_name(page)}", args=args)

    # ------------------------------------------------------------ who may what

    def has_judge_permission(self, request) -> bool:
        return request.user.has_perms(JUDGE)

    def has_merge_permission(self, request, obj=None) -> bool:
        """Who may publish and delete: merging does both."""
        verbs = ("change", "delete", "publish")
        app, model = self.opts.app_label, self.opts.model_name
        return request.user.has_perms([f"{app}.{verb}_{model}" for verb in verbs])

    def rights_on_twins(self, request) -> dict:
        return {
            "verdicts": Verdict.choices,
            "may_judge": self.has_judge_permission(request),
            "may_merge": self.has_merge_permission(request),
        }

    # ------------------------------------------------------------ on the record's form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        request.newly_named = self.model.FACTS[0].field in form.changed_data

    def response_add(self, request, obj, post_url_continue=None):
        self._warn(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        self._warn(request, obj)
        return super().response_change(request, obj)

    def _warn(self, request, obj) -> None:
        """Say of a new or renamed record that it stands here already, as far as we can tell."""
        if not getattr(request, "newly_named", False):
            return
        for twin in twins.of(obj, least=twins.STRONG)[:3]:
            if twin.is_unjudged:
                said = format_html(
                    "“{}” looks like <a href='{}'>{}</a> ({} %: {}).",
                    obj,
                    self._url("change", twin.profile.pk),
                    twin.profile.label,
                    twin.likeness.percent,
                    ", ".join(twin.likeness.reasons),
                )
                self.message_user(request, said, messages.WARNING)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj and not context.get("errors"):
            context["twins"] = [twin for twin in twins.of(obj) if twin.is_open]
            context |= self.rights_on_twins(request)
            if context["may_merge"]:
                context["merge_url"] = self._url("merge", obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def alike_view(self, request):
        """A fragment of the page: the records called like ``q``, while somebody types it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        text, leave = request.GET.get("q", "").strip()[:NAME], request.GET.get("not", "")
        leave = int(leave) if re.fullmatch(r"[0-9]{1,18}", leave) else 0
        found = twins.of_name(self.opts.model_name, text, leave)[:SHOWN] if len(text) > 2 else []
        context = {"twins": found, "opts": self.opts}
        return TemplateResponse(request, "admin/_alike.html", context)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == self.model.FACTS[0].field:
            field.widget.attrs["data-alike"] = self._url("alike")
        return field

    # ------------------------------------------------------------ judging

    def judge_view(self, request, object_id):
        """Note the verdict on one pair and go back."""
        one = self.get_object(request, unquote(object_id))
        other = self.get_object(request, request.POST.get("other", ""))
        if not self.has_judge_permission(request):
            raise PermissionDenied
        if one is None or other is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        back = self._url("change", one.pk)
        return self.or_say(request, back, lambda: self._judge(request, [(one, other)], back))

    def _judge(self, request, pairs: list, back: str):
        verdict = request.POST.get("verdict", "")
        for one, other in pairs:
            merging.judge(one=one, other=other, verdict=verdict, by=request.user, through="admin")
        many = f"{len(pairs)} pair{'' if len(pairs) == 1 else 's'}"
        self.message_user(request, f"{many}: {Verdict(verdict).label.lower()}.", messages.SUCCESS)
        return HttpResponseRedirect(back)

    def twins_view(self, request):
        """Likely twins among the records changed last, unjudged ones first; many judged at once."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        here = request.get_full_path()
        if not url_has_allowed_host_and_scheme(here, {request.get_host()}):
            here = self._url("twins")
        if request.method == "POST":
            return self.or_say(request, here, lambda: self._judge_many(request, here))
        newest = self.model._default_manager.order_by(
            F("digest__updated_at").desc(nulls_last=True), "pk"
        )
        page = Paginator(newest.values_list("pk", flat=True), AT_ONCE).get_page(
            request.GET.get("p")
        )
        context = {
            **self.admin_site.each_context(request),
            **self.rights_on_twins(request),
            "title": f"Likely twins among {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "page": page,
            "pairs": twins.of_many(self.opts.model_name, list(page.object_list)),
        }
        return TemplateResponse(request, "admin/twins.html", context)

    def _judge_many(self, request, back: str):
        if not self.has_judge_permission(request):
            raise PermissionDenied
        chosen = [pair.split("-") for pair in request.POST.getlist("pair")]
        if not chosen:
            raise ValidationError("Tick the pairs that the verdict is about.")
        found = [tuple(self.get_object(request, pk) for pk in pair) for pair in chosen]
        if any(len(pair) != 2 or None in pair for pair in found):
            raise ValidationError("One of the records is no longer there: load the list again.")
        return self._judge(request, found, back)

    # ------------------------------------------------------------ merging

    def merge_view(self, request, object_id):
        """Choose the record that stays, look at all that would move, then merge."""
        drop = self.get_object(request, unquote(object_id))
        if drop is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_merge_permission(request):
            raise PermissionDenied
        form = self._merge_form(request, merging.judged_same(drop))
        keep = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
        if request.method == "POST" and keep is not None:
            return self.or_say(
                request, request.get_full_path(), lambda: self._merge(request, keep, drop)
            )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge: {drop}",
            "object": drop,
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        if keep is not None:
            try:
                plan = merging.plan(keep=keep, drop=drop)
                plan.obstacles += self.merge_obstacles(request, keep, drop)
                noun, now = self.opts.model_name, records.document(keep)
                words = [item.sentence for item in items(noun, now, plan.result.document)]
                context |= {"keep": keep, "plan": plan, "changes": words}
                said = merging.judged_same(drop) == keep
                context["may_say_same"] = self.has_judge_permission(request) and not said
            except ValidationError as error:
                self.say(request, error.messages)
        return TemplateResponse(request, "admin/record_merge.html", context)

    def _merge_form(self, request, likely) -> forms.Form:
        into = autocomplete(
            self._own_reference(),
            label="Merge into",
            help_text="Its name, address and state stay; everything else moves to it.",
        )
        data = request.POST if request.method == "POST" else request.GET
        chosen = data.get("into", "")
        if chosen and not re.fullmatch(r"[0-9]{1,18}", chosen):
            self.say(request, [_("Choose the record that stays from the list.")])
            chosen = ""
        form = type("MergeForm", (forms.Form,), {"into": into})
        return form(data if chosen else None, initial={"into": likely})

    def _own_reference(self):
        """A foreign key to this kind of record: a form outside the model is searched like it."""
        fields = (
            (evidence.links[link] if link else evidence.model)._meta.get_field(name)
            for evidence in REGISTRY.values()
            for link, name in evidence.other_ends
        )
        return next(field for field in fields if field.related_model is self.model)

    def merge_obstacles(self, request, keep, drop) -> list[str]:
        """Why this person may not merge the two now, beside what lies in the records."""
        return []

    def _merge(self, request, keep, drop):
        if obstacles := self.merge_obstacles(request, keep, drop):
            raise ValidationError(obstacles)
        name = str(drop)
        merging.merge(keep=keep, drop=drop, by=request.user, through="admin")
        history = self._url("history", keep.pk)
        said = format_html(
            "“{}” is now one with “{}”. It can be taken back in the <a href='{}'>history</a>.",
            name,
            keep,
            history,
        )
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", keep.pk))

    def unmerge(self, request, obj):
        """Take a merge back from the history page."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        xid = request.POST["unmerge"]
        if not xid.isdecimal():
            raise ValidationError("No merge into this record happened then.")
        again = merging.unmerge(record=obj, xid=int(xid), by=request.user, through="admin")
        self.message_user(request, f"“{again}” is a record of its own again.", messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", again.pk))
