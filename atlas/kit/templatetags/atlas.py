"""Template tags of the site: query strings, and how values are read out."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from atlas.kit import dates, downloads, drawing, wording
from atlas.kit.languages import LANGUAGES, in_language

register = template.Library()


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The query string with some parameters set, or dropped where None; a filter drops the page."""
    data = context["request"].GET.copy()
    if "page" not in changes:
        data.pop("page", None)
    for name, value in changes.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = str(value)
    return f"?{data.urlencode()}" if data else context["request"].path


@register.simple_tag(takes_context=True)
def same_search(context, name):
    """The address of another view with this list's query string, without its page and order."""
    data = context["request"].GET.copy()
    for parameter in ("page", "ordering"):
        data.pop(parameter, None)
    return f"{reverse(name)}?{data.urlencode()}" if data else reverse(name)


@register.simple_tag
def link(name, **parameters):
    """The address of a list with filters already chosen."""
    return f"{reverse(name)}?{urlencode(parameters)}"


for name in set(drawing.__all__) - {"own_name"}:
    register.simple_tag(getattr(drawing, name), name=name)


@register.simple_tag(takes_context=True)
def own_name(context, names):
    """The name in the reader's language, where there is one, with the language said."""
    code = getattr(getattr(context, "request", None), "names_in", "")
    name = in_language(names, code) if code else None
    return drawing.own_name(name, LANGUAGES.get(name.language, name.language)) if name else ""


@register.inclusion_tag("_components/_files.html")
def list_files(noun):
    """Links to every format of a whole list."""
    return {"files": _files(f"/api/v1/{noun}/", downloads.offered(noun))}


@register.inclusion_tag("_components/_files.html")
def record_files(noun, slug, lacks=()):
    """Links to every format of one record; ``lacks`` says what keeps it out of those that hold
    only complete records."""
    formats = downloads.offered(noun, one=True)
    fit = [format_ for format_ in formats if format_.whole or not lacks]
    without = [format_.label for format_ in formats if format_ not in fit]
    files = _files(f"/api/v1/{noun}/{slug}/", fit)
    return {"files": files, "without": without, "lacks": [str(words) for words in lacks]}


def _files(path, formats) -> list[tuple[str, str]]:
    return [(format_.label, f"{path}?format={format_.name}") for format_ in formats]


@register.filter
def edtf(text) -> str:
    """“September 2018” for ``2018-09``; also takes a plain date."""
    if not text:
        return ""
    return dates.words(text if isinstance(text, str) else text.isoformat()[:10])


@register.filter
def number(value) -> str:
    return wording.number(value)


@register.filter
def said(word) -> str:
    """A kebab-case word as a label."""
    return wording.sentence(word or "")


@register.filter
def place(word) -> str:
    """A region's word as its name: ``south-eastern-asia`` is “South-eastern Asia”."""
    return wording.place(word or "")


@register.filter
def listed(words) -> str:
    return wording.listed([str(word) for word in words])


@register.filter
def reliability(letter) -> str:
    return wording.RELIABILITY.get(letter, "")


@register.filter
def credibility(digit) -> str:
    return wording.CREDIBILITY.get(digit, "")


@register.filter
def page_numbers(page):
    """The numbers of the pages around this one, of the first and of the last."""
    return page.paginator.get_elided_page_range(page.number)


@register.filter
def language(code) -> str:
    return LANGUAGES.get(code, code)


MARK = (
    '<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor"'
    ' stroke-width="2"><circle cx="16" cy="16" r="13"/><ellipse cx="16" cy="16" rx="5.6" ry="13"/>'
    '<path d="M3 16h26M5.2 9.4h21.6M5.2 22.6h21.6"/>'
    '<circle cx="21.2" cy="13" r="3.2" fill="currentColor" stroke="none"/></svg>'
)


@register.simple_tag
def mark():
    """The sign of the site: a globe's grid with one place on it."""
    return mark_safe(MARK)
