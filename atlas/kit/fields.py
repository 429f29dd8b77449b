"""Field types that several nouns share."""

from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models

WORD = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"
KEY = r"^[a-z0-9_]+(-+[a-z0-9_]+)*\Z"  # field names in keys carry underscores

validate_word = RegexValidator(WORD, "Use lower-case words joined by hyphens: asean-japan-fund.")
validate_key = RegexValidator(KEY, "Use lower-case words joined by hyphens.")


class AsciiField(models.CharField):
    """Text compared byte by byte, so that one index serves equality, order and prefixes.

    The type is spelt out because Django gives unique ``varchar`` columns a second index.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("db_collation", "C")
        super().__init__(*args, **kwargs)

    def db_type(self, connection) -> str:
        return f"character varying({self.max_length})"


class WordField(AsciiField):
    """Lower-case ASCII words joined by hyphens: slugs, properties, open vocabularies."""

    default_validators = [validate_word]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)


class KeyField(AsciiField):
    """The stable key of a link row: its natural key joined by ``--``."""

    default_validators = [validate_key]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class AmountField(models.DecimalField):
    """Money, exact: as many decimals as its source gives, and never fewer than two."""

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        places = max(2, -value.normalize().as_tuple().exponent)
        return value.quantize(Decimal(1).scaleb(-places))
