"""One change to the chosen records, looked at before it is made."""

import hashlib

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit.admin import autocomplete
from atlas.kit.admin.moves import MOVES
from initiatives import models
from initiatives.actions import bulk
from sources.choices import Credibility
from sources.models import Source

MOST = 100  # records at once: each is tried out


def _source(**kwargs):
    return autocomplete(Source._meta.get_field("derived_from"), label=_("Source"), **kwargs)


def _believed(**kwargs):
    choices = [(value, f"{value} {label}") for value, label in Credibility.choices]
    return forms.TypedChoiceField(
        label=_("Credibility"),
        coerce=int,
        empty_value=None,
        choices=choices if kwargs.get("required", True) else [("", "—"), *choices],
        **kwargs,
    )


def _fields(name: str) -> dict[str, forms.Field]:
    """What a change asks for; made at need, as autocompletes know the admin's registry."""
    if name == "bulk_renew":
        every = _("Leave empty to renew what every supporting source says.")
        return {"source": _source(required=False, help_text=every)}
    if name == "bulk_credit":
        return {"source": _source(), "credibility": _believed()}
    if name == "bulk_theme":
        theme = models.InitiativeTheme._meta.get_field("theme")
        return {"theme": autocomplete(theme, label=_("Theme"))}
    locator = forms.CharField(label=_("Where in it"), max_length=300, required=False)
    return {
        "source": _source(help_text=_("Cited for every fact that no source supports yet.")),
        "locator": locator,
        "credibility": _believed(required=False),
    }


CHANGES = {  # name -> (words, what writes it, the nouns it is for)
    "bulk_renew": (gettext_lazy("Still says so: renew checks"), bulk.renewing, ()),
    "bulk_credit": (gettext_lazy("Set the credibility of a source"), bulk.crediting, ()),
    "bulk_cite": (gettext_lazy("Cite one source for these"), bulk.citing, ()),
    "bulk_theme": (gettext_lazy("Add a theme"), bulk.theming, ("initiative",)),
}


MOVED = {  # the actions of every record's list -> the way they go
    "publish_selected": "publish",
    "review_selected": "review",
    "withdraw_selected": "withdraw",
    "unpublish_selected": "unpublish",
}
ONWARD = ("publish_selected", "review_selected")


class BulkPages:
    """Mixin of a record's admin: actions that ask, show what they would do, and do it."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        for name in MOVED.keys() & actions.keys():
            actions[name] = (_asked(name), name, actions[name][2])
        if self.has_change_permission(request):
            for name, (words, _write, nouns) in CHANGES.items():
                if not nouns or self.opts.model_name in nouns:
                    actions[name] = (_asked(name), name, words)
        return actions

    def bulk_change(self, request, queryset, name: str):
        """Ask, preview, apply: three posts of one page."""
        words = self.get_actions(request)[name][2]
        number = queryset.count()
        if number > MOST:
            said = _("%(n)d records are chosen; at most %(most)d can be changed at once.")
            raise ValidationError(said % {"n": number, "most": MOST})
        asked = "_look" in request.POST or "_apply" in request.POST
        form = _form(name, request.POST if asked else None)
        effects, mark = [], ""
        if asked and form.is_valid():
            effects = self._bulk(request, queryset, name, form, really=False)
            mark = _mark(effects)
            if "_apply" in request.POST:
                if request.POST.get("mark") == mark:
                    return self._bulk_done(request, queryset, name, form)
                said = _("Something changed meanwhile: look at it again before it is done.")
                self.message_user(request, said, messages.WARNING)
        context = {
            **self.admin_site.each_context(request),
            "title": words,
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "name": name,
            "chosen": queryset,
            "checkbox": ACTION_CHECKBOX_NAME,
            "effects": effects,
            "changed": sum(1 for e in effects if e.changes and not e.refused),
            "mark": mark,
            "moves": name in MOVED,
        }
        return TemplateResponse(request, "admin/bulk.html", context)

    def _bulk(self, request, queryset, name: str, form, *, really: bool) -> list[bulk.Effect]:
        """What it does to each record, or would do."""
        given, by = dict(form.cleaned_data), request.user
        why = given.pop("why")
        if name in MOVED:
            move = MOVES[MOVED[name]]
            if move.name == "publish":
                way = bulk.together(publish_many=lambda them: self.publish_all(request, them))
            else:
                way = bulk.one_by_one(action=move.action, by=by)
            return bulk.move_many(queryset=queryset, move=way, by=by, why=why, really=really)
        write = CHANGES[name][1](**given)
        if really:
            return bulk.change_many(queryset=queryset, write=write, by=by, why=why)
        return [bulk.preview(record=record, write=write, by=by) for record in queryset]

    def _bulk_done(self, request, queryset, name: str, form):
        """Do it, and say what became of each record; back to the list."""
        done = self._bulk(request, queryset, name, form, really=True)
        waits = [effect for effect in done if effect.waits]
        changed = [effect for effect in done if effect.outcome is not None and not effect.waits]
        if changed:
            said = ngettext("%d record is changed.", "%d records are changed.", len(changed))
            self.message_user(request, said % len(changed), messages.SUCCESS)
        if waits:
            said = ngettext(
                "%d published record: the change waits for a reviewer.",
                "%d published records: the changes wait for a reviewer.",
                len(waits),
            )
            self.message_user(request, said % len(waits), messages.SUCCESS)
        for effect in done:
            for reason in effect.refused:
                self.message_user(request, f"“{effect.record}”: {reason}", messages.ERROR)
        if not changed and not waits:
            self.message_user(request, _("Nothing was changed."), messages.WARNING)


def _form(name: str, data) -> forms.Form:
    """A reason is asked for as on the form of one record: moving a draft onward needs none."""
    why = forms.CharField(
        label=_("Why"),
        required=name not in ONWARD,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("For the reviewer and the history."),
    )
    fields = {**({} if name in MOVED else _fields(name)), "why": why}
    return type("BulkForm", (forms.Form,), fields)(data)


def _asked(name: str):
    def action(modeladmin, request, queryset):
        return modeladmin.bulk_change(request, queryset, name)

    return action


def _mark(effects: list[bulk.Effect]) -> str:
    """The same for the same preview: what is done is what was seen."""
    said = [[str(e.record.pk), *e.changes, *e.refused] for e in effects]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
