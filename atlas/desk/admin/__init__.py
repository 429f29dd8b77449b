"""The desk in the admin: the queue, suggestions, pending revisions, and forms that make them."""

from atlas.desk.admin.reviewed import Reviewed, ReviewedRecord
from atlas.desk.admin.revisions import RevisionAdmin
from atlas.desk.admin.suggestions import SuggestionAdmin

__all__ = ["Reviewed", "ReviewedRecord", "RevisionAdmin", "SuggestionAdmin"]
