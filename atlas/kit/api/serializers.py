"""What the serializers of every noun share.

Everything is read only.  A value we do not have is null, never an empty text; a label stands
beside each code (``kind`` and ``kind_label``); a link to a record is its slug, with its name as
label.  ``only`` keeps the named top-level parts; ``choosing`` goes deeper.
"""

from functools import cache, cached_property

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atlas.kit.dates import EdtfField
from atlas.kit.evidence import (
    CONTRADICTS,
    OUTDATED,
    SUPPORTS,
    UNUSED,
    address,
    for_record,
    missing_of,
)
from atlas.kit.facts import REGISTRY

EDTF_HELP = "Date of our EDTF profile: 2018, 2018-09, 2018-09-14, 2018?, 2018~, 2016/2018, 2018/.."


class TextField(serializers.CharField):
    """Text; empty is null."""

    def to_representation(self, value):
        return super().to_representation(value) or None


class LabelField(serializers.CharField):
    """The name of a record or of a word."""

    def to_representation(self, value):
        return str(value) or None


class WordField(serializers.ChoiceField):
    """A word of a vocabulary; empty is null."""

    def to_representation(self, value):
        return super().to_representation(value) if value not in ("", None) else None


class PathField(serializers.CharField):
    """An address of ours, made absolute."""

    def to_representation(self, value):
        request = self.context.get("request")
        return request.build_absolute_uri(value) if request else value


class RowSerializer(serializers.ModelSerializer):
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

    @cached_property
    def _readable_fields(self):
        names = self.only or tuple(self.fields)
        return [field for name, field in self.fields.items() if name in names]

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
        return LabelField, {"source": source, "read_only": True, "allow_null": field.null}

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
        path = f"/api/v1/{self.ENDPOINT}/{getattr(row, self.KEY)}/"
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


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


class DigestSerializer(serializers.Serializer):
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


STANCES = (
    (SUPPORTS, "Supports our value"),
    (CONTRADICTS, "Says otherwise"),
    (OUTDATED, "Was checked against an earlier wording"),
    (UNUSED, "The field has no value"),
)


POINTER_HELP = (
    "JSON Pointer (RFC 6901) to the value in this answer as it stands without `fields`: "
    "`/participations/3/role`."
)


class CitedSerializer(serializers.Serializer):
    """One source on one fact."""

    key = serializers.CharField()
    source = serializers.CharField(help_text="Slug of the source.")
    source_title = serializers.CharField()
    source_url = TextField(source="url", allow_null=True, help_text="Address of the source.")
    archived_url = TextField(allow_null=True)
    publisher = serializers.CharField(help_text="Slug of the publisher.")
    publisher_label = serializers.CharField(source="publisher_name")
    reliability = serializers.CharField(help_text="Of the publisher, A to F (Admiralty code).")
    reliability_label = serializers.SerializerMethodField()
    published = TextField(allow_null=True, help_text=EDTF_HELP)
    locator = TextField(allow_null=True, help_text="Where in the source.")
    says = serializers.CharField(
        help_text="What the source says, as a value of the field; for prose the hash of the "
        "wording that was checked."
    )
    stance = serializers.ChoiceField(choices=STANCES)
    stance_label = serializers.SerializerMethodField()
    credibility = serializers.IntegerField(
        allow_null=True, help_text="1 confirmed to 6 cannot be judged (Admiralty code)."
    )
    credibility_label = serializers.SerializerMethodField()
    checked_on = serializers.DateField(allow_null=True)
    checked_by = TextField(allow_null=True)
    note = TextField(allow_null=True)
    pointer = serializers.SerializerMethodField(help_text=POINTER_HELP)

    def get_stance_label(self, citation) -> str:
        return str(dict(STANCES)[citation.stance])

    def get_reliability_label(self, citation) -> str | None:
        return words_of("reliability").get(citation.reliability)

    def get_credibility_label(self, citation) -> str | None:
        return words_of("credibility").get(str(citation.credibility))

    def get_pointer(self, citation) -> str | None:
        return self.context.get("pointer")


