"""Vocabulary shared by every noun."""

from django.db import models


class State(models.TextChoices):
    """Where a record stands on its way to the public."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in-review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


# of two records that become one, the more public one stays: its address is known
RANK = {State.WITHDRAWN: 0, State.DRAFT: 1, State.IN_REVIEW: 2, State.PUBLISHED: 3}


class Verdict(models.TextChoices):
    """What an editor says of two records that look alike."""

    SAME = "same", "The same"
    DIFFERENT = "different", "Different"
    UNSURE = "unsure", "Unsure"
