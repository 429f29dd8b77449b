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
