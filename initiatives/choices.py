"""Vocabulary of initiatives; their IATI codes stand in ``exchange/iati/codes``."""

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


class Scope(models.TextChoices):
    GLOBAL = "global", "Global"
    REGIONAL = "regional", "Regional"
    MULTINATIONAL = "multi-national", "Several countries"
    NATIONAL = "national", "National"
    SUBNATIONAL = "sub-national", "Within a country"
    SINGLE = "single-location", "Single place"


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
    PLANNED = "planned", "Planned disbursement"
    UNSPECIFIED = "unspecified", "Not specified"


class AmountKind(models.TextChoices):
    EXACT = "exact", "Exact"
    APPROXIMATE = "approximate", "About"
    RANGE = "range", "Between"
    AT_LEAST = "at-least", "At least"
    AT_MOST = "at-most", "Up to"
    UNDISCLOSED = "undisclosed", "Undisclosed"


class IatiType(models.TextChoices):
    """What an IATI file calls the sum: TransactionType, and BudgetType behind ``budget-``.

    It keeps apart what one ``FundingType`` would mix: the same money told by giver and receiver,
    spending beside paying out, an original budget beside its revision.
    """

    INCOMING = "1", "Incoming funds"
    COMMITMENT = "2", "Outgoing commitment"
    DISBURSEMENT = "3", "Disbursement"
    EXPENDITURE = "4", "Expenditure"
    INTEREST = "5", "Interest payment"
    REPAYMENT = "6", "Loan repayment"
    REIMBURSEMENT = "7", "Reimbursement"
    EQUITY_BOUGHT = "8", "Purchase of equity"
    EQUITY_SOLD = "9", "Sale of equity"
    GUARANTEE = "10", "Credit guarantee"
    INCOMING_COMMITMENT = "11", "Incoming commitment"
    PLEDGE = "12", "Outgoing pledge"
    INCOMING_PLEDGE = "13", "Incoming pledge"
    ORIGINAL_BUDGET = "budget-1", "Original budget"
    REVISED_BUDGET = "budget-2", "Revised budget"


class ImportKind(models.TextChoices):
    TABLES = "tables", "Tables"
    IATI = "iati", "IATI"


# where sources of an amount stand: the fact, the table of citations, its column
AMOUNT = ("amount", "initiatives_initiativecitation", "funding_link_id")

# regions that we name otherwise than the M49 of the United Nations, by its names; what is neither
# here nor in M49 (``indo-pacific``) has no fixed countries
ISLANDS = ("melanesia", "micronesia", "polynesia")
M49_PARTS = {
    "pacific": ISLANDS,
    "southeast-asia": ("south-eastern-asia",),
    "east-asia": ("eastern-asia",),
    "south-asia": ("southern-asia",),
    "west-africa": ("western-africa",),
}


def m49_parts(region: str) -> tuple[str, ...]:
    """The regions of M49, of whatever level, whose countries the region has."""
    return M49_PARTS.get(region, (region,))
