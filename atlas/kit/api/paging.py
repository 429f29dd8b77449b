"""Keyset paging over (key is null, key, slug): no row is lost or shown twice, NULLs come last.

A cursor is the place of a row, signed, bound to the address, the ordering and the filters it was
made for.  Several tables can be paged as one list when it is ordered by their key alone.
"""

import hashlib
from dataclasses import astuple, dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from atlas.kit.api.slugs import begun, former, one_view, placed
from atlas.kit.filters.fields import Problem
from atlas.kit.search import RELEVANCE

MAX_PAGE_SIZE = 200
MAX_CURSOR = 4000
SIGNER = Signer(salt="atlas.kit.api.paging")
ALIAS = "keyset_value"


@dataclass(frozen=True)
class Key:
    """What a list can be ordered by: a field or an expression."""

    expression: object
    nullable: bool = False


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends: the key's value as text, the slug, and the table of the row.

    ``since``: in an order by slug, the commit at which the first page was read.
    """

    value: str | None
    slug: str
    table: int
    backwards: bool
    since: int | None = None


class Order:
    """One ordering of one endpoint: ``start`` or ``-start``, then by slug.

    ``relevance`` has the best match of ``texts`` first; its key is computed in the database, so
    that a page goes on where the last one ended as with every other key.
    """

    def __init__(self, name: str, keys: dict[str, Key], slug: str, texts: tuple[str, ...] = ()):
        self.name = name
        self.texts = texts
        self.descending = name.startswith("-") or name == RELEVANCE
        self.key = Key(None) if name == RELEVANCE else keys[name.removeprefix("-")]
        self.slug = slug
        self.by_slug = self.key.expression == slug
        self.former: dict[int, str] = {}  # slugs of renamed records when the walk began
        self.slug_descending = self.descending and self.by_slug

    def sort(self, queryset: QuerySet, backwards: bool) -> QuerySet:
        slug = f"{'-' if self.slug_descending != backwards else ''}{self.slug}"
        if self.by_slug and self.former:
            name = f"{'-' if self.slug_descending != backwards else ''}{ALIAS}"
            return queryset.annotate(**{ALIAS: placed(self.former)}).order_by(name, slug)
        if self.by_slug:
            return queryset.order_by(slug)
        expression = self.key.expression or queryset.relevance(list(self.texts))
        expression = F(expression) if isinstance(expression, str) else expression
        queryset = queryset.annotate(**{ALIAS: expression})
        down = self.descending != backwards
        nulls = {"nulls_first" if backwards else "nulls_last": True} if self.key.nullable else {}
        ordered = F(ALIAS).desc(**nulls) if down else F(ALIAS).asc(**nulls)
        return queryset.order_by(ordered, slug)

    def beyond(self, queryset: QuerySet, place: Place, table: int) -> QuerySet:
        """The rows after ``place`` (before it, when going backwards)."""
        back = place.backwards
        here_too = table != place.table and (table > place.table) != back
        up = self.slug_descending == back
        name = ALIAS if self.former else self.slug
        tie = Q(**{f"{name}__{'gt' if up else 'lt'}{'e' if here_too else ''}": place.slug})
        if self.by_slug:
            return queryset.filter(tie)
        empty = Q(**{f"{ALIAS}__isnull": True})
        if place.value is None:
            return queryset.filter((empty & tie) | ~empty if back else empty & tie)
        value = queryset.query.annotations[ALIAS].output_field.to_python(place.value)
        side = f"{ALIAS}__{'gt' if self.descending == back else 'lt'}"
        further = Q(**{side: value}) | Q(**{ALIAS: value}) & tie
        further &= Q(**{f"{side}e": value})  # says nothing new, but where in an index to begin
        return queryset.filter(further if back or not self.key.nullable else further | empty)

    def place(self, row, table: int, backwards: bool, since: int | None = None) -> Place:
        value = None if self.by_slug else getattr(row, ALIAS)
        text = value.isoformat() if hasattr(value, "isoformat") else value
        slug = getattr(row, ALIAS if self.former else self.slug)
        return Place(text if text is None else str(text), slug, table, backwards, since)


class KeysetPagination(BasePagination):
    """Pages for ``RecordViewSet``, which gives ``orderings``, ``lookup_field`` and querysets."""

    def read(self, request, view) -> list[Problem]:
        """Take ordering, page size and cursor from the query string; give what is wrong there."""
        self.request = request
        allowed = self._allowed(view)
        readers = (
            lambda: self._read_order(request.query_params.getlist("ordering"), view, allowed),
            lambda: self._read_size(request.query_params.getlist("page_size")),
            lambda: self._read_cursor(request.query_params.getlist("cursor")),
        )
        return [problem for reader in readers if (problem := reader())]

    @staticmethod
    def _allowed(view) -> list[str]:
        names = [f"{sign}{name}" for name in view.orderings for sign in ("", "-")]
        return [*([RELEVANCE] if view.is_searched else []), *names]

    def _read_order(self, values: list[str], view, allowed: list[str]):
        given = (text.strip() for text in self.request.query_params.getlist("q"))
        texts = tuple(text for text in given if text) if view.is_searched else ()
        default = RELEVANCE if texts else view.default_ordering
        name = next((value for value in values if value), default)
        asked = texts or name != RELEVANCE
        known = len(values) < 2 and name in allowed and asked
        self.order = Order(
            name if known else view.default_ordering, view.orderings, view.lookup_field, texts
        )
        if known:
            return None
        if not asked:
            reason = "Relevance orders what a search found: give `q`."
            return Problem("ordering", reason, [word for word in allowed if word != RELEVANCE])
        return Problem("ordering", f"Cannot order by “{','.join(values)[:100]}”.", allowed)

    def _read_size(self, values: list[str]):
        text = next((value for value in values if value), str(settings.ATLAS_PAGE_SIZE))
        known = len(values) < 2 and text.isascii() and text.isdecimal() and len(text) < 5
        self.size = int(text) if known else 0
        if not 1 <= self.size <= MAX_PAGE_SIZE:
            self.size = settings.ATLAS_PAGE_SIZE
            return Problem(
                "page_size", f"“{text[:100]}” is no page size.", [f"1 to {MAX_PAGE_SIZE}"]
            )

    def _read_cursor(self, values: list[str]):
        self.place = None
        text = next((value for value in values if value), "")
        if not text:
            return None
        try:
            if len(values) > 1 or len(text) > MAX_CURSOR or not text.isascii():
                raise BadSignature
            scope, *place = SIGNER.unsign_object(text)
            if scope != self._scope():
                raise BadSignature
            self.place = Place(*place)
        except Exception:  # whatever a forged cursor makes the signer stumble over
            return Problem(
                "cursor",
                "This cursor was not made for this list, its filters and its ordering.",
                ["the cursor of `next` or `previous`"],
            )

    def _scope(self) -> str:
        """What a cursor is bound to: address, ordering and filters, not the size of the page."""
        apart = ("cursor", "page_size", "fields", "expand", "format", "ordering")
        filters = sorted(
            (name, value)
            for name, values in self.request.query_params.lists()
            for value in values
            if name not in apart and value
        )
        whole = f"{self.request.path}\n{self.order.name}\n{urlencode(filters)}"
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def pages(self, querysets: list[QuerySet], prepare, count: int | None = None) -> list:
        """The rows of this page; ``prepare`` joins to each queryset what its rows show."""
        counted = count is not None
        self.count = count if counted else sum(queryset.count() for queryset in querysets)
        backwards = bool(self.place and self.place.backwards)
        if self.order.by_slug and self.order.slug == "slug":
            with one_view():
                self.since = self._begun(querysets[0].model)
                found = self._rows(querysets, prepare, backwards)
        else:
            self.since, found = None, self._rows(querysets, prepare, backwards)
        more, found = len(found) > self.size, found[: self.size]
        if backwards:
            found.reverse()
        self._link(found, more, backwards)
        return [row for row, _table in found]

    def _rows(self, querysets: list[QuerySet], prepare, backwards: bool) -> list[tuple]:
        """(row, number of its table), one more than the page holds."""
        found = []
        for table, queryset in enumerate(querysets):
            ordered = self.order.sort(queryset, backwards)
            if self.place:
                ordered = self.order.beyond(ordered, self.place, table)
            found += [(row, table) for row in prepare(ordered)[: self.size + 1]]
        if len(querysets) > 1:
            by_key = self.order.slug_descending != backwards
            found.sort(
                key=lambda pair: (getattr(pair[0], self.order.slug), pair[1]), reverse=by_key
            )
        return found

    def _begun(self, model: type) -> int:
        """The commit at which the first page was read; renamed records keep their place."""
        if self.place is None or self.place.since is None:
            return begun()
        self.order.former = former(model, self.place.since)
        return self.place.since

    def _link(self, found: list, more: bool, backwards: bool) -> None:
        after = more if not backwards else True
        before = more if backwards else self.place is not None
        self.next = self._url(*found[-1], False) if found and after else None
        self.previous = self._url(*found[0], True) if found and before else None

    def _url(self, row, table: int, backwards: bool) -> str:
        place = self.order.place(row, table, backwards, self.since)
        cursor = [self._scope(), *astuple(place)]
        query = self.request.query_params.copy()
        query["cursor"] = SIGNER.sign_object(cursor)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response(self, data) -> Response:
        return Response(
            {"count": self.count, "next": self.next, "previous": self.previous, "results": data}
        )

    def paginate_queryset(self, queryset, request, view=None):
        """Django REST framework's own entry; endpoints use ``read`` and ``pages``."""
        self.read(request, view)
        return self.pages([queryset], lambda rows: rows)

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "All matches, counted exactly."},
                "next": {**link, "description": "The next page; keeps every parameter."},
                "previous": {**link, "description": "The page before."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        names = self._allowed(view)
        default = f"default `{view.default_ordering}`"
        default += f", with `q` {RELEVANCE}: best match first" if view.is_searched else ""
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE}
        return [
            _parameter(
                "ordering",
                f"Order of the rows ({default}); missing values come last "
                "both ways, rows that are equal follow their key.",
                {"type": "string", "enum": names},
            ),
            _parameter("page_size", "Rows a page.", {**size, "default": settings.ATLAS_PAGE_SIZE}),
            _parameter("cursor", "Taken from `next` or `previous`.", {"type": "string"}),
        ]


def _parameter(name: str, description: str, schema: dict) -> dict:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }
