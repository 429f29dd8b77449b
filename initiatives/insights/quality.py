"""What falls short, counted and listed; counts are kept for one state of the data and one day."""

from dataclasses import dataclass, field

from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from actors.models import Actor
from atlas.kit.audit import SHORTFALLS
from atlas.kit.evidence import address
from atlas.kit.facets.index import database
from atlas.kit.facts import REGISTRY, judged_sql
from atlas.kit.filters import stale_before
from atlas.kit.models import DataVersion
from atlas.kit.naming import field_words, link_rows, link_words, value_words
from initiatives.insights.measures import BY_NAME, MEASURES, UNDATED
from initiatives.models import FundingLink, Initiative
from sources.models import LinkCheck, Source

MODELS = {"initiative": Initiative, "actor": Actor, "source": Source}
TITLES = {"initiative": "title", "actor": "name", "source": "title"}
WITHDRAWN = "withdrawn"  # nothing of it is mended any more
MOST = 30  # items shown of one record


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


def page(name: str, noun: str, state: str = "", start: int = 0, most: int = 50) -> list[Short]:
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
    ids = ",".join(map(str, found))
    sql = (
        "SELECT root, link_ref, link_key, field, left(value, 200), checked_on"
        f" FROM ({judged_sql(evidence, ids).replace('%', '%%')}) j WHERE {SHORTFALLS[name]}"
        " ORDER BY root, link_ref, link_key, field"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"oldest": stale_before()})
        rows = cursor.fetchall()
    links = _links(evidence, {ref for _root, ref, *_rest in rows if ref})
    for root, ref, key, name_, value, checked in rows:
        table = ref.partition(":")[0]
        model = evidence.links.get(table, evidence.model)
        label = field_words(model, name_)
        if ref in links:
            label = f"{link_words(links[ref])}, {label.lower()}"
        value = value_words(model, name_, value)
        value += f", {checked:%Y-%m-%d}" if name == "stale" and checked else ""
        anchor = f"id_{name_}" if not table else _group(model, noun)
        found[root].items.append(Item(label, value, address(table, key, name_), anchor))


def _links(evidence, refs: set[str]) -> dict[str, object]:
    """The link rows that facts are about, one query a table."""
    wanted: dict[str, list[str]] = {}
    for ref in refs:
        table, _colon, pk = ref.partition(":")
        wanted.setdefault(table, []).append(pk)
    return {
        f"{table}:{row.pk}": row
        for table, ids in wanted.items()
        for row in link_rows(evidence.links[table]).filter(pk__in=ids)
    }


def _group(model, noun: str) -> str:
    """Where the rows of a kind of link stand in the record's form."""
    root = model.ROOTS[noun]
    if not root.startswith("r."):
        return "citations-group"
    column = root.removeprefix("r.")
    owner = next((f for f in model._meta.fields if f.column == column), None)
    return f"{owner.remote_field.related_name}-group" if owner else "citations-group"
