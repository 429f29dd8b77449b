"""Filters of initiatives and of everything that belongs to them."""

from initiatives.filters.initiatives import InitiativeFilterSet, ThemeFilterSet
from initiatives.filters.links import (
    CitationFilterSet,
    EventFilterSet,
    FundingLinkFilterSet,
    ParticipationFilterSet,
    ResultFilterSet,
    StatementFilterSet,
)

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
