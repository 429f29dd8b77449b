"""What the serializers of every noun share.

Everything is read only.  A value we do not have is null, never an empty text; a label stands
beside each code (``kind`` and ``kind_label``); a link to a record is its slug, with its name as
label.  ``only`` keeps the named top-level parts; ``choosing`` goes deeper.
"""

from functools import cache

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atlas.kit.api.reading import PathField, Read
from atlas.kit.dates import EdtfField
from atlas.kit.facts import REGISTRY

EDTF_HELP = "Date of our EDTF profile: 2018, 2018-09, 2018-09-14, 2018?, 2018~, 2016/2018, 2018/.."
REFERENCE = "Reference"  # ends the names of schemas of references


class TextField(serializers.CharField):
    """Text; empty is null."""

    def to_representation(self, value):
        return super().to_representation(value) or None


class LabelField(serializers.CharField):
    """The name of a record or of a word."""

    def to_representation(self, value):
        return str(value) or None


class ReferenceField(LabelField):
    """The slug, key or code of a record; ``expand`` puts the record itself in its place."""


@cache
def reference_to(model: type[models.Model]) -> type[ReferenceField]:
    """The field of references to these records; ``description`` says what may stand there."""
    name = f"{model.__name__}{REFERENCE}"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return extend_schema_field(schema)(type(name, (ReferenceField,), {}))


class WordField(serializers.ChoiceField):
    """A word of a vocabulary; empty is null."""

    def to_representation(self, value):
        return super().to_representation(value) if value not in ("", None) else None


class RowSerializer(Read, serializers.ModelSerializer):
    """Fields by name: columns, ``<name>_label``, and references as slugs."""

    serializer_choice_field = WordField
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.URLField: TextField,
        EdtfField: TextField,
    }
    KEPT = ("choices", "label", "help_text", "max_digits", "decimal_places", "child")

    def __init__(self, *args, only=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.only = tuple(only)

    def build_standard_field(self, field_name, model_field):
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kept = {name: kwargs[name] for name in self.KEPT if name in kwargs}
        empty = model_field.blank and field_class in (TextField, WordField)
        optional = model_field.null or empty
        if isinstance(model_field, EdtfField):
            kept["help_text"] = EDTF_HELP
        if field_class is serializers.DecimalField:
            kept["normalize_output"] = True  # 320, not 320.0000
        more = {"read_only": True, **({"allow_null": True} if optional else {})}
        return field_class, {**kept, **more}

    def build_relational_field(self, field_name, relation_info):
        field = relation_info.model_field
        source = f"{field_name}.{relation_info.related_model.KEY}"
        kind = reference_to(relation_info.related_model)
        return kind, {"source": source, "read_only": True, "allow_null": field.null}

    def build_unknown_field(self, field_name, model_class):
        base = field_name.removesuffix("_label")
        if base == field_name:
            return super().build_unknown_field(field_name, model_class)
        field = model_class._meta.get_field(base)
        source = base if field.is_relation else f"get_{base}_display"
        optional = field.null if field.is_relation else field.blank
        return LabelField, {"source": source, "read_only": True, "allow_null": optional}


class AddressedSerializer(RowSerializer):
    """A row with an address in the API."""

    api_url = serializers.SerializerMethodField(help_text="This record in the API.")

    ENDPOINT = ""
    KEY = "key"
    BY_MODEL: dict[type, type] = {}  # how the list of each model gives a row

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.ENDPOINT and hasattr(cls, "Meta"):
            cls.BY_MODEL.setdefault(cls.Meta.model, cls)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_api_url(self, row) -> str:
        return self.absolute(self.path(getattr(row, self.KEY)))

    @classmethod
    def path(cls, key: str) -> str:
        return f"/api/v1/{cls.ENDPOINT}/{key}/"

    @classmethod
    def rows(cls, queryset: models.QuerySet) -> models.QuerySet:
        """Join what a row of the list shows."""
        return queryset.for_row() if hasattr(queryset, "for_row") else queryset


@cache
def words_of(name: str) -> dict[str, str]:
    """Code -> label of ``reliability`` (of publishers) or ``credibility`` (of citations)."""
    citation = next(iter(REGISTRY.values())).citation
    model = citation
    if name == "reliability":
        source = citation._meta.get_field("source").related_model
        model = source._meta.get_field("publisher").related_model
    choices = model._meta.get_field(name).choices
    return {str(value): str(label) for value, label in choices}


class DigestSerializer(Read, serializers.Serializer):
    """What our evidence for a record amounts to."""

    facts = serializers.IntegerField(help_text="Facts that need a source.")
    uncited = serializers.IntegerField(help_text="Facts no source supports.")
    disputed = serializers.IntegerField(help_text="Facts some source contradicts.")
    single_source = serializers.IntegerField(help_text="Facts resting on one independent source.")
    sources = serializers.IntegerField(help_text="Independent sources.")
    best_reliability = TextField(
        allow_null=True, help_text="The best reliability among its publishers, A to F."
    )
    best_reliability_label = serializers.SerializerMethodField()
    oldest_check = serializers.SerializerMethodField(
        help_text="The day the longest unchecked fact was last checked; null: some never was."
    )

    def get_best_reliability_label(self, digest) -> str | None:
        return words_of("reliability").get(digest.best_reliability)

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_oldest_check(self, digest):
        day = digest.oldest_check
        return day.isoformat() if day and day.year > 1900 else None


class PublishedSerializer(AddressedSerializer):
    """A record with a page, a digest and a version."""

    url = PathField(source="get_absolute_url", read_only=True, help_text="Its page.")
    digest = DigestSerializer(read_only=True)
    updated_at = serializers.DateTimeField(source="digest.updated_at", read_only=True)
    version = serializers.IntegerField(
        source="digest.version",
        read_only=True,
        help_text="Counts public changes of the record with its links and citations.",
    )

    KEY = "slug"


class WordWithLabel(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


def word(value, label) -> dict | None:
    return {"value": value, "label": str(label)} if value else None
