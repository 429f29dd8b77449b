"""The pieces that a list page is made of, and its addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.http import QueryDict


@dataclass(frozen=True)
class Facet:
    """One filter in the column: ``check`` boxes, a ``choice`` or a ``text`` field.

    A ``choice`` always has a value, the first unless another is chosen.  ``options`` gives
    (value, label) pairs; without it those of the index, with counts, or of the filter's own words.
    ``named`` finds the value of what somebody typed as a name, or None.
    """

    name: str
    style: str = "check"
    options: Callable[[], list[tuple[str, str]]] | None = None
    closed: bool = False
    label: str = ""
    hint: str = ""
    named: Callable[[str], str | None] | None = None


@dataclass(frozen=True)
class Column:
    """One column of the table view; ``order`` and its opposite are orders of the list."""

    name: str
    label: str
    order: str = ""
    opposite: str = ""
    first: bool = False  # shown unless others are chosen


@dataclass
class Option:
    """One choice; ``itself`` counts its narrow sense, ``directly`` says so in words where that is
    not all; ``leave_out`` is the list without it."""

    value: str
    label: str
    chosen: bool
    count: int | None = None
    itself: int | None = None
    directly: str = ""
    leave_out: str = ""


@dataclass
class Shown:
    """A facet as drawn: ``options`` as boxes, ``none`` (nothing has them) and ``more`` folded."""

    name: str
    style: str
    label: str
    hint: str
    value: str = ""
    options: list[Option] = field(default_factory=list)
    none: list[Option] = field(default_factory=list)
    more: list[Option] = field(default_factory=list)
    error: str = ""
    typed: bool = False  # further values are typed, with suggestions, not chosen from a list
    closed: bool = False
    reset: str = ""


@dataclass
class Chip:
    """A chosen value; following ``url`` takes it away; ``count`` is what would be found then."""

    text: str
    url: str
    count: int | None = None


def address(path: str, data: QueryDict) -> str:
    """An address of letters, digits and ``/ ? = & % . _ -`` that ends in a letter, digit or slash.

    Programs that make links of text in mails stop at other signs, and before a full stop.
    """
    pairs = [(name, value) for name, values in data.lists() for value in values if value]
    query = urlencode(pairs, quote_via=quote, safe="").replace("~", "%7E")
    if query and query[-1] in "._-=":
        query = f"{query[:-1]}%{ord(query[-1]):02X}"
    return f"{path}?{query}" if query else path


def same(text: str, value: str) -> bool:
    return text.strip().casefold() == value.casefold()
