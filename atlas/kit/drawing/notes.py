"""The list of sources at a page's foot, with the facts that rest on each."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from atlas.kit import dates, wording
from atlas.kit.languages import LANGUAGES


def footnotes(notes: Iterable, suggest: str = "") -> SafeString:
    """An item for each ``footnotes.Note``; ``suggest`` is where its facts can be corrected."""
    return mark_safe("".join(_footnote(note, escape(suggest)) for note in notes))


def _footnote(note, suggest: str) -> str:
    source, author = note.source, ""
    if source.author:
        author = f"{escape(source.author)}, "
    said = [escape(dates.words(source.published)) if source.published else _("no date on it")]
    if source.language != "en":
        said.append(escape(str(LANGUAGES.get(source.language, source.language))))
    if day := note.checked_on:
        said.append(escape(_("checked %(day)s") % {"day": dates.words(day.isoformat())}))
    else:
        said.append(escape(_("not checked yet")))
    if source.url:
        there = f'<a class="outside" href="{escape(source.url)}" rel="noreferrer">'
        said.append(f"{there}{_('original')}</a>")
    reliability = str(wording.RELIABILITY.get(source.reliability, ""))
    return (
        f'<li id="{note.anchor}">\n<span class="no">{note.number}</span>\n<div>\n'
        f'<p class="title"><a href="{source.source_path}">{escape(source.source_title)}</a></p>\n'
        f'<p class="small quiet">{author}{escape(source.publisher_name)}'
        f' <span class="rating">{source.reliability}</span> {reliability} · {" · ".join(said)}</p>'
        f'\n<ul class="says">{"".join(_place(note, line, suggest) for line in note.lines)}</ul>\n'
        "</div>\n</li>"
    )


def _place(note, line, suggest: str) -> str:
    """One place in a source, with the facts that rest on it and what it says otherwise."""
    mark, at, shared = "", "", line.credibility
    if line.letter:
        mark, at = f"<b>{note.number}{line.letter}</b> ", f' id="{line.anchor}"'
    rank = f' <span class="quiet">· {_believed(shared)}</span>' if shared else ""
    uses = ' <span class="quiet">·</span> '.join(_use(use, not shared) for use in line.uses)
    mend = _mend(line.uses[0], suggest) if suggest and line.uses else ""
    return (
        f"<li{at}>\n<p>{mark}<span>{escape(line.locator) or 'whole page'}</span>{rank}</p>\n"
        f'<p class="back">{uses}</p>\n{mend}\n{"".join(map(_remark, line.remarks))}</li>'
    )


def _believed(digit: int) -> str:
    return escape(str(wording.CREDIBILITY.get(digit, "")))


def _use(use, ranked: bool) -> str:
    label = escape(use.label)
    said = f'<a href="#{escape(use.anchor)}">{label}</a>' if use.anchor else label
    if ranked and use.citation.credibility:
        said += f' <span class="quiet">({_believed(use.citation.credibility)})</span>'
    return said


def _mend(use, suggest: str) -> str:
    words = _('Suggest a correction<span class="unseen"> of %(what)s</span>')
    said = words % {"what": escape(use.label)}
    there = f"{suggest}&amp;fact={escape(quote(use.address))}"
    return f'<p class="back"><a class="quiet" href="{there}">{said}</a></p>'


def _remark(use) -> str:
    """Where the source puts it otherwise, and what an editor noted on it."""
    said = {
        "contradicts": _("says %(says)s") % {"says": escape(use.says)},
        "outdated": _("checked against an earlier wording"),
    }.get(use.citation.stance, "")
    said = f'<span class="disputed">{said}</span>. ' if said else ""
    if use.citation.stance == "unused":
        said = f"{_('cited although we give no value.')} "
    return f'<p class="note">{escape(use.label)}: {said}{escape(use.citation.note)}</p>'
