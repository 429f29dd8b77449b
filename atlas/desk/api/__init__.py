"""Writing by programs: records by their documents, and what waits for a reviewer."""

from atlas.desk.api.proposals import ProposalViewSet
from atlas.desk.api.writing import Proposing, Writing

__all__ = ["ProposalViewSet", "Proposing", "Writing"]
