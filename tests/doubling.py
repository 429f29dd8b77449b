"""Twice as many rows of everything: records with their links, and the links of each record."""

from django.db import connection

from actors.models import Actor, Country
from atlas.kit.facts import REGISTRY
from initiatives.models import Initiative, InitiativeTheme, Theme
from sources.models import Publisher, Source
from tests.making import forget

# tables whose rows may stand twice in one record
REPEATABLE = {"participations", "funding_links", "events", "results", "statements", "memberships"}


def double() -> None:
    for model in (Publisher, Source, Theme):
        for row in model.objects.all():
            row.slug += "-copy"
            _insert(row, **({"url": ""} if model is Source else {}))
    _countries()
    for model in (Actor, Initiative):
        for record in list(model.objects.select_related("digest")):
            _record(record)
    forget()


def _insert(row, **changes) -> None:
    if row._meta.pk.name == "id":
        row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def _countries() -> None:
    taken = Country.objects.values_list("iso2", "iso3")
    words = {word for row in taken for word in row}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    free = (a + b for a in letters for b in letters if not {a + b, f"{a}{b}Q"} & words)
    for country, iso2 in zip(Country.objects.all(), free, strict=False):
        _insert(country, iso2=iso2, iso3=f"{iso2}Q")


def _record(record) -> None:
    """The record once more with links of its own, and its own links once more."""
    noun, original, digest = record._meta.model_name, record.pk, record.digest
    _insert(record, uid=None, slug=f"{record.slug}-copy")
    _insert(digest, pk=record.pk)
    evidence = REGISTRY[noun]
    tables = {**evidence.links, "citations": evidence.citation, "missing": evidence.missing}
    if noun == "initiative":
        tables["initiative_themes"] = InitiativeTheme
    for name, model in tables.items():
        names = {field.name for field in model._meta.fields}
        owner = next((owner for owner in (noun, "group") if owner in names), None)
        if owner and name != "funding_joint_funders":
            _links(model, owner, original, record.pk, "-copy")
            if name in REPEATABLE:
                _links(model, owner, original, original, "-twice")


def _links(model, owner: str, original: int, other: int, suffix: str) -> None:
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if not (field.generated or field.primary_key)
    ]
    changed = {
        "key": f"key || '{suffix}'",
        "code": f"code || '{suffix}'",
        f"{owner}_id": str(other),
    }
    picked = ", ".join(changed.get(column, column) for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {picked} FROM {table} WHERE {owner}_id = %s",
            [original],
        )
