"""Who pays for what: the payers and receivers of a search, and the chain around one record."""

from initiatives.insights.funding.chain import Chain, Flow, Station, chain
from initiatives.insights.funding.payers import PayerRow, Payers, payers, receivers

__all__ = [
    "Chain",
    "Flow",
    "PayerRow",
    "Payers",
    "Station",
    "chain",
    "payers",
    "receivers",
]
