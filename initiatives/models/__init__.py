"""What: initiatives, their links, and the evidence of every record."""

from initiatives.models.core import (
    Initiative,
    InitiativeIdentifier,
    InitiativeName,
    InitiativeReach,
    InitiativeTheme,
    InitiativeTie,
    Theme,
)
from initiatives.models.evidence import (
    ActorCitation,
    ActorDigest,
    ActorMissing,
    InitiativeCitation,
    InitiativeDigest,
    InitiativeMissing,
)
from initiatives.models.links import Event, Participation, Result, Statement
from initiatives.models.money import FundingInclude, FundingJointFunder, FundingLink
from initiatives.models.origin import ImportFile, ImportRun, SourceRecord

__all__ = [
    "ActorCitation",
    "ActorDigest",
    "ActorMissing",
    "Event",
    "FundingInclude",
    "FundingJointFunder",
    "FundingLink",
    "ImportFile",
    "ImportRun",
    "Initiative",
    "InitiativeCitation",
    "InitiativeDigest",
    "InitiativeIdentifier",
    "InitiativeMissing",
    "InitiativeName",
    "InitiativeReach",
    "InitiativeTheme",
    "InitiativeTie",
    "Participation",
    "Result",
    "SourceRecord",
    "Statement",
    "Theme",
]
