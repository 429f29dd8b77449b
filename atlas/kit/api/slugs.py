"""Paging by slug while records are renamed: each keeps the place it had when the walk began.

A cursor of such a list carries the commit at which its first page was read.
"""

from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Case, F, TextField, Value, When

from atlas.kit.changes.documents import Point, heads_at
from atlas.kit.choices import State
from atlas.kit.models import DataVersion, FeedEntry
from atlas.kit.tables import NOUNS, TABLES

ALL = 2**62  # above every transaction number


@contextmanager
def one_view():
    """Where rows stand and what they are, read from one state of the database."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(savepoint=False):
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def begun() -> int:
    """The last commit that this page may have seen."""
    return DataVersion.objects.values_list("commits", flat=True).get()


def former(model: type, since: int) -> dict[int, str]:
    """id -> the slug that a record had at that commit, of those that were renamed after it.

    Of one that became public later, the slug under which it did.
    """
    noun = model._meta.model_name
    renamed = _renamed(noun, since)
    if not renamed:
        return {}
    entries = FeedEntry.objects.filter(
        noun=noun, record_id__in=renamed, position__gt=since, public=True
    )
    first: dict[int, Point] = {}
    for entry in entries.order_by("position"):
        point = Point(entry.record_id, entry.position, entry.xid)
        first.setdefault(entry.record_id, point)
    then = {pk: Point(pk, since, ALL) for pk in renamed}
    heads = heads_at(noun, [*then.values(), *first.values()])
    found = {}
    for pk in renamed:
        head = heads[then[pk]]
        if (head is None or head.state not in (None, State.PUBLISHED)) and pk in first:
            head = heads[first[pk]]
        if head is not None:
            found[pk] = head.cells["slug"]
    return found


def _renamed(noun: str, since: int) -> list[int]:
    if noun not in NOUNS:
        return []
    part = TABLES[NOUNS[noun][0]].parts[0]
    if not hasattr(part.model, "history"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.pgh_obj_id FROM {part.history_table} h WHERE h.pgh_obj_id IN (SELECT"
            " f.record_id FROM kit_feedentry f WHERE f.noun = %s AND f.position > %s)"
            " GROUP BY 1 HAVING count(DISTINCT h.slug) > 1",
            [noun, since],
        )
        return [pk for (pk,) in cursor.fetchall()]


def placed(slugs: dict[int, str]) -> Case:
    """The slug by which each record stands in the list."""
    return Case(
        *[When(pk=pk, then=Value(slug)) for pk, slug in slugs.items()],
        default=F("slug"),
        output_field=TextField(),
    )
