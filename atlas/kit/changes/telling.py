"""Telling mirrors: SQL that runs at commit and notes whose exported document reads otherwise.

A document names other records by their slugs.  Where a slug changes, every record that names it
is noted too; ``kit_touched`` holds these under the noun with a star until the commit.
"""

from atlas.kit.facts import REGISTRY
from atlas.kit.models import Link
from atlas.kit.tables import NOUNS, TABLES, Column, Part, table_of

ENTRIES, NOTES = "kit_feedentry", "kit_publicchange"
STAR = "*"
KEPT = ("publisher", "source")  # records without a state: public while they are there
WHOLE = ("country", "theme")  # few, and told as one: record 0
XID = "txid_current()"


def _table(noun: str) -> str:
    return TABLES[NOUNS[noun][0]].parts[0].db_table


def functions() -> list[str]:
    """``atlas_seen()``: whether this transaction changed anything public.  ``atlas_tell(place)``:
    write its entries."""
    return [
        "CREATE OR REPLACE FUNCTION atlas_seen() RETURNS boolean LANGUAGE sql AS $fn$"
        f" SELECT {_seen()} $fn$",
        "CREATE OR REPLACE FUNCTION atlas_tell(place bigint, moment timestamptz) RETURNS void"
        f" LANGUAGE plpgsql AS $fn$ BEGIN {_taken_back()}; {_told()}; END $fn$",
    ]


def _seen() -> str:
    mine = f"SELECT FROM kit_touched k WHERE k.xid = {XID}"
    parts = [
        f"EXISTS ({mine} AND k.noun = '{noun}' AND (EXISTS (SELECT FROM {_table(noun)} t"
        f" WHERE t.id = k.record_id AND t.state = 'published') OR EXISTS (SELECT FROM {NOTES} p"
        f" WHERE p.noun = '{noun}' AND p.record_id = k.record_id)))"
        for noun in REGISTRY
    ]
    private = ", ".join(f"'{noun}'" for noun in (*REGISTRY, "judgement"))
    return " OR ".join([f"EXISTS ({mine} AND k.noun NOT IN ({private}))", *parts])


def _taken_back() -> str:
    """What was published and taken back within this transaction is not told."""
    nouns = ", ".join(f"'{noun}'" for noun in REGISTRY)
    return (
        f"DELETE FROM {ENTRIES} e USING kit_touched k WHERE k.xid = {XID} AND k.noun IN ({nouns})"
        " AND e.noun = k.noun AND e.record_id = k.record_id AND e.xid = k.xid"
        f" AND NOT EXISTS (SELECT FROM {NOTES} p WHERE p.noun = k.noun"
        " AND p.record_id = k.record_id AND p.xid = k.xid)"
    )


def _told() -> str:
    mine = f"FROM kit_touched k WHERE k.xid = {XID} AND k.noun"
    nouns = ", ".join(f"'{noun}'" for noun in REGISTRY)
    selects = [
        f"SELECT k.noun, k.record_id, p.public FROM kit_touched k JOIN {NOTES} p"
        " ON p.noun = k.noun AND p.record_id = k.record_id AND p.xid = k.xid"
        f" WHERE k.xid = {XID} AND k.noun IN ({nouns})"
    ]
    selects += [
        f"SELECT '{noun}', k.record_id, true {mine} = '{noun}{STAR}' AND EXISTS"
        f" (SELECT FROM {_table(noun)} t WHERE t.id = k.record_id AND t.state = 'published')"
        for noun in REGISTRY
    ]
    for noun in KEPT:
        there = f"EXISTS (SELECT FROM {_table(noun)} t WHERE t.id = k.record_id)"
        selects.append(
            f"SELECT '{noun}', k.record_id, {there} {mine} IN ('{noun}', '{noun}{STAR}')"
        )
    whole = ", ".join(f"'{noun}'" for noun in WHOLE)
    selects.append(f"SELECT k.noun, 0, true {mine} IN ({whole})")
    return (
        f"INSERT INTO {ENTRIES} AS e (noun, record_id, xid, position, at, public)"
        f" SELECT u.noun, u.record_id, {XID}, place, moment, bool_and(u.public)"
        f" FROM ({' UNION ALL '.join(selects)}) u GROUP BY u.noun, u.record_id"
        " ON CONFLICT (noun, record_id, xid) DO UPDATE SET position = excluded.position,"
        " at = excluded.at, public = excluded.public"
    )


