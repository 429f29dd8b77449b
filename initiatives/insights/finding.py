"""The public initiative or actor that somebody means: by slug, by an old slug, or by a name."""

from django.utils.translation import gettext as _

from actors.models import Actor
from atlas.kit.filters import BadValue, several
from atlas.kit.models import Redirect
from initiatives.models import Initiative

MODELS = {"initiative": Initiative, "actor": Actor}
Record = Initiative | Actor


def find(text: str, *nouns: str) -> Record | None:
    """The record, or None; raises BadValue where several have that name.

    A slug goes before an old slug, and this before a name; of the nouns the first goes before the
    others, but for names.
    """
    nouns = nouns or tuple(MODELS)
    for noun in nouns:
        moved = Redirect.objects.filter(kind=noun, old_slug=text).values_list("slug", flat=True)
        public = MODELS[noun].objects.published()
        if record := public.filter(slug=text).first() or public.filter(slug__in=moved).first():
            return record
    called = [MODELS[noun].objects.called(text) for noun in nouns]
    if problem := several(text, *called):
        raise problem
    return next((record for records in called for record in records), None)


def record_called(text: str) -> Record:
    """The initiative or actor; raises BadValue where there is none or more than one."""
    record = find(text)
    if record is None:
        allowed = [_("the slug or a name of an initiative or of an actor")]
        raise BadValue(_("There is no initiative or actor “%s”.") % text[:100], allowed)
    return record


def initiative_called(text: str) -> Initiative:
    """The same of initiatives alone."""
    record = find(text, "initiative")
    if record is None:
        allowed = [_("the slug or a name of an initiative")]
        raise BadValue(_("There is no initiative “%s”.") % text[:100], allowed)
    return record
