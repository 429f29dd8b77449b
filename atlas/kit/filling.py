"""Reading what hangs on a record, where most kinds of links hold nothing."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model, Prefetch, prefetch_related_objects


def fill(records: Sequence[Model], wanted: Iterable[str | Prefetch]) -> None:
    """Prefetch onto records of one model; one query says which links none of them has.

    Those are not asked for: a page costs little more than its queries do, and a record with a link
    of every kind is rare.
    """
    if not records:
        return
    paths = [(getattr(one, "prefetch_to", one), one) for one in wanted]
    names = dict.fromkeys(path.partition("__")[0] for path, _one in paths)
    fields = {name: type(records[0])._meta.get_field(name) for name in names}
    links = {name: field for name, field in fields.items() if field.one_to_many}
    empty = _empty(records, links)
    for name in empty:
        nothing = links[name].related_model._default_manager.none()
        nothing._result_cache, nothing._prefetch_done = [], True  # else it would still be compiled
        for record in records:
            vars(record).setdefault("_prefetched_objects_cache", {})[name] = nothing
    kept = [one for path, one in paths if path.partition("__")[0] not in empty]
    prefetch_related_objects(records, *kept)


def _empty(records: Sequence[Model], links: dict) -> list[str]:
    """The names of the relations that no row has with any of the records."""
    each = ", ".join(
        f"EXISTS (SELECT FROM {link.related_model._meta.db_table}"
        f' WHERE "{link.field.column}" = ANY(%(ids)s))'
        for link in links.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {each}", {"ids": [record.pk for record in records]})
        return [name for name, there in zip(links, cursor.fetchone(), strict=True) if not there]
