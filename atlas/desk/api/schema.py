"""The description of writing: documents as schemas, made of the same columns as the package."""

from functools import cache

from django.utils.text import capfirst
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from atlas.kit.api.bodies import part_of
from atlas.kit.api.schema import TOO_LONG, AtlasSchema, answer_of, parameter
from atlas.kit.api.wording import FIELDS
from atlas.kit.records import tables_of
from atlas.kit.tables import TABLES, Column

PROBLEMS = {
    400: "A parameter is unknown or wrong, or what was sent is no JSON object.",
    401: "No token, or none of ours, or an expired one.",
    403: "The token was not made for this, or its user may not do it.",
    404: "There is no such record.",
    406: "There is no such format.",
    409: "It cannot be done as things stand; `Location` leads to what stands in the way.",
    412: "It was changed since you read it; `ETag` is the present one.",
    413: "What was sent is larger than we read.",
    414: TOO_LONG,
    415: "We read `application/json`, and for partial changes `application/merge-patch+json`.",
    422: "The document breaks rules; `errors` names each place by a JSON Pointer.",
    428: "`If-Match` is missing.",
    429: "Too many requests of one address or token; go on after `Retry-After` seconds.",
}
ALWAYS, BODY, STATE = (400, 401, 403, 406, 414, 429), (413, 415, 422), (404, 409, 412, 428)
CODES = {
    "create": (*ALWAYS, *BODY, 409),
    "update": (*ALWAYS, *BODY, *STATE),
    "partial_update": (*ALWAYS, *BODY, *STATE),
    "propose": (*ALWAYS, *BODY, *STATE),
    "destroy": (*ALWAYS, *STATE, 422),
    "document": (*ALWAYS, 404),
    "proposals": (*ALWAYS, 404),
    "list": ALWAYS,
    "retrieve": (*ALWAYS, 404),
}
BODIES = ("create", "update", "partial_update", "propose")
WHY = "Why, in a sentence: the reviewer and the history need it. Needed for a proposal."
TYPES = {
    "integer": serializers.IntegerField,
    "boolean": serializers.BooleanField,
    "decimal": serializers.CharField,
    "uuid": serializers.UUIDField,
    "date": serializers.DateField,
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the state you mean: of the document, or of any public answer as "
    "long as no data changed since; `*` means whatever it says now.",
    "schema": {"type": "string"},
    "example": "*",
}


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "atlas.accounts.tokens.ScopedTokens"
    name = "token"

    def get_security_definition(self, auto_schema):
        words = "`Token` and a token of yours: “Authorization: Token 1a2b3c…”."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


@cache
def document_serializer(noun: str) -> type:
    """The record document of a noun, as a schema."""
    own, children = tables_of(noun)
    name = capfirst(noun)
    part = TABLES[own].parts[0]
    fields = {column.name: cell(column) for column in part.columns}
    for table in children:
        rows = row_serializer(noun, table)
        fields[table] = rows(many=True, required=False, help_text=f"Its rows of `{table}`.")
    docs = f"The {noun} as it is written: references are slugs and keys."
    return type(f"{name}DocumentSerializer", (serializers.Serializer,), {"__doc__": docs, **fields})


def row_serializer(noun: str, table: str) -> type:
    part, headers = part_of(noun, table)
    columns = {column.name: column for column in part.columns}
    fields = {name: cell(columns[name]) if name in columns else link_cell(name) for name in headers}
    docs = f"A row of `{table}` within the document; without a `key` it gets one."
    name = capfirst(noun) + table.title().replace("_", "")
    return type(f"{name}RowSerializer", (serializers.Serializer,), {"__doc__": docs, **fields})


def link_cell(name: str):
    words = "Table of the link it is about." if name == "link_table" else "Key of that link."
    return serializers.CharField(required=False, allow_null=True, help_text=words)


def cell(column: Column):
    """One column as a field: words of vocabularies are named in its description."""
    words = FIELDS.get(column.name, [""])[0] or str(column.field.help_text)
    words = words or f"{capfirst(str(column.field.verbose_name))}."
    if column.choices:
        listed = "".join(f"\n* `{value}` - {label}" for value, label in column.field.flatchoices)
        words += f" One of:{listed}"
    if column.kind == "ref":
        words += f" (The `{column.target.KEY}` of a {column.target._meta.verbose_name}.)"
    given = {"required": False, "allow_null": True, "help_text": words}
    if column.kind == "list":
        return serializers.ListField(child=serializers.CharField(), **given)
    return TYPES.get(column.kind, serializers.CharField)(**given)


class WritingSchema(AtlasSchema):
    """Adds what writing takes and answers; reading is described as ever."""

    @property
    def writes(self) -> bool:
        return self.view.action in self.view.BY_TOKEN

    def get_filter_backends(self):
        return [] if self.writes else super().get_filter_backends()

    def _get_parameters(self):
        if not self.writes:
            return super()._get_parameters()
        found = [p for p in super(AtlasSchema, self)._get_parameters() if p["in"] == "path"]
        if self.view.action in self.view.CHANGES:
            found.append(parameter("why", WHY, {"type": "string", "maxLength": 1000}))
            found += [IF_MATCH] if self.view.action != "create" else []
        if self.view.action == "list":
            words = "Proposals made before the one with this number."
            found.append(parameter("before", words, {"type": "integer"}, example=100))
        return found

    def get_auth(self):
        """No way in without a token."""
        return [way for way in super().get_auth() if way] if self.writes else super().get_auth()

    def get_operation_id(self):
        own = super().get_operation_id()
        return "proposals_list" if self.writes and self.view.action == "list" else own

    def get_request_serializer(self):
        return self._document() if self.view.action in BODIES else None

    def _document(self):
        return document_serializer(getattr(self.view, "writes", "initiative"))

    def get_response_serializers(self):
        if not self.writes:
            return super().get_response_serializers()
        action, codes = self.view.action, CODES[self.view.action]
        answers = dict(answer_of(code, PROBLEMS[code]) for code in codes)
        if "slug" in self.path:
            answers[308] = OpenApiResponse(description="The record has another slug now.")
        return {**self._answers(action), **answers}

    def _answers(self, action: str) -> dict:
        both = self.view.PROPOSALS
        kept = OpenApiResponse(both[0], "A proposal, which waits for a reviewer.")
        done = OpenApiResponse(self._document(), "The document as it is now.")
        if action == "destroy":
            return {204: OpenApiResponse(description="Done.")}
        if action in ("list", "proposals"):
            return {200: OpenApiResponse(both[1], "Yours, the latest first.")}
        if not hasattr(self.view, "writes"):
            return {200: OpenApiResponse(both[0], "Your proposal.")}
        return {
            "create": {201: OpenApiResponse(self._document(), "The draft that was made.")},
            "propose": {200: done, 202: kept},
            "document": {200: done},
        }.get(action, {200: done, 202: kept})
