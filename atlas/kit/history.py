"""History: every change of every record row leaves an event with who and through which door.

Statement-level triggers (``traps``: row triggers made bulk loads quadratic) write the events;
a second set of triggers notes which records were touched, so that at commit the gate, the
digests and the data version are brought up to date, whatever wrote the rows.
"""

import pghistory
import pgtrigger
from django.db import models


def door(name: str, by=None, **more):
    """Context manager: changes inside are recorded as made through door ``name`` by user ``by``.

    Doors: ``admin``, ``load``, ``action``, ``api``, ``import``, ``shell``, ``suggestion``,
    ``review`` (``author`` and ``why`` stand beside whoever approved).
    """
    user = {"user": by.pk, "name": by.get_username()} if getattr(by, "pk", None) else {}
    return pghistory.context(door=name, **user, **more)


def recorded(through: str = "", **roots: str):
    """Class decorator: keep history of this model and note which records its rows belong to.

    ``roots`` maps a noun to an SQL expression over the row ``r`` giving that record's id;
    ``through`` names the foreign key where that expression goes by way of another link.
    """

    def decorate(model):
        model.ROOTS = roots
        model.ROOT_THROUGH = model._meta.get_field(through) if through else None
        generated = [f.name for f in model._meta.fields if isinstance(f, models.GeneratedField)]
        plain = [
            expression.removeprefix("r.").removesuffix("_id")
            for expression in roots.values()
            if expression.startswith("r.") and expression != "r.id"
        ]
        # no key column of its own: the index names would clash with Django's 30 characters
        indexes = [models.Index(fields=[name], name=_index_name(model, name)) for name in plain]
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=generated or None,
            model_name=f"{model.__name__}History",
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            meta={"indexes": indexes},
        )(model)
        pgtrigger.register(*_touch_triggers(model, roots))(model)
        return model

    return decorate


def _index_name(model, name: str) -> str:
    return f"{model._meta.model_name[:17]}_h_{name[:9]}"


def _touch_triggers(model, roots: dict[str, str]) -> list[pgtrigger.Trigger]:
    pk = model._meta.pk.column
    changed = (
        "SELECT {side}.* FROM old_rows o JOIN new_rows n ON o.{pk} = n.{pk}"
        " WHERE o.* IS DISTINCT FROM n.*"
    )
    operations = {
        "insert": (pgtrigger.Insert, ["SELECT * FROM new_rows"], {"new": "new_rows"}),
        "delete": (pgtrigger.Delete, ["SELECT * FROM old_rows"], {"old": "old_rows"}),
        "update": (
            pgtrigger.Update,
            [changed.format(side="o", pk=pk), changed.format(side="n", pk=pk)],
            {"old": "old_rows", "new": "new_rows"},
        ),
    }
    return [
        pgtrigger.Trigger(
            name=f"touch_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**rows),
            func=_touch_sql(roots, selects),
        )
        for name, (operation, selects, rows) in operations.items()
    ]


def _touch_sql(roots: dict[str, str], selects: list[str]) -> str:
    parts = [
        f"SELECT DISTINCT '{noun}'::text AS noun, ({expression})::bigint AS root FROM ({select}) r"
        for noun, expression in roots.items()
        for select in selects
    ]
    union = " UNION ".join(parts)
    return (
        "WITH t AS (INSERT INTO kit_touched (xid, noun, record_id)"
        f" SELECT txid_current(), u.noun, u.root FROM ({union}) u"
        " LEFT JOIN kit_touched k ON k.xid = txid_current() AND k.noun = u.noun"
        " AND k.record_id = u.root WHERE u.root IS NOT NULL AND k.xid IS NULL"
        " ON CONFLICT DO NOTHING RETURNING 1)"
        " INSERT INTO kit_commit (xid) SELECT txid_current() WHERE EXISTS (SELECT FROM t)"
        " ON CONFLICT DO NOTHING; RETURN NULL;"
    )
