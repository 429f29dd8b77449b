"""What editors do with sources beyond saving them: cite, merge, delete."""

import hashlib
import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from atlas.kit import dates, gate
from atlas.kit.actions import redirect
from atlas.kit.choices import State
from atlas.kit.evidence import FactEvidence, for_record
from atlas.kit.facts import PROSE_MARK, REGISTRY
from atlas.kit.history import door
from atlas.kit.naming import fact_words, link_rows
from sources.models import LinkCheck, Publisher, Source

CITED = "take these citations out on the records’ forms, or merge it into another source."
FEW = 20  # places named in one refusal
PLACE = ("link_ref", "field", "locator")  # where in a record and in a source a citation stands


def same_as_ours(fact: FactEvidence) -> str:
    """What a source says that says the same as we do: our value, for prose its fingerprint."""
    if fact.kind != "prose":
        return fact.value
    text = fact.value.strip(" \t\r\n").encode()
    return PROSE_MARK + hashlib.sha256(text).hexdigest()[:16]


def said_of(fact: FactEvidence, says: str) -> str:
    """What a citation stores where an editor wrote ``says``; empty means the same as we say."""
    if not says:
        if fact.value is None:
            raise ValidationError(
                _("We have no value here: write what the source says, or leave it out.")
            )
        return same_as_ours(fact)
    if fact.kind == "prose":
        raise ValidationError(
            _("Leave this empty for running text: we keep a fingerprint of the wording checked.")
        )
    if fact.kind == "edtf":
        dates.validate(says)
    if fact.kind == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", says, re.ASCII):
        raise ValidationError(_("“%s” is not a number.") % says)
    return says


@transaction.atomic
def cite(
    *,
    record,
    facts: Iterable[FactEvidence],
    source: Source,
    locator: str = "",
    by=None,
    through="action",
    says: dict[str, str] | None = None,
    **checked,
) -> list:
    """Note that ``source`` says of each fact what we say; its one older citation is renewed.

    ``says`` gives, by the fact's address, what the source says where it says something else;
    ``checked`` takes ``checked_on``, ``checked_by`` and ``credibility``.  Raises ValidationError.
    """
    says = says or {}
    evidence = REGISTRY[record._meta.model_name]
    citation, noun = evidence.citation, evidence.noun
    columns = {table: name for name, table in citation.LINKS.items()}
    values = checked | ({"locator": locator} if locator else {})
    made = []
    with door(through, by):
        for fact in facts:
            place = {noun: record, "field": fact.field, "source": source}
            if fact.link_table:
                model = evidence.links[fact.link_table]
                place[columns[fact.link_table]] = model._default_manager.get(key=fact.link_key)
                older = citation.objects.filter(**place)
            else:
                older = citation.objects.filter(**place, link_ref="")
            older = older[:2]
            row = older[0] if len(older) == 1 else citation(**place)
            said = said_of(fact, says.get(fact.address, ""))
            for name, value in {**values, "says": said}.items():
                setattr(row, name, value)
            row.save()
            made.append(row)
    return made


@transaction.atomic
def renew(*, record, keys: Iterable[str], by=None, through="action", **checked) -> int:
    """Note that these citations of the record still hold: their sources were looked at again."""
    evidence = REGISTRY[record._meta.model_name]
    rows = evidence.citation.objects.filter(**{evidence.noun: record}, key__in=list(keys))
    with door(through, by):
        return rows.update(**checked)


@transaction.atomic
def take_source(*, title: str, publisher: str, url: str = "", by=None, through="action", **values):
    """The source with this address, or a new one; its publisher is found again by name.

    ``values`` takes ``published``, ``archived_url``, ``kind`` and ``slug``.  A new publisher stays
    unrated (F) until somebody judges it.
    """
    found = Source.objects.on_file(url)
    if found is not None:
        return found
    with door(through, by):
        house = Publisher.objects.named(publisher)
        if house is None:
            house = Publisher(name=publisher, slug=free_slug(Publisher, publisher))
            house.full_clean()
            house.save()
        slug = values.pop("slug", "") or free_slug(Source, title)
        source = Source(title=title, publisher=house, url=url, slug=slug, **values)
        source.accessed = timezone.localdate()
        source.save()
    return source


def free_slug(model, text: str) -> str:
    """A slug made from ``text`` that no other row of the model has."""
    stem = slugify(text)[:100].strip("-") or model._meta.model_name
    taken = set(model.objects.slugs_from(stem))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)


