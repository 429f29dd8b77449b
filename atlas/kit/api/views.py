"""The base of every endpoint: lists and details by filters, order, fields and format."""

from __future__ import annotations  # the method ``list`` hides the type

import re
from http import HTTPStatus

from django.http import Http404
from rest_framework.exceptions import Throttled
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atlas.kit import downloads, facets
from atlas.kit.api import choosing
from atlas.kit.api.choosing import Choice
from atlas.kit.api.links import links
from atlas.kit.api.negotiation import Negotiation, file_renderer
from atlas.kit.api.paging import Key
from atlas.kit.api.problems import MEDIA_TYPE, BadQuery, Moved, Withdrawn
from atlas.kit.api.schema import AtlasSchema, FilterDescriptions
from atlas.kit.api.serializers import RowSerializer
from atlas.kit.choices import State
from atlas.kit.fields import KEY
from atlas.kit.filters import Problem
from atlas.kit.models import Redirect
from atlas.kit.search import SearchedQuerySet

FEW = 1000  # ids that a query takes one by one; more are given as one value
READING = ["get", "head", "options"]


class OpenView:
    """Mixin: open to everybody, our negotiation, problems in JSON whatever was asked for."""

    content_negotiation_class = Negotiation
    authentication_classes = ()
    http_method_names = READING

    def finalize_response(self, request, response, *args, **kwargs):
        if getattr(response, "content_type", "") == MEDIA_TYPE:
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = MEDIA_TYPE
        response = super().finalize_response(request, response, *args, **kwargs)
        rate = getattr(request, "rate", None)
        for name, value in (rate.headers if rate else {}).items():
            response[name] = value
        response["Link"] = links(self, request, response)
        return response

    def throttled(self, request, wait):
        rate = request.rate
        refused = Throttled(
            detail=f"This {rate.policy} has asked {rate.most} times within a minute. "
            f"Go on in {wait} seconds."
        )
        refused.wait = wait
        raise refused

    def options(self, request, *args, **kwargs):
        """Which methods there are stands in ``Allow``; more is in the description."""
        return Response(status=HTTPStatus.NO_CONTENT)


