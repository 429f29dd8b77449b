"""Admin of publishers and sources, and the evidence that every record's form carries."""

from sources.admin.citing import CitingAdmin, CitingForm, LinkCitingForm
from sources.admin.evidence import CitationInline, MissingInline
from sources.admin.pages import CitePages
from sources.admin.sources import PublisherAdmin, SourceAdmin

__all__ = [
    "CitationInline",
    "CitePages",
    "CitingAdmin",
    "CitingForm",
    "LinkCitingForm",
    "MissingInline",
    "PublisherAdmin",
    "SourceAdmin",
]
