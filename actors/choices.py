"""Vocabulary of actors."""

from django.db import models


class ActorKind(models.TextChoices):
    GOVERNMENT = "government", "Government"
    IGO = "igo", "Intergovernmental organisation"
    REGIONAL = "regional-organisation", "Regional organisation"
    COMPANY = "company", "Company"
    NGO = "ngo", "Non-governmental organisation"
    ACADEMIC = "academic", "University or research institute"
    CERT = "cert", "CERT or CSIRT"
    LAW_ENFORCEMENT = "law-enforcement", "Law enforcement"
    MULTISTAKEHOLDER = "multistakeholder", "Multistakeholder body"
    FUND = "fund", "Fund"
    OTHER = "other", "Other"


class NameKind(models.TextChoices):
    ACRONYM = "acronym", "Acronym"
    ALIAS = "alias", "Also known as"
    FORMER = "former", "Former name"
    TRANSLATION = "translation", "Name in another language"


class MembershipStatus(models.TextChoices):
    MEMBER = "member", "Member"
    OBSERVER = "observer", "Observer"
    CANDIDATE = "candidate", "Candidate"
    SUSPENDED = "suspended", "Suspended"


# the intermediate regions of M49, between a subregion and its countries (United Nations Statistics
# Division, Standard country or area codes for statistical use)
INTERMEDIATE = {
    region: frozenset(codes.split())
    for region, codes in {
        "caribbean": "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT"
        " VC VG VI",
        "central-america": "BZ CR GT HN MX NI PA SV",
        "eastern-africa": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW",
        "middle-africa": "AO CD CF CG CM GA GQ ST TD",
        "south-america": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
        "southern-africa": "BW LS NA SZ ZA",
        "western-africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
    }.items()
}
BETWEEN = {code: region for region, codes in INTERMEDIATE.items() for code in codes}
