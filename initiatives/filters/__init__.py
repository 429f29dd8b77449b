"""Filters of initiatives and of everything that belongs to them."""

from initiatives.filters.initiatives import ThemeFilterSet
from initiatives.filters.links import (
    CitationFilterSet,
    EventFilterSet,
    FundingLinkFilterSet,
    ParticipationFilterSet,
    ResultFilterSet,
    StatementFilterSet,
)
from initiatives.filters.narrowing import InitiativeFilterSet

__all__ = [
    "CitationFilterSet",
    "EventFilterSet",
    "FundingLinkFilterSet",
    "InitiativeFilterSet",
    "ParticipationFilterSet",
    "ResultFilterSet",
    "StatementFilterSet",
    "ThemeFilterSet",
]
