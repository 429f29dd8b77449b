"""Admin of publishers and sources, and the evidence rows that every record's form carries."""

from sources.admin.evidence import CitationInline, CitingAdmin, LinkCitingForm, MissingInline
from sources.admin.sources import PublisherAdmin, SourceAdmin

__all__ = [
    "CitationInline",
    "CitingAdmin",
    "LinkCitingForm",
    "MissingInline",
    "PublisherAdmin",
    "SourceAdmin",
]
