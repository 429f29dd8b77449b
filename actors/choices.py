"""Vocabulary of actors; IATI codes beside our words (OrganisationType, IATI 2.03)."""

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


IATI_ORGANISATION_TYPE = {
    ActorKind.GOVERNMENT: "10",
    ActorKind.IGO: "40",
    ActorKind.REGIONAL: "40",
    ActorKind.COMPANY: "70",
    ActorKind.NGO: "21",
    ActorKind.ACADEMIC: "80",
    ActorKind.CERT: "15",
    ActorKind.LAW_ENFORCEMENT: "15",
    ActorKind.MULTISTAKEHOLDER: "30",
    ActorKind.FUND: "40",
    ActorKind.OTHER: "90",
}


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
