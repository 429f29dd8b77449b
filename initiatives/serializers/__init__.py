"""Initiatives and everything that belongs to them as the API gives them."""

from initiatives.serializers.citations import CitationSerializer
from initiatives.serializers.graph import GraphSerializer
from initiatives.serializers.insights import BriefSerializer, ComparisonSerializer
from initiatives.serializers.links import (
    EventSerializer,
    FundingLinkSerializer,
    ParticipationSerializer,
    ResultSerializer,
    StatementSerializer,
)
from initiatives.serializers.records import (
    ActorDetailSerializer,
    InitiativeDetailSerializer,
    InitiativeSerializer,
    ThemeSerializer,
)

__all__ = [
    "ActorDetailSerializer",
    "BriefSerializer",
    "CitationSerializer",
    "ComparisonSerializer",
    "EventSerializer",
    "FundingLinkSerializer",
    "GraphSerializer",
    "InitiativeDetailSerializer",
    "InitiativeSerializer",
    "ParticipationSerializer",
    "ResultSerializer",
    "StatementSerializer",
    "ThemeSerializer",
]
