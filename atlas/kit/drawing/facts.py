"""Facts with their footnotes: each is a ``footnotes.Cell``."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def refs(cell) -> SafeString:
    """The numbers beside a fact, or the way to where they stand; nothing without a cell."""
    if numbers := getattr(cell, "refs", None):
        numbers = "".join(map(_ref, numbers))
    elif proof := getattr(cell, "proof", ""):
        there = escape(_("Sources on the other record’s page"))
        numbers = f'<a href="{escape(proof)}" title="{there}">→</a>'
    else:
        return NOTHING
    return mark_safe(f'<sup class="refs">{numbers}</sup>\n')


NOTHING = mark_safe("\n")


def _ref(ref) -> str:
    against = ' class="against"' if ref.against else ""
    return f'<a href="#{ref.anchor}" title="{escape(ref.title)}"{against}>{ref.mark}</a>'


def missing(cell) -> SafeString:
    """Why a fact has no value; nothing for one that has."""
    if cell.missing:
        why = escape(_("not stated (%(reason)s)") % {"reason": cell.missing})
        note = f": {escape(cell.missing_note)}" if cell.missing_note else ""
        return mark_safe(f'<p class="missing">{why}{note}</p>\n')
    if cell.words:
        return NOTHING
    why = escape(_("not stated (no source on file gives it)"))
    return mark_safe(f'<p class="missing">{why}</p>\n')


def value(cell, explain: bool = False) -> SafeString:
    """A fact as a row of a table has it; where the sources disagree, each with who says so.

    ``explain`` adds what an editor noted on single sources.
    """
    if cell.others:
        said = _disputed(cell)
    else:
        said = f'<span class="value">{_linked(cell)}{refs(cell)}</span>' if cell.words else ""
        said += _note(cell.note)
        said += "".join(map(_why, cell.why)) if explain else ""
    return mark_safe(f"{said}{missing(cell)}\n")


def _disputed(cell) -> str:
    """What we follow first, then what others say."""
    label, ours = escape(_("The sources disagree")), escape(_("the one we follow"))
    who = f'<p class="small quiet">{_according(cell)}</p>' if cell.publishers else ""
    notes = _note(cell.note) + "".join(map(_why, cell.why))
    others = "".join(
        f'<li><span class="value">{escape(other.words)}{refs(other)}</span>\n'
        f'<p class="small quiet">{_according(other)}</p>\n'
        f"{''.join(map(_note, other.notes))}</li>\n"
        for other in cell.others
    )
    return (
        f'<div class="dispute"><p class="label">{label}</p>\n<ul>\n'
        f'<li><span class="value">{_linked(cell)}{refs(cell)}</span>'
        f' <span class="followed">{ours}</span>\n{who}\n{notes}</li>\n{others}</ul></div>\n'
    )


def when(cell) -> SafeString:
    """A date in a cell of a table."""
    if not cell.words:
        return mark_safe(f"{missing(cell)}\n")
    return mark_safe(f"{escape(cell.words)}{refs(cell)}{differing(cell)}\n")


def differing(cell) -> SafeString:
    """What sources say otherwise, in a line each."""
    return mark_safe(
        "".join(
            f'<p class="small disputed">{escape(other.words)} {_according(other)}{refs(other)}</p>'
            for other in cell.others
        )
    )


def statements(rows: Iterable, voiced: bool = False) -> SafeString:
    """An item for each statement; ``voiced`` where whose it is stands above them."""
    return mark_safe("".join(_statement(row, voiced) for row in rows))


def _statement(row, voiced: bool) -> str:
    about = " · ".join(escape(part) for part in (row.property, row.number, row.date) if part)
    voice = ""
    if row.voice and not voiced:
        whose = {
            "opinion": _("Opinion of"),
            "assessment": _("Assessment by"),
            "plan": _("Planned by"),
        }.get(row.nature, _("Said by"))
        voice = f'<p class="voice">{whose} {escape(row.voice)}</p>'
    return (
        f'<li id="{escape(row.cell.anchor)}">\n<p class="label">{about}</p>\n'
        f"{value(row.cell, explain=True)}\n{voice}\n</li>\n"
    )


def _according(said) -> str:
    return escape(_("according to %(who)s") % {"who": said.publishers})


def _linked(cell) -> str:
    words = escape(cell.words)
    return f'<a href="{escape(cell.url)}">{words}</a>' if cell.url else words


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>' if text else ""


def _why(why) -> str:
    return f'<p class="note">{escape(why.who)}: {escape(why.text)}</p>'
