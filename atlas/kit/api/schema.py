"""The OpenAPI description: every filter with its words, every error with its shape."""

from http import HTTPStatus
from inspect import cleandoc

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend

from atlas.kit.api.choosing import expandable
from atlas.kit.api.problems import MEDIA_TYPE
from atlas.kit.filters import NOT, UNSTATED


class OfferSerializer(serializers.Serializer):
    parameter = serializers.CharField(help_text="The parameter to give it with.")
    value = serializers.CharField()
    label = serializers.CharField(help_text="The value in words.")


class ErrorSerializer(serializers.Serializer):
    parameter = serializers.CharField(required=False, help_text="The parameter that is wrong.")
    pointer = serializers.CharField(
        required=False, help_text="The place in the document sent that is wrong (RFC 6901)."
    )
    reason = serializers.CharField(help_text="What is wrong with it.")
    allowed = serializers.ListField(
        child=serializers.CharField(), help_text="The values allowed, or what is expected in words."
    )
    meant = OfferSerializer(
        many=True, required=False, help_text="What may have been meant, the likest first."
    )


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="The HTTP status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, in one sentence.")
    instance = serializers.CharField(help_text="The address that was asked for.")
    errors = ErrorSerializer(many=True, required=False)


class AtlasSchema(AutoSchema):
    """Adds ``fields``, ``format`` and the problems that an endpoint can answer with."""

    LIST_PROBLEMS = (400, 406, 414, 429)
    DETAIL_PROBLEMS = (400, 404, 406, 410, 414, 429)

    def get_summary(self):
        """``Initiatives: one public record in full``."""
        path = self.path.removeprefix("/api/v1/").partition("{")[0].removesuffix("/facets/")
        noun = path.strip("/").replace("/", ": ").replace("-", " ").capitalize()
        words = self._own_words().split("\n")[0].rstrip(".")
        return f"{noun}: {words[:1].lower()}{words[1:]}"

    def get_description(self):
        return f"{cleandoc(type(self.view).__doc__)}\n\n{self._own_words()}"

    def _own_words(self) -> str:
        return cleandoc(getattr(self.view, self.view.action).__doc__)

    def _is_list_view(self, serializer=None) -> bool:
        """A whole that is asked for without pages is one object."""
        return bool(self.view.pagination_class) and super()._is_list_view(serializer)

    def _get_parameters(self):
        own = [parameter("format", FORMAT_HELP, {"type": "string", "enum": self._formats()})]
        own += [parameter(name, words, {"type": "string"}) for name, words in self._options()]
        if getattr(self.view, "can_choose_fields", False) and self.view.action != "facets":
            own += self._choices()
        more = getattr(self.view, "parameters", {})  # of an action
        return [*super()._get_parameters(), *more.get(self.view.action, lambda: [])(), *own]

    def get_filter_backends(self):
        """Filters of all that is made of a search: lists, counts, pictures, the network."""
        return [] if self.view.action == "retrieve" else self.view.filter_backends

    def _choices(self) -> list[dict]:
        """``fields`` and ``expand`` with what they take here."""
        known = self.view.known_parts()
        given = list(self.view.get_serializer_class()().fields)
        wide = self.view.action == "list"
        references = list(dict.fromkeys(expandable(known, given, wide=wide)))
        names = ", ".join(f"`{name}`" for name in known.fields)
        array, style = {"type": "array"}, {"style": "form", "explode": False}
        words = f"{FIELDS_HELP} Here: {names}."
        chosen = parameter(
            "fields", words, {**array, "items": {"type": "string"}}, **style, example=given[:2]
        )
        if not references:
            return [chosen]
        schema = {**array, "items": {"type": "string", "enum": references}}
        return [chosen, parameter("expand", EXPAND_HELP, schema, **style, example=references[-1:])]

    def _get_format_parameters(self):
        return []  # ours says more

    def _formats(self) -> list[str]:
        return list(dict.fromkeys(renderer.format for renderer in self.view.get_renderers()))

    def _options(self) -> list[tuple[str, str]]:
        """Parameters that only some formats know, each with the names of these formats."""
        found: dict[str, tuple[str, list[str]]] = {}
        for renderer in self.view.get_renderers():
            format_ = getattr(renderer, "download", None)
            for name, option in getattr(format_, "options", {}).items():
                found.setdefault(name, (option.help, []))[1].append(f"`{format_.name}`")
        return [
            (name, f"{words} Only with {', '.join(formats)}.")
            for name, (words, formats) in found.items()
        ]

    def get_response_serializers(self):
        own = getattr(self.view, "answers", {})  # what an action answers with, as a schema
        given = own.get(self.view.action) or super().get_response_serializers()
        single = self.view.action == "retrieve"
        codes = self.DETAIL_PROBLEMS if single else self.LIST_PROBLEMS
        first, *files = self.view.get_renderers()
        answers = {(200, first.media_type): OpenApiResponse(given, "What was asked for.")}
        answers |= {
            (200, file.media_type): OpenApiResponse(
                _file(file.media_type, single), "What was asked for."
            )
            for file in files
        }
        answers[304] = OpenApiResponse(description=UNCHANGED)
        if single and self.view.noun:
            answers[308] = OpenApiResponse(description="The record has another slug now.")
        return answers | dict(answer_of(code, PROBLEMS[code]) for code in codes)


