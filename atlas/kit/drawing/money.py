"""Rows of payments: who pays, what for, when, how much."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from atlas.kit.drawing.facts import differing, refs


def payments(rows: Iterable) -> SafeString:
    """A row of a table for each payment, its cells with their footnotes."""
    return mark_safe("".join(map(_payment, rows)))


def _payment(row) -> str:
    shared = ", ".join(f"<span{_at(cell)}>{_named(cell)}</span>" for cell in row.joint)
    lines = [
        f"<tr>\n<td{_at(row.funder)}>{_named(row.funder)}",
        _line("", _("paid by"), _to(row.giver)) if row.giver else "",
        _line("", _("shared by"), shared) if shared else "",
        _line(_at(row.recipient), _("paid to"), _named(row.recipient)) if row.recipient else "",
        _line("", _("in kind:"), escape(row.link.in_kind)) if row.link.in_kind else "",
        "".join(_line("", _("already contains:"), _contained(inner)) for inner in row.contains),
        f'<p class="note">{escape(row.link.note)}</p>' if row.link.note else "",
    ]
    kind = escape(row.type) or f'<span class="quiet">{_("kind not stated")}</span>'
    period = f"{_('for')} " if row.period else ""
    return (
        f"{chr(10).join(lines)}</td>\n<td>{kind}{_day(row.date)}{_day(row.period, period)}</td>\n"
        f"{_amount(row)}\n</tr>"
    )


def _amount(row) -> str:
    amount, missing = row.amount, ""
    said = escape(amount.words)
    if row.undisclosed:
        missing = " missing"
        said = escape(_("sum not stated (%(reason)s)") % {"reason": row.undisclosed})
    weak = f'<p class="small quiet">{escape(row.weak)}</p>' if row.weak else ""
    return (
        f'<td class="sum{missing}"{_at(amount)}>{said}{refs(amount)}{weak}{differing(amount)}</td>'
    )


def _at(cell) -> str:
    return f' id="{escape(cell.anchor)}"' if cell.anchor else ""


def _named(cell) -> str:
    words = escape(cell.words)
    if cell.url:
        return f'<a href="{escape(cell.url)}">{words}</a>{refs(cell)}'
    return f'<span class="quiet">{words}</span>{refs(cell)}'


def _to(record) -> str:
    return f'<a href="{escape(record.get_absolute_url())}">{escape(str(record))}</a>'


def _contained(inner) -> str:
    return f'<a href="{escape(inner.url)}">{escape(inner.words)}</a>'


def _line(at: str, label: str, said: str) -> str:
    return f'<p class="small quiet"{at}>{label} {said}</p>'


def _day(cell, before: str = "") -> str:
    return f"<br><span{_at(cell)}>{before}{escape(cell.words)}{refs(cell)}</span>" if cell else ""