class MissingSerializer(serializers.Serializer):
    """A value that is not there, and why."""

    field = serializers.CharField()
    link = serializers.CharField(allow_null=True, help_text="`participations/KEY`, or null.")
    reason = serializers.CharField()
    reason_label = serializers.CharField()
    note = TextField(allow_null=True)
    pointer = serializers.CharField(allow_null=True, help_text=POINTER_HELP)


ADDRESSES = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Addresses of facts as in `evidence`: `title`, `participations/KEY/role`.",
}


class EvidencedSerializer(PublishedSerializer):
    """A record in full: what its sources say of every fact, what is disputed and missing."""

    evidence = serializers.SerializerMethodField(
        help_text="Address of a fact (`title`, `participations/KEY/role`) to its citations."
    )
    disputed = serializers.SerializerMethodField()
    uncited = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    NOUN = ""
    EVIDENCE = ("evidence", "disputed", "uncited", "missing")
    LISTS: dict[str, str] = {}  # package table of a link -> the part it stands in
    MADE_OF: dict[tuple[str, str], tuple[str, ...]] = {}  # facts of several fields

    def rows_of(self, record, table: str) -> list[tuple[str, object]]:
        """(pointer, row) of the links of one package table, as they stand in the answer."""
        part = self.LISTS[table]
        source = self.fields[part].source if part in self.fields else part
        return [(f"/{part}/{n}", row) for n, row in enumerate(getattr(record, source).all())]

    def _pointer(self, record, table: str, key: str, name: str) -> str | None:
        """Where in the answer a fact stands; None where it stands in no part of it."""
        if not table:
            return f"/{name}"
        kept = self._pointers.get(table)
        if kept is None:
            kept = {row.key: (pointer, row) for pointer, row in self.rows_of(record, table)}
            self._pointers[table] = kept
        if key not in kept:
            return None
        pointer, row = kept[key]
        parts = self.MADE_OF.get((table, name), (name,))
        filled = (part for part in parts if getattr(row, f"{part}_id", None))
        return f"{pointer}/{next(filled, parts[0])}"

    def _facts(self, record):
        if getattr(self, "_read", (None,))[0] != record.pk:
            self._read = record.pk, for_record(self.NOUN, record.pk)
            self._pointers = {}
        return self._read[1]

    @extend_schema_field(serializers.DictField(child=CitedSerializer(many=True)))
    def get_evidence(self, record):
        return {
            fact.address: self._cited(record, fact)
            for fact in self._facts(record)
            if fact.citations
        }

    def _cited(self, record, fact) -> list[dict]:
        pointer = self._pointer(record, fact.link_table, fact.link_key, fact.field)
        return CitedSerializer(fact.citations, many=True, context={"pointer": pointer}).data

    @extend_schema_field(ADDRESSES)
    def get_disputed(self, record):
        return [fact.address for fact in self._facts(record) if fact.contradicted]

    @extend_schema_field(ADDRESSES)
    def get_uncited(self, record):
        return [fact.address for fact in self._facts(record) if fact.uncited]

    @extend_schema_field(MissingSerializer(many=True))
    def get_missing(self, record):
        self._facts(record)
        reasons = dict(_reasons(type(record)))
        return [
            {
                "field": row["field"],
                "link": address(row["link_table"], row["link_key"], "").rstrip("/") or None,
                "reason": row["reason"],
                "reason_label": reasons[row["reason"]],
                "note": row["note"] or None,
                "pointer": self._pointer(record, row["link_table"], row["link_key"], row["field"]),
            }
            for row in missing_of(self.NOUN, record.pk)
        ]


def _reasons(model):
    return model._meta.get_field("missing").related_model._meta.get_field("reason").choices


class WordWithLabel(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


def word(value, label) -> dict | None:
    return {"value": value, "label": str(label)} if value else None
