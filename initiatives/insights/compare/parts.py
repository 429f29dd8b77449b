"""Bodies that are not the same but one a part of the other: a ministry beside its government."""

from actors.models import Actor
from initiatives.insights.compare.table import Comparison, Row


def tell_parts(table: Comparison) -> None:
    """Say of each actor in a row which actor of another record it is a part of."""
    named = {v.record for row in table.rows for c in row.cells for v in c.values}
    above = chains({one.pk for one in named if isinstance(one, Actor)})
    for row in table.rows:
        _tell(row, above)


def _tell(row: Row, above: dict[int, list[int]]) -> None:
    for cell in row.cells:
        others = [other for other in row.cells if other is not cell]
        names = {v.record.pk: v.words for c in others for v in c.values if _is_actor(v)}
        for value in filter(_is_actor, cell.values):
            if value.held == 1:
                wholes = (names[pk] for pk in above[value.record.pk] if pk in names)
                value.part_of = next(wholes, "")


def chains(ids) -> dict[int, list[int]]:
    """By id the ids above each of these actors, the nearest first; one query a level."""
    parents: dict[int, int | None] = {}
    frontier = set(ids)
    while frontier:
        parents |= Actor.objects.filter(pk__in=frontier).values_list("pk", "parent_id")
        frontier = set(parents.values()) - parents.keys() - {None}
    return {pk: list(_upwards(parents, pk)) for pk in ids}


def _upwards(parents: dict, pk: int):
    seen = {pk}
    while (pk := parents.get(pk)) and pk not in seen:
        seen.add(pk)
        yield pk


def _is_actor(value) -> bool:
    return isinstance(value.record, Actor)
