"""Package tables: what each record model looks like as rows of text.

A model's ``COLUMNS`` give its columns; everything else (kind of value, vocabulary, target of a
reference) is read off its fields.  Load, dump, documents and history all work on these tables, so
a new field is declared once.
"""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db import models

from atlas.kit.dates import EdtfField
from atlas.kit.fields import KEY, WORD

LINK = "about"  # stands for the pair link_table, link_key of citations and missing values
LIST_SEPARATOR = ";"


@dataclass(frozen=True)
class Column:
    """One column: its field, the kind of its values, and their rule."""

    name: str
    field: models.Field
    kind: str
    required: bool
    pattern: str = ""
    target: type | None = None

    @property
    def column(self) -> str:
        return self.field.column

    @property
    def choices(self) -> list[str]:
        return [str(value) for value, _label in self.field.choices or ()]


def _kind(field: models.Field) -> str:
    kinds = {
        ArrayField: "list",
        models.ForeignKey: "ref",
        EdtfField: "edtf",
        models.DateField: "date",
        models.BooleanField: "boolean",
        models.UUIDField: "uuid",
        models.DecimalField: "decimal",
        models.IntegerField: "integer",
        models.URLField: "url",
    }
    return next((kind for cls, kind in kinds.items() if isinstance(field, cls)), "text")


def _pattern(field: models.Field, kind: str) -> str:
    if kind == "decimal":
        whole = field.max_digits - field.decimal_places
        return rf"^-?\d{{1,{whole}}}(\.\d{{1,{field.decimal_places}}})?$"
    fixed = {
        "integer": r"^\d{1,9}$",
        "boolean": r"^(true|false)$",
        "uuid": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        "url": r"^https?://[^\s/?#]+\.?[^\s]*$",
    }
    if kind in fixed:
        return fixed[kind]
    patterns = [getattr(v, "regex", None) for v in field.validators]
    named = [p.pattern for p in patterns if p is not None and p.pattern in (WORD, KEY)]
    return named[0] if named else ""


@dataclass(frozen=True)
class Part:
    """One model's share of a package table; citations of both nouns stand in one table."""

    table: str
    model: type

    @property
    def db_table(self) -> str:
        return self.model._meta.db_table

    @property
    def history_table(self) -> str:
        return self.model.history.rel.related_model._meta.db_table

    @property
    def key(self) -> str:
        return self.model._meta.get_field(self.model.KEY).column

    @property
    def pk(self) -> str:
        return self.model._meta.pk.column

    @property
    def has_link(self) -> bool:
        return LINK in self.model.COLUMNS

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are fields, in package order."""
        return [self._column(name) for name in self.model.COLUMNS if name != LINK]

    def _column(self, name: str) -> Column:
        field = self.model._meta.get_field(name)
        kind = _kind(field)
        required = not field.blank and not field.has_default() and not field.null
        target = field.related_model if kind == "ref" else None
        is_key = name == self.model.KEY
        return Column(name, field, kind, required or is_key, _pattern(field, kind), target)

    @cached_property
    def headers(self) -> list[str]:
        names = []
        for name in self.model.COLUMNS:
            names += ["link_table", "link_key"] if name == LINK else [name]
        return names


@dataclass(frozen=True)
class Table:
    """A table of the data package."""

    name: str
    models: tuple[type, ...]

    @cached_property
    def parts(self) -> list[Part]:
        return [Part(self.name, model) for model in self.models]

    @cached_property
    def headers(self) -> list[str]:
        """All columns of all parts, in the order of their first appearance."""
        if len(self.parts) == 1:
            return self.parts[0].headers
        first, *others = self.parts
        extra = [h for part in others for h in part.headers if h not in first.headers]
        return [first.headers[0], first.headers[1], *extra, *first.headers[2:]]

    @property
    def key(self) -> str:
        return self.models[0].KEY

    def discriminator(self, part: Part) -> str:
        """The column whose filling says that a row is this part's."""
        return "" if len(self.parts) == 1 else part.headers[1]


TABLES: dict[str, Table] = {}
NOUNS: dict[str, tuple[str, tuple[str, ...]]] = {}


def register(tables: dict[str, tuple[type, ...]], nouns: dict[str, tuple[str, tuple]]) -> None:
    """Declare the package's tables in order of dependency, and each noun's own and child tables."""
    TABLES.update({name: Table(name, parts) for name, parts in tables.items()})
    NOUNS.update(nouns)


def table_of(model: type) -> Table:
    return next(table for table in TABLES.values() if model in table.models)
