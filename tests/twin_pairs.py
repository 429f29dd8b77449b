"""The labelled pairs of ``tests/data/twins.csv`` as records of the database."""

import csv
from itertools import count
from pathlib import Path

from actors.models import Actor, ActorIdentifier, ActorName, Country
from initiatives.models import (
    Initiative,
    InitiativeIdentifier,
    InitiativeName,
    Participation,
)

FILE = Path(__file__).parent / "data" / "twins.csv"
NUMBER = count()


def pairs() -> list[dict]:
    with open(FILE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(text: str, mark: str) -> list[list[str]]:
    return [part.split(":", 1) for part in text.split(mark) if part]


def made(row: dict, side: str):
    """One record of a pair, a draft, with its names, identifiers and actors."""
    cell = {name[2:]: value for name, value in row.items() if name.startswith(f"{side}_")}
    common = {"slug": f"pair-{next(NUMBER)}", "kind": cell["kind"], "website": cell["website"]}
    if row["noun"] == "actor":
        country = Country.objects.filter(pk=cell["country"]).first()
        record = Actor.objects.create(name=cell["name"], country=country, **common)
        names, codes = ActorName, ActorIdentifier
    else:
        record = Initiative.objects.create(title=cell["name"], actual_start=cell["start"], **common)
        names, codes = InitiativeName, InitiativeIdentifier
        for (name,) in listed(cell["actors"], ";"):
            actor, _made = Actor.objects.get_or_create(
                name=name, defaults={"slug": f"pair-{next(NUMBER)}", "kind": "other"}
            )
            Participation.objects.create(initiative=record, actor=actor, role="implementing")
    for kind, name in listed(cell["names"], "|"):
        names.objects.create(**{row["noun"]: record}, kind=kind, name=name)
    for scheme, code in listed(cell["codes"], "|"):
        codes.objects.create(**{row["noun"]: record}, scheme=scheme, code=code)
    return record
