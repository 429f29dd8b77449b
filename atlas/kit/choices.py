"""Vocabulary shared by every noun."""

from django.db import models


class State(models.TextChoices):
    """Where a record stands on its way to the public."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in-review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verdict(models.TextChoices):
    """What an editor says of two records that look alike."""

    SAME = "same", "The same"
    DIFFERENT = "different", "Different"
    UNSURE = "unsure", "Unsure"
