"""Lists and records as files: the formats on offer, and the answer that streams one.

The formats register themselves when apps are ready (``initiatives.exchange``); API, pages and
OpenAPI read them here.  A file holds every match, not a page.  What goes wrong before the first
bytes is an ordinary error; what goes wrong later breaks the connection, so that half a file never
looks like a whole one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.http import QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from atlas.kit.filters.fields import Problem

UNNAMED = ("format", "fields", "page", "view", "columns", "ordering", "accessed", "with")
LONGEST = 60  # letters of a search in the name of a file
PAGED = ("page_size", "cursor")  # of the API's pages; a file has none


@dataclass(frozen=True)
class Option:
    """A parameter that only some formats know: its description, and which values it takes."""

    help: str
    valid: Callable[[str], bool]
    expected: list[str]


class Format(Protocol):
    """What is needed of a format here; see ``initiatives.exchange.formats``."""

    name: str
    label: str
    media_type: str
    extension: str
    nouns: tuple[str, ...]
    one: bool
    whole: bool
    columns: Callable[[str], tuple[str, ...]] | None
    options: dict[str, Option]


class Registry:
    """The formats and the function that writes one, both given by ``register``."""

    formats: dict[str, Format] = {}
    stream: Callable[..., Iterator[bytes]]


def register(formats: dict[str, Format], stream: Callable[..., Iterator[bytes]]) -> None:
    """Called once, when apps are ready.

    ``stream(format, noun=, querysets=, fields=, parameters=, site=)`` gives the file in pieces.
    """
    Registry.formats, Registry.stream = formats, stream


def offered(noun: str, *, one: bool = False) -> list[Format]:
    """The formats of one API list (of a single record of it with ``one``)."""
    return [f for f in Registry.formats.values() if noun in f.nouns and (f.one or not one)]


def unfit(format_: Format, noun: str, data: QueryDict) -> list[Problem]:
    """What is wrong with a query string for this format: pages, or columns it does not have."""
    problems = [
        Problem(name, "A file holds every match; leave this parameter out.", [])
        for name in PAGED
        if data.get(name)
    ]
    for name, option in format_.options.items():
        bad = [value for value in data.getlist(name) if value and not option.valid(value)]
        if bad:
            problems.append(Problem(name, f"“{bad[0][:100]}” is not known here.", option.expected))
    if data.get("expand"):
        words = "A file names records by their slugs; leave this parameter out."
        problems.append(Problem("expand", words, []))
    wanted = chosen_fields(data)
    if wanted and format_.columns is None:
        words = f"The format “{format_.name}” is always whole; leave this parameter out."
        return [*problems, Problem("fields", words, [])]
    known = format_.columns(noun) if wanted else ()
    unknown = next((name for name in wanted if name not in known), None)
    if unknown is not None:
        words = f"There is no column “{unknown[:100]}”."
        problems.append(Problem("fields", words, list(known)))
    return problems


def options_of(format_: Format | None) -> tuple[str, ...]:
    """Parameters that only this format knows."""
    return tuple(format_.options) if format_ else ()


def chosen_fields(data: QueryDict) -> tuple[str, ...]:
    names = ",".join(data.getlist("fields")).split(",")
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def answer(request, format_: Format, noun: str, querysets, *, name: str = ""):
    """The file as a response; ``name`` is the record's slug where it is a single one.

    The first piece is made before the response begins, so that a fault in the query still is an
    error page.
    """
    file = file_name(format_, noun, name, request.GET)
    headers = {
        "Content-Type": content_type(format_),
        "Content-Disposition": f'attachment; filename="{file}"',
    }
    if request.method == "HEAD" and format_.whole:  # streaming: nobody adds a length of 0
        return StreamingHttpResponse(iter(()), headers=headers)
    pieces = Registry.stream(
        format_,
        noun=noun,
        querysets=tuple(querysets),
        fields=chosen_fields(request.GET),
        parameters=parameters(request.GET),
        site=request.build_absolute_uri("/").rstrip("/"),
    )
    begun = Begun(pieces)
    if request.method == "HEAD":  # asked for real, since this format may refuse every record
        begun.close()
        begun = iter(())
    return StreamingHttpResponse(begun, headers=headers)


def content_type(format_: Format) -> str:
    """The media type; text says that it is UTF-8."""
    text = format_.media_type.startswith("text/")
    return f"{format_.media_type}; charset=utf-8" if text else format_.media_type


def file_name(format_: Format, noun: str, name: str = "", data: QueryDict | None = None) -> str:
    """“atlas-initiatives-country-th-2026-11-22.csv”: what is in it, for which search, of which day.

    ASCII and short; where the search is too long to say, the name says that there is one.
    """
    today = timezone.now().date().isoformat()
    alike = {other.name for other in offered(noun)} - {format_.name}
    kind = format_.name if format_.extension in alike else ""  # else two files had one name
    searched = "" if name or data is None else _search_words(data)
    parts = ("atlas", name or noun, kind, searched, today)
    return f"{'-'.join(filter(None, parts))}.{format_.extension}"


def _search_words(data: QueryDict) -> str:
    """The filters as one word, parts joined by minus signs."""
    said = [
        f"{name.removesuffix('__not')}-{'not-' if name.endswith('__not') else ''}{value}"
        for name, values in data.lists()
        if name not in UNNAMED
        for value in values
        if value
    ]
    words = slugify("-".join(said).replace("/", "-")).replace("_", "-")
    lost = any(not slugify(part.partition("-")[2]) for part in said)  # another script
    return "search" if lost or len(words) > LONGEST else words


def parameters(data: QueryDict) -> str:
    """The query string of the search itself."""
    kept = data.copy()
    for name in ("format", "page", "fields"):
        kept.pop(name, None)
    return kept.urlencode()


class Begun:
    """Pieces of a file, the first of them made already; closing it ends the snapshot behind it."""

    def __init__(self, pieces: Iterator[bytes]):
        self.pieces = pieces
        self.first = next(pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        yield self.first
        yield from self.pieces

    def close(self) -> None:
        self.pieces.close()
