"""What falls short, counted and listed; counts are kept for one state of the data and one day."""

from dataclasses import dataclass, field

from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from actors.models import Actor
from atlas.kit.facets.index import database
from atlas.kit.facts import REGISTRY
from atlas.kit.filters import stale_before
from atlas.kit.models import DataVersion
from atlas.kit.naming import link_rows, link_words
from initiatives.insights.facts import facts
from initiatives.insights.measures import BY_NAME, MEASURES, UNDATED
from initiatives.models import FundingLink, Initiative
from sources.models import LinkCheck, Source

MODELS = {"initiative": Initiative, "actor": Actor, "source": Source}
TITLES = {"initiative": "title", "actor": "name", "source": "title"}
WITHDRAWN = "withdrawn"  # nothing of it is mended any more
MOST = 5  # items shown of one record


@dataclass
class Item:
    """One thing to mend: ``fact`` is its address, ``anchor`` its place in the record's form,
    ``link`` the id of a sum with a form of its own."""

    label: str
    value: str = ""
    fact: str = ""
    anchor: str = ""
    link: int | None = None


@dataclass
class Short:
    """One record that falls short, with what is to be mended."""

    id: int
    title: str
    state: str
    weight: int
    items: list[Item] = field(default_factory=list)
    check: LinkCheck | None = None


# ------------------------------------------------------------------ counts


def counts() -> dict[tuple[str, str], dict[str, int]]:
    """(list, noun) -> state -> records; one query each where they are not kept yet."""
    order = DataVersion.objects.values_list("version", "commits").first()
    asked = LinkCheck.objects.newest()
    key = f"quality {database()} {order} {asked} {timezone.localdate()}".replace(" ", "-")
    store, keep = caches["default"], not connection.in_atomic_block
    found = store.get(key) if keep else None
    if found is None:
        found = {(m.name, noun): _counted(m, noun) for m in MEASURES for noun in m.nouns}
        if keep:
            store.set(key, found, 3600)
    return found


def _counted(measure, noun: str) -> dict[str, int]:
    state = _state(noun)
    sql = (
        f"SELECT {state}, count(*) FROM {_from(noun)} WHERE ({measure.condition(noun)})"
        f" AND {state} <> '{WITHDRAWN}' GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _days())
        return dict(cursor.fetchall())


def _days() -> dict:
    return {"today": timezone.localdate(), "stale": stale_before()}


def _state(noun: str) -> str:
    return "t.state" if noun in REGISTRY else "''"


def _from(noun: str) -> str:
    table = f"{MODELS[noun]._meta.db_table} t"
    if noun not in REGISTRY:
        return table
    evidence = REGISTRY[noun]
    return f"{table} JOIN {evidence.digest._meta.db_table} d ON d.{evidence.root} = t.id"


# ------------------------------------------------------------------ one page of a list


def page(name: str, noun: str, state: str = "", start: int = 0, most: int = 100) -> list[Short]:
    """Records of one list, the heaviest first, each with what is to be mended."""
    measure = BY_NAME[name]
    order = "lower(t.title), t.slug" if name == "doubled" else "t.slug"
    among = f"{_state(noun)} = %(state)s" if state else f"{_state(noun)} <> '{WITHDRAWN}'"
    sql = (
        f"SELECT t.id, t.{TITLES[noun]}, {_state(noun)}, {measure.weighed(noun)},"
        f" {measure.named(noun)} FROM {_from(noun)} WHERE ({measure.condition(noun)}) AND {among}"
        f" ORDER BY 4 DESC, {order} LIMIT %(most)s OFFSET %(start)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _days() | {"state": state, "most": most, "start": start})
        rows = cursor.fetchall()
    found = {pk: Short(pk, title, state, weight) for pk, title, state, weight, _gaps in rows}
    for pk, *_rest, gaps in rows:
        known = measure.gaps.get(noun, ())
        found[pk].items = [Item(str(known[n].label), anchor=known[n].anchor) for n in gaps]
    if found:
        _tell(measure, noun, found)
    return list(found.values())


def _tell(measure, noun: str, found: dict[int, Short]) -> None:
    """What is to be mended in each, where the list alone does not say it."""
    if measure.facts:
        _tell_facts(measure.name, noun, found)
    elif measure.name == "undated":
        sums = link_rows(FundingLink).extra(where=[UNDATED.replace("f.", "")])
        for row in sums.filter(initiative__in=found):
            found[row.initiative_id].items.append(Item(link_words(row), _amount(row), link=row.pk))
    elif noun == "source":
        for check in LinkCheck.objects.filter(source__in=found):
            found[check.source_id].check = check


def _amount(row) -> str:
    return f"{row.amount.normalize():,f} {row.currency}"


def _tell_facts(name: str, noun: str, found: dict[int, Short]) -> None:
    evidence = REGISTRY[noun]
    for fact in facts(noun, found, name):
        checked = fact.checked if name == "stale" else None
        value = f"{fact.value}, {checked:%Y-%m-%d}" if checked else fact.value
        model = evidence.links.get(fact.table, evidence.model)
        anchor = _group(model, noun) if fact.table else f"id_{fact.field}"
        found[fact.root].items.append(Item(fact.label, value, fact.address, anchor))


def _group(model, noun: str) -> str:
    """Where the rows of a kind of link stand in the record's form."""
    root = model.ROOTS[noun]
    if not root.startswith("r."):
        return "citations-group"
    column = root.removeprefix("r.")
    owner = next((f for f in model._meta.fields if f.column == column), None)
    return f"{owner.remote_field.related_name}-group" if owner else "citations-group"
