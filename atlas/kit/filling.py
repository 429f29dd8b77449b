"""Reading what hangs on one record, where most kinds of links hold nothing."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects


def fill(record, wanted: Iterable[str | Prefetch]) -> None:
    """Prefetch onto one record; one query says which links it has none of, and none asks for those.

    A page costs little more than its queries do, and a record with a link of every kind is rare.
    """
    paths = [(getattr(one, "prefetch_to", one), one) for one in wanted]
    names = dict.fromkeys(path.partition("__")[0] for path, _one in paths)
    links = {n: field for n in names if (field := record._meta.get_field(n)).one_to_many}
    empty = _without(record, links)
    none = [Prefetch(n, links[n].related_model._default_manager.none()) for n in sorted(empty)]
    asked = [one for path, one in paths if path.partition("__")[0] not in empty]
    prefetch_related_objects([record], *none, *asked)


def _without(record, links: dict) -> set[str]:
    """The names of the relations that no row has with this record."""
    each = ", ".join(
        f'EXISTS (SELECT FROM {link.related_model._meta.db_table} WHERE "{link.field.column}" = %s)'
        for link in links.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {each}", [record.pk] * len(links))
        return {name for name, there in zip(links, cursor.fetchone(), strict=True) if not there}
