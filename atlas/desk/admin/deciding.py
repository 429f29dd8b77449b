"""A page on which what somebody else sent in is decided, never edited."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy


class VerdictForm(forms.Form):
    """One verdict, with words for the author and the history.

    ``seen`` is the state of what it is about; ``verdicts`` are those a subclass takes.
    """

    verdicts: tuple[str, ...] = ()
    verdict = forms.ChoiceField()
    seen = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        required=False,
        max_length=5000,
        label=gettext_lazy("In words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed to send it back, and for a comment."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = [(word, word) for word in self.verdicts]


class DecidedAdmin(admin.ModelAdmin):
    """Lists what waits and shows one with a form of verdicts.

    Says by ``decision_form``, ``decision_template``, ``initial_of``, ``page_of`` (context) and
    ``decide`` (the verdict carried out; its ValidationError is shown above the form) what is
    decided here.
    """

    decision_form: type[forms.Form]
    decision_template: str
    list_select_related = ("decided_by",)
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_decide(self, request) -> bool:
        """Whether a verdict is taken at all; the actions ask for more."""
        return True

    def initial_of(self, found) -> dict:
        return {}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, unquote(object_id))
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        form, refused = self.decision_form(initial=self.initial_of(found)), []
        if request.method == "POST":
            if not self.may_decide(request):
                raise PermissionDenied
            form = self.decision_form(request.POST)
            if form.is_valid():
                try:
                    return self.decide(request, found, form.cleaned_data)
                except ValidationError as error:
                    refused = error.messages
        context = {
            **self.admin_site.each_context(request),
            **self.page_of(request, found),
            "opts": self.opts,
            "form": form,
            "refused": refused,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.decision_template, context)