# ------------------------------------------------------------------ who names what


def naming_sql(model: type) -> str:
    """Trigger that notes who names a row of the model when its key changes; empty if nobody can.

    A link's public ends are the gate's business, but a document may name a link of a record that
    becomes public or ceases to be: those count too.
    """
    key = model._meta.get_field(model.KEY).column
    table, pk = model._meta.db_table, model._meta.pk.column
    if key == pk:
        return ""
    found = _naming(model, "SELECT id FROM renamed")
    hidden = _naming_links_of(model, "SELECT id FROM moved") if hasattr(model, "state") else []
    if not (found or hidden):
        return ""
    pair = f"SELECT n.{pk} AS id FROM old_rows o JOIN new_rows n ON o.{pk} = n.{pk} WHERE"
    moved = (
        f", moved AS MATERIALIZED ({pair} (o.state = 'published') <> (n.state = 'published'))"
        if hidden
        else ""
    )
    name = f"atlas_naming_{model._meta.model_name}"
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
  WITH renamed AS MATERIALIZED ({pair} o.{key} <> n.{key}){moved}
  INSERT INTO kit_touched (xid, noun, record_id)
  SELECT {XID}, u.noun, u.root FROM ({" UNION ".join([*found, *hidden])}) u
  WHERE u.root IS NOT NULL ON CONFLICT DO NOTHING;
  RETURN NULL;
END $fn$;
CREATE OR REPLACE TRIGGER {name} AFTER UPDATE ON {table}
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


def _referring(model: type) -> list[tuple[Part, Column]]:
    return [
        (part, column)
        for table in TABLES.values()
        for part in table.parts
        if hasattr(part.model, "ROOTS")
        for column in part.columns
        if column.kind == "ref" and column.target is model
    ]


def _naming(model: type, ids: str) -> list[str]:
    """SELECTs of (noun with a star, record) that name one of the rows."""
    return [
        f"SELECT '{noun}{STAR}' AS noun, ({root})::bigint AS root FROM {part.db_table} r"
        f" WHERE r.{column.column} IN ({ids})"
        for part, column in _referring(model)
        for noun, root in part.model.ROOTS.items()
    ]


def _naming_links_of(model: type, ids: str) -> list[str]:
    """SELECTs of records that name a link of one of these records, as sums name what they hold."""
    noun, found = model._meta.model_name, []
    for table in TABLES.values():
        for link in table.models:
            root = getattr(link, "ROOTS", {}).get(noun, "")
            if not issubclass(link, Link) or not root.startswith("r."):
                continue
            links = f"SELECT l.id FROM {link._meta.db_table} l WHERE l.{root[2:]} IN ({ids})"
            others = [pair for pair in _referring(link) if not _is_owner(*pair)]
            found += [
                f"SELECT '{who}{STAR}' AS noun, ({way})::bigint AS root FROM {part.db_table} r"
                f" WHERE r.{column.column} IN ({links})"
                for part, column in others
                for who, way in part.model.ROOTS.items()
            ]
    return found


def _is_owner(part: Part, column: Column) -> bool:
    """Whether the row belongs to the link it names."""
    through = getattr(part.model, "ROOT_THROUGH", None)
    return through is not None and through.name == column.name


def models() -> list[type]:
    """Every model whose rows a document can name."""
    return [
        part.model
        for table in TABLES.values()
        for part in table.parts
        if table_of(part.model) is table and _referring(part.model)
    ]


def tell_what_is_there(noun: str) -> str:
    """INSERT for a database older than the entries: records without a state, as they are."""
    history = TABLES[NOUNS[noun][0]].parts[0].history_table
    last = f"SELECT max(h.pgh_xid) FROM {history} h WHERE h.pgh_obj_id = t.id"
    return (
        f"INSERT INTO {ENTRIES} (noun, record_id, xid, position, at, public)"
        f" SELECT '{noun}', t.id, coalesce(({last}), 0), 0, now(), true FROM {_table(noun)} t"
        f" WHERE NOT EXISTS (SELECT FROM {ENTRIES} e WHERE e.noun = '{noun}')"
    )
