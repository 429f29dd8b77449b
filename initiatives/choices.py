"""Vocabulary of initiatives; IATI 2.03 codes beside our words."""

from django.db import models


class InitiativeKind(models.TextChoices):
    PROJECT = "project", "Project"
    PROGRAMME = "programme", "Programme"
    CENTRE = "centre", "Centre"
    NETWORK = "network", "Network"
    TRAINING = "training-scheme", "Training scheme"
    DIALOGUE = "dialogue", "Dialogue"
    EXERCISE = "exercise", "Exercise"
    ALLIANCE = "alliance", "Alliance"
    FUND = "fund", "Fund"
    STRATEGY = "strategy", "Strategy"


class Status(models.TextChoices):
    """As a source states it on a date; what follows from dates alone is derived, not stored."""

    PIPELINE = "pipeline", "Planned"
    IMPLEMENTATION = "implementation", "Running"
    FINALISATION = "finalisation", "Finalising"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    SUSPENDED = "suspended", "Suspended"


IATI_ACTIVITY_STATUS = {
    Status.PIPELINE: "1",
    Status.IMPLEMENTATION: "2",
    Status.FINALISATION: "3",
    Status.CLOSED: "4",
    Status.CANCELLED: "5",
    Status.SUSPENDED: "6",
}


class Scope(models.TextChoices):
    GLOBAL = "global", "Global"
    REGIONAL = "regional", "Regional"
    MULTINATIONAL = "multi-national", "Several countries"
    NATIONAL = "national", "National"
    SUBNATIONAL = "sub-national", "Within a country"
    SINGLE = "single-location", "Single place"


IATI_SCOPE = {
    Scope.GLOBAL: "1",
    Scope.REGIONAL: "2",
    Scope.MULTINATIONAL: "3",
    Scope.NATIONAL: "4",
    Scope.SUBNATIONAL: "6",
    Scope.SINGLE: "8",
}


class Role(models.TextChoices):
    ACCOUNTABLE = "accountable", "Accountable"
    EXTENDING = "extending", "Passes on funds"
    IMPLEMENTING = "implementing", "Implements"
    PROPONENT = "proponent", "Proponent"
    HOST = "host", "Host"
    SECRETARIAT = "secretariat", "Secretariat"
    CHAIR = "chair", "Chair"
    PARTICIPANT = "participant", "Takes part"
    PARTNER = "partner", "Partner"
    BENEFICIARY = "beneficiary", "Beneficiary"


IATI_ROLE = {
    Role.ACCOUNTABLE: "2",
    Role.PROPONENT: "2",
    Role.EXTENDING: "3",
    Role.IMPLEMENTING: "4",
}


class ReachKind(models.TextChoices):
    BENEFICIARY = "beneficiary", "Beneficiary"
    PARTICIPATING = "participating", "Taking part"
    LOCATION = "location", "Located in"


class TieKind(models.TextChoices):
    PART_OF = "part-of", "Part of"
    FOLLOWS = "follows", "Follows"
    RELATED = "related", "Related to"


class FundingType(models.TextChoices):
    PLEDGE = "pledge", "Pledge"
    COMMITMENT = "commitment", "Commitment"
    DISBURSEMENT = "disbursement", "Disbursement"
    BUDGET = "budget", "Budget"
    UNSPECIFIED = "unspecified", "Not specified"


class AmountKind(models.TextChoices):
    EXACT = "exact", "Exact"
    APPROXIMATE = "approximate", "About"
    RANGE = "range", "Between"
    AT_LEAST = "at-least", "At least"
    UNDISCLOSED = "undisclosed", "Undisclosed"