def _file(media_type: str, single: bool):
    """The schema of a file; of a list drf-spectacular would wrap what is no basic type in pages."""
    if media_type in JSON_FILES and not single:
        return OpenApiTypes.ANY
    return JSON_FILES.get(media_type, OpenApiTypes.BINARY)


def answer_of(code: int, words: str) -> tuple:
    """(code and media type, its description): a problem, but where the server itself refuses."""
    if code == HTTPStatus.REQUEST_URI_TOO_LONG:
        return (code, "text/html"), OpenApiResponse(OpenApiTypes.STR, words)
    return (code, MEDIA_TYPE), OpenApiResponse(ProblemSerializer, words)


FIELDS_HELP = (
    "Only these parts of each record, separated by commas, as deep as you like: "
    "`title,participations.actor.name`. A reference with something behind it is given as a record."
)
EXPAND_HELP = (
    "References to give as records, as their own list gives them, instead of slugs; in a list also "
    "parts that only a single record has otherwise."
)
UNCHANGED = "What `If-None-Match` or `If-Modified-Since` names is still the present answer."
# files that are read as JSON
JSON_FILES = {
    "application/ld+json": {"type": "object"},
    "application/vnd.citationstyles.csl+json": {"type": "array", "items": {"type": "object"}},
}
TOO_LONG = "The address is longer than 8,190 bytes; the server says so as text."
PROBLEMS = {
    400: "A parameter or value is unknown; `errors` names each with what is allowed.",
    404: "There is no such record, or it is not public yet.",
    406: "There is no such format; `errors` lists those there are.",
    410: "The record was withdrawn.",
    414: TOO_LONG,
    429: "Too many requests of one address; go on after `Retry-After` seconds.",
}
FORMAT_HELP = (
    "Format of the answer; `Accept` does the same. All but `json` are files that hold every match: "
    "without `page_size` and `cursor`, and `fields` chooses their columns where they have any."
)


def parameter(name: str, description: str, schema: dict, **more) -> dict:
    given = {"name": name, "in": "query", "required": False, "description": description}
    return {**given, "schema": schema, **more}


class FilterDescriptions(BaseFilterBackend):
    """Describes the FilterSet of an endpoint; the endpoint filters by itself."""

    def filter_queryset(self, request, queryset, view):
        return queryset

    def get_schema_operation_parameters(self, view) -> list[dict]:
        filters = view.filterset_class.base_filters
        return [describe(name, filter_) for name, filter_ in filters.items()]


def describe(name: str, filter_) -> dict:
    schema = dict(filter_.schema)
    labels = _labels(filter_)
    if labels:
        schema["enum"] = list(labels)
    description = filter_.help
    if filter_.exclude:
        description = f"Leaves out what `{name.removesuffix(NOT)}` with this value matches."
    elif filter_.missing is not None:
        description += f" `{UNSTATED}` matches a missing value."
    if labels and not filter_.exclude:
        description += "".join(f"\n* `{value}` - {label}" for value, label in labels.items())
    more = {"example": filter_.example} if filter_.example and filter_.single else {}
    if filter_.single:
        return parameter(name, description, schema, **more)
    if filter_.example:
        more["example"] = [filter_.example]
    array = {"type": "array", "items": schema}
    return parameter(name, description, array, style="form", explode=True, **more)


def _labels(filter_) -> dict[str, str]:
    if not (filter_.has_choices and filter_.fixed):
        return {}
    return {str(value): str(label) for value, label in filter_.all_choices()}
