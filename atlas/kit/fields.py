"""Field types that several nouns share."""

from django.core.validators import RegexValidator
from django.db import models

WORD = r"^[a-z0-9]+(-[a-z0-9]+)*$"
KEY = r"^[a-z0-9_]+(-+[a-z0-9_]+)*$"  # field names in keys carry underscores

validate_word = RegexValidator(WORD, "Use lower-case words joined by hyphens: asean-japan-fund.")
validate_key = RegexValidator(KEY, "Use lower-case words joined by hyphens.")


class WordField(models.CharField):
    """Lower-case ASCII words joined by hyphens: slugs, properties, open vocabularies."""

    default_validators = [validate_word]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)


class KeyField(models.CharField):
    """The stable key of a link row: its natural key joined by ``--``."""

    default_validators = [validate_key]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