class RecordViewSet(OpenView, GenericViewSet):
    """List and detail of one noun: filters, order and fields by parameter, keyset pages.

    A subclass names its FilterSet, serializers and orderings; ``noun`` (of redirects) is set for
    records that can be renamed or withdrawn.
    """

    schema = AtlasSchema()
    filter_backends = [FilterDescriptions]
    can_choose_fields = True
    OF_DETAILS = ("fields", "expand", "format")
    NOT_IN_LISTS = ("evidence", "disputed", "uncited", "missing")  # they take a query a record
    lookup_value_regex = "[^/]+"
    lookup_field = "key"
    noun = ""
    basename = ""
    filterset_class = None
    detail_serializer_class = None
    orderings: dict[str, Key] = {"key": Key("key")}
    default_ordering = "key"

    def get_queryset(self):
        return self.filterset_class.public()

    @property
    def listed_as(self) -> str:
        """The name of this list in the API."""
        return self.basename.removeprefix("api-")

    def get_renderers(self):
        """JSON first: it is what a client gets that accepts anything."""
        formats = downloads.offered(self.listed_as, one=self.action == "retrieve")
        return [*super().get_renderers(), *map(file_renderer, formats)]

    @property
    def asked_for(self) -> downloads.Format | None:
        """The format of the file asked for; None for JSON."""
        return getattr(self.request.accepted_renderer, "download", None)

    def get_serializer_class(self):
        if self.action == "retrieve" and self.detail_serializer_class:
            return self.detail_serializer_class
        return self.serializer_class

    def tables(self):
        """The querysets the list is made of; each is filtered by the same parameters."""
        return [self.get_queryset()]

    @property
    def is_searched(self) -> bool:
        """Whether matches of ``q`` can be ordered by relevance."""
        return isinstance(self.filterset_class.public(), SearchedQuerySet)

    def for_rows(self, queryset):
        """Join what rows of the list show."""
        return queryset

    def for_parts(self, queryset, names: tuple[str, ...]):
        """Join what these parts of a row show; all that a list gives where none are named."""
        return self.for_rows(queryset)

    def for_detail(self, queryset):
        return self.for_rows(queryset)

    def list(self, request):
        """All public records that match, in pages."""
        format_ = self.asked_for
        also, data = ("expand", *downloads.options_of(format_)), request.query_params
        filtersets = [self.filterset_class(data, table, also=also) for table in self.tables()]
        choice = self._chosen(format_)
        wrong = choice.problems
        first = filtersets[0]
        unknown = [
            Problem(name[:100], "There is no such parameter.", sorted(self._parameters(first)))
            for name in first.unknown_parameters
        ]
        wrong = [*unknown, *first.problems, *self.paginator.read(request, self), *wrong]
        if wrong:
            raise BadQuery(wrong)
        if format_:
            tables = [self.paginator.order.sort(f.qs, False) for f in filtersets]
            return downloads.answer(request._request, format_, self.listed_as, tables)
        tables, count = self._found(filtersets)
        parts = self._parts(choice)
        rows = self.paginator.pages(tables, lambda found: self.for_parts(found, parts), count)
        return self.paginator.get_paginated_response(self.represent(rows, choice))

    def _found(self, filtersets: list) -> tuple[list, int | None]:
        """What matches, table by table, and how many where the index of facets knows."""
        if not facets.kind(self.listed_as):
            return [f.qs for f in filtersets], None
        selection, table = facets.select(self.listed_as, filtersets[0]), filtersets[0].queryset
        ids = selection.ids()
        if len(ids) <= FEW:
            table = table.filter(pk__in=list(ids))
        elif len(ids) < len(selection.shelf.everything):
            table = table.filter(pk__among=ids)
        return [table], len(ids)

    def retrieve(self, request, **kwargs):
        """One public record in full."""
        format_ = self.asked_for
        choice = self._chosen(format_)
        wrong = choice.problems
        known = [*self.OF_DETAILS, *downloads.options_of(format_)]
        unknown = [
            Problem(name[:100], "There is no such parameter.", known)
            for name in request.query_params
            if name not in known
        ]
        if unknown or wrong:
            raise BadQuery([*unknown, *wrong])
        slug = kwargs[self.lookup_field]
        record = self.find(slug)
        if format_:
            records = [type(record)._base_manager.filter(pk=record.pk)]
            answer = downloads.answer
            return answer(request._request, format_, self.listed_as, records, name=slug)
        return Response(self.represent([record], choice)[0])

    def represent(self, rows: list, choice: Choice) -> list[dict]:
        only = self._parts(choice)
        wide = only and set(only) - set(self.get_serializer_class()().fields)
        serializer = self.detail_serializer_class if wide else self.get_serializer_class()
        context = self.get_serializer_context()
        data = serializer(rows, many=True, only=only, context=context).data
        return choosing.chosen(data, choice, context)

    def find(self, slug: str):
        """The public record, or the reason why there is none."""
        if len(slug) > 200 or not re.fullmatch(KEY, slug.lower(), re.ASCII):
            raise Http404
        for table in self.tables():
            try:
                return self.for_detail(table).get(**{self.lookup_field: slug})
            except table.model.DoesNotExist:
                continue
        raise self._absence(slug)

    def _absence(self, slug: str) -> Exception:
        if not self.noun:
            return Http404()
        model = self.get_queryset().model
        if hasattr(model, "state"):
            try:
                if model.objects.get(slug=slug).state == State.WITHDRAWN:
                    return Withdrawn()
            except model.DoesNotExist:
                pass
        try:
            moved = Redirect.objects.get(kind=self.noun, old_slug=slug)
        except Redirect.DoesNotExist:
            return Http404()
        drafts = (State.DRAFT, State.IN_REVIEW)
        if hasattr(model, "state") and model.objects.filter(slug=moved.slug, state__in=drafts):
            return Http404()  # what a draft is called now is nobody's business
        return Moved(self.reverse_action("detail", args=[moved.slug]))

    def known_parts(self) -> RowSerializer:
        """A serializer with every part that this address can give."""
        if self.action == "retrieve" or not self.detail_serializer_class:
            return self.get_serializer_class()()
        wide = self.detail_serializer_class()
        for name in self.NOT_IN_LISTS:
            wide.fields.pop(name, None)
        return wide

    def _chosen(self, format_: downloads.Format | None) -> Choice:
        """What ``fields`` and ``expand`` ask for, and what is wrong with them."""
        if format_:
            return Choice(problems=self._unfit(format_))
        data = self.request.query_params
        if not (data.get("fields") or data.get("expand")):
            return Choice()
        given = list(self.get_serializer_class()().fields)
        return choosing.read(self.known_parts(), given, data, wide=self.action == "list")

    def _parts(self, choice: Choice) -> tuple[str, ...]:
        """The top-level parts to read; empty for those that are given unasked."""
        if choice.tree or not choice.added:
            return choice.top
        return (*self.get_serializer_class()().fields, *choice.added)

    def _unfit(self, format_: downloads.Format) -> list[Problem]:
        return downloads.unfit(format_, self.listed_as, self.request.query_params)

    def _parameters(self, filterset) -> list[str]:
        return [*filterset.filters, *filterset.other_parameters]
