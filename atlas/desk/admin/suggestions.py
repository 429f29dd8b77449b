"""The queue of suggestions: who decides sees the difference, the source and what the gate says."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.timesince import timesince

from atlas.desk import actions, proposals
from atlas.desk.admin.deciding import DecidedAdmin
from atlas.desk.choices import Kind
from atlas.desk.models import Suggestion
from atlas.kit import differences
from atlas.kit.facts import REGISTRY
from atlas.kit.tables import TABLES

VERDICTS = ("accept", "settle", "decline")
ALIKE = 5  # records of a similar name shown beside a new one


class DecisionForm(forms.Form):
    """One verdict, and the words for whoever sent the suggestion."""

    verdict = forms.ChoiceField(choices=[(word, word) for word in VERDICTS])
    answer = forms.CharField(
        required=False,
        max_length=2000,
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown to whoever has the reference number. Needed to decline.",
    )
    cite = forms.BooleanField(
        required=False,
        initial=True,
        label="Cite the source given (untick only if the evidence on file says it already)",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verdict") == "decline" and not cleaned.get("answer", "").strip():
            self.add_error("answer", "Say why: whoever sent it reads this.")
        return cleaned


@admin.register(Suggestion)
class SuggestionAdmin(DecidedAdmin):
    """Nobody edits what somebody else suggested: it is accepted or declined."""

    list_display = ("reference", "state", "kind", "noun", "title", "what", "age", "decided_by")
    list_filter = ("state", "kind", "noun")
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("reference", "title", "note", "source_url")
    decision_form = DecisionForm
    decision_template = "admin/suggestion.html"

    def get_queryset(self, request):
        return super().get_queryset(request).in_order()

    def get_ordering(self, request):
        return ()

    def may_decide(self, request) -> bool:
        return request.user.has_perm("desk.decide_suggestion")

    @admin.display(description="what")
    def what(self, obj):
        return obj.fact_label or ("the page as a whole" if obj.kind == Kind.CORRECTION else "")

    @admin.display(description="age", ordering="made_at")
    def age(self, obj):
        return timesince(obj.made_at, timezone.now(), depth=1)

    # ------------------------------------------------------------ one suggestion

    def page_of(self, request, suggestion) -> dict:
        return {
            **shown(suggestion),
            "title": f"Suggestion {suggestion.reference}",
            "may_decide": self.may_decide(request) and suggestion.is_open,
        }

    def decide(self, request, suggestion, data):
        verdict, answer = data["verdict"], data["answer"]
        if verdict == "accept":
            done = actions.accept(
                suggestion=suggestion, by=request.user, answer=answer, cite=data["cite"]
            )
        else:
            action = {"settle": actions.settle, "decline": actions.decline}[verdict]
            done = action(suggestion=suggestion, by=request.user, answer=answer)
        said = f"{done.reference}: {done.get_state_display().lower()}."
        self.message_user(request, said, messages.SUCCESS)
        if verdict == "accept" and not proposals.source_on_file(done.source_url):
            unsaid = "The source that was given is not on file: nothing cites it yet."
            self.message_user(request, unsaid, messages.WARNING)
        record = actions.record_of(done)
        if verdict == "accept" and done.kind == Kind.NEW and record is not None:
            return HttpResponseRedirect(edit_url(record))
        return HttpResponseRedirect(reverse("admin:desk_suggestion_changelist"))


def edit_url(record) -> str:
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])


def shown(suggestion: Suggestion) -> dict:
    """What the page says of it: both sides, the source, what is known beside."""
    record = actions.record_of(suggestion)
    now, proposed, why = actions.proposed(suggestion, record)
    source = proposals.source_on_file(suggestion.source_url)
    chosen = next(
        (c for c in proposals.choices(record) if c.address == suggestion.fact),
        None,
    ) if record and suggestion.fact and suggestion.is_open else None  # fmt: skip
    version = getattr(getattr(record, "digest", None), "version", suggestion.version)
    return {
        "suggestion": suggestion,
        "record": record,
        "edit": edit_url(record) if record else "",
        "changes": differences.items(suggestion.noun, now, proposed) if suggestion.is_open else [],
        "why": why if suggestion.is_open else "",
        "changed_since": suggestion.is_open and version != suggestion.version,
        "present": chosen.value if chosen else "",
        "moved": chosen is not None and chosen.value != suggestion.was,
        "source": source,
        "source_edit": edit_url(source) if source else "",
        "source_add": _source_add(suggestion),
        "alike": _alike(suggestion) if suggestion.kind == Kind.NEW else [],
    }


def _source_add(suggestion: Suggestion) -> str:
    """The form of a new source, with what the reader gave filled in."""
    opts = TABLES["sources"].parts[0].model._meta
    given = {"url": suggestion.source_url, "title": suggestion.source_title}
    try:
        path = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
    except NoReverseMatch:
        return ""
    return f"{path}?{urlencode({name: text for name, text in given.items() if text})}"


def _alike(suggestion: Suggestion) -> list:
    """Records that are called nearly the same: perhaps it is here already."""
    found = REGISTRY[suggestion.noun].model._default_manager.search(suggestion.title)
    return [(one, edit_url(one)) for one in found[:ALIKE]]