def uncited(record) -> list[FactEvidence]:
    """The record's facts that no source supports."""
    return [f for f in for_record(record._meta.model_name, record.pk) if f.uncited]


@transaction.atomic
def delete_source(*, source: Source, by=None, through="action") -> Source:
    """Delete a source; refused while a public record cites it, as that changes by review only."""
    if source.derivations.exists():
        raise ValidationError(f"Other sources are derived from “{source}”.")
    if places := _public_places(source):
        raise ValidationError([f"Public records cite “{source}”: {CITED}", *places])
    with door(through, by), transaction.atomic():
        Source.objects.filter(pk=source.pk).delete()
        gate.check()
    return source


def _public_places(source: Source) -> list[str]:
    """The facts of public records that cite the source, in words; the first few."""
    found = []
    for evidence in REGISTRY.values():
        public = {f"{evidence.noun}__state": State.PUBLISHED}
        cited = evidence.citation.objects.filter(source=source, **public)
        for citation in cited.select_related(evidence.noun).order_by("pk")[: FEW - len(found)]:
            record = getattr(citation, evidence.noun)
            found.append(f"{record}: {_fact_of(evidence, citation)}.")
    return found


@transaction.atomic
def follow(*, source: Source, by=None, through="action") -> Source:
    """Give a source the address that its old one leads to for good."""
    held = LinkCheck.objects.about(source)
    if held is None or not held.final_url:
        raise ValidationError(f"The address of “{source}” is not known to have moved.")
    source.url = held.final_url
    source.full_clean()
    with door(through, by):
        source.save()
        gate.check()
    return source


@transaction.atomic
def merge_sources(*, keep: Source, drop: Source, by=None, through="action") -> Source:
    """Make ``drop`` one with ``keep``: citations move, its address leads to the kept one.

    Refused where both are cited for one fact at one place with different words: one source
    cannot say two things there, and only an editor can tell which it says.
    """
    if keep.pk == drop.pk:
        raise ValidationError("A source cannot be merged with itself.")
    clashes = [clash for e in REGISTRY.values() for clash in _clashes(e, keep, drop)]
    if clashes:
        raise ValidationError(clashes)
    note = {"noun": "source", "keep": keep.pk, "drop": drop.pk}
    with door(through, by, merge=note), transaction.atomic():
        for evidence in REGISTRY.values():
            _move_citations(evidence, keep, drop)
        Source.objects.filter(pk=keep.pk, derived_from=drop).update(derived_from=None)
        Source.objects.filter(derived_from=drop).update(derived_from=keep)
        redirect(kind="source", old=drop.slug, new=keep.slug)
        Source.objects.filter(pk=drop.pk).delete()
        gate.check()
    keep.refresh_from_db()
    return keep


def _move_citations(evidence, keep: Source, drop: Source) -> None:
    """Point citations at the kept source; those it has word for word already are dropped."""
    same = (evidence.root, *PLACE, "says")
    kept = set(evidence.citation.objects.filter(source=keep).values_list(*same))
    moving = evidence.citation.objects.filter(source=drop)
    doubles = [pk for pk, *row in moving.values_list("pk", *same) if tuple(row) in kept]
    moving.filter(pk__in=doubles).delete()
    moving.update(source=keep)


def _clashes(evidence, keep: Source, drop: Source) -> list[str]:
    """Facts of which the two sources say different things at the same place."""
    place = (evidence.root, *PLACE)
    cited = evidence.citation.objects.filter(source=keep).values_list(*place, "says")
    ours = {tuple(where): says for *where, says in cited}
    found = []
    for citation in evidence.citation.objects.filter(source=drop).select_related(evidence.noun):
        says = ours.get(tuple(getattr(citation, name) for name in place))
        if says in (None, citation.says) or citation.says.startswith(PROSE_MARK):
            continue
        record = getattr(citation, evidence.noun)
        found.append(
            f"{record}: {_fact_of(evidence, citation)}: “{keep}” is cited as saying “{says}”,"
            f" “{drop}” as saying “{citation.says}” at the same place."
        )
    return found


def _fact_of(evidence, citation) -> str:
    table, _colon, pk = citation.link_ref.partition(":")
    if not table:
        return fact_words(evidence.model, citation.field)
    model = evidence.links[table]
    return fact_words(model, citation.field, link_rows(model).get(pk=pk))
