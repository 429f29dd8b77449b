"""What a picture is asked and what it answers, without a pixel."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from pyroaring import BitMap

from atlas.kit import facets
from atlas.kit.filters import BadValue, Problem
from atlas.kit.filters.fields import check_text
from atlas.kit.packing import ids_in

ON_PAGE = 200  # names of what is left out
ALSO = "also_"  # a filter of this name matches every one of its values
Choice = tuple[str, str]  # value and label


class Search:
    """The records of one query string, and addresses of narrower lists of them.

    ``path`` is the list page; ``own`` are parameters of the picture, which the list does not know.
    """

    def __init__(self, filterset_class, data: QueryDict, path: str, own: Collection[str] = ()):
        self.path, self.filterset_class = path, filterset_class
        self.data = data.copy()
        for name in (*own, "page", "page_size", "cursor", "fields", "format", "ordering"):
            self.data.pop(name, None)
        self.filterset = filterset_class(self.data)
        for name in self.filterset.unknown_parameters:
            self.data.pop(name, None)
        self._once: dict[str, Any] = {}

    def once(self, what: str, make: Callable[[], Any]) -> Any:
        """What several pictures of one search need, made for the first of them."""
        if what not in self._once:
            self._once[what] = make()
        return self._once[what]

    @property
    def found(self) -> QuerySet:
        return self.filterset.qs

    @cached_property
    def shelf(self):
        """The index of these records; one for all that is read of a search."""
        return facets.current().shelves[self.path.strip("/")]

    @cached_property
    def ids(self) -> BitMap:
        """The ids of the records."""
        return ids_in(*self.sql(self.found))

    @cached_property
    def surely(self) -> QuerySet:
        """The same search where uncertain dates count only if they are sure."""
        data = self.data.copy()
        data["certainty"] = "sure"
        return self.filterset_class(data).qs

    @staticmethod
    def sql(records: QuerySet) -> tuple[str, tuple]:
        """A query of the records' ids, to be put into a larger one."""
        try:
            return records.order_by().values("id").query.sql_with_params()
        except EmptyResultSet:
            return "SELECT NULL::bigint AS id WHERE false", ()

    @cached_property
    def parameters(self) -> str:
        """The search as a query string, without a question mark."""
        return self.data.urlencode()

    @property
    def list_url(self) -> str:
        return f"{self.path}?{self.parameters}" if self.parameters else self.path

    def also(self, *more: tuple[str, str]) -> str:
        """The list narrowed by values that must all match, as (name of a filter, value)."""
        known = f"{self.parameters}&" if self.parameters else ""
        return f"{self.path}?{known}{urlencode([(ALSO + n, v) for n, v in more], safe=':')}"

    def link(self, **more: str) -> str:
        """The list narrowed further; what is already filtered by a parameter is not widened."""
        if not any(name in self.data for name in more):
            known = f"{self.parameters}&" if self.parameters else ""
            return f"{self.path}?{known}{urlencode(more)}"
        data = self.data.copy()
        for name, value in more.items():
            if name == "certainty" or not data.getlist(name):
                data[name] = value
            elif data.getlist(name) != [value]:
                data.appendlist(ALSO + name, value)
        return f"{self.path}?{data.urlencode()}"


@dataclass(frozen=True)
class Column:
    """One column of the table: the attribute of a row, its heading, the attribute with its link;
    ``brief`` is the attribute that a page shows in its place, where the value may be long."""

    name: str
    label: str
    link: str = ""
    number: bool = False
    help: str = ""
    brief: str = ""


@dataclass(frozen=True)
class LeftOut:
    """What a picture does not show: words, how many records, and where they stand.

    Where no list holds exactly these, ``records`` names them, or the first of them, as (title,
    address); ``named_of`` says how many there are where ``count`` counts something else.
    """

    words: str
    count: int
    url: str = ""
    records: tuple[tuple[str, str], ...] = ()
    named_of: int = 0

    @property
    def first(self) -> tuple[tuple[str, str], ...]:
        """The names on a page; data hold more."""
        return self.records[:ON_PAGE]

    @property
    def more(self) -> int:
        return (self.named_of or self.count) - len(self.first)


