"""Filters of sources and publishers."""

from django.db.models import Q

from atlas.kit.filters import (
    AtlasFilterSet,
    CertaintyFilter,
    PatternFilter,
    PeriodFilter,
    RecordFilter,
    SlugFilter,
    TextFilter,
    WordFilter,
    YearFilter,
)
from sources.choices import Reliability, SourceKind
from sources.models import Publisher, Source


class SourceFilterSet(AtlasFilterSet):
    q = TextFilter(
        label="Search", help="Words in the title, the author, the publisher or the address."
    )
    kind = WordFilter("kind", choices=SourceKind, help="Kind of source.")
    publisher = RecordFilter(
        "publisher_id",
        label="Publisher",
        records=Publisher.objects.all,
        words="the slug of a publisher (/api/v1/publishers/)",
        help="Slug of the publisher.",
    )
    reliability = WordFilter(
        "publisher__reliability",
        label="Reliability",
        choices=Reliability,
        help="Reliability of the publisher (Admiralty code).",
    )
    language = PatternFilter(
        "language",
        pattern=r"[a-z]{2,3}(-[a-z0-9]+)*",
        expected="a language code such as en or ja",
        spell=str.lower,
        missing=Q(language=""),
        help="Language of the source (ISO 639).",
    )
    year = YearFilter(
        "published",
        label="Year",
        missing=Q(published=""),
        help="Year of publication; see `certainty`.",
    )
    published = PeriodFilter(
        "published",
        missing=Q(published=""),
        help="Published in this day, month, year or interval; see `certainty`.",
    )
    derived_from = RecordFilter(
        "derived_from_id",
        label="Derived from",
        records=Source.objects.all,
        kind="source",
        missing=Q(derived_from=None),
        words="the slug of a source (/api/v1/sources/)",
        help="Slug of the source whose words this one carries.",
    )
    certainty = CertaintyFilter(label="Certainty")
    slug = SlugFilter()

    class Meta:
        model = Source
        fields = []

    @classmethod
    def public(cls):
        return Source.objects.all()


class PublisherFilterSet(AtlasFilterSet):
    q = TextFilter(label="Search", help="Words in the name or the address.")
    reliability = WordFilter(
        "reliability", choices=Reliability, help="Reliability (Admiralty code)."
    )
    slug = SlugFilter()

    class Meta:
        model = Publisher
        fields = []

    @classmethod
    def public(cls):
        return Publisher.objects.all()
