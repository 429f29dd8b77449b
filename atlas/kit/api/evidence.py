"""What the sources say of a record, as the API gives it: stance, labels, and where the value is."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atlas.kit.api.serializers import EDTF_HELP, PublishedSerializer, TextField, words_of
from atlas.kit.evidence import (
    CONTRADICTS,
    OUTDATED,
    SUPPORTS,
    UNUSED,
    address,
    for_record,
    missing_of,
)

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