@dataclass
class Insight:
    """What one search answers to one picture; ``rows`` hold every number that is drawn.

    A row has an attribute for each column and ``ids``, the records behind it.  ``drawing`` is what
    the template needs beside the rows.  ``table_rows`` limits the table of the page, where there
    are thousands; it must not be fewer than are drawn.  ``drawn_ids`` are the records that
    ``drawn`` counts, where these are not simply those of the rows; ``counted_ids`` those that
    ``count`` counts, where these are more than the list of the search holds.  ``empty`` says why
    there is nothing to draw, where the picture knows.  ``caveats`` say what the number of the title
    does not mean; they are said wherever the title stands, ``reading`` beside the drawing alone.
    """

    title: str
    reading: str
    count: int
    drawn: int
    columns: tuple[Column, ...]
    rows: list
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sources_of: Callable[[Collection[int]], dict[int, list[str]]] | None = None
    slugs_of: Callable[[Collection[int]], dict[int, str]] | None = None
    drawing: Any = None
    table_caption: str = ""
    table_rows: int | None = None
    drawn_ids: Collection[int] | None = None
    counted_ids: Collection[int] | None = None
    empty: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def how_to_read(self) -> str:
        return " ".join(map(str, (self.reading, *self.caveats)))

    def drawn_of(self, searched: BitMap) -> BitMap:
        """The records that ``drawn`` counts, of those searched."""
        if self.drawn_ids is not None:
            return BitMap(self.drawn_ids)
        return BitMap.union(BitMap(), *(BitMap(row.ids) for row in self.rows)) & searched

    @property
    def first_rows(self) -> list:
        """What the page's table shows; files and data have every row."""
        return self.rows[: self.table_rows]

    @property
    def more_rows(self) -> int:
        return len(self.rows) - len(self.first_rows)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a picture that is no filter.

    ``parse`` takes one text and raises ``BadValue``; with ``options`` it is a choice, the first of
    which is the default.  ``many`` gives a list.
    """

    name: str
    label: str
    help: str = ""
    parse: Callable[[str], Any] | None = None
    options: tuple[Choice, ...] = ()
    default: Any = None
    many: bool = False
    example: str = ""

    def read(self, data: QueryDict):
        texts = [text for text in data.getlist(self.name) if text.strip()]
        for text in texts:
            check_text(text)
        if not texts:
            return self.default if not self.many else []
        if not self.many and len(texts) > 1:
            raise BadValue(_("Give it once."), [])
        values = [self._one(text.strip()) for text in texts]
        return values if self.many else values[0]

    def _one(self, text: str):
        if self.options:
            known = [value for value, _label in self.options]
            if text not in known:
                words = _("“%s” is not one of the words used here.") % text[:100]
                raise BadValue(words, [value for value in known if value])
        return self.parse(text) if self.parse else text


def choice(name: str, label: str, options: tuple[Choice, ...], help: str = "") -> Parameter:
    """A choice between words; the first is meant where nothing is said."""
    return Parameter(name, label, help, options=options, default=options[0][0])


@dataclass(frozen=True)
class Picture:
    """One picture: its name (of address and API), label, what it answers and how it is read."""

    name: str
    label: str
    help: str
    read: Callable[[Search, dict], Insight]
    parameters: tuple[Parameter, ...] = ()

    @property
    def path(self) -> str:
        return f"/{self.name}/"

    @property
    def own(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.parameters)

    def options(self, data: QueryDict) -> tuple[dict, list[Problem]]:
        """The values of its own parameters, and what is wrong with them."""
        values, problems = {}, []
        for parameter in self.parameters:
            try:
                values[parameter.name] = parameter.read(data)
            except BadValue as error:
                problems.append(Problem.of(parameter.name, error))
        return values, problems
