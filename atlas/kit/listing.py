"""A list page: filters, chips, count, sort and pages over one FilterSet.

The same query string that the API takes gives the same records here; a page differs in two ways: a
parameter it does not know is named and ignored, and a bad value keeps the form, says what is wrong
beside it and shows no records (status 400), as does a page beyond the last (status 404) and an
unknown format (status 406).  ``?format=csv`` gives the records of the page as a file, in its order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import NotAcceptable

from atlas.kit import downloads
from atlas.kit.filters import Problem
from atlas.kit.search import RELEVANCE

NOT_HERE = ("page_size", "cursor")  # of the API
OF_FILES = ("format", "fields")  # what a file has beside the filters


@dataclass(frozen=True)
class Facet:
    """One filter in the column: ``check`` boxes, a ``select``, a ``choice`` or a ``text`` field.

    A ``choice`` always has a value, the first unless another is chosen.

    ``options`` gives (value, label) pairs; without it those of the filter's own vocabulary.
    """

    name: str
    style: str = "check"
    options: Callable[[], list[tuple[str, str]]] | None = None
    closed: bool = False
    label: str = ""
    hint: str = ""


@dataclass
class Option:
    value: str
    label: str
    chosen: bool
    count: int | None = None


@dataclass
class Shown:
    """A facet as drawn."""

    name: str
    style: str
    label: str
    hint: str
    value: str = ""
    options: list[Option] = field(default_factory=list)
    error: str = ""
    closed: bool = False


@dataclass
class Chip:
    """A chosen value; following ``url`` takes it away."""

    text: str
    url: str


class Listing:
    """Everything the template of a list needs, read from the query string."""

    def __init__(self, request, filterset_class, *, noun, facets, orderings, counts=None, also=()):
        self.request, self.noun = request, noun
        self.data: QueryDict = request.GET
        self.path = request.path
        self.filterset = filterset_class(request.GET, also=("page", *also))
        if self.filterset.texts:  # the best match first, unless another order is asked for
            orderings = {RELEVANCE: (_("Best match"), None), **orderings}
        self.facet_list, self.orderings, self.counts = facets, orderings, counts or {}
        self.default = next(iter(orderings))
        self.errors = {problem.parameter: problem for problem in self.filterset.problems}
        self.ordering = self._ordering()
        self.format = self._format()
        self.valid = not self.errors and not self.ordering_error
        self.status = 200 if self.valid else 406 if "format" in self.errors else 400

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
            if problem.parameter not in NOT_HERE:
                self.errors[problem.parameter] = problem
        return known[name]

    @property
    def wants_file(self) -> bool:
        return self.valid and self.format is not None

    def file(self, prepare: Callable):
        """The records of this view as a file, all of them, in the order of the page.

        Words and 406 where the format can hold none of them.
        """
        columns = self.orderings[self.ordering][1]
        records = prepare(self.filterset.qs).order_by(*columns)
        try:
            return downloads.answer(self.request, self.format, self.noun, [records])
        except NotAcceptable as refused:
            return HttpResponse(refused.detail, status=406, content_type="text/plain")

    @property
    def files(self) -> list[tuple[str, str]]:
        """(label, url) of every format that this view can be had in."""
        found = []
        for format_ in downloads.offered(self.noun):
            data = self._without("format")
            data["format"] = format_.name
            found.append((format_.label, self.url(data)))
        return found

    @property
    def ignored(self) -> list[str]:
        """Parameters that change nothing here, to be named."""
        without = NOT_HERE if self.format else (*NOT_HERE, "fields")
        return [*self.filterset.unknown_parameters, *(n for n in without if n in self.data)]

    def page(self, prepare: Callable) -> Page:
        """The page asked for; an empty one, with a problem in words, where there is none."""
        records = self.filterset.qs if self.valid else self.filterset.queryset.none()
        columns = self.orderings[self.ordering if self.valid else self.default][1]
        columns = columns or (records.relevance(self.filterset.texts).desc(), "slug")
        paginator = Paginator(prepare(records).order_by(*columns), settings.ATLAS_PAGE_SIZE)
        try:
            return paginator.page(self.data.get("page") or 1)
        except InvalidPage as problem:
            self._refuse_page(paginator.num_pages, beyond=isinstance(problem, EmptyPage))
            return Paginator(prepare(self.filterset.queryset.none()), 1).page(1)

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
        query = data.urlencode()
        return f"{self.path}?{query}" if query else self.path

    def _without(self, name: str, value: str | None = None) -> QueryDict:
        data = self.data.copy()
        for other in ("page", *OF_FILES):
            data.pop(other, None)
        kept = [v for v in data.getlist(name) if value is not None and not same(v, value)]
        data.setlist(name, kept) if kept else data.pop(name, None)
        if not data.get("q") and data.get("ordering") == RELEVANCE:
            del data["ordering"]
        return data

    def chips(self) -> list[Chip]:
        found = []
        for chosen in self.filterset.chosen:
            if chosen.parameter == "certainty" and chosen.value == "possible":
                continue
            template = _("%(name)s is not %(value)s") if chosen.negated else "%(name)s: %(value)s"
            name = self.filterset.filters[chosen.parameter.removesuffix("__not")].label
            text = template % {"name": name, "value": chosen.label}
            found.append(Chip(text, self.url(self._without(chosen.parameter, chosen.value))))
        return found

    @property
    def narrowed(self) -> str:
        """The filters in force as a query string, to be carried to another view of them."""
        data = self._without("ordering")
        return f"?{data.urlencode()}" if data else ""

    @property
    def first_page(self) -> str:
        return self.url(self._without("page"))

    @property
    def clear(self) -> str:
        """The list without any filter, in the order chosen."""
        kept = QueryDict(mutable=True)
        if self.data.get("ordering") in self.orderings.keys() - {RELEVANCE}:
            kept["ordering"] = self.data["ordering"]
        return self.url(kept)

    def sorts(self) -> list[tuple[str, str, bool]]:
        """(label, url, chosen) of each order offered."""
        found = []
        for name, (label, _columns) in self.orderings.items():
            data = self._without("ordering")
            if name != self.default:
                data["ordering"] = name
            found.append((label, self.url(data), name == self.ordering))
        return found

    # -------------------------------------------------------------- facets

    def facets(self) -> list[Shown]:
        return [self._shown(facet) for facet in self.facet_list]

    def _shown(self, facet: Facet) -> Shown:
        filter_ = self.filterset.filters[facet.name]
        values = [value for value in self.data.getlist(facet.name) if value]
        shown = Shown(
            name=facet.name,
            style=facet.style,
            label=str(facet.label or filter_.label),
            hint=str(facet.hint),
            value=values[0] if values else "",
            error=self._error(facet.name),
            closed=facet.closed and not values,
        )
        if facet.style != "text":
            pairs = facet.options() if facet.options else filter_.all_choices()
            counts = self.counts.get(facet.name, {})
            shown.options = [
                Option(value, str(label), value in values, counts.get(value) if counts else None)
                for value, label in pairs
            ]
        return shown

    def _error(self, name: str) -> str:
        problem = self.errors.get(name)
        if problem is None:
            return ""
        allowed = ", ".join(problem.allowed)
        return f"{problem.reason} {_('Allowed: %s.') % allowed}" if allowed else problem.reason

    @property
    def other_errors(self) -> list:
        """Problems of parameters that have no field in the column."""
        shown = {facet.name for facet in self.facet_list} | {"q"}
        return [problem for name, problem in self.errors.items() if name not in shown]

    @property
    def q_error(self) -> str:
        return self._error("q")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Values in force that have no field, to be sent along by the form."""
        shown = {facet.name for facet in self.facet_list} | {"q", "page", *OF_FILES, *self.ignored}
        return [(n, v) for n in self.data if n not in shown for v in self.data.getlist(n)]


def same(text: str, value: str) -> bool:
    return text.strip().casefold() == value.casefold()
