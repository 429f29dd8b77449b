"""Parts that a list gives of its records when asked, read with the rows themselves.

A list asks one query for its rows whatever lies packed beside them; what cannot be packed (money,
which has lists of its own, and links whose other end must be public) takes one query a part.
"""

from django.db.models import F, OuterRef, Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field

from atlas.kit.api.reading import PACKED, packed_rows, packing, unpacked
from initiatives.models import FundingJointFunder, FundingLink, Statement
from initiatives.serializers.links import FundingLinkSerializer, StatementSerializer

OWN, OF_EVENTS = f"{PACKED}statements", f"{PACKED}event_statements"
BY_EVENT = (F("event__date_earliest").asc(nulls_last=True), "event__key", "property", "key")


def statements_of(record) -> list:
    """Statements about a record, then those about its events, without a query of their own."""
    about_events = (s for event in record.events.all() for s in event.statements.all())
    return [*record.statements.all(), *about_events]


def money(queryset: QuerySet) -> QuerySet:
    return FundingLinkSerializer.rows(queryset)


def shared_money() -> QuerySet:
    """Shares in sums of public initiatives, each with its link."""
    links = FundingLink.objects.published()
    shares = FundingJointFunder.objects.filter(link__in=links.order_by().values("pk"))
    return shares.prefetch_related(Prefetch("link", money(links)))


class PartsOfRecord:
    """Mixin of a record in full: its statements, and how a list reads what is asked for."""

    BESIDE: tuple[str, ...] = ()  # parts that lie packed beside a row
    MONEY: tuple[str, ...] = ()  # parts that are funding links

    @classmethod
    def read_parts(cls, queryset: QuerySet, names: tuple[str, ...]) -> QuerySet:
        """The rows with these parts and no others."""
        apart = (*cls.BESIDE, *cls.MONEY, "funding_joint", "statements")
        rows = queryset.for_parts([name for name in names if name not in apart])
        rows = packing(rows, cls, *(name for name in cls.BESIDE if name in names))
        if "statements" in names:
            rows = rows.annotate(**cls._statements())
        if "funding_joint" in names:
            rows = rows.prefetch_related(Prefetch("joint_funding_links", shared_money()))
        public = money(FundingLink.objects.published())
        found = [Prefetch(name, public) for name in cls.MONEY if name in names]
        return rows.prefetch_related(*found)

    @classmethod
    def _statements(cls) -> dict:
        about = Statement.objects.filter(**{cls.NOUN: OuterRef("pk")})
        of_events = Statement.objects.filter(**{f"event__{cls.NOUN}": OuterRef("pk")})
        return {
            OWN: packed_rows(about.order_by(*Statement._meta.ordering), StatementSerializer),
            OF_EVENTS: packed_rows(of_events.order_by(*BY_EVENT), StatementSerializer),
        }

    @extend_schema_field(StatementSerializer(many=True))
    def get_statements(self, record):
        packed = [record.__dict__[name] for name in (OWN, OF_EVENTS) if name in record.__dict__]
        if packed:
            return [row for text in packed for row in unpacked(self, StatementSerializer, text)]
        return StatementSerializer(statements_of(record), many=True, context=self.context).data
