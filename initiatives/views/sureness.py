"""How sure are we of a record: one line that says it, and the reasons in plain words."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.evidence import FactEvidence
from initiatives.views.cells import Group, Happening
from sources.choices import Reliability

NEVER = 1900  # the year of a check that nobody made


def in_one_line(record, evidence: Iterable[FactEvidence]) -> str:
    """Independent sources, the best publisher among them, facts that rest on one alone, what weak
    ones alone give, the oldest check."""
    digest = getattr(record, "digest", None)
    if digest is None or not digest.sources:
        return _("No source supports it yet.")
    said = [
        ngettext("%d independent source", "%d independent sources", digest.sources) % digest.sources
    ]
    evidence = list(evidence)
    said += _best(digest, evidence)
    if digest.sources > 1 and digest.single_source:
        said.append(_alone(digest.single_source, digest.facts))
    if weak := weak_facts(evidence):
        said.append(_("only weak sources (D or E) give its %s") % wording.listed(weak))
    if digest.oldest_check and digest.oldest_check.year != NEVER:
        said.append(_("every fact checked on or after %s") % words(str(digest.oldest_check)))
    else:
        said.append(_("not every fact has a day of checking"))
    return "; ".join(said) + "."


def _best(digest, evidence: list[FactEvidence]) -> list[str]:
    """The best publisher that supports a value we follow, and a better one that supports none."""
    if not digest.best_reliability:
        return []
    letters = {c.reliability for fact in evidence for c in fact.citations if c.supports} - {""}
    letter = min(letters, default=digest.best_reliability)
    words = _("its publisher %s") if digest.sources == 1 else _("the best %s")
    said = [words % _rated(letter)]
    if digest.best_reliability < letter:
        better = _("one that is %s backs none of the values we follow")
        said.append(better % _rated(digest.best_reliability))
    return said


def _rated(letter: str) -> str:
    return f"{Reliability(letter).label.lower()} ({letter})"


def _alone(single: int, facts: int) -> str:
    """How many of the facts each rest on one of the several sources alone."""
    if single == facts:
        return _("each fact rests on one of them alone")
    number = {"n": single, "every": facts}
    words = ngettext(
        "%(n)d of %(every)d facts rests on one alone",
        "%(n)d of %(every)d facts rest on one alone",
        single,
    )
    return words % number


WEIGHTY = {
    "title": gettext_lazy("title"),
    "name": gettext_lazy("name"),
    "summary": gettext_lazy("summary"),
    "actual_start": gettext_lazy("start"),
    "planned_start": gettext_lazy("planned start"),
}


def weak_facts(evidence: Iterable[FactEvidence]) -> list[str]:
    """What a reader looks for first and finds supported by publishers of D or E alone."""
    evidence = list(evidence)
    found = [
        str(WEIGHTY[fact.address]) for fact in evidence if fact.address in WEIGHTY and fact.weak
    ]
    sums = [
        fact.weak
        for fact in evidence
        if fact.link_table == "funding_links"
        and fact.field == "amount"
        and fact.value not in (None, "undisclosed")
    ]
    if number := sum(sums):
        part = ngettext("%(n)d sum of money", "%(n)d sums of money", number) % {"n": number}
        found.append(_("money") if number == len(sums) else part)
    return found


def sureness(record, differing: int) -> list[str]:
    """The digest in plain words; ``differing`` counts subjects on which the accounts differ."""
    digest = getattr(record, "digest", None)
    if digest is None:
        return [_("Nothing is known yet about the evidence of this record.")]
    return [
        *_support(digest),
        *_doubt(digest, len(record.missing.all()), differing),
        *_checked(digest),
    ]


def _support(digest) -> list[str]:
    cited = digest.facts - digest.uncited
    lines = [
        ngettext("%d fact, with its source.", "%d facts, each with its source.", cited) % cited
    ]
    if digest.uncited:
        lines.append(
            ngettext(
                "%d fact has no source that supports it yet.",
                "%d facts have no source that supports them yet.",
                digest.uncited,
            )
            % digest.uncited
        )
    return lines


def differing(disputes: list[Group], events: list[Happening]) -> int:
    """On how many subjects the accounts differ, of the record itself and of its events."""
    return len(disputes) + sum(len(event.disputes) for event in events)


def _doubt(digest, missing: int, differing: int) -> list[str]:
    lines = []
    if digest.disputed:
        lines.append(
            ngettext(
                "On %d fact the sources disagree; both values are shown.",
                "On %d facts the sources disagree; all values are shown.",
                digest.disputed,
            )
            % digest.disputed
        )
    elif not differing:
        lines.append(_("No source contradicts another on a fact."))
    if differing:
        lines.append(
            ngettext(
                "On %d subject the accounts differ; all of them are shown.",
                "On %d subjects the accounts differ; all of them are shown.",
                differing,
            )
            % differing
        )
    if digest.single_source:
        lines.append(_single(digest.single_source, digest.facts))
    if missing:
        lines.append(
            ngettext(
                "%d value is missing; the reason stands in its place.",
                "%d values are missing; the reason stands in their place.",
                missing,
            )
            % missing
        )
    return lines


def _single(single: int, facts: int) -> str:
    if single == facts:
        return _("None of the facts has a second source that is independent.")
    said = ngettext(
        "%(n)d of the %(every)d facts rests on one source alone.",
        "%(n)d of the %(every)d facts rest on one source alone.",
        single,
    )
    return said % {"n": single, "every": facts}


def _checked(digest) -> list[str]:
    oldest = digest.oldest_check
    if oldest is None or oldest.year == NEVER:
        return []
    months = (timezone.now().date() - oldest).days / 30.44
    if months <= settings.ATLAS_STALE_MONTHS:
        return []
    return [_("Some checks are old; the pages behind them may have changed.")]
