"""The forms of readers: a correction of one record, or a new record."""

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.desk import proposals
from atlas.desk.choices import Kind
from atlas.desk.models import Suggestion
from atlas.kit import dates, records
from atlas.kit.facts import REGISTRY

SALT = "atlas.desk.begun"
DAY = 24 * 3600
LONG = 5000
STALE = gettext_lazy(
    "The form was open for more than a day. Nothing is lost: look it over and send it again."
)
HASTY = gettext_lazy("That was very quick. Nothing is lost: look it over and send it again.")
TRAPPED = gettext_lazy(
    "A field that has to stay empty was filled in, perhaps by your browser. Empty it and send it"
    " again."
)


def contact_promise() -> str:
    days = {"decided": settings.ATLAS_CONTACT_DAYS_DECIDED, "made": settings.ATLAS_CONTACT_DAYS}
    return (
        _(
            "Give it only if an editor may write to you with a question. Nobody else sees it. It"
            " is deleted %(decided)d days after the decision, and at the latest %(made)d days from"
            " now."
        )
        % days
    )


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": LONG})


class WebAddress(forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]


class SuggestionForm(forms.Form):
    """What both kinds ask for: the source, a note, a way to ask back, and proof of patience."""

    source_url = WebAddress(
        label=gettext_lazy("Source: its address on the web"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=gettext_lazy(
            "The page or file that says so, such as https://example.org/report.pdf. If it is not"
            " on the web, leave this empty and name it below."
        ),
        error_messages={
            "invalid": gettext_lazy(
                "This is not an address we can open: it begins with https:// or http://."
            )
        },
    )
    source_title = forms.CharField(
        label=gettext_lazy("Source: its title, if it is not on the web"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("With publisher and date, so that an editor can find it."),
    )
    locator = forms.CharField(
        label=gettext_lazy("Where in the source"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Page, paragraph or table. A short page needs none."),
    )
    note = forms.CharField(
        label=gettext_lazy("Anything else we should know"),
        max_length=LONG,
        required=False,
        widget=area(4),
    )
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}),
        help_text=lazy(contact_promise, str)(),
        error_messages={
            "invalid": gettext_lazy("This is not an e-mail address. You may leave it empty.")
        },
    )
    homepage = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    begun = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False
    OPTIONAL = ("source_title", "locator", "note", "contact")

    def get_initial_for_field(self, field, field_name):
        if field_name == "begun":
            return begun()
        return super().get_initial_for_field(field, field_name)

    @property
    def shown(self) -> list:
        """The fields a reader fills in, each tied to its hint and its error."""
        found = [self[name] for name in self.fields if name not in ("homepage", "begun")]
        for bound in found:
            marks = [f"h-{bound.name}"] if bound.help_text else []
            if bound.errors:
                bound.field.widget.attrs["aria-invalid"] = "true"
                marks.append(f"e-{bound.name}")
            if marks:
                bound.field.widget.attrs["aria-describedby"] = " ".join(marks)
        return found

    def clean(self):
        cleaned = super().clean()
        names = ("source_url", "source_title")
        if not any(cleaned.get(name) or name in self.errors for name in names):
            self.add_error("source_url", _("Name a source: nothing enters the atlas without one."))
        if cleaned.get("homepage"):
            self.add_error(None, TRAPPED)
        self._check_pace(cleaned.get("begun", ""))
        return cleaned

    def _check_pace(self, mark: str) -> None:
        """Refuse what no person can have typed; the same form sent again is old enough."""
        try:
            signing.loads(mark, salt=SALT, max_age=DAY)
        except signing.BadSignature:
            self.data = self.data.copy()
            self.data["begun"] = begun()
            self.add_error(None, STALE)
            return
        try:
            signing.loads(mark, salt=SALT, max_age=settings.ATLAS_SUGGESTION_SECONDS)
        except signing.SignatureExpired:
            return
        self.add_error(None, HASTY)


def begun() -> str:
    """A signed mark of this moment."""
    return signing.dumps("", salt=SALT)


