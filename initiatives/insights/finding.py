"""The public initiative or actor that somebody means: by slug, by an old slug, or by a name."""

from django.utils.translation import gettext as _

from actors.models import Actor
from atlas.kit.filters import MEANT, BadValue, Offer, named_like, several
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
        words = _("There is no initiative or actor “%s”.") % text[:100]
        raise BadValue(words, allowed, meant(text), text)
    return record


def initiative_called(text: str) -> Initiative:
    """The same of initiatives alone."""
    record = find(text, "initiative")
    if record is None:
        allowed = [_("the slug or a name of an initiative")]
        words = _("There is no initiative “%s”.") % text[:100]
        raise BadValue(words, allowed, meant(text, "initiative"), text)
    return record


def meant(text: str, *nouns: str) -> list[Offer]:
    """Public initiatives and actors with a name like the text."""
    public = [MODELS[noun].objects.published() for noun in nouns or MODELS]
    offers = [offer for records in public for offer in named_like(records, text)]
    return list({offer.value: offer for offer in offers}.values())[:MEANT]
