"""Filling in admin forms as a browser would: everything shown is sent back, with our changes."""

from django.contrib.auth.models import Group

from atlas.accounts.models import User
from atlas.desk import actions
from atlas.desk.models import Revision


def person(group: str, name: str = "") -> User:
    """A member of one of the editors' groups, which the template database has."""
    user = User.objects.create_user(name or group.lower() + "-of-the-test", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def change(record) -> str:
    """The address of a record's form."""
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def sent_back(response) -> dict[str, str]:
    """The POST data of an untouched admin form."""
    context = response.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = dict(context["desk"]["hidden"]) if "desk" in context else {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False:
                shown = bound.field.widget.format_value(value)
                several = getattr(bound.field.widget, "allow_multiple_selected", False)
                one = shown[0] if isinstance(shown, list) and shown and not several else shown
                data[bound.html_name] = one if several else one or ""
    return data


def let_in(record) -> None:
    """Somebody else approves the one change of a public record that waits."""
    [waiting] = Revision.objects.of(record).still_open()
    Revision.objects.filter(pk=waiting.pk).update(state="in-review")
    actions.approve(revision=waiting, by=person("Reviewer", f"approves-{waiting.pk}"))
    record.refresh_from_db()


def add_row(data: dict, prefix: str, **values) -> dict:
    """One more row in an inline."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    data |= {f"{prefix}-{number}-{name}": str(value) for name, value in values.items()}
    return data


def row_of(response, prefix: str, wanted) -> str:
    """The prefix of the inline row whose object fulfils ``wanted``."""
    for inline in response.context["inline_admin_formsets"]:
        if inline.formset.prefix == prefix:
            found = [f.prefix for f in inline.formset.initial_forms if wanted(f.instance)]
            return found[0]
    raise LookupError(prefix)


def refusals(response) -> list[str]:
    """Everything an admin page says went wrong, on the form or as messages."""
    context = response.context or {}
    said = [str(m) for m in context.get("messages", []) if m.level_tag == "error"]
    if "adminform" in context:
        for errors in context["adminform"].form.errors.values():
            said += errors
        for inline in context["inline_admin_formsets"]:
            said += inline.formset.non_form_errors()
            said += [e for form in inline.formset.errors for found in form.values() for e in found]
    return said
