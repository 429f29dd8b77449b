"""One thing found, and why: its name or another of its names, or a passage, with marks."""

from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actors.choices import NameKind
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.search import Asked, showing
from atlas.kit.search.matching import LIKE, STEP
from initiatives.views.rows import DOTS, status_words

GIST = 180  # characters of a summary where no passage was found


@dataclass
class Hit:
    """``title`` and ``text`` may carry marks; ``also`` is (name, language code) that was found."""

    url: str
    title: str
    kind: str
    kicker: list[str] = field(default_factory=list)
    acronym: str = ""
    also: tuple[str, str] | None = None
    text: str = ""
    digest: object = None
    voice: str = ""
    names: list = field(default_factory=list)

    @property
    def weight(self) -> int:
        return min(self.digest.sources, DOTS) if self.digest else 0


def _named(hit: Hit, title: str, names, asked: Asked, relevance: int) -> Hit:
    """Mark the words in the title, else in the first other name that has them."""
    mark = _mark(relevance)
    hit.names = names
    hit.acronym = next((name.name for name in names if name.kind == NameKind.ACRONYM), "")
    hit.title = mark(title, asked)
    exact = [name for name in names if showing.fold(name.name) == showing.fold(asked.text)]
    for name in exact or ([] if hit.title else names):
        if found := mark(name.name, asked):
            if name.name == hit.acronym:
                hit.acronym = found
            else:
                hit.also = (found, name.language)
            break
    hit.title = hit.title or title
    return hit


def _mark(relevance: int):
    """How to mark what was found: the words, or words like them."""
    return showing.marked_alike if relevance // STEP == LIKE else showing.marked


def _passage(record, summary: str, *more: str) -> str:
    """What the search cut out of the summary and what stands beside it, else its beginning."""
    found = showing.headline(getattr(record, "passage", ""), summary, *more)
    return found or Truncator(summary).chars(GIST, truncate="…")


def initiative(record, asked: Asked) -> Hit:
    hit = Hit(record.get_absolute_url(), "", _("Initiative"), digest=record.digest)
    hit.kicker = [record.get_kind_display(), status_words(record)]
    hit.text = _passage(record, record.summary, record.objectives)
    return _named(hit, record.title, list(record.names.all()), asked, record.relevance)


def actor(record, asked: Asked) -> Hit:
    hit = Hit(record.get_absolute_url(), "", _("Actor"), digest=record.digest)
    hit.kicker = [record.get_kind_display(), *([record.country.name] if record.country else [])]
    hit.text = _passage(record, record.summary)
    return _named(hit, record.name, list(record.names.all()), asked, record.relevance)


def source(record, asked: Asked) -> Hit:
    """The title, and the author, publisher or address where the words stand there."""
    hit = Hit(record.get_absolute_url(), "", _("Source"))
    hit.kicker = [record.get_kind_display(), words(record.published) or _("no date on it")]
    hit = _named(hit, record.title, [], asked, record.relevance)
    about = [text for text in (record.author, record.publisher.name) if text]
    mark = _mark(record.relevance)
    hit.voice = mark(", ".join(about), asked) or ", ".join(about)
    if hit.title == record.title and "<mark>" not in hit.voice:
        hit.text = mark(record.url, asked)
    return hit


def statement(record, asked: Asked) -> Hit:
    """The words of a statement, under the record it is about."""
    event = record.event
    subject = record.initiative or record.actor or event.initiative or event.actor
    url = f"{subject.get_absolute_url()}#fact-statements--{record.key}--value"
    hit = Hit(url, f"{subject}: {wording.sentence(record.property)}", _("Statement"))
    hit.kicker = [record.get_nature_display(), *([words(record.date)] if record.date else [])]
    mark = _mark(record.relevance)
    whole = mark(record.value, asked) if len(record.value) < 2 * GIST else ""
    hit.text = whole or _passage(record, record.value)
    hit.voice = mark(record.voice, asked) or record.voice
    return hit


def names_of(country) -> tuple[str, ...]:
    return country.name.lower(), country.iso2.lower(), country.iso3.lower()


def country(record, asked: Asked) -> Hit:
    hit = Hit(record.get_absolute_url(), "", _("Country"))
    hit.title = showing.marked(record.name, asked) or record.name
    hit.acronym = record.iso2
    hit.kicker = [wording.place(record.subregion or record.region)]
    return hit
