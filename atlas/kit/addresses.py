"""Addresses of records: who goes by one or went by it, and which are free."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from atlas.kit.models import RESERVED_SLUGS, Redirect

LENGTH = 100  # characters of an address made from a name


def holder(model, slug: str):
    """The record that goes by this address, or that it still leads to; None where it is free."""
    found = model._default_manager.filter(slug=slug).first()
    if found is not None:
        return found
    led = Redirect.objects.filter(kind=model._meta.model_name, old_slug=slug).values("slug")
    return model._default_manager.filter(slug__in=led).first()


def free_slug(model, wanted: str) -> str:
    """An address that no record has or had: applying to one in use would overwrite that record."""
    for number in range(1, 1000):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        old = Redirect.objects.filter(kind=model._meta.model_name, old_slug=slug)
        reserved = slug in RESERVED_SLUGS
        if not (reserved or model._default_manager.filter(slug=slug).exists() or old.exists()):
            return slug
    raise ValidationError(_("No address is free for it: “%s”.") % wanted)


def slug_of(model, name: str) -> str:
    """A free address made from a name; empty where the name has no Latin letters or digits."""
    words = slugify(name)[:LENGTH].strip("-")
    return free_slug(model, words) if words else ""


def refuse_taken(model, slug: str, mine=None) -> None:
    """Raise ValidationError where another record than ``mine`` goes by the address or went by it.

    It names that record and an address that is free: old addresses lead on for good.
    """
    found = holder(model, slug)
    if found is None or found == mine:
        return
    if found.slug == slug:
        said = _("“%(slug)s” is the address of “%(record)s”.")
    else:
        said = _("“%(slug)s” was the address of “%(record)s” and still leads there.")
    words = said % {"slug": slug, "record": found}
    free = _("“%s” is free.") % free_slug(model, slug)
    raise ValidationError({"slug": f"{words} {free}"})
