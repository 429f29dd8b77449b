"""Who works with whom: actors by the initiatives they share, or by their roles in each."""

from initiatives.insights.network.reading import (
    BY_ROLE,
    LARGEST,
    SHARED,
    Edge,
    Network,
    Node,
    around,
    network,
)

__all__ = [
    "BY_ROLE",
    "LARGEST",
    "SHARED",
    "Edge",
    "Network",
    "Node",
    "around",
    "network",
]
