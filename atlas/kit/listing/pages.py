"""The query string of a list page read, and the records and files that it asks for."""

from collections.abc import Callable
from functools import cached_property

from django.conf import settings
from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import NotAcceptable

from atlas.kit import downloads, facets
from atlas.kit.filters import Problem
from atlas.kit.listing.controls import Controls
from atlas.kit.listing.found import Found
from atlas.kit.listing.parts import Column, address, same
from atlas.kit.search import RELEVANCE

NOT_HERE = ("page_size", "cursor")  # of the API
OF_FILES = ("format", "fields")  # what a file has beside the filters
OF_PAGES = ("page", "view", "columns")
CARDS, TABLE = "cards", "table"


class Listing(Controls):
    """Everything the template of a list needs, read from the query string.

    ``orderings`` maps each order to its label and columns; ``columns`` are those of the table view.
    """

    def __init__(self, request, filterset_class, *, noun, facets, orderings, columns=(), also=()):
        self.request, self.noun = request, noun
        self.also = also  # other API lists that take the same search
        self.data: QueryDict = request.GET
        self.path = request.path
        self.filterset = filterset_class(request.GET, also=(*OF_PAGES, *also))
        if self.filterset.texts:  # the best match first, unless another order is asked for
            orderings = {RELEVANCE: (_("Best match"), None), **orderings}
        self.facet_list, self.orderings = facets, orderings
        self.all_columns: tuple[Column, ...] = tuple(columns)
        self.default = next(iter(orderings))
        self.errors = {problem.parameter: problem for problem in self.filterset.problems}
        self.ordering = self._ordering()
        self.format = self._format()
        self.view = self._view()
        self.columns = self._columns()
        self.refused = ""  # why the file asked for cannot be made; the list is shown all the same
        self.valid = not self.errors and not self.ordering_error
        self.status = 200 if self.valid else 406 if "format" in self.errors else 400

    # -------------------------------------------------------------- reading

    def _ordering(self) -> str:
        wanted = self.data.get("ordering") or self.default
        self.ordering_error = "" if wanted in self.orderings else wanted
        return wanted

    def _format(self) -> downloads.Format | None:
        """The format of the file asked for, checked; None for the page itself."""
        name = self.data.get("format")
        if not name:
            return None
        known = {format_.name: format_ for format_ in downloads.offered(self.noun)}
        if name not in known:
            words = _("There is no format “%s”.") % name[:100]
            self.errors["format"] = Problem("format", words, list(known))
            return None
        for problem in downloads.unfit(known[name], self.noun, self.data):
            self.errors[problem.parameter] = problem
        for unknown in self.filterset.unknown_parameters:
            if unknown not in known[name].options:
                words = _("There is no such parameter, and a file could not say that.")
                self.errors[unknown] = Problem(unknown, words, [])
        return known[name]

    def _view(self) -> str:
        name = self.data.get("view") or CARDS
        if self.all_columns and name not in (CARDS, TABLE):
            words = _("There is no view “%s”.") % name[:100]
            self.errors["view"] = Problem("view", words, [CARDS, TABLE])
        return name

    def _columns(self) -> list[Column]:
        known = {column.name: column for column in self.all_columns}
        names = [n for text in self.data.getlist("columns") for n in text.split(",") if n]
        unknown = next((name for name in names if name not in known), None)
        if known and unknown is not None:
            words = _("There is no column “%s”.") % unknown[:100]
            self.errors["columns"] = Problem("columns", words, list(known))
        chosen = [column for name, column in known.items() if name in names]
        return chosen or [column for column in known.values() if column.first]

    @property
    def ignored(self) -> list[str]:
        """Parameters that change nothing here, to be named."""
        without = NOT_HERE if self.format else (*NOT_HERE, "fields")
        of_table = () if self.all_columns else ("view", "columns")
        names = (*without, *of_table)
        return [*self.filterset.unknown_parameters, *(n for n in names if n in self.data)]

    @cached_property
    def selection(self) -> facets.Selection | None:
        """The query against the index; None where the list is not in it or the query is bad."""
        known = not self.filterset.problems and facets.kind(self.noun)
        return facets.select(self.noun, self.filterset) if known else None

    def answer(self, template: str, prepare: Callable, more: Callable = lambda _page: {}, **about):
        """The page, the file asked for, or the way to a shorter address.

        The template gets ``about`` (heading, lead) and what ``more`` makes of the page.
        """
        made = self.file(prepare) if self.wants_file else self.tidy
        if made:
            return made
        page = self.page(prepare)
        context = {"listing": self, "page": page, "count": page.paginator.count}
        return render(
            self.request, template, {**context, **about, **more(page)}, status=self.status
        )

    # -------------------------------------------------------------- records

    @property
    def wants_file(self) -> bool:
        return self.valid and self.format is not None

    def file(self, prepare: Callable):
        """The records of this view as a file, all of them, in the order of the page.

        None, and ``refused`` in words, where the format can hold none of them.
        """
        records = self.sort(prepare(self.filterset.qs))
        try:
            return downloads.answer(self.request, self.format, self.noun, [records])
        except NotAcceptable as refused:
            self.refused, self.status = refused.detail, 406

    @property
    def files(self) -> list[tuple[str, str]]:
        """(label, url) of every format that this view can be had in."""
        found = []
        for format_ in downloads.offered(self.noun):
            data = self.without("format")
            for name in ("view", "columns"):
                data.pop(name, None)
            data["format"] = format_.name
            found.append((format_.label, self.url(data)))
        return found + [file for noun in self.also for file in self._elsewhere(noun)]

    def _elsewhere(self, noun: str) -> list[tuple[str, str]]:
        """The same of another API list, which takes the filters alone."""
        data = self.without("ordering")
        for name in ("view", "columns", *self.ignored):
            data.pop(name, None)
        found = []
        for format_ in downloads.offered(noun):
            data["format"] = format_.name
            found.append((format_.label, f"/api/v1/{noun}/?{data.urlencode()}"))
        return found

    def page(self, prepare: Callable) -> Page:
        """The page asked for; an empty one, with a problem in words, where there is none."""
        nothing = self.filterset.queryset.none()
        if not self.valid:
            rows = prepare(nothing).order_by("pk")
        elif self.selection:
            rows = Found(self, prepare)
        else:
            rows = self.sort(prepare(self.filterset.qs))
        paginator = Paginator(rows, settings.ATLAS_ROWS)
        try:
            return paginator.page(self.data.get("page") or 1)
        except InvalidPage as problem:
            self._refuse_page(paginator.num_pages, beyond=isinstance(problem, EmptyPage))
            return Paginator(prepare(nothing), 1).page(1)

    def sort(self, records, by_name: bool | None = None):
        """The records in the order of the page; ``by_name`` as ``relevance`` takes it."""
        columns = self.orderings[self.ordering][1]
        return records.order_by(
            *(columns or (records.relevance(self.filterset.texts, by_name).desc(), "slug"))
        )

    def _refuse_page(self, last: int, *, beyond: bool) -> None:
        words = {"word": self.data["page"], "last": last}
        reason = ngettext(
            "“%(word)s” is not a page of this list; it has %(last)d page.",
            "“%(word)s” is not a page of this list; it has pages 1 to %(last)d.",
            last,
        )
        self.errors["page"] = Problem("page", reason % words, [])
        self.valid = False
        self.status = 404 if beyond else 400

    # -------------------------------------------------------------- links

    def url(self, data: QueryDict) -> str:
        return address(self.path, data)

    @property
    def narrowed(self) -> str:
        """The filters in force as a query string, to be carried to another view of them."""
        data = self.without("ordering")
        for name in OF_PAGES:
            data.pop(name, None)
        return address("", data)

    def without(self, name: str, value: str | None = None) -> QueryDict:
        """The query without a parameter, or without one of its values; always its first page."""
        data = self.data.copy()
        for other in ("page", *OF_FILES):
            data.pop(other, None)
        kept = [v for v in data.getlist(name) if value is not None and not same(v, value)]
        data.setlist(name, kept) if kept else data.pop(name, None)
        if not data.get("q") and data.get("ordering") == RELEVANCE:
            del data["ordering"]
        return data

    @property
    def first_page(self) -> str:
        return self.url(self.without("page"))

    @property
    def clear(self) -> str:
        """The list without any filter, in the order and view chosen."""
        kept = QueryDict(mutable=True)
        if self.data.get("ordering") in self.orderings.keys() - {RELEVANCE}:
            kept["ordering"] = self.data["ordering"]
        for name in ("view", "columns") if self.view == TABLE else ():
            kept.setlist(name, self.data.getlist(name))
        return self.url(kept)

    def ordered(self, name: str) -> str:
        data = self.without("ordering")
        if name != self.default:
            data["ordering"] = name
        return self.url(data)

    def sorts(self) -> list[tuple[str, str, bool]]:
        """(label, url, chosen) of each order offered."""
        return [
            (label, self.ordered(name), name == self.ordering)
            for name, (label, _columns) in self.orderings.items()
        ]

    def views(self) -> list[tuple[str, str, bool]]:
        """(label, url, chosen) of each view offered."""
        cards, table = self.without("view"), self.without("view")
        cards.pop("columns", None)
        table["view"] = TABLE
        pairs = [(_("Cards"), cards, CARDS), (_("Table"), table, TABLE)]
        found = [(label, self.url(data), name == self.view) for label, data, name in pairs]
        return found if self.all_columns else []

    def heads(self) -> list[tuple[Column, str, str]]:
        """(column, url that sorts by it, ``ascending``, ``descending`` or nothing) of the table."""
        found = []
        for column in self.columns:
            other = self.ordering == column.order and column.opposite
            state = ""
            if column.order and self.ordering in (column.order, column.opposite):
                state = "descending" if self.ordering.startswith("-") else "ascending"
            url = self.ordered(other or column.order) if column.order else ""
            found.append((column, url, state))
        return found