class CorrectionForm(SuggestionForm):
    """One fact of a public record, or the record as a whole in words."""

    fact = forms.ChoiceField(
        label=gettext_lazy("What is wrong or missing"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("The record has no such fact; choose one of the list.")
        },
    )
    value = forms.CharField(
        label=gettext_lazy("What it should say"),
        max_length=LONG,
        required=False,
        widget=area(3),
        help_text=gettext_lazy(
            "Write a date as 2018, 2018-09 or 2018-09-14. If what stands there should go, leave"
            " this empty and say why under “Anything else”."
        ),
    )
    field_order = ("fact", "value")

    def __init__(self, *args, record, **kwargs):
        self.record = record
        self.options = {choice.address: choice for choice in proposals.choices(record)}
        super().__init__(*args, **kwargs)
        whole = ("", _("Something else, or the page as a whole"))
        self.fields["fact"].choices = [whole, *map(_option, self.options.values())]

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("value") or cleaned.get("note")) and not {"value", "note"} & {
            *self.errors
        }:
            self.add_error(
                "value", _("Say what it should say here, or explain under “Anything else”.")
            )
        chosen = self.options.get(cleaned.get("fact", ""))
        if chosen and cleaned.get("value", "").strip() == chosen.value.strip() != "":
            self.add_error("value", _("This is what the record says now."))
        if chosen and cleaned.get("value"):
            self._check_date(chosen.address, cleaned["value"].strip())
        return cleaned

    def _check_date(self, address: str, value: str) -> None:
        """A date nobody can read is asked for again; an editor could not put it in either."""
        column = proposals.column_at(records.noun_of(self.record), address)
        if column is None or column.kind != "edtf":
            return
        try:
            dates.parse(value)
        except ValidationError as error:
            hint = _("Words of the source go under “Anything else”.")
            self.add_error("value", f"{error.messages[0]} {hint}")

    def suggestion(self) -> Suggestion:
        """Unsaved; with the proposed document as of now."""
        data, record = self.cleaned_data, self.record
        chosen = self.options.get(data["fact"])
        document, noun = records.document(record), records.noun_of(record)
        if chosen:
            document, _why = proposals.corrected(document, noun, chosen.address, data["value"])
        return Suggestion(
            kind=Kind.CORRECTION,
            noun=noun,
            uid=record.uid,
            title=str(record)[:300],
            version=record.digest.version if hasattr(record, "digest") else 0,
            fact=chosen.address if chosen else "",
            fact_label=chosen.label[:400] if chosen else "",
            was=chosen.value if chosen else "",
            value=data["value"],
            document=document,
            **{name: data[name] for name in SENT},
        )


SENT = ("source_url", "source_title", "locator", "note", "contact")


def _option(choice: proposals.Choice) -> tuple[str, str]:
    value = choice.value if len(choice.value) <= 60 else f"{choice.value[:57]}…"
    now = _("now: %s") % value if value else _("now empty")
    return choice.address, f"{choice.label} ({now})"


class NewForm(SuggestionForm):
    """A record the atlas does not have; what it must have is asked for, the rest is the note's."""

    name = forms.CharField(label=gettext_lazy("Its name"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    summary = forms.CharField(
        label=gettext_lazy("What it does, in your own words"),
        max_length=LONG,
        widget=area(5),
        help_text=gettext_lazy(
            "Who runs it, for whom, since when, with whose money: as far as you know."
        ),
    )
    website = forms.URLField(
        label=gettext_lazy("Its website"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    field_order = ("name", "kind", "summary", "website")
    OPTIONAL = (*SuggestionForm.OPTIONAL, "website")

    def __init__(self, *args, noun, **kwargs):
        self.noun = noun
        super().__init__(*args, **kwargs)
        kinds = REGISTRY[noun].model._meta.get_field("kind").choices
        self.fields["kind"].choices = [("", _("Choose one")), *kinds]

    def suggestion(self) -> Suggestion:
        data = self.cleaned_data
        title = "title" if self.noun == "initiative" else "name"
        given = {title: data["name"]} | {n: data[n] for n in ("kind", "summary", "website")}
        return Suggestion(
            kind=Kind.NEW,
            noun=self.noun,
            title=data["name"],
            document=proposals.new(self.noun, given),
            **{name: data[name] for name in SENT},
        )
