"""Choices of filters, links and marks of evidence, as lists have them."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atlas.kit import wording


def boxes(name: str, options: Iterable) -> SafeString:
    """A box for each ``listing.Option`` of the filter ``name``, with its count and a way out."""
    name, out = escape(name), escape(_("Leave out"))
    found = []
    for option in options:
        label = escape(option.label)
        count = "" if option.count is None else f" <i>{wording.number(option.count)}</i>"
        if option.directly:
            label += f' <small class="quiet">{escape(option.directly)}</small>'
        found.append(
            f'<div class="option"><label><input type="checkbox" name="{name}"'
            f' value="{escape(option.value)}"{" checked" if option.chosen else ""}>'
            f" <span>{label}</span>{count}</label>"
        )
        if option.leave_out:
            named = escape(option.label)
            found.append(
                f'<a class="out" href="{escape(option.leave_out)}" rel="nofollow" title="{out}"'
                f' aria-label="{out} {named}">−</a>'
            )
        found.append("</div>")
    return mark_safe("".join(found))


def choices(options: Iterable) -> SafeString:
    """An ``option`` of a select for each ``listing.Option``."""
    return mark_safe(
        "".join(
            f'<option value="{escape(one.value)}">{escape(one.label)} ({one.count})</option>'
            for one in options
        )
    )


def links(records: Iterable) -> SafeString:
    """Items of a list that lead to records."""
    return mark_safe(
        "".join(
            f'<li><a href="{escape(one.get_absolute_url())}">{escape(str(one))}</a></li>'
            for one in records
        )
    )


def facts(pairs: Iterable[tuple[str, object]]) -> SafeString:
    """Terms, each with what is said of it: words, records, or nothing."""
    missing = f'<dd class="quiet">{escape(_("not stated"))}</dd>'
    found = []
    for label, value in pairs:
        said = missing
        if isinstance(value, str):
            said = f"<dd>{escape(value)}</dd>"
        elif value:
            said = f'<dd><ul class="inline">{links(value)}</ul></dd>'
        found.append(f"<dt>{escape(label)}</dt>{said}")
    return mark_safe("\n".join(found))


def tags(records: Iterable, kind: str) -> SafeString:
    """Links marked by the slug of what they lead to."""
    return mark_safe(
        "\n".join(
            f'<a class="{kind} {kind}--{escape(one.slug)}" href="{escape(one.get_absolute_url())}">'
            f"{escape(str(one))}</a>"
            for one in records
        )
    )


def weight(digest, full: int) -> SafeString:
    """How many sources a record has, and on how much they disagree; nothing without a digest."""
    if not digest:
        return mark_safe("")
    said = _("no source yet")
    if digest.sources:
        said = ngettext("%s source", "%s sources", digest.sources) % digest.sources
    mark = f'<span class="weight weight--{full}">{escape(said)}</span>'
    if digest.disputed:
        said = ngettext("%s fact disputed", "%s facts disputed", digest.disputed) % digest.disputed
        mark += f' <span class="disputed">{escape(said)}</span>'
    return mark_safe(mark)


def own_name(name, language: str) -> SafeString:
    """A name in the reader's language, with the language said."""
    return mark_safe(
        f' <span class="own-name" lang="{escape(name.language)}" title="{escape(str(language))}">'
        f"{escape(name.name)}</span>"
    )
