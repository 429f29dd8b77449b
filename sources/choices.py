"""Vocabulary of evidence: Admiralty code (NATO STANAG 2511), reasons, natures."""

from django.db import models


class Reliability(models.TextChoices):
    """How far a publisher can be trusted, as a publisher (Admiralty code, first letter)."""

    A = "A", "Completely reliable"
    B = "B", "Usually reliable"
    C = "C", "Fairly reliable"
    D = "D", "Not usually reliable"
    E = "E", "Unreliable"
    F = "F", "Cannot be judged"


class Credibility(models.IntegerChoices):
    """How credible one piece of information is (Admiralty code, second digit)."""

    CONFIRMED = 1, "Confirmed by other sources"
    PROBABLE = 2, "Probably true"
    POSSIBLE = 3, "Possibly true"
    DOUBTFUL = 4, "Doubtful"
    IMPROBABLE = 5, "Improbable"
    UNKNOWN = 6, "Cannot be judged"


class SourceKind(models.TextChoices):
    ARTICLE = "article", "Article"
    NEWS = "news", "News report"
    OFFICIAL = "official", "Official page"
    REPORT = "report", "Report"
    PRESS_RELEASE = "press-release", "Press release"
    DATASET = "dataset", "Data set"
    REFERENCE = "reference", "Reference work"
    BLOG = "blog", "Blog"
    OTHER = "other", "Other"


class MissingReason(models.TextChoices):
    """Why a value is not there."""

    UNKNOWN = "unknown", "not known"
    WITHHELD = "withheld", "withheld"
    NONE = "none", "there is none"
    NOT_APPLICABLE = "not-applicable", "does not apply"


class Nature(models.TextChoices):
    FACT = "fact", "Fact"
    PLAN = "plan", "Plan"
    OPINION = "opinion", "Opinion"
    ASSESSMENT = "assessment", "Assessment"


class Stance(models.TextChoices):
    """What a citation does to our value; derived by comparison, never stored by hand."""

    SUPPORTS = "supports", "supports"
    CONTRADICTS = "contradicts", "says otherwise"
    OUTDATED = "outdated", "was checked against an earlier wording"


class LinkState(models.TextChoices):
    """What the address of a source answered when it was last asked."""

    OK = "ok", "Answers"
    MOVED = "moved", "Moved for good"
    CLOSED = "closed", "Closed to programs"
    FAILING = "failing", "Fails, to be asked again"
    DEAD = "dead", "Dead"
    UNSAFE = "unsafe", "Not a public address"
