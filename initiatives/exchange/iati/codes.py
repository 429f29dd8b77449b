"""IATI codes and our words: one table for each code list, read in both directions.

``table.code(word)`` is what we write, None where no code says what our word says: then nothing is
written, for the nearest code would be an invention.  ``table.word(code)`` is how we read, None
where we have no word: then the source XML keeps it.  Code lists: IATI 2.03.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from actors.choices import ActorKind
from initiatives.choices import FundingType, ReachKind, Role, Scope, Status, TieKind
from sources.choices import SourceKind

VERSION = "2.03"
NAMESPACE = "urn:cyber-capacity-atlas:iati:1"  # of our own elements; docs/iati.md describes them


@dataclass(frozen=True)
class Codes:
    """``pairs``: words with their code; ``also``: further codes, read only."""

    list: str
    pairs: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)

    def code(self, word: str | None) -> str | None:
        """The IATI code of our word; None where IATI cannot say it."""
        return self.pairs.get(word or "")

    def word(self, code: str | None) -> str | None:
        """Our word for the IATI code; None where we have none."""
        return self._back.get((code or "").strip())

    @cached_property
    def _back(self) -> dict[str, str]:
        back = dict(self.also)
        for word, code in self.pairs.items():
            back.setdefault(code, str(word))
        return {code: str(word) for code, word in back.items()}


STATUS = Codes(
    "ActivityStatus",
    {
        Status.PIPELINE: "1",
        Status.IMPLEMENTATION: "2",
        Status.FINALISATION: "3",
        Status.CLOSED: "4",
        Status.CANCELLED: "5",
        Status.SUSPENDED: "6",
    },
)

# fields of an initiative
DATE = Codes(
    "ActivityDateType",
    {"planned_start": "1", "actual_start": "2", "planned_end": "3", "actual_end": "4"},
)

# "within a country" is wider than any one of 5, 6 and 7, so it is read from them, never written
SCOPE = Codes(
    "ActivityScope",
    {
        Scope.GLOBAL: "1",
        Scope.REGIONAL: "2",
        Scope.MULTINATIONAL: "3",
        Scope.NATIONAL: "4",
        Scope.SINGLE: "8",
    },
    {"5": Scope.SUBNATIONAL, "6": Scope.SUBNATIONAL, "7": Scope.SUBNATIONAL},
)

# A proponent answers for the project it proposed: IATI's accountable.  Host, chair, partner and
# the like are none of the four.
ROLE = Codes(
    "OrganisationRole",
    {
        Role.ACCOUNTABLE: "2",
        Role.PROPONENT: "2",
        Role.EXTENDING: "3",
        Role.IMPLEMENTING: "4",
    },
)
FUNDING_ROLE = "1"  # money is no role here: it is written from, and read into, funding links

# IATI parts NGOs by reach and companies by country, which our kinds do not; no code is written
# where ours does not decide it.
ORGANISATION_TYPE = Codes(
    "OrganisationType",
    {
        ActorKind.GOVERNMENT: "10",
        ActorKind.LAW_ENFORCEMENT: "15",
        ActorKind.IGO: "40",
        ActorKind.REGIONAL: "40",
        ActorKind.COMPANY: "70",
        ActorKind.ACADEMIC: "80",
        ActorKind.OTHER: "90",
    },
    {
        "11": ActorKind.GOVERNMENT,
        "15": ActorKind.GOVERNMENT,
        "21": ActorKind.NGO,
        "22": ActorKind.NGO,
        "23": ActorKind.NGO,
        "24": ActorKind.NGO,
        "30": ActorKind.MULTISTAKEHOLDER,
        "60": ActorKind.NGO,
        "71": ActorKind.COMPANY,
        "72": ActorKind.COMPANY,
        "73": ActorKind.COMPANY,
    },
)

# Written as the giver tells it.  A budget has an element of its own; "not specified" is no
# transaction.  Repayments, interest, equity and guarantees (5 to 10) are read as not specified.
TRANSACTION = Codes(
    "TransactionType",
    {
        FundingType.COMMITMENT: "2",
        FundingType.DISBURSEMENT: "3",
        FundingType.PLEDGE: "12",
    },
    {
        "1": FundingType.DISBURSEMENT,
        "4": FundingType.DISBURSEMENT,
        "5": FundingType.UNSPECIFIED,
        "6": FundingType.UNSPECIFIED,
        "7": FundingType.DISBURSEMENT,
        "8": FundingType.UNSPECIFIED,
        "9": FundingType.UNSPECIFIED,
        "10": FundingType.UNSPECIFIED,
        "11": FundingType.COMMITMENT,
        "13": FundingType.PLEDGE,
    },
)

BUDGET = "budget-"  # before a BudgetType, in ``iati_type`` of a funding link


def transaction_type(row: dict) -> str | None:
    """TransactionType of a funding link: the one its file gave, else that of our word."""
    kept = row.get("iati_type") or ""
    return None if kept.startswith(BUDGET) else kept or TRANSACTION.code(row["type"])


def budget_type(row: dict) -> str:
    """BudgetType of a funding link, where its file gave one."""
    kept = row.get("iati_type") or ""
    return kept.removeprefix(BUDGET) if kept.startswith(BUDGET) else ""


# fields of an initiative; target groups and "other" have none and are kept as source XML
DESCRIPTION = Codes("DescriptionType", {"summary": "1", "objectives": "2"})

# A12 is a web page about the activity.  No category says report or data set without saying more
# (an evaluation, a budget), so those stay with our own elements.
DOCUMENT = Codes(
    "DocumentCategory",
    {
        SourceKind.OFFICIAL: "A12",
        SourceKind.NEWS: "A12",
        SourceKind.PRESS_RELEASE: "A12",
        SourceKind.ARTICLE: "A12",
        SourceKind.BLOG: "A12",
        SourceKind.REFERENCE: "A12",
    },
    {
        **{f"A{n:02}": SourceKind.REPORT for n in range(1, 12)},
        **{f"B{n:02}": SourceKind.REPORT for n in range(1, 16)},
        **{f"B{n}": SourceKind.OFFICIAL for n in range(16, 19)},
    },
)

# Siblings share a parent, which "follows" and "related" do not say.  Code 2 (child) is a "part
# of" told from the other end: swap the two ends.
RELATED = Codes(
    "RelatedActivityType",
    {TieKind.PART_OF: "1"},
    {
        "2": TieKind.PART_OF,
        "3": TieKind.RELATED,
        "4": TieKind.RELATED,
        "5": TieKind.RELATED,
    },
)
CHILD = "2"

# recipients are who benefits: taking part in a dialogue is no benefit
RECIPIENT = ReachKind.BENEFICIARY

RESULT_TYPE = "9"  # "other": our results do not say output, outcome or impact
MEASURE_UNIT, MEASURE_PERCENTAGE = "1", "2"
PERCENT = ("%", "percent", "per cent")
ACTIVITY_LOCATION, ISO_COUNTRY = "1", "A4"  # GeographicLocationReach, GeographicVocabulary

# vocabularies of sector, tag and recipient-region
DAC_PURPOSE, UN_M49, OURS = "1", "2", "99"
UMBRELLA_SECTOR = "cyber-capacity-building"  # in our own vocabulary: what every record here is

# OtherIdentifierType
OUR_IDENTIFIER, OTHER_IDENTIFIER = "A1", "A9"

# UN M49 areas by the words of our country table (Statistics Division, standard country codes)
M49 = {
    "africa": "002",
    "northern-africa": "015",
    "sub-saharan-africa": "202",
    "americas": "019",
    "latin-america-and-the-caribbean": "419",
    "northern-america": "021",
    "asia": "142",
    "central-asia": "143",
    "eastern-asia": "030",
    "south-eastern-asia": "035",
    "southern-asia": "034",
    "western-asia": "145",
    "europe": "150",
    "eastern-europe": "151",
    "northern-europe": "154",
    "southern-europe": "039",
    "western-europe": "155",
    "oceania": "009",
    "australia-and-new-zealand": "053",
    "melanesia": "054",
    "micronesia": "057",
    "polynesia": "061",
}
M49_WORLD = "001"

# the codes in force of the open lists; lists.json says where they come from
LISTS = {
    name: frozenset(text.split())
    for name, text in json.loads(Path(__file__).with_name("lists.json").read_text()).items()
    if name != "origin"
}
COUNTRIES, CURRENCIES = LISTS["Country"], LISTS["Currency"]
LANGUAGES, SECTORS = LISTS["Language"], LISTS["Sector"]

TABLES = (STATUS, DATE, SCOPE, ROLE, ORGANISATION_TYPE, TRANSACTION, DESCRIPTION, DOCUMENT, RELATED)
